# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The survey: each cell in a dialogue of its own, then the facts and the optional checks.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import passive_range
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.attempt import Attempt
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.facts import (
    ask_features,
    server_facts,
    server_of,
    tls_facts,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import own_address

# RFC 959 section 4.2.1: a 4yz is worth another try.  The pause lets a server notice that the other cells have ended.
MAX_RETRIES = 3
RETRY_PAUSE = 0.2
MAX_RETRY_TIMEOUTS = 4
# Dialogues besides the cells that run at the same time, on a server that has not shown that it admits more clients.
EXTRAS_AT_A_TIME = 2

_DEAD = (seen.TIMEOUT, seen.UNREACHABLE, seen.NO_NEIGHBOUR, seen.NO_ROUTE)
_LOST = (seen.CLOSED, seen.REFUSED, seen.TIMEOUT)
# The versions that servers of today speak; a session of one version cannot be resumed in another.
_SESSION_VERSIONS = ("TLSv1.2", "TLSv1.3")
# Replies that refuse a data connection, and may do so for its session (RFC 4217 section 10.2).
_OF_SESSION = (425, 522)
_UP_TO_LOGIN = (seen.CONTROL, seen.GREETING, seen.TLS, seen.LOGIN)


@dataclass(frozen=True)
class Request:
    """What to find out: modes x protections, at the target's address and, in modes for IPv6, at ipv6_address.

    trials: VARIANTS to try.  whole_range and exhaust need passive_ports.
    """

    modes: tuple[str, ...]
    protections: tuple[str, ...] = (seen.CLEAR,)
    passive_ports: PortRange | None = None
    lan_address: str = ""
    ipv6_address: str = ""
    trials: tuple[str, ...] = ()
    whole_range: bool = False
    exhaust: bool = False
    uplink: str = ""


def survey(target: Target, request: Request) -> seen.Evidence:
    """Return the evidence that the request asks for."""
    edges, cells = _matrix(target, request)
    cells = tuple(_retry(target, cells))
    own = own_address(target.address)
    evidence = seen.Evidence(
        cells,
        edges,
        request.lan_address,
        request.passive_ports,
        client_address=own,
        public_address=target.public_address,
        uplink=request.uplink,
    )
    if all(cell.stage in (seen.CONTROL, seen.GREETING) for cell in cells if cell.control_address == target.address):
        return evidence
    return _more(target, request, evidence)


def _matrix(target: Target, request: Request) -> tuple[tuple[seen.Edge, ...], tuple[seen.Cell, ...]]:
    """Return the first and the last port of the range, and all cells, tried side by side.

    No data connection begins before the edges are done: a server that listens on an edge port for a cell would take
    the probe of the edge for that cell's data connection.
    """
    ports = request.passive_ports
    edges = sorted({ports.first, ports.last}) if ports else []
    blank = list(_blank_cells(target, request))
    attempts = _Attempts(target, request.protections[-1])
    with ThreadPoolExecutor(2) as probes, ThreadPoolExecutor(_side_by_side(len(blank), ports)) as dialogues:
        edge_probes = [probes.submit(passive_range.probe_port, target, port) for port in edges]
        cells = dialogues.map(lambda cell: attempts.run(cell, lambda: wait(edge_probes)), blank)
        return tuple(each.result() for each in edge_probes), tuple(cells)


def _blank_cells(target: Target, request: Request) -> Iterator[seen.Cell]:
    for address in filter(None, (target.address, request.ipv6_address)):
        for protection in request.protections:
            for mode in request.modes:
                if ":" not in address or mode in seen.IPV6_MODES:
                    yield seen.Cell(mode, protection=protection, control_address=address, control_port=target.port)


def _side_by_side(cells: int, passive_ports: PortRange | None) -> int:
    """Return how many cells a server with that range can serve at a time.

    Every passive cell holds a port, and Pure-FTPd admits only half as many clients as its range has ports (ftpd.c).
    """
    return max(1, min(cells, len(passive_ports) // 2) if passive_ports else cells)


class _Attempts:
    """The attempts of a matrix, and what they learn from each other.

    Once a server does not answer, the cells that have not begun do not wait for it again.  The first cell that passes
    under asking_protection asks the server for its features.
    """

    def __init__(self, target: Target, asking_protection: str) -> None:
        self._target = target
        self._asking_protection = asking_protection
        self._asked = threading.Lock()
        self._alive: set[str] = set()
        self._dead: dict[str, seen.Cell] = {}

    def run(self, blank: seen.Cell, before_data: Callable[[], object]) -> seen.Cell:
        """Return the cell as tried, or ended as an earlier one did at a server that does not answer."""
        address = blank.control_address
        if address in self._dead and address not in self._alive:
            dead = self._dead[address]
            return dataclasses.replace(blank, stage=dead.stage, outcome=dead.outcome, taken_over=True)
        cell = Attempt(self._target, blank).run(before_data, lambda control: self._ask_once(blank, control))
        if cell.stage not in (seen.CONTROL, seen.GREETING):
            self._alive.add(address)
        elif cell.outcome in _DEAD:
            self._dead[address] = cell
        return cell

    def _ask_once(self, cell: seen.Cell, control: Control) -> None:
        wanted = (cell.protection, cell.control_address) == (self._asking_protection, self._target.address)
        if wanted and self._asked.acquire(blocking=False):
            ask_features(control)


def _retry(target: Target, cells: tuple[seen.Cell, ...]) -> Iterator[seen.Cell]:
    """Yield the cells; try those with a transient refusal again, each alone, unless that refusal proved to last."""
    clock = target.clock(MAX_RETRY_TIMEOUTS)
    lasting: set[tuple[str, str, int]] = set()
    for cell in cells:
        most = MAX_RETRIES if cell.stage in _UP_TO_LOGIN else 1
        for number in range(most):
            if not _transient(cell, cells) or _end(cell) in lasting or clock.over:
                break
            if number:
                time.sleep(RETRY_PAUSE)
            cell = _again(target, cell)
        if cell.retried:
            lasting.add(_end(cell))
        yield cell


def _again(target: Target, cell: seen.Cell) -> seen.Cell:
    blank = seen.Cell(cell.mode, control_address=cell.control_address, control_port=cell.control_port)
    return _attempt(target, dataclasses.replace(blank, protection=cell.protection, retried=True))


def _attempt(target: Target, blank: seen.Cell) -> seen.Cell:
    return Attempt(target, blank).run(lambda: None, lambda control: None)


def _end(cell: seen.Cell) -> tuple[str, str, int]:
    return cell.control_address, cell.stage, cell.code


def _transient(cell: seen.Cell, cells: Iterable[seen.Cell]) -> bool:
    """Return whether the end may be due to the other cells: a 4yz, or an end that similar cells got past.

    ProFTPD refuses one client too many with 530, others hang up or make it wait; pyftpdlib 2.2.0 forgets connections
    when many come and go.  A data connection that fails is not transient: it shows a fault on its path.
    """
    if cell.outcome == seen.REJECTED and 400 <= cell.code < 500:
        return True
    alike = [
        other for other in cells if (other.control_address, other.protection) == (cell.control_address, cell.protection)
    ]
    if cell.stage in _UP_TO_LOGIN:
        turned_away = cell.code == 530 if cell.outcome == seen.REJECTED else cell.outcome in _LOST
        return turned_away and any(_admitted(other) for other in alike)
    return cell.stage != seen.DATA and cell.outcome in _LOST and any(other.passed for other in alike)


def _admitted(cell: seen.Cell) -> bool:
    return cell.stage not in _UP_TO_LOGIN


def _more(target: Target, request: Request, evidence: seen.Evidence) -> seen.Evidence:
    """Return the evidence with what only a server that answers can add to it."""
    admitted = [cell for cell in evidence.cells if _admitted(cell) and cell.control_address == target.address]
    protection = admitted[-1].protection if admitted else request.protections[-1]
    with ThreadPoolExecutor(_facts_at_a_time(admitted, request)) as facts:
        server = facts.submit(_server, target, admitted, protection)
        tls = tls_facts(target, evidence.cells, facts) if target.tls != seen.DISABLED else None
        evidence = dataclasses.replace(evidence, server=server.result(), tls=tls)
    with ThreadPoolExecutor(EXTRAS_AT_A_TIME) as trials:
        sessions = _sessions(request, evidence, admitted)
        blanks = [*_trials(request, admitted), *sessions, *_small_packets(evidence.cells)]
        tried = trials.map(lambda trial: trial if trial.taken_over else _attempt(target, trial), blanks)
        evidence = dataclasses.replace(evidence, trials=tuple(tried))
    if target.long_transfer:
        with ThreadPoolExecutor(_facts_at_a_time(admitted, request)) as uploads:
            long = tuple(uploads.map(lambda blank: _admit(target, blank), _long_transfers(admitted)))
            evidence = dataclasses.replace(evidence, trials=evidence.trials + long)
    return _range(target, request, evidence, protection, bool(admitted))


def _facts_at_a_time(admitted: list[seen.Cell], request: Request) -> int:
    """Return as many as the cells that the server has admitted at a time, each at the first try."""
    if any(cell.retried for cell in admitted):
        return EXTRAS_AT_A_TIME
    return max(EXTRAS_AT_A_TIME, _side_by_side(len(admitted), request.passive_ports))


def _server(target: Target, admitted: list[seen.Cell], protection: str) -> seen.Server:
    """Return what a cell was told about the server, else what another dialogue is told."""
    told = (server_of(cell.transcript) for cell in admitted)
    return next((server for server in told if server.features), None) or server_facts(
        target, protection, bool(admitted)
    )


def _trials(request: Request, admitted: list[seen.Cell]) -> Iterator[seen.Cell]:
    """Yield a blank cell for each variant that fits an admitted cell, preferably one that passed."""
    for variant in filter(_VARIED.__contains__, request.trials):
        protections, modes = _VARIED[variant]
        fitting = [cell for cell in admitted if cell.protection in protections]
        if fitting:
            like = max(fitting, key=lambda cell: cell.passed)
            yield _varied(like, variant, modes[0] if len(modes) == 1 else like.mode)


def _varied(like: seen.Cell, variant: str, mode: str) -> seen.Cell:
    """Return a blank cell for a variant of the dialogue with the same server under the same protection."""
    blank = seen.Cell(mode, protection=like.protection, variant=variant)
    return dataclasses.replace(blank, control_address=like.control_address, control_port=like.control_port)


def _sessions(request: Request, evidence: seen.Evidence, admitted: list[seen.Cell]) -> Iterator[seen.Cell]:
    """Yield a cell of SESSIONS for each version: blank, or ended as the handshake of that version alone has ended.

    They are tried if the request asks for them, and where a server refuses a data connection after its handshake: then
    they tell whether the version matters.
    """
    secured = [cell for cell in admitted if cell.sessions]
    refused = any(cell.last_session and cell.code in _OF_SESSION for cell in secured)
    if secured and (refused or seen.SESSIONS in request.trials):
        like = max(secured, key=lambda cell: (cell.passed, cell.mode in seen.PASSIVE_MODES))
        met = dict(evidence.tls.versions if evidence.tls else ())
        for version in _SESSION_VERSIONS:
            blank = dataclasses.replace(_varied(like, seen.SESSIONS, like.mode), tls_version=version)
            spoken = met[version] == seen.OK
            yield blank if spoken else dataclasses.replace(blank, stage=seen.TLS, outcome=met[version], taken_over=True)


def _small_packets(cells: Iterable[seen.Cell]) -> Iterator[seen.Cell]:
    """Yield a blank cell with small TCP segments for the first stalled cell at each address under each protection."""
    stalled = [cell for cell in cells if cell.outcome == seen.TIMEOUT and cell.stage in seen.LARGE_PACKETS]
    first: dict[tuple[str, str], seen.Cell] = {}
    for cell in stalled:
        first.setdefault((cell.control_address, cell.protection), cell)
    for cell in first.values():
        yield _varied(cell, seen.SMALL_PACKETS, cell.mode)


def _long_transfers(admitted: list[seen.Cell]) -> Iterator[seen.Cell]:
    """Yield a blank cell for each of LONG_TRANSFERS under each protection with which short transfers work.

    Protections differ: a router that can read the dialogue may remember the control connection for as long as the data
    connection is in use.
    """
    for protection in seen.PROTECTIONS:
        works = [cell for cell in admitted if cell.passed and cell.protection == protection]
        for like in works[:1]:
            for variant in seen.LONG_TRANSFERS:
                yield _varied(like, variant, like.mode)


def _admit(target: Target, blank: seen.Cell) -> seen.Cell:
    """Return the cell as tried, up to MAX_RETRIES times while the server may not have noticed that others are gone."""
    for _number in range(MAX_RETRIES):
        cell = _attempt(target, blank)
        if cell.outcome != seen.REJECTED or cell.stage not in _UP_TO_LOGIN:
            break
        time.sleep(RETRY_PAUSE)
    return cell


# Which protections a variant makes sense with, and in which modes: in its own, or in any that passed.  SESSIONS, of
# which there is one for each version of TLS, is not among them.
_VARIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    seen.NO_REUSE: ((seen.PRIVATE,), seen.MODES),
    seen.EPSV_ALL: (seen.PROTECTIONS, ("EPSV",)),
    seen.CCC: ((seen.CONTROL_ONLY, seen.PRIVATE), seen.MODES),
    seen.LOW_PORT: (seen.PROTECTIONS, ("PORT",)),
    seen.BOUNCE: (seen.PROTECTIONS, ("PORT",)),
    seen.FOREIGN_PEER: (seen.PROTECTIONS, ("PASV-peer",)),
}


def _range(target: Target, request: Request, evidence: seen.Evidence, protection: str, admitted: bool) -> seen.Evidence:
    """Return the evidence with the whole range and its exhaustion, one after the other: each disturbs the other."""
    ports = request.passive_ports
    if ports and request.whole_range:
        evidence = dataclasses.replace(
            evidence, edges=passive_range.probe_ports(target, range(ports.first, ports.last + 1))
        )
        if admitted:
            evidence = dataclasses.replace(evidence, announced=passive_range.announced_ports(target, protection, ports))
    if ports and request.exhaust and admitted:
        evidence = dataclasses.replace(evidence, exhaustion=passive_range.exhaust(target, protection, ports))
    return evidence
