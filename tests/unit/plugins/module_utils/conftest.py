# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small FTP server on loopback that misbehaves as told."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Lock, Thread

import pytest
from ansible_collections.mxlab.ftp.tests.unit.plugins.certificates import make_certificate

HANG = b"<hang>"
HANG_UP = b"<hang up>"


class FakeFtp(socketserver.ThreadingTCPServer):
    """Serves any user.

    faults: verb (or GREETING) -> the raw bytes to answer instead of obeying, HANG or HANG_UP.
    data_source: where active data connections come from; None: they never come.
    eager: make them at PORT and EPRT already, as pyftpdlib does.
    spoil: what happens to a file's content on its way back.
    look: called with each connection that the server has with its client, while it is open.
    during, stored: what the server says in the middle of an upload, and at its end.
    tls: how to serve TLS, None: not at all.  implicit: from the first byte.  reuse: data connections have to resume the
    control connection's session, as vsftpd demands.  require_tls: refuse USER in clear.
    places: how many clients are served at a time, the others are turned away with full.
    ports: the passive range; when it is full, the reply is exhausted, or with None any port is taken.
    """

    allow_reuse_address = True
    block_on_close = False
    daemon_threads = True
    # With socketserver's five, some of fifteen clients at once may be forgotten, and wait for a greeting in vain.
    request_queue_size = 50

    def __init__(
        self,
        faults: dict[str, bytes] | None = None,
        data_source: str | None = "127.0.0.1",
        eager: bool = False,
        spoil: Callable[[bytes], bytes] = bytes,
        look: Callable[[socket.socket], None] = lambda _connection: None,
        during: bytes = b"",
        stored: bytes = b"226 stored\r\n",
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        reuse: bool = False,
        require_tls: bool = False,
        places: int = 1000,
        full: str = "421 too many",
        ports: list[int] | None = None,
        exhausted: str | None = "425 busy",
        address: str = "127.0.0.1",
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), _Session)
        self.tls = tls
        self.implicit = implicit
        self.reuse = reuse
        self.require_tls = require_tls
        self.places = places
        self.full = full
        self.ports = ports or []
        self.exhausted = exhausted
        self.lock = Lock()
        self.faults = faults or {}
        self.data_source = data_source
        self.eager = eager
        self.spoil = spoil
        self.look = look
        self.during = during
        self.stored = stored
        self.files: dict[str, bytearray] = {}
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
    private = False
    epsv_only = False

    def handle(self) -> None:
        self.server.look(self.connection)
        with contextlib.suppress(OSError, EOFError), self.place():
            if self.server.implicit:
                self.secure()
            self.answer("GREETING", "", "220 ready")
            while line := self.rfile.readline():
                verb, _blank, argument = line.decode("utf-8", "replace").strip().partition(" ")
                self.server.verbs.append(verb)
                getattr(self, verb.lower(), self.plain)(verb, argument)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        if self.listener:
            self.listener.close()
        self.connection.close()

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        with self.server.lock:
            self.server.places -= 1
            turned_away = self.server.places < 0
        with contextlib.ExitStack() as self.leaving:
            self.leaving.callback(self.give_place_back)
            if turned_away:
                self.say(self.server.full)
                raise EOFError
            yield

    def give_place_back(self) -> None:
        with self.server.lock:
            self.server.places += 1

    def secure(self) -> None:
        assert self.server.tls
        self.talk_on(self.server.tls.wrap_socket(self.connection, server_side=True))

    def talk_on(self, connection: socket.socket) -> None:
        self.connection = connection
        self.rfile, self.wfile = connection.makefile("rb"), connection.makefile("wb", 0)

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
        lines = {"PASS": "230 in", "CWD": "250 there", "TYPE": "200 binary", "PBSZ": "200 0"}
        self.answer(verb, argument, lines.get(verb, "502 what"))

    def quit(self, verb: str, argument: str) -> None:
        # The place is free before the client hears of it: the next one may come at once.
        self.leaving.close()
        self.answer(verb, argument, "221 bye")

    def user(self, verb: str, argument: str) -> None:
        refused = self.server.require_tls and not isinstance(self.connection, ssl.SSLSocket)
        self.answer(verb, argument, "530 TLS first" if refused else "331 password")

    def auth(self, verb: str, argument: str) -> None:
        if not self.server.tls:
            self.answer(verb, argument, "502 what")
        else:
            self.answer(verb, argument, "234 go")
            if self.server.faults.get(verb, b"234").startswith(b"234"):
                self.secure()

    def prot(self, verb: str, argument: str) -> None:
        self.private = self.answer(verb, argument, "200 so be it") and argument == "P"

    def ccc(self, verb: str, argument: str) -> None:
        if self.answer(verb, argument, "200 clear"):
            assert isinstance(self.connection, ssl.SSLSocket)
            self.talk_on(self.connection.unwrap())

    def passive(self, verb: str, template: str) -> None:
        if self.listener:
            self.listener.close()
        listener = self.free_port()
        if listener is None:
            self.say(self.server.exhausted or "")
            return
        port = listener.getsockname()[1]
        line = template.format(port=port, high=port // 256, low=port % 256)
        self.listener = listener if self.answer(verb, "", line) else None

    def free_port(self) -> socket.socket | None:
        if not self.server.ports:
            return self.listen(0)
        for port in self.server.ports:
            with contextlib.suppress(OSError):
                return self.listen(port)
        return None if self.server.exhausted else self.listen(0)

    def listen(self, port: int) -> socket.socket:
        return socket.create_server((self.server.server_address[0], port), family=self.server.address_family)

    def pasv(self, verb: str, _argument: str) -> None:
        if self.epsv_only:
            self.say("501 EPSV ALL")
            return
        self.passive(verb, "227 Entering Passive Mode (127,0,0,1,{high},{low}).")

    def epsv(self, verb: str, argument: str) -> None:
        if argument == "ALL":
            self.epsv_only = self.answer("EPSV ALL", argument, "200 nothing else")
            return
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

    @contextlib.contextmanager
    def data(self) -> Iterator[socket.socket]:
        with self.meet() as bare:
            self.server.look(bare)
            if not self.private:
                yield bare
                return
            assert self.server.tls
            with self.server.tls.wrap_socket(bare, server_side=True) as data:
                if self.server.reuse and not data.session_reused:
                    self.say("522 session reuse required")
                    raise EOFError
                yield data
                with contextlib.suppress(OSError):
                    data.unwrap()

    def meet(self) -> socket.socket:
        if self.listener:
            with self.listener as listener:
                return listener.accept()[0]
        return self.early or self.call()

    def call(self) -> socket.socket:
        if self.server.data_source is None:
            self.server.over.wait()
            raise EOFError
        source = None if ":" in self.client[0] else (self.server.data_source, 0)
        return socket.create_connection(self.client, source_address=source)

    def stor(self, verb: str, name: str) -> None:
        # As on a file system: what an upload still writes into does not come back once another session has deleted it.
        file = self.server.files[name] = bytearray()
        if self.answer(verb, name, "150 go"):
            with self.data() as data, data.makefile("rb") as content:
                self.wfile.write(self.server.during)
                file += content.read()
            self.wfile.write(self.server.stored)

    def retr(self, verb: str, name: str) -> None:
        if self.answer(verb, name, "150 comes"):
            with self.data() as data:
                data.sendall(self.server.spoil(bytes(self.server.files[name])))
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


@pytest.fixture(scope="session")
def server_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """TLS 1.2 and 1.3 with a certificate for 127.0.0.1 and ftp.example.com that nobody trusts."""
    path: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(make_certificate()[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def hang() -> bytes:
    """Return the fault of a server that no longer answers."""
    return HANG


@pytest.fixture
def hang_up() -> bytes:
    """Return the fault of a server that closes the control connection."""
    return HANG_UP


@pytest.fixture
def full_port() -> Iterator[int]:
    """Return a port on loopback whose connections time out: its queue is full, and Linux then drops what comes."""
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
    """Return a port on loopback that refuses connections: bound, so that nobody else takes it, but not listening."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])
