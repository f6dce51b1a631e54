# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run: each state of the MX once, and in it the probes of all situations that need it, side by side."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen

from matrix import machines, switch
from matrix.ground import Server
from matrix.situation import Situation
from matrix.station import Station, code
from matrix.switch import State, Switch

Result = Mapping[str, Any]
# Called with the result of each probe, and when it began and ended, in seconds since 1970.
Done = Callable[["Job", Result, "tuple[float, float]"], None]
# One keeps half a core busy, unless it waits for a timeout, as most of them do most of the time.
PROBES_AT_A_TIME = 6
# Seconds for one operation.  Cells that nobody answers wait as long, and a busy machine must not.
TIMEOUT = 6.0
SETTINGS = {"tls": seen.EXPLICIT, "protection": [*seen.PROTECTIONS], "timeout": TIMEOUT}


@dataclass(frozen=True)
class Job:
    """The probe of one server in one situation."""

    situation: Situation
    server: Server


@dataclass
class Run:
    """The probes of a run, and what they share."""

    servers: Sequence[Server]
    login: Mapping[str, str]
    mx: Switch
    done: Done
    at_a_time: int = PROBES_AT_A_TIME
    _stations: dict[str, Station] = field(default_factory=dict)
    # A probe connects to ports on which a server may wait for another probe: one at a time for each server.
    _servers: dict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def all(self, jobs: Sequence[Job]) -> None:
        """Run all jobs; done is called with each result."""
        clients = dict.fromkeys(job.situation.client for job in jobs)
        package = code()
        with ThreadPoolExecutor(len(clients) or 1) as starting:
            stations = starting.map(lambda client: Station(client, package), clients)
            self._stations = dict(zip(clients, stations))
        try:
            for wanted, group in by_state(jobs, self.servers):
                self.mx.turn(wanted)
                self._together(group)
        finally:
            for station in self._stations.values():
                station.end()
            self.mx.restore(switch.state([], {}))

    def _together(self, jobs: Sequence[Job]) -> None:
        """Run the jobs of one state of the MX: those of different vantages, and of the same path, side by side."""
        paths: dict[str, dict[str, list[Job]]] = defaultdict(lambda: defaultdict(list))
        for job in jobs:
            paths[job.situation.client][str(job.situation.path)].append(job)
        with ThreadPoolExecutor(self.at_a_time) as probing, ThreadPoolExecutor(len(paths)) as vantages:
            for _nothing in vantages.map(lambda groups: self._one_after_the_other(groups, probing), paths.values()):
                pass

    def _one_after_the_other(self, groups: Mapping[str, Sequence[Job]], probing: ThreadPoolExecutor) -> None:
        for jobs in groups.values():
            with on_path(jobs[0].situation):
                for _nothing in probing.map(self._probe, jobs):
                    pass

    def _probe(self, job: Job) -> None:
        with self._servers[job.server.host]:
            begin = time.time()
            result = self._stations[job.situation.client].probe(options(job, self.login))
            end = time.time()
        self.done(job, result, (begin, end))


@contextlib.contextmanager
def on_path(situation: Situation) -> Iterator[None]:
    """Have the situation's path as it has to be, as long as this lasts."""
    try:
        for command in situation.path:
            machines.run(command["at"], command["do"])
        yield
    finally:
        for command in reversed(situation.path):
            machines.run(command["at"], command["undo"])


def jobs(situations: Iterable[Situation], servers: Sequence[Server]) -> Iterator[Job]:
    """Yield a job for each situation and each server of the kind that it is about."""
    for situation, server in itertools.product(situations, servers):
        if server.kind == situation.servers:
            yield Job(situation, server)


def by_state(jobs: Sequence[Job], servers: Sequence[Server]) -> Iterator[tuple[State, list[Job]]]:
    """Yield each state of the MX with its jobs; states that differ in the emulator's configuration come last."""
    states: dict[str, tuple[State, list[Job]]] = {}
    for job in jobs:
        wanted = switch.state(servers, job.situation.mx)
        states.setdefault(wanted.key, (wanted, []))[1].append(job)
    yield from sorted(states.values(), key=lambda pair: str(sorted(pair[0].emulator.items())))


def options(job: Job, login: Mapping[str, str]) -> dict[str, Any]:
    """Return the options of ftp_probe for a job."""
    endpoint, addresses = job.server.endpoint(), job.server.addresses
    special = {name: _filled_in(value, addresses) for name, value in job.situation.probe.items()}
    return {
        **SETTINGS,
        **login,
        "host": _filled_in(job.situation.to, addresses),
        "port": endpoint["control_port"],
        "public_address": job.server.public_address,
        "lan_address": endpoint["lan_address"],
        "passive_ports": endpoint["passive_ports"],
        "uplink": endpoint["uplink"],
        **special,
    }


def _filled_in(value: object, addresses: Mapping[str, str]) -> object:
    return value.format(**addresses) if isinstance(value, str) else value
