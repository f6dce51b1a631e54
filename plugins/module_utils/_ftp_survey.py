# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The survey: every mode tried in a dialogue of its own, and the edges of the passive range knocked at.

Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_reply as ftp
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_dialog import (
    Control,
    Halt,
    connect,
    listen,
    receive_all,
    send_all,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

_Moved = TypeVar("_Moved")


@dataclass(frozen=True)
class Target:
    """The service to be tried: IPv4 addresses as text, size in bytes, timeout in seconds for each operation."""

    address: str
    port: int
    user: str
    password: str = field(repr=False)
    directory: str = ""
    size: int = 65536
    timeout: float = 5.0
    public_address: str = ""
    active_address: str = ""


def survey(
    target: Target, modes: Sequence[str], passive_ports: PortRange | None
) -> tuple[tuple[seen.Cell, ...], tuple[seen.Edge, ...]]:
    """Try all modes and, if there is a range, its first and last port; give what was seen.

    No data connection begins before the edges are done: a server that listens on an edge port for a cell would take
    the knock for that cell's data connection.
    """
    edges = sorted({passive_ports.first, passive_ports.last}) if passive_ports else []
    with ThreadPoolExecutor(2) as knocks, ThreadPoolExecutor(_side_by_side(modes, passive_ports)) as attempts:
        knocking = [knocks.submit(_knock, target, port) for port in edges]
        cells = attempts.map(lambda mode: _Attempt(target, mode).run(lambda: wait(knocking)), modes)
        return tuple(cells), tuple(knock.result() for knock in knocking)


def _side_by_side(modes: Sequence[str], passive_ports: PortRange | None) -> int:
    """How many cells a server with that range can bear at a time.

    Every passive cell holds a port, and Pure-FTPd admits only half as many clients as its range has ports (ftpd.c).
    """
    return min(len(modes), max(1, len(passive_ports) // 2)) if passive_ports else len(modes)


def _knock(target: Target, port: int) -> seen.Edge:
    try:
        connect(target.address, port, target.timeout).close()
    except Halt as halt:
        return seen.Edge(port, halt.outcome)
    return seen.Edge(port, seen.OPEN)


class _Attempt:
    """One cell in the making."""

    def __init__(self, target: Target, mode: str) -> None:
        self._target = target
        self._file = f"ftp_probe-{secrets.token_hex(8)}.tmp"
        self._file_may_exist = False
        self._cell = seen.Cell(mode, control_address=target.address, control_port=target.port)

    def run(self, before_data: Callable[[], object]) -> seen.Cell:
        """Go as far as the server lets us; before_data is called between login and transfers."""
        try:
            with _control(self._target) as control, self._recorded(control):
                self._enter(control)
                before_data()
                self._transfers(control)
        except Halt as halt:
            self._note(outcome=halt.outcome)
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
            last = control.record[-1].text if control.record else ""
            self._note(code=control.code, reply=last, transcript=tuple(control.record))

    def _enter(self, control: Control) -> None:
        self._note(stage=seen.GREETING)
        control.final()
        self._note(stage=seen.LOGIN)
        control.login(self._target.user, self._target.password)
        if self._target.directory:
            self._note(stage=seen.DIRECTORY)
            control.command(f"CWD {self._target.directory}")
        self._note(stage=seen.TYPE)
        control.command("TYPE I")

    def _transfers(self, control: Control) -> None:
        target = self._target
        content = secrets.token_bytes(target.size)
        with self._transfer(control, seen.UPLOAD, f"STOR {self._file}") as data:
            send_all(data, content, target.timeout)
        with self._transfer(control, seen.DOWNLOAD, f"RETR {self._file}") as data:
            # One byte more than sent, so that a longer file is noticed.
            returned = receive_all(data, target.size + 1, target.timeout)
        self._note(stage=seen.COMPARE)
        if returned != content:
            raise Halt(seen.DIFFERS)
        self._note(stage=seen.DELETE)
        self._file_may_exist = False
        control.command(f"DELE {self._file}")
        with contextlib.suppress(Halt):
            control.command("QUIT")

    @contextlib.contextmanager
    def _transfer(self, control: Control, stage: str, command: str) -> Iterator[socket.socket]:
        """The data connection of one transfer; on leaving it is closed and the final reply awaited."""
        self._note(stage=seen.ANNOUNCE)
        meet = self._active if self._cell.mode in seen.ACTIVE_MODES else self._passive
        with meet(control, stage, command) as data:
            yield data
        control.final()

    @contextlib.contextmanager
    def _passive(self, control: Control, stage: str, command: str) -> Iterator[socket.socket]:
        address, port = self._announced(control)
        self._note(stage=seen.DATA, data_address=address, data_port=port)
        self._refuse_strangers(address)
        with connect(address, port, self._target.timeout) as data:
            self._note(stage=stage)
            self._file_may_exist = True
            control.send(command)
            control.preliminary()
            yield data

    def _announced(self, control: Control) -> tuple[str, int]:
        """Where the server wants to be called, as a client in this mode understands it."""
        extended = self._cell.mode == "EPSV"
        reply = control.command("EPSV" if extended else "PASV")
        try:
            address, port = (self._target.address, ftp.extended_port(reply)) if extended else ftp.passive_address(reply)
        except ValueError as error:
            raise Halt(seen.GARBLED) from error
        return (address if self._cell.mode == "PASV" else self._target.address), port

    @contextlib.contextmanager
    def _active(self, control: Control, stage: str, command: str) -> Iterator[socket.socket]:
        with listen(control.local_address()) as listener:
            address = self._target.active_address or control.local_address()
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
                self._note(stage=stage)
                yield data

    def _refuse_strangers(self, address: str) -> None:
        if address not in (self._target.address, self._target.public_address):
            raise Halt(seen.FOREIGN)

    def _tidy(self) -> None:
        """Remove what a broken dialogue may have left, over a new connection: the old one may hang in a transfer."""
        with contextlib.suppress(Halt), _control(self._target) as control:
            _Attempt(self._target, self._cell.mode)._enter(control)
            control.command(f"DELE {self._file}")


def _control(target: Target) -> contextlib.closing[Control]:
    return contextlib.closing(Control(target.address, target.port, target.timeout, target.password))
