# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pyftpdlib's server, made to misbehave as a Script says; what the Script does not touch is the real thing."""

from __future__ import annotations

import logging
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from faulty_script import Script
from OpenSSL import SSL
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.handlers.ftp.dispatchers import ActiveDTP, PassiveDTP
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

logging.getLogger("pyftpdlib").addHandler(logging.NullHandler())
logging.getLogger("pyftpdlib").propagate = False

USER, PASSWORD = "probe", "s3cret-s3cret"
# The longest sleep of a server's loop between two checks for its end.
_TICK = 0.05
# The option SO_LINGER with which closing resets the connection.
_RESET = struct.pack("ii", 1, 0)
# Where struct tcp_info (linux/tcp.h) has tcpi_segs_in, and how many segments acknowledge a preliminary reply.
_SEGMENTS_IN = struct.Struct("=140xI")
_ACKNOWLEDGEMENTS = 2
# Bytes of a line without an end.
_FLOOD = 10_000_000
# Lines of a reply that holds some 1 MB.
_LINES = 10_000
_VERSIONS = {
    "1.0": SSL.TLS1_VERSION,
    "1.1": SSL.TLS1_1_VERSION,
    "1.2": SSL.TLS1_2_VERSION,
    "1.3": SSL.TLS1_3_VERSION,
}
_ANNOUNCEMENTS = {"PASV": "227 Entering passive mode ({octets},{high},{low}).", "EPSV": "229 Go (|||{port}|)."}


class _Passive(PassiveDTP):
    """Takes its ports in order, or no connections, where the Script wants that."""

    def __init__(self, channel: Any, extmode: bool = False) -> None:
        whole = channel.passive_ports
        if channel.script.sequential:
            port = whole[channel.server.passive_turn % len(whole)]
            channel.server.passive_turn += 1
            channel.passive_ports = [port]
        try:
            super().__init__(channel, extmode)
        finally:
            channel.passive_ports = whole

    def handle_accepted(self, sock: Any, addr: Any) -> None:
        if self.cmd_channel.script.no_taking:
            sock.close()
        else:
            super().handle_accepted(sock, addr)


class _Active(ActiveDTP):
    """Connects from another address, or not at all."""

    _unregistered = False

    def __init__(self, ip: str, port: int, channel: Any) -> None:
        if channel.script.no_data_connection is None:
            super().__init__(ip, port, channel)
        else:
            channel.respond("200 PORT command successful.")

    def connect_af_unspecified(self, address: Any, source_address: Any = None) -> Any:
        source = self.cmd_channel.script.data_from
        return super().connect_af_unspecified(address, (source, 0) if source else source_address)

    def del_channel(self, map: Any = None) -> None:
        # pyftpdlib 2.2 unregisters the descriptor's number once more when the next command comes; by then it may be
        # another session's.
        if not self._unregistered:
            super().del_channel(map)
        self._unregistered = True

    def close(self) -> None:
        if hasattr(self, "cmd_channel"):
            super().close()


class _Faulty:
    """Mixed into a handler of pyftpdlib: commands are answered as the Script says."""

    script: Script
    passive_dtp = _Passive
    active_dtp = _Active
    _verb = ""
    # When the last command came, and how many TCP segments had come with it.
    _last_command = (0.0, 0)
    # pyftpdlib answers PORT when the data connection is there, and other commands before that: as no other server does.
    _port_unanswered = False

    def handle(self) -> None:
        if self.script.peer_seen:
            self.remote_ip = self.script.peer_seen
        if self.script.implicit:
            self.secure_connection(self.ssl_context)  # type: ignore[attr-defined]
        else:
            self._greet()

    def handle_ssl_established(self) -> None:
        if self.script.implicit:
            self._greet()

    def _greet(self) -> None:
        if not self._misbehave("GREETING", "", super().handle):  # type: ignore[misc]
            super().handle()  # type: ignore[misc]

    def pre_process_command(self, line: str, command: str, argument: str) -> None:
        if self._port_unanswered:
            self._in_its_turn(line, command, argument)
            return
        self._verb = command
        self._last_command = (time.monotonic(), self._segments())
        go_on = self._obey
        lost = self._stalls(command)
        if not lost and not self._misbehave(command, argument, lambda: go_on(line, command, argument)):
            go_on(line, command, argument)

    def _in_its_turn(self, *command: str) -> None:
        if not self._closed:  # type: ignore[attr-defined]
            self.call_later(_TICK, self.pre_process_command, *command)  # type: ignore[attr-defined]

    def _obey(self, line: str, command: str, argument: str) -> None:
        self._port_unanswered = command in ("PORT", "EPRT")
        super().pre_process_command(line, command, argument)  # type: ignore[misc]

    def _misbehave(self, command: str, argument: str, obey: Any) -> bool:
        """Do what the Script says for the command.  Return whether there was something to do."""
        script, name = self.script, self.script.fault(command, argument)
        if not name:
            return False
        if name in script.hung_up:
            self.close()  # type: ignore[attr-defined]
        elif name in script.reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)  # type: ignore[attr-defined]
            self.close()  # type: ignore[attr-defined]
        elif name in script.dripped:
            self._drip()
        elif name in script.flooded:
            self.push("x" * _FLOOD)  # type: ignore[attr-defined]
        elif name in script.long:
            self.push(f"{script.long[name]}-{'Read this.' * 10}\r\n" * _LINES)  # type: ignore[attr-defined]
        elif name in script.delays:
            self.call_later(script.delays[name], obey)  # type: ignore[attr-defined]
        elif name in script.replies:
            self.respond(script.replies[name])
            if script.replies[name].startswith(("421", "500 OOPS")):
                self.close_when_done()  # type: ignore[attr-defined]
        return True

    def _drip(self) -> None:
        """Send a line without an end, a byte at a time."""
        self.push("2")  # type: ignore[attr-defined]
        self.call_later(_TICK, self._drip)  # type: ignore[attr-defined]

    def respond(self, text: str, logfun: Any = logging.debug) -> None:
        self._port_unanswered = False
        more = self.script.appended.get(self._verb)
        behind = f"\r\n{more}" if more and not text.startswith("1") else ""
        if not (text.startswith("226") and self._forgotten()):
            super().respond(self._altered(text) + behind, logfun)  # type: ignore[misc]

    def _stalls(self, command: str) -> bool:
        """Return whether a transfer's packets would be too large for the path."""
        largest = self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)  # type: ignore[attr-defined]
        return command in ("STOR", "RETR") and 0 < self.script.narrow < largest

    def _segments(self) -> int:
        """Return how many TCP segments have come: linux/tcp.h, tcpi_segs_in.  A keepalive is one."""
        return int(_SEGMENTS_IN.unpack_from(self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192))[0])  # type: ignore[attr-defined]

    def _forgotten(self) -> bool:
        """Return whether a router has forgotten the control connection: at most an acknowledgement came for so long."""
        at, segments = self._last_command
        idle = self.script.forgets is not None and time.monotonic() - at >= self.script.forgets
        return idle and self._segments() - segments <= _ACKNOWLEDGEMENTS

    def _altered(self, text: str) -> str:
        """Return what PASV and EPSV announce, in other words or with another port."""
        script = self.script
        if self._verb not in _ANNOUNCEMENTS or not text.startswith(("227", "229")) or self._verb in script.replies:
            return text
        numbers = [int(number) for number in re.findall("[0-9]+", text)[1:]]
        port = numbers[0] if self._verb == "EPSV" else numbers[4] * 256 + numbers[5]
        affected = script.only in ("", self._verb, "TLS" if self._encrypted() else "CLEAR")
        if script.announced_port and affected:
            port = self.server.dead_port(script.announced_port)  # type: ignore[attr-defined]
        host = self.socket.getsockname()[0]  # type: ignore[attr-defined]
        octets = (script.masquerade if script.masquerade and affected else host).replace(".", ",")
        form = script.rewritten.get(self._verb, _ANNOUNCEMENTS[self._verb])
        return form.format(octets=octets, address=host, port=port, high=port // 256, low=port % 256)

    def _encrypted(self) -> bool:
        return bool(getattr(self, "_ssl_established", False))

    def ftp_STOR(self, file: str, mode: str = "w") -> Any:
        return None if self._without_data() else super().ftp_STOR(file, mode)  # type: ignore[misc]

    def ftp_RETR(self, file: str) -> Any:
        if self._without_data():
            return None
        if self.script.spoil:
            content = Path(file)
            content.write_bytes(self.script.spoil(content.read_bytes()))
        return super().ftp_RETR(file)  # type: ignore[misc]

    def _without_data(self) -> bool:
        """Answer a transfer for which no active data connection will be made."""
        code = self.script.no_data_connection
        if code is None or self._dtp_acceptor or self.data_channel:  # type: ignore[attr-defined]
            return False
        if not code:
            self.respond("150 Opening data connection.")
        elif code != "150":
            self.respond(f"{code} No data connection.")
        return True


class _Private(TLS_DTPHandler):
    """Knows the sessions of the control connection until the Script lets it forget them."""

    def secure_connection(self, ssl_context: SSL.Context) -> None:
        channel = self.cmd_channel
        channel.secured += 1
        forgets = 0 < channel.script.forgets_session <= channel.secured
        super().secure_connection(channel.forgetful_context if forgets else ssl_context)


class _ReusedOnly(_Private):
    """Refuses data connections whose TLS session is not that of the control connection, as vsftpd does."""

    def handle_ssl_established(self) -> None:
        # pyOpenSSL 26 does not show this function of OpenSSL.
        if not SSL._lib.SSL_session_reused(self.socket._ssl):
            self._resp = ("522 SSL connection failed: session reuse required", logging.debug)
            self.close()


class _PlainHandler(_Faulty, FTPHandler):
    pass


class _TlsHandler(_Faulty, TLS_FTPHandler):
    # Data connections of this dialogue that TLS was begun on.
    secured = 0


class FaultyServer(FTPServer):
    """One server on one address of loopback; silent ports are held there for as long as it runs."""

    passive_turn = 0

    def __init__(self, address: str, script: Script, home: Path, certificates: Path) -> None:
        self._held = ExitStack()
        self._silent = {port: self._silence(address, port) for port in script.silent_ports}
        self._no_listener = self._held.enter_context(socket.socket())
        self._no_listener.bind((address, 0))
        self.max_cons_per_ip = script.clients
        super().__init__((address, 0), _handler(script, home, certificates), ioloop=IOLoop())

    def _silence(self, address: str, port: int) -> int:
        """Make the port drop connections, as Linux does when a listener's queue is full.  Return its number."""
        listener = self._held.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(0)
        for _number in range(2):
            waiting = self._held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        return int(listener.getsockname()[1])

    def dead_port(self, kind: str) -> int:
        """Return a port of the kind "closed" or "silent", or the port that is named."""
        if kind == "closed":
            return int(self._no_listener.getsockname()[1])
        if kind == "silent":
            return self._silent.setdefault(0, self._silence(self.address[0], 0))
        return int(kind)

    def serve(self, over: Event) -> None:
        """Serve until the server is told to stop."""
        while not over.is_set():
            self.ioloop.loop(timeout=_TICK, blocking=False)
        with self._held:
            self.close_all()


def _handler(script: Script, home: Path, certificates: Path) -> type[FTPHandler]:
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(home), perm="elradfmwMT")
    facts: dict[str, Any] = {
        "script": script,
        "authorizer": authorizer,
        "passive_ports": script.passive_ports or None,
        "permit_foreign_addresses": script.promiscuous,
        "permit_privileged_ports": script.promiscuous,
        "use_sendfile": False,
        "auth_failed_timeout": 0,
    }
    if not script.certificate:
        return type("Handler", (_PlainHandler,), facts)
    facts.update(
        ssl_context=_context(script, certificates / f"{script.certificate}.pem"),
        tls_control_required="control" in script.tls_required,
        tls_data_required="data" in script.tls_required,
        # A context has session IDs and keys of tickets of its own.
        forgetful_context=_context(script, certificates / f"{script.certificate}.pem"),
        dtp_handler=_ReusedOnly if script.session_reuse else _Private,
    )
    return type("Handler", (_TlsHandler,), facts)


def _context(script: Script, chain: Path) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.use_certificate_chain_file(str(chain))
    context.use_privatekey_file(str(chain))
    context.set_session_id(b"ftp")
    if script.no_sessions:
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_options(SSL.OP_NO_TICKET)
    if script.session_lifetime:
        context.set_timeout(script.session_lifetime)
    if script.tls_versions:
        context.set_min_proto_version(_VERSIONS[script.tls_versions[0]])
        context.set_max_proto_version(_VERSIONS[script.tls_versions[-1]])
        # OpenSSL 3 offers TLS before 1.2 at security level 0 only.
        context.set_cipher_list(b"ALL:@SECLEVEL=0")
    return context


@contextmanager
def running(address: str, script: Script, home: Path, certificates: Path) -> Iterator[FaultyServer]:
    """Run a faulty server in a thread of its own."""
    server, over = FaultyServer(address, script, home, certificates), Event()
    thread = Thread(target=server.serve, args=(over,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        thread.join()
