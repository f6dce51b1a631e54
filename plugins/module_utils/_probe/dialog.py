# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue on a control connection: commands, replies up to a limit, and a masked and escaped record of both.

Every failure is raised as Halt with an outcome word of evidence.py.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import select
import socket
import ssl
import time
from collections.abc import Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import reply as ftp
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import (
    Clock,
    Halt,
    connect,
    keep_alive,
    left,
    send_all,
    watched,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import secure

# What one control connection may say before the probe hangs up: lines in both directions, and the server's bytes.
MAX_RECORD = 600
MAX_BYTES = 1 << 16
# What vsftpd 3.0.5 writes past TLS, in clear, when it ends a session: measured.  OpenSSL takes the first five bytes for
# the header of a record (RFC 8446 section 5.1), and leaves the others.
_AS_HEADER, _AFTER_IT = b"500 O", b"OPS"


class Control:
    """A control connection; clock bounds what is done on it and on its data connections.

    segment: the most bytes of a TCP segment, 0: as this host does it.
    """

    def __init__(self, address: str, port: int, clock: Clock, secret: str, segment: int = 0) -> None:
        self.clock = clock
        self._secret = secret
        self._received = bytearray()
        self._bytes_left = MAX_BYTES
        self.record: list[seen.Line] = []
        self.code = 0
        self._connection = connect(address, port, clock.deadline(), segment=segment)

    def close(self) -> None:
        """Close the connection without QUIT."""
        self._connection.close()

    def keep_alive(self, seconds: int) -> None:
        """Let this host send a TCP keepalive whenever the connection was idle for so long."""
        keep_alive(self._connection, seconds)

    def speaks(self, deadline: float) -> bool:
        """Wait for the server's next words, up to the deadline; return whether they came.

        Raise Halt if the connection ends meanwhile.  TLS records that hold no reply do not end the wait.
        """
        while b"\n" not in self._received:
            if not select.select([self._connection], [], [], left(deadline))[0]:
                return False
            self._take_what_is_there()
        return True

    def local_address(self) -> str:
        """Return the IP address that this host uses towards the server."""
        return str(self._connection.getsockname()[0])

    def secure(self, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
        """Go on in TLS; drop what came in clear after the last reply, which anybody may have injected.

        The record keeps it, line by line.  A server of TLS says nothing before the client's first message.
        """
        if self.record:
            self._take_what_is_there()
        for line in bytes(self._received[: ftp.MAX_LINE_BYTES]).splitlines():
            self._note(seen.DROPPED, line.decode("utf-8", "backslashreplace"))
        self._received.clear()
        self._connection = secured = secure(self._connection, context, name, self.clock.deadline())
        return secured

    def unsecure(self) -> None:
        """Go on in clear after CCC (RFC 4217 section 5)."""
        if isinstance(self._connection, ssl.SSLSocket):
            with watched():
                self._connection.settimeout(left(self.clock.deadline()))
                self._connection = self._connection.unwrap()

    def session(self) -> ssl.SSLSession | None:
        """Return the TLS session as it is now: TLS 1.3 sends tickets after the handshake, with the first replies."""
        return self._connection.session if isinstance(self._connection, ssl.SSLSocket) else None

    def send(self, command: str) -> None:
        """Send one command."""
        self._note("client", "PASS ********" if command.startswith("PASS ") else command)
        send_all(self._connection, command.encode("utf-8", "surrogateescape") + b"\r\n", self.clock.deadline())

    def ask_for_tls(self) -> None:
        """Send AUTH TLS; raise Halt if the reply does not let the handshake begin.

        That is 234 (RFC 4217 section 4); curl takes 334, too.
        """
        if self.command("AUTH TLS").code not in (234, 334):
            raise Halt(seen.REJECTED)

    def login(self, user: str, password: str) -> None:
        """Send USER and, if the server asks for it, PASS; raise Halt if the server does not accept them."""
        if self.command(f"USER {user}").code == 331:
            self.command(f"PASS {password}")
        if self.code >= 300:
            raise Halt(seen.REJECTED)

    def command(self, command: str) -> ftp.Reply:
        """Send one command and return its final reply; raise Halt if that is negative."""
        self.send(command)
        return self.final()

    def final(self) -> ftp.Reply:
        """Return the next reply that is not preliminary; raise Halt if it is negative."""
        deadline = self.clock.deadline()
        reply = self._reply(deadline)
        while reply.preliminary:
            reply = self._reply(deadline)
        if reply.negative:
            raise Halt(seen.REJECTED)
        return reply

    def preliminary(self, deadline: float | None = None) -> None:
        """Wait for the 1yz that comes before a transfer (RFC 959 section 5.4); raise Halt on any other reply."""
        if not self._reply(deadline or self.clock.deadline()).preliminary:
            raise Halt(seen.REJECTED)

    def check(self) -> None:
        """Send PWD, once more if it is refused, and record its replies as CHECK; the last reply stays what it was.

        Only the first call does it.
        """
        if any(line.sender == seen.CHECK for line in self.record):
            return
        begun, code = len(self.record), self.code
        with contextlib.suppress(Halt):
            self.send("PWD")
            if self._reply(self.clock.deadline()).negative:
                self.send("PWD")
                self._reply(self.clock.deadline())
        said = [line for line in self.record[begun:] if line.sender == "server"]
        self.record[begun:] = [dataclasses.replace(line, sender=seen.CHECK) for line in said]
        self.code = code

    def explain(self, patient: bool) -> None:
        """Raise Halt with REJECTED if the server says why a data connection broke; wait for that only if patient."""
        if patient or b"\n" in self._received or select.select([self._connection], [], [], 0)[0]:
            self.final()

    def accept(self, listener: socket.socket) -> tuple[socket.socket, str, int]:
        """Return the server's data connection, and its remote address and port.

        Servers differ in whether the preliminary reply or the connection comes first.  Raise Halt on a negative reply.
        """
        deadline = self.clock.deadline()
        begun = False
        while not self._comes_first(listener, deadline):
            self.preliminary(deadline)
            begun = True
        with watched():
            connection, (address, port, *_flow) = listener.accept()
        if not begun:
            with _closed_on_halt(connection):
                self.preliminary(deadline)
        return connection, str(address), int(port)

    def _comes_first(self, listener: socket.socket, deadline: float) -> bool:
        """Wait for a connection (True) or for a reply (False), whichever comes first.

        TLS records that hold no reply, and half a line, do not end the wait.
        """
        while b"\n" not in self._received:
            ready = select.select([listener, self._connection], [], [], left(deadline))[0]
            if listener in ready:
                return True
            if not ready or time.monotonic() > deadline:
                raise Halt(seen.TIMEOUT)
            self._take_what_is_there()
        return False

    def _take_what_is_there(self) -> None:
        self._connection.settimeout(0)
        with watched(), contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            self._take(self._next_bytes())

    def _reply(self, deadline: float) -> ftp.Reply:
        begun = len(self.record)
        try:
            reply = ftp.read_reply(lambda: self._line(deadline))
        except ValueError as error:
            # A reply that begins as it should can break a limit only.
            first = self.record[begun].text if len(self.record) > begun else self._received[:4].decode("latin-1")
            raise Halt(seen.OVERLONG if ftp.begins_reply(first) else seen.GARBLED) from error
        self.code = reply.code
        return reply

    def _line(self, deadline: float) -> str:
        while b"\n" not in self._received:
            if len(self._received) > ftp.MAX_LINE_BYTES:
                raise ValueError(f"the line has more than {ftp.MAX_LINE_BYTES} bytes")
            with watched():
                self._connection.settimeout(left(deadline))
                chunk = self._next_bytes()
            self._take(chunk)
        raw, _end, self._received = self._received.partition(b"\n")
        line = raw.decode("utf-8", "backslashreplace").rstrip("\r")
        self._note("server", line)
        return line

    def _next_bytes(self) -> bytes:
        try:
            return self._connection.recv(ftp.MAX_LINE_BYTES)
        except ssl.SSLError as error:
            if error.reason != "WRONG_VERSION_NUMBER":
                raise
            return self._last_words(error)

    def _last_words(self, error: ssl.SSLError) -> bytes:
        """Return what vsftpd says in clear at the end of a session in TLS, and go on in clear; else raise the error.

        Nothing follows a refusal, so nothing secret is sent in clear.
        """
        secured = self._connection
        rest = socket.socket.recv(secured, ftp.MAX_LINE_BYTES)
        if not rest.startswith(_AFTER_IT):
            raise error
        self._connection = socket.socket(fileno=secured.detach())
        return _AS_HEADER + rest

    def _take(self, chunk: bytes) -> None:
        if not chunk:
            raise Halt(seen.CLOSED)
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            raise Halt(seen.OVERLONG)
        self._received += chunk

    def _note(self, sender: str, text: str) -> None:
        if len(self.record) >= MAX_RECORD:
            raise Halt(seen.OVERLONG)
        self.record.append(seen.Line(round(time.time(), 6), sender, ftp.presentable(text, self._secret)))


@contextlib.contextmanager
def _closed_on_halt(connection: socket.socket) -> Iterator[None]:
    try:
        yield
    except Halt:
        connection.close()
        raise
