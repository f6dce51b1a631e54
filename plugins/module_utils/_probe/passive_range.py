# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The passive range from outside: connections to its ports, ports announced one after the other, and its exhaustion.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import reply as ftp
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.dialog import Control
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Entry, Target, call
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Clock, Halt, connect

CONNECTIONS_AT_A_TIME = 64
# A server that picks at random needs more announcements than ports to name them all: the probe does not wait for that.
MAX_ANNOUNCED = 200
# Sessions beyond one for each port, and how long all of them may take, in timeouts.
EXTRA_SESSIONS = 3
MAX_EXHAUSTION_TIMEOUTS = 60


def probe_port(target: Target, port: int) -> seen.Edge:
    """Return the outcome of a connection to the port."""
    try:
        connect(target.address, port, target.clock().deadline()).close()
    except Halt as halt:
        return seen.Edge(port, halt.outcome)
    return seen.Edge(port, seen.OPEN)


def probe_ports(target: Target, ports: Iterable[int]) -> tuple[seen.Edge, ...]:
    """Return the outcomes of connections to all the ports, in their order."""
    with ThreadPoolExecutor(CONNECTIONS_AT_A_TIME) as probes:
        return tuple(probes.map(lambda port: probe_port(target, port), ports))


def announced_ports(target: Target, protection: str, ports: PortRange) -> tuple[int, ...]:
    """Return the ports that one session is given, until it has seen each port or asked MAX_ANNOUNCED times."""
    given: list[int] = []
    missing = set(range(ports.first, ports.last + 1))
    with contextlib.suppress(Halt), call(target) as control:
        _enter(control, target, protection)
        while missing and len(given) < MAX_ANNOUNCED:
            given.append(_ask(control, target))
            missing.discard(given[-1])
    return tuple(given)


def exhaust(target: Target, protection: str, ports: PortRange) -> seen.Exhaustion:
    """Return how it ends when more and more sessions hold a port each, up to EXTRA_SESSIONS more than the range has."""
    clock = target.clock(MAX_EXHAUSTION_TIMEOUTS)
    found = seen.Exhaustion()
    with contextlib.ExitStack() as sessions:
        while found.outcome == seen.OK and len(found.inside) + len(found.outside) < len(ports) + EXTRA_SESSIONS:
            found = _hold_one_more(sessions, target, protection, ports, clock, found)
    return found


def _hold_one_more(
    sessions: contextlib.ExitStack,
    target: Target,
    protection: str,
    ports: PortRange,
    clock: Clock,
    found: seen.Exhaustion,
) -> seen.Exhaustion:
    stages = [seen.CONTROL]
    control = None
    try:
        control = sessions.enter_context(
            contextlib.closing(Control(target.address, target.port, clock, target.password))
        )
        _enter(control, target, protection, stages)
        stages.append(seen.ANNOUNCE)
        port = _ask(control, target)
    except Halt as halt:
        said = [line.text for line in control.record if line.sender == "server"] if control else []
        code, reply = (control.code, said[-1]) if control and said else (0, "")
        return dataclasses.replace(found, stage=stages[-1], outcome=halt.outcome, code=code, reply=reply)
    if port in ports:
        return dataclasses.replace(found, inside=(*found.inside, port))
    return dataclasses.replace(found, outside=(*found.outside, port))


def _enter(control: Control, target: Target, protection: str, stages: list[str] | None = None) -> None:
    entry = Entry(target, protection, (stages if stages is not None else []).append)
    entry.greeting(control)
    entry.login(control)


def _ask(control: Control, target: Target) -> int:
    """Return the port that the server announces now; raise Halt if there is none."""
    extended = ":" in target.address
    reply = control.command("EPSV" if extended else "PASV")
    try:
        return ftp.extended_port(reply) if extended else ftp.passive_address(reply)[1]
    except ValueError as error:
        raise Halt(seen.GARBLED) from error
