# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialogue that tries one cell of the matrix, or a variant of one.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import reply as ftp
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Entry, Target, call
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import (
    Halt,
    connect,
    drain,
    listen,
    receive_all,
    send_all,
    was_reset,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import finish, is_expired, is_offered, secure

# RFC 2577 section 3: a server is not to connect to a port below 1024; nor is a client, for the same reason.
LOW_PORT = 1023
# Seconds between two bytes of a long upload: no NAT router is known to forget a connection as fast.
PAUSE = 1
# Seconds between TCP keepalives that suffice for the NAT routers that are known, as curl's default does; in a shorter
# upload they come four times.
KEEPALIVE = 60
# Bytes of a TCP segment that every path carries (RFC 9293 section 3.7.1).
SMALL_SEGMENT = 536


class Attempt:
    """One dialogue; the cell says which mode, protection, variant and address it tries."""

    def __init__(self, target: Target, cell: seen.Cell) -> None:
        self._target = dataclasses.replace(target, address=cell.control_address)
        self._cell = cell
        self._file = f"ftp_probe-{secrets.token_hex(8)}.tmp"
        self._file_may_exist = False
        self._segment = SMALL_SEGMENT if cell.variant == seen.SMALL_PACKETS else 0
        version = cell.tls_version if cell.variant == seen.SESSIONS else ""
        self._entry = Entry(self._target, cell.protection, lambda stage: self._note(stage=stage), version)

    def run(self, before_data: Callable[[], object], last_questions: Callable[[Control], None]) -> seen.Cell:
        """Return the cell with the stage that the dialogue reached, and its outcome.

        before_data is called between login and transfers, last_questions before QUIT if everything else went well.
        """
        try:
            with call(self._target, segment=self._segment) as control, self._recorded(control):
                with _checked(control):
                    self._enter(control)
                    before_data()
                    self._exchange(control)
                with contextlib.suppress(Halt):
                    last_questions(control)
                    control.command("QUIT")
        except Halt as halt:
            self._note(outcome=halt.outcome, tls_error=halt.detail)
        if self._file_may_exist:
            self._tidy()
        return self._cell

    def _note(self, **facts: Any) -> None:
        self._cell = dataclasses.replace(self._cell, **facts)

    @contextlib.contextmanager
    def _recorded(self, control: Control) -> Iterator[None]:
        """Take over the record of the control connection, however the dialogue ends."""
        try:
            yield
        finally:
            self._note(code=control.code, transcript=tuple(control.record))
            self._note(tls_version=self._entry.tls_version or self._cell.tls_version)
            self._note(certificate=self._entry.certificate)
            self._note(reply=(self._cell.replies or ("",))[-1])

    def _enter(self, control: Control) -> None:
        self._entry.greeting(control)
        self._entry.login(control)
        if self._cell.variant == seen.CCC:
            control.command("CCC")
            control.unsecure()
        if self._target.directory:
            self._note(stage=seen.DIRECTORY)
            control.command(f"CWD {self._target.directory}")
        self._note(stage=seen.TYPE)
        control.command("TYPE I")

    def _exchange(self, control: Control) -> None:
        self._note(stage=seen.ANNOUNCE)
        if self._cell.variant == seen.LOW_PORT:
            self._note(data_address=control.local_address(), data_port=LOW_PORT)
            control.command(ftp.port_command(control.local_address(), LOW_PORT))
            raise Halt(seen.IGNORED)
        if self._cell.variant == seen.EPSV_ALL:
            control.command("EPSV ALL")
        if self._cell.variant in seen.LONG_TRANSFERS:
            self._long_upload(control)
            return
        self._transfers(control)
        if self._cell.variant == seen.EPSV_ALL:
            self._must_refuse_pasv(control)

    def _must_refuse_pasv(self, control: Control) -> None:
        """Check RFC 2428 section 4: after EPSV ALL the server must reject all other commands for data connections."""
        try:
            control.command("PASV")
        except Halt as halt:
            if halt.outcome == seen.REJECTED:
                return
            raise
        self._note(stage=seen.ANNOUNCE)
        raise Halt(seen.IGNORED)

    def _transfers(self, control: Control) -> None:
        content = secrets.token_bytes(self._target.size)
        with self._transfer(control, seen.UPLOAD, f"STOR {self._file}") as data:
            send_all(data, content, control.clock.deadline())
        # The third data connection shows a ticket that is accepted twice, and no more.
        for _number in range(2 if self._cell.variant == seen.SESSIONS else 1):
            self._download(control, content)
        self._delete(control)

    def _download(self, control: Control, content: bytes) -> None:
        with self._transfer(control, seen.DOWNLOAD, f"RETR {self._file}") as data:
            # One byte more than sent, so that a longer file is noticed.
            returned = receive_all(data, len(content) + 1, control.clock.deadline())
        self._note(stage=seen.COMPARE)
        if returned != content:
            raise Halt(seen.DIFFERS)

    def _long_upload(self, control: Control) -> None:
        """Upload a byte at a time, so that only the control connection is idle, until the server speaks on it."""
        if self._cell.variant == seen.KEPT_ALIVE:
            self._note(keepalive=max(1, min(KEEPALIVE, self._target.long_transfer // 4)))
            control.keep_alive(self._cell.keepalive)
        control.clock.extend(self._target.long_transfer)
        with self._transfer(control, seen.UPLOAD, f"STOR {self._file}") as data, self._timed():
            end = time.monotonic() + self._target.long_transfer
            while time.monotonic() < end and not control.speaks(min(end, time.monotonic() + PAUSE)):
                send_all(data, b".", control.clock.deadline())
        self._delete(control)

    @contextlib.contextmanager
    def _timed(self) -> Iterator[None]:
        """Note how long the control connection is idle."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._note(idle=round(time.monotonic() - begun, 1))

    def _delete(self, control: Control) -> None:
        self._note(stage=seen.DELETE)
        self._file_may_exist = False
        control.command(f"DELE {self._file}")

    @contextlib.contextmanager
    def _transfer(self, control: Control, stage: str, command: str) -> Iterator[socket.socket]:
        """Yield the data connection of one transfer; then end it and wait for the final reply."""
        self._note(stage=seen.ANNOUNCE)
        meet = self._active if self._cell.mode in seen.ACTIVE_MODES else self._passive
        with self._answered(control), meet(control, stage, command) as bare:
            try:
                with self._secured(control, bare, command) as data:
                    self._note(stage=stage)
                    yield data
                    ended = finish(data)
            except Halt as halt:
                _explain(control, halt)
                raise
            with ended:
                self._complete(control, ended)

    @contextlib.contextmanager
    def _answered(self, control: Control) -> Iterator[None]:
        """Note how the server answers a transfer, if its data connection has a TLS session."""
        earlier = self._cell.sessions
        try:
            yield
        finally:
            made = self._cell.sessions[len(earlier) :]
            answered = (dataclasses.replace(session, code=control.code) for session in made)
            self._note(sessions=(*earlier, *answered))

    def _complete(self, control: Control, data: socket.socket) -> None:
        """Wait for the final reply.  A server that has ended its side of the data connection has all of the file."""
        try:
            control.final()
        except Halt as halt:
            if halt.outcome == seen.TIMEOUT and was_reset(data):
                raise Halt(seen.BROKEN) from halt
            if halt.outcome == seen.TIMEOUT and drain(data, time.monotonic()):
                self._note(stage=seen.REPLY)
            raise
        drain(data, control.clock.deadline())

    def _secured(self, control: Control, bare: socket.socket, command: str) -> socket.socket:
        """Return the data connection, in TLS that resumes the control connection's session if the cell protects it."""
        if self._cell.protection != seen.PRIVATE or self._entry.context is None:
            return bare
        self._note(stage=seen.DATA_TLS)
        session = None if self._cell.variant == seen.NO_REUSE else control.session()
        old = is_expired(session, self._cell.tls_version)
        data = secure(bare, self._entry.context, self._target.tls_name, control.clock.deadline(), session)
        # Versions of OpenSSL that count parts of a second may still have offered it.
        expired = old and not data.session_reused
        made = seen.Session(
            command=command.split(" ", maxsplit=1)[0],
            offered=is_offered(session) and not expired,
            resumed=bool(data.session_reused),
            expired=expired,
        )
        self._note(data_tls_version=data.version() or "", sessions=(*self._cell.sessions, made))
        return data

    @contextlib.contextmanager
    def _passive(self, control: Control, stage: str, command: str) -> Iterator[socket.socket]:
        address, port = self._announced(control)
        self._note(stage=seen.DATA, data_address=address, data_port=port)
        self._refuse_strangers(address)
        if port <= LOW_PORT:
            raise Halt(seen.PRIVILEGED)
        source = self._target.foreign_address if self._cell.variant == seen.FOREIGN_PEER else ""
        with connect(address, port, control.clock.deadline(), source, self._segment) as data, _checked(control):
            self._note(stage=stage)
            self._file_may_exist = True
            control.send(command)
            control.preliminary()
            yield data

    def _announced(self, control: Control) -> tuple[str, int]:
        """Return the server's data address and port, as a client in this mode understands the reply."""
        extended = self._cell.mode == "EPSV"
        reply = control.command("EPSV" if extended else "PASV")
        try:
            address, port = (self._target.address, ftp.extended_port(reply)) if extended else ftp.passive_address(reply)
        except ValueError as error:
            raise Halt(seen.GARBLED) from error
        return (address if self._cell.mode == "PASV" else self._target.address), port

    @contextlib.contextmanager
    def _active(self, control: Control, stage: str, command: str) -> Iterator[socket.socket]:
        own = self._target.foreign_address if self._cell.variant == seen.BOUNCE else ""
        with listen(own or control.local_address(), self._segment) as listener, _checked(control):
            address = own or self._active_address(control)
            port = int(listener.getsockname()[1])
            self._note(data_address=address, data_port=port)
            announce = ftp.port_command if self._cell.mode == "PORT" else ftp.eprt_command
            control.command(announce(address, port))
            self._note(stage=seen.DATA)
            self._file_may_exist = True
            control.send(command)
            data, peer_address, peer_port = control.accept(listener)
            with data:
                self._note(data_peer=f"{peer_address}:{peer_port}")
                self._refuse_strangers(peer_address)
                yield data

    def _active_address(self, control: Control) -> str:
        """Return the address to announce; the option active_address is for IPv4, where NAT is."""
        return control.local_address() if self._cell.ipv6 else self._target.active_address or control.local_address()

    def _refuse_strangers(self, address: str) -> None:
        known = address in (self._target.address, self._target.public_address)
        if not known and not (self._target.follow_foreign_address and self._cell.mode == "PASV"):
            raise Halt(seen.FOREIGN)

    def _tidy(self) -> None:
        """Delete what a broken dialogue may have left, over a new connection: the old one may hang in a transfer."""
        plain = dataclasses.replace(self._cell, variant="")
        with contextlib.suppress(Halt), call(self._target) as control:
            Attempt(self._target, plain)._enter(control)
            control.command(f"DELE {self._file}")


@contextlib.contextmanager
def _checked(control: Control) -> Iterator[None]:
    """After a refusal, ask for the directory: if replies come late, the one to the refused command comes now.

    Meanwhile the data connection is left as it is: else that reply could be a refusal, too.
    """
    try:
        yield
    except Halt as halt:
        if halt.outcome == seen.REJECTED:
            control.check()
        raise


def _explain(control: Control, halt: Halt) -> None:
    """Raise Halt with the server's reply if it tells on the control connection why a data connection broke.

    Raise it with BROKEN if the control connection is still there and says nothing.

    After a timeout, only a reply that has already arrived counts: a dead cell costs one timeout.
    """
    if halt.outcome == seen.UNTRUSTED:
        return
    try:
        control.explain(patient=halt.outcome != seen.TIMEOUT)
    except Halt as word:
        if word.outcome == seen.REJECTED:
            raise Halt(seen.REJECTED, halt.detail) from halt
        if (halt.outcome, word.outcome) == (seen.CLOSED, seen.TIMEOUT):
            raise Halt(seen.BROKEN) from halt
