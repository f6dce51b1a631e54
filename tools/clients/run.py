# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of the bench: the states of the MX, one after the other; in each, a probe and the clients at each server."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Any

from matrix import run, switch
from matrix.ground import Server
from matrix.run import Job
from matrix.station import Station
from matrix.switch import Switch

from clients.cell import Case, Cell, cases, foretell
from clients.listed import Listed
from clients.places import Places

# Where the files lie that clients find: it is in the servers' LAN.
LAN_VANTAGE = "lanclient"
PROBING = "clients13"
# A client keeps a tenth of a core busy or more; most that hang wait.
SESSIONS_AT_A_TIME = 12
# Seconds: who waits longer than this has hung.  A session takes two on a quiet machine.
LIMIT = 12
TRIALS = ("no-reuse", "sessions")
MODES = ("PASV", "PASV-peer", "EPSV", "PORT", "EPRT")
THERE = {f"there-{number}": f"file {number} " * 500 for number in range(5)}


@dataclass(frozen=True)
class Bench:
    """A run: what it works with, and where its cells and the results of its probes go."""

    clients: Sequence[Listed]
    servers: Sequence[Server]
    login: Mapping[str, str]
    places: Places
    mx: Switch
    done: Callable[[Cell], None]
    probed: Callable[[Job, Mapping[str, Any]], None]

    def all(self, jobs: Sequence[Job]) -> None:
        """Run all jobs, and leave the MX as it was."""
        versions = versions_of(self.clients, self.places, LAN_VANTAGE)
        sessions = ThreadPoolExecutor(SESSIONS_AT_A_TIME)
        try:
            for wanted, group in run.by_state(jobs, self.servers):
                self.mx.turn(wanted)
                for situation in dict.fromkeys(job.situation for job in group):
                    with run.on_path(situation):
                        self._situation([job for job in group if job.situation is situation], versions, sessions)
        finally:
            # After an interruption, the sessions that have not begun are left out.
            sessions.shutdown(cancel_futures=True)
            self.mx.restore(switch.state([], {}))

    def _station(self, image: str, vantage: str) -> Station:
        return self.places[image, vantage]

    def _situation(self, jobs: Sequence[Job], versions: Mapping[str, str], sessions: ThreadPoolExecutor) -> None:
        """Probe each server of a situation, and have each client come; the servers side by side."""
        with ThreadPoolExecutor(len(jobs)) as servers:
            results = dict(zip(jobs, servers.map(self._probe, jobs)))
        for job, result in results.items():
            self.probed(job, result)
        wanted = itertools.product(cases(self.clients, versions, jobs[0].situation.name), jobs)
        waiting = {sessions.submit(self._meet, job, case, results[job]): (job, case) for case, job in wanted}
        again = []
        for session in as_completed(waiting):
            if session.result().agrees:
                self.done(session.result())
            else:
                again.append(waiting[session])
        # A busy machine can make a client differ: the second time, alone, counts.
        for job, case in again:
            self.done(replace(self._meet(job, case, results[job]), again=True))

    def _options(self, job: Job) -> dict[str, Any]:
        return run.options(job, self.login)

    def _probe(self, job: Job) -> Mapping[str, Any]:
        options = {**self._options(job), "modes": [*MODES], "trials": [*TRIALS]}
        result: Mapping[str, Any] = self._station(PROBING, job.situation.client).probe(options)
        return result

    def _meet(self, job: Job, case: Case, result: Mapping[str, Any]) -> Cell:
        met = self._station(case.client.image, job.situation.client).probe(session_of(case, self._options(job)))
        verdict, reason = foretell(case, result)
        facts = (met["verdict"], met["files"], met["of"], met["said"])
        return Cell(case, job.situation.name, job.server.software, verdict, reason, *facts)


def versions_of(clients: Iterable[Listed], places: Places, vantage: str) -> dict[str, str]:
    """Return the versions of the clients that are there, by image and command."""
    found = {}
    for image, command in {(client.image, client.asked) for client in clients}:
        said = places[image, vantage].probe({"shell": command})["said"]
        if version := re.search(r"\d+(\.\d+)+|\d{8}|^\d$", said):
            found[f"{image} {command}"] = version[0]
    return found


def session_of(case: Case, login: Mapping[str, Any]) -> dict[str, Any]:
    """Return the job of a session (inside/sessions.py).  login: host, port, user and password."""
    client = case.client
    return {
        **{name: login[name] for name in ("host", "port", "user", "password")},
        "kind": client.kind,
        "program": client.program,
        "tls": case.tls,
        "files": client.files,
        "options": [*client.modes[case.mode].options],
        "there": THERE,
        "limit": LIMIT,
    }


def put_files(places: Places, servers: Sequence[Server], login: Mapping[str, str]) -> None:
    """Put the files at each server that clients are to find there."""
    for job in _in_the_lan(servers, login, {"put": THERE}):
        places[PROBING, LAN_VANTAGE].probe(job)


def remove_files(places: Places, servers: Sequence[Server], login: Mapping[str, str]) -> None:
    """Remove all files of the bench at each server."""
    for job in _in_the_lan(servers, login, {"put": {}}):
        places[PROBING, LAN_VANTAGE].probe(job)


def _in_the_lan(
    servers: Sequence[Server], login: Mapping[str, str], what: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    for server in servers:
        endpoint = server.endpoint()
        yield {**login, **what, "host": endpoint["lan_address"], "port": endpoint["control_port"]}
