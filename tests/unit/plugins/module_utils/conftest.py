# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small FTP server on loopback that misbehaves as told."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest

HANG = b"<hang>"
HANG_UP = b"<hang up>"


class FakeFtp(socketserver.ThreadingTCPServer):
    """Serves any user.

    faults: verb (or GREETING) -> the raw bytes to answer instead of obeying, HANG or HANG_UP.
    data_source: where active data connections come from; None: they never come.
    eager: make them at PORT and EPRT already, as pyftpdlib does.
    spoil: what happens to a file's content on its way back.
    """

    allow_reuse_address = True
    block_on_close = False
    daemon_threads = True

    def __init__(
        self,
        faults: dict[str, bytes] | None = None,
        data_source: str | None = "127.0.0.1",
        eager: bool = False,
        spoil: Callable[[bytes], bytes] = bytes,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.faults = faults or {}
        self.data_source = data_source
        self.eager = eager
        self.spoil = spoil
        self.files: dict[str, bytes] = {}
        self.verbs: list[str] = []
        self.over = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    server: FakeFtp
    listener: socket.socket | None = None
    client: tuple[str, int] = ("", 0)
    early: socket.socket | None = None

    def handle(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            self.answer("GREETING", "", "220 ready")
            for line in self.rfile:
                verb, _blank, argument = line.decode().strip().partition(" ")
                self.server.verbs.append(verb)
                getattr(self, verb.lower(), self.plain)(verb, argument)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, verb: str, argument: str, line: str) -> bool:
        """Say the line, or do what the fault for the verb wants: then the verb is not obeyed (False)."""
        fault = self.server.faults.get(verb)
        if fault == HANG:
            self.server.over.wait()
        if fault in (HANG, HANG_UP):
            raise EOFError
        self.wfile.write(f"{line}\r\n".encode() if fault is None else fault)
        return fault is None

    def plain(self, verb: str, argument: str) -> None:
        lines = {"USER": "331 password", "PASS": "230 in", "CWD": "250 there", "TYPE": "200 binary", "QUIT": "221 bye"}
        self.answer(verb, argument, lines.get(verb, "502 what"))

    def passive(self, verb: str, template: str) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        line = template.format(port=port, high=port // 256, low=port % 256)
        self.listener = listener if self.answer(verb, "", line) else None

    def pasv(self, verb: str, _argument: str) -> None:
        self.passive(verb, "227 Entering Passive Mode (127,0,0,1,{high},{low}).")

    def epsv(self, verb: str, _argument: str) -> None:
        self.passive(verb, "229 Entering Extended Passive Mode (|||{port}|)")

    def active(self, verb: str, address: str, port: int) -> None:
        self.listener, self.client = None, (address, port)
        self.early = self.call() if self.server.eager else None
        self.answer(verb, "", "200 thanks")

    def port(self, verb: str, argument: str) -> None:
        *octets, high, low = argument.split(",")
        self.active(verb, ".".join(octets), int(high) * 256 + int(low))

    def eprt(self, verb: str, argument: str) -> None:
        _nothing, _family, address, port, _end = re.split(r"\|", argument)
        self.active(verb, address, int(port))

    def data(self) -> socket.socket:
        if self.listener:
            with self.listener as listener:
                return listener.accept()[0]
        return self.early or self.call()

    def call(self) -> socket.socket:
        if self.server.data_source is None:
            self.server.over.wait()
            raise EOFError
        return socket.create_connection(self.client, source_address=(self.server.data_source, 0))

    def stor(self, verb: str, name: str) -> None:
        self.server.files[name] = b""
        if self.answer(verb, name, "150 go"):
            with self.data() as data, data.makefile("rb") as content:
                self.server.files[name] = content.read()
            self.say("226 stored")

    def retr(self, verb: str, name: str) -> None:
        if self.answer(verb, name, "150 comes"):
            with self.data() as data:
                data.sendall(self.server.spoil(self.server.files[name]))
            self.say("226 sent")

    def dele(self, verb: str, name: str) -> None:
        # Gone before the client hears of it: a test may look at once.
        if verb not in self.server.faults:
            self.server.files.pop(name, None)
        self.answer(verb, name, "250 gone")


@pytest.fixture
def ftp_server() -> Iterator[Callable[..., FakeFtp]]:
    """Start servers with the arguments of FakeFtp; they end with the test."""
    with ExitStack() as stack:

        def start(**arguments: object) -> FakeFtp:
            server = FakeFtp(**arguments)  # type: ignore[arg-type]
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            stack.callback(server.over.set)
            return server

        yield start


@pytest.fixture
def hang() -> bytes:
    """The fault of a server that no longer answers."""
    return HANG


@pytest.fixture
def hang_up() -> bytes:
    """The fault of a server that closes the control connection."""
    return HANG_UP


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port on loopback whose connections time out: its queue is full, and Linux then drops what comes."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _number in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on loopback that refuses connections: bound, so that nobody else takes it, but not listening."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])
