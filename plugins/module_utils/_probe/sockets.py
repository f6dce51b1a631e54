# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets of the probe: the only file of the collection that opens connections to FTP servers.

Every failure is raised as Halt with an outcome word of evidence.py.  Deadlines are times of time.monotonic().
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import errno
import math
import socket
import ssl
import struct
import sys
import time
from collections.abc import Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen

# A dialogue ends after as many timeouts, however many operations a server that drips makes of it.
MAX_TIMEOUTS = 12
_CHUNK = 65536
_MAX_DRAINED = 1 << 20

_OUTCOMES = {
    errno.ECONNREFUSED: seen.REFUSED,
    errno.ETIMEDOUT: seen.TIMEOUT,
    errno.EHOSTUNREACH: seen.UNREACHABLE,
    errno.ENETUNREACH: seen.NO_ROUTE,
    # The source address is not one of this host.
    errno.EADDRNOTAVAIL: seen.NO_ROUTE,
}
# The reset of a connection that stood; a SYN that is answered with a reset is "refused" (RFC 9293, section 3.10.7.3).
_ENDED = (errno.ECONNRESET, errno.EPIPE)
# linux/in.h and linux/errqueue.h; Python's socket module does not name IP_RECVERR in all versions.
_IP_RECVERR = 11
_EXTENDED_ERROR = struct.Struct("=IBBBBII4x4s")


class Halt(Exception):
    """The current stage ends here, with the outcome word given and perhaps a detail."""

    def __init__(self, outcome: str, detail: str = "") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.detail = detail


class Clock:
    """Deadlines of a dialogue: timeout seconds for each operation, timeouts times as many for all of them.

    ends: a time of time.monotonic() at which everything is over, whatever the other two allow.
    """

    def __init__(self, timeout: float, timeouts: int = MAX_TIMEOUTS, ends: float = math.inf) -> None:
        self._timeout = timeout
        self._end = time.monotonic() + timeouts * timeout
        self._ends = ends

    def deadline(self) -> float:
        """Return the time at which an operation that begins now must be finished."""
        return min(time.monotonic() + self._timeout, self._end, self._ends)

    def extend(self, seconds: float) -> None:
        """Give all operations together so many seconds more."""
        self._end += seconds

    @property
    def over(self) -> bool:
        """Return whether no time is left."""
        return time.monotonic() >= min(self._end, self._ends)


def own_address(address: str) -> str:
    """Return the IP address that packets to the address leave this host with, "" if there is no route.

    Connecting a UDP socket sends nothing.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.connect((address, 9))
        return str(asking.getsockname()[0])
    return ""


def resolve(host: str) -> tuple[str, ...]:
    """Return a host's first IPv4 address and its first IPv6 address, if this host has a route to it.

    Raise OSError if there is none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    first: dict[int, str] = {}
    for family, _kind, _protocol, _name, address in found:
        if family in (socket.AF_INET, socket.AF_INET6):
            first.setdefault(family, str(address[0]))
    addresses = [first[family] for family in (socket.AF_INET, socket.AF_INET6) if family in first]
    only = len(addresses) == 1
    usable = tuple(address for address in addresses if ":" not in address or only or own_address(address))
    if not usable:
        raise OSError("no address")
    return usable


def connect(address: str, port: int, deadline: float, source: str = "", segment: int = 0) -> socket.socket:
    """Return a TCP connection to an IP address, from the source address if one is given; raise Halt if it fails.

    segment: the most bytes of a TCP segment in both directions, 0: as this host does it.

    One that the peer ended before connect() had returned was made all the same: whoever reads from it sees its end.
    """
    connection = socket.socket(_family(address), socket.SOCK_STREAM)
    try:
        connection.settimeout(left(deadline))
        if sys.platform == "linux" and connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        if segment:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        if source:
            connection.bind((source, 0))
        connection.connect((address, port))
    except OSError as error:
        if error.errno in _ENDED:
            return connection
        outcome = outcome_of(error)
        if outcome == seen.UNREACHABLE:
            outcome = _unreachable(connection)
        connection.close()
        raise Halt(outcome) from error
    return connection


def listen(address: str, segment: int = 0) -> socket.socket:
    """Return a listener on a free port of one of this host's IP addresses; raise Halt if there is none.

    segment: as for connect().
    """
    with watched():
        listener = socket.create_server((address, 0), family=_family(address), backlog=1)
        if segment:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
        return listener


def send_all(connection: socket.socket, content: bytes, deadline: float) -> None:
    """Send the whole content before the deadline; raise Halt if that fails."""
    rest = memoryview(content)
    with watched():
        while rest:
            connection.settimeout(left(deadline))
            rest = rest[connection.send(rest[:_CHUNK]) :]


def receive_all(connection: socket.socket, limit: int, deadline: float) -> bytes:
    """Return what the peer sends until it closes, cut off after limit bytes; raise Halt after the deadline."""
    content = bytearray()
    while len(content) < limit:
        chunk = receive(connection, min(limit - len(content), _CHUNK), deadline)
        if not chunk:
            break
        content += chunk
    return bytes(content)


def receive(connection: socket.socket, size: int, deadline: float) -> bytes:
    """Return up to size bytes, b"" at the end of the stream; raise Halt if nothing comes."""
    with watched():
        connection.settimeout(left(deadline))
        return connection.recv(size)


def drain(connection: socket.socket, deadline: float) -> bool:
    """Wait until the peer shuts down sending; return whether it did before the deadline.

    Closing with unread bytes (such as the session tickets of TLS 1.3) would reset the connection, and the peer
    could lose what it has not read yet.
    """
    drained = 0
    with contextlib.suppress(Halt):
        while drained < _MAX_DRAINED:
            chunk = receive(connection, _CHUNK, deadline)
            if not chunk:
                return True
            drained += len(chunk)
    return False


def was_reset(connection: socket.socket) -> bool:
    """Return whether the peer has reset a connection that nobody has read since.

    Linux notes a reset behind the peer's end of the stream (EPIPE), and still lets read what came before it.
    """
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


def keep_alive(connection: socket.socket, seconds: int) -> None:
    """Let this host send a TCP keepalive (RFC 9293 section 3.8.4) whenever the connection was idle for so long.

    0x10 is macOS's TCP_KEEPALIVE, which Python names since 3.10.
    """
    idle = getattr(socket, "TCP_KEEPIDLE", 0x10)
    with watched():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, idle, seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, seconds)


def left(deadline: float) -> float:
    """Return the seconds until the deadline as a socket's timeout, never 0, which would mean "do not block"."""
    return max(deadline - time.monotonic(), 0.001)


def outcome_of(error: OSError) -> str:
    """Return the outcome word for a socket's error."""
    if isinstance(error, socket.timeout):
        return seen.TIMEOUT
    if isinstance(error, ssl.SSLError):
        return seen.CLOSED
    return _OUTCOMES.get(error.errno or 0, seen.CLOSED)


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Turn socket errors into Halt."""
    try:
        yield
    except OSError as error:
        raise Halt(outcome_of(error)) from error


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _unreachable(connection: socket.socket) -> str:
    """Return UNREACHABLE if a router reports it; NO_NEIGHBOUR or NO_ROUTE if this host does.

    ip(7), IP_RECVERR: the error queue names the sender of the ICMP message; after a failed ARP that is an own address,
    and a route of the type "unreachable" leaves no message at all.
    """
    if sys.platform != "linux" or connection.family != socket.AF_INET:
        return seen.UNREACHABLE
    # Else Python would wait for a queue that stays empty.
    connection.settimeout(0)
    with contextlib.suppress(OSError):
        for _level, _kind, data in connection.recvmsg(0, 512, socket.MSG_ERRQUEUE)[1]:
            own = socket.inet_ntoa(_EXTENDED_ERROR.unpack_from(data)[-1]) == connection.getsockname()[0]
            return seen.NO_NEIGHBOUR if own else seen.UNREACHABLE
    return seen.NO_ROUTE
