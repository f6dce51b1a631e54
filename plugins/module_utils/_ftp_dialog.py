# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sockets of the talk with an FTP server: the only file of the collection that opens FTP sockets.

Whatever goes wrong is raised as Halt with an outcome word of _ftp_evidence.  Times are in seconds.
Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_reply as ftp

# All lines that one control connection may send before the probe hangs up.
MAX_RECORD = 500

_OUTCOMES = {
    errno.ECONNREFUSED: seen.REFUSED,
    errno.ETIMEDOUT: seen.TIMEOUT,
    errno.EHOSTUNREACH: seen.UNREACHABLE,
    errno.ENETUNREACH: seen.NO_ROUTE,
}
# linux/in.h and linux/errqueue.h; Python's socket module does not name IP_RECVERR in all versions.
_IP_RECVERR = 11
_EXTENDED_ERROR = struct.Struct("=IBBBBII4x4s")


class Halt(Exception):
    """The current stage ends here, with the outcome word given."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def resolve(host: str) -> str:
    """The first IPv4 address of a host name (or of an address); OSError when there is none."""
    return str(socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0])


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to an IPv4 address."""
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        if sys.platform == "linux":
            connection.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
        connection.connect((address, port))
    except OSError as error:
        outcome = _outcome(error)
        if outcome == seen.UNREACHABLE and _reported_by_ourselves(connection):
            outcome = seen.NO_NEIGHBOUR
        connection.close()
        raise Halt(outcome) from error
    return connection


def listen(address: str) -> socket.socket:
    """A listener on a free port of one of this host's IPv4 addresses."""
    with _watched():
        return socket.create_server((address, 0), backlog=1)


def send_all(connection: socket.socket, content: bytes, timeout: float) -> None:
    """Send the whole content within the timeout."""
    with _watched():
        connection.settimeout(timeout)
        connection.sendall(content)


def receive_all(connection: socket.socket, limit: int, timeout: float) -> bytes:
    """What the other end sends until it closes, cut off after limit bytes; all of it within the timeout."""
    deadline = time.monotonic() + timeout
    content = bytearray()
    while len(content) < limit:
        chunk = _receive(connection, limit - len(content), deadline)
        if not chunk:
            break
        content += chunk
    return bytes(content)


class Control:
    """A control connection: commands out, bounded replies in, and a masked and escaped record of them."""

    def __init__(self, address: str, port: int, timeout: float, secret: str) -> None:
        self._timeout = timeout
        self._secret = secret
        self._received = bytearray()
        self.record: list[seen.Line] = []
        self.code = 0
        self._connection = connect(address, port, timeout)

    def close(self) -> None:
        """Hang up without a word."""
        self._connection.close()

    def local_address(self) -> str:
        """The IPv4 address that this host uses towards the server."""
        return str(self._connection.getsockname()[0])

    def send(self, command: str) -> None:
        """Send one command."""
        send_all(self._connection, command.encode("utf-8", "surrogateescape") + b"\r\n", self._timeout)

    def login(self, user: str, password: str) -> None:
        """USER and, if the server asks for it, PASS."""
        if self.command(f"USER {user}").code == 331:
            self.command(f"PASS {password}")
        if self.code >= 300:
            raise Halt(seen.REJECTED)

    def command(self, command: str) -> ftp.Reply:
        """Send one command and give its final reply."""
        self.send(command)
        return self.final()

    def final(self) -> ftp.Reply:
        """The next reply that is not preliminary; Halt when it is negative."""
        deadline = time.monotonic() + self._timeout
        reply = self._reply(deadline)
        while reply.preliminary:
            reply = self._reply(deadline)
        if reply.negative:
            raise Halt(seen.REJECTED)
        return reply

    def preliminary(self, deadline: float | None = None) -> None:
        """Wait for the 1yz that has to come before a transfer (RFC 959 section 5.4); Halt on any other reply."""
        if not self._reply(deadline or time.monotonic() + self._timeout).preliminary:
            raise Halt(seen.REJECTED)

    def accept(self, listener: socket.socket) -> tuple[socket.socket, str, int]:
        """The server's data connection and its other end's address and port.

        Servers differ in whether the preliminary reply or the connection comes first.  A negative reply ends the wait.
        """
        deadline = time.monotonic() + self._timeout
        begun = False
        while not self._comes_first(listener, deadline):
            self.preliminary(deadline)
            begun = True
        with _watched():
            connection, (address, port) = listener.accept()
        if not begun:
            with _closed_on_halt(connection):
                self.preliminary(deadline)
        return connection, address, port

    def _comes_first(self, listener: socket.socket, deadline: float) -> bool:
        """Wait for a connection (True) or for a reply (False), whichever is there first."""
        if b"\n" in self._received:
            return False
        ready = select.select([listener, self._connection], [], [], max(deadline - time.monotonic(), 0))[0]
        if not ready:
            raise Halt(seen.TIMEOUT)
        return listener in ready

    def _reply(self, deadline: float) -> ftp.Reply:
        try:
            reply = ftp.read_reply(lambda: self._line(deadline))
        except ValueError as error:
            raise Halt(seen.GARBLED) from error
        self.code = reply.code
        return reply

    def _line(self, deadline: float) -> str:
        while b"\n" not in self._received:
            if len(self._received) > ftp.MAX_LINE_BYTES or len(self.record) >= MAX_RECORD:
                raise Halt(seen.GARBLED)
            chunk = _receive(self._connection, ftp.MAX_LINE_BYTES, deadline)
            if not chunk:
                raise Halt(seen.CLOSED)
            self._received += chunk
        raw, _end, self._received = self._received.partition(b"\n")
        line = raw.decode("utf-8", "backslashreplace").rstrip("\r")
        self.record.append(seen.Line(time.time(), "server", ftp.presentable(line, self._secret)))
        return line


def _receive(connection: socket.socket, size: int, deadline: float) -> bytes:
    """Up to size bytes, b"" at the end of the stream."""
    with _watched():
        # A timeout of 0 would mean "do not block" instead of "no time left".
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        return connection.recv(size)


def _outcome(error: OSError) -> str:
    if isinstance(error, socket.timeout):
        return seen.TIMEOUT
    return _OUTCOMES.get(error.errno or 0, seen.CLOSED)


def _reported_by_ourselves(connection: socket.socket) -> bool:
    """Whether "host unreachable" is this host's own failed address resolution and not a router's word.

    ip(7), IP_RECVERR: the error queue names the sender of the ICMP message; after a failed ARP that is an own address.
    """
    with contextlib.suppress(OSError, AttributeError):
        for _level, _kind, data in connection.recvmsg(0, 512, socket.MSG_ERRQUEUE)[1]:
            return bool(socket.inet_ntoa(_EXTENDED_ERROR.unpack_from(data)[-1]) == connection.getsockname()[0])
    return False


@contextlib.contextmanager
def _watched() -> Iterator[None]:
    """Turn socket errors into Halt."""
    try:
        yield
    except OSError as error:
        raise Halt(_outcome(error)) from error


@contextlib.contextmanager
def _closed_on_halt(connection: socket.socket) -> Iterator[None]:
    try:
        yield
    except Halt:
        connection.close()
        raise
