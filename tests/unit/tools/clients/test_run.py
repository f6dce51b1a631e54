# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A situation is probed, then all clients come; what differs from the oracle is tried once more, alone."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from clients import listed
from clients.cell import Cell
from clients.run import LIMIT, THERE, Bench, versions_of
from matrix import ground, run, situation

LOGIN = {"user": "u", "password": "p"}
SERVERS = [server for server in ground.servers() if server.host in ("own-vsftpd", "own-proftpd")]
CURL = [client for client in listed.listed() if client.name == "curl"]
JOBS = list(run.jobs([situation.load()["one-to-one-nat"]], SERVERS))
WELL = judge(seen.Evidence(tuple(seen.Cell(mode, seen.DELETE) for mode in seen.MODES)))


class Station:
    """A station whose clients do not work at first: how often each was asked, and what was asked for."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.jobs: list[Mapping[str, Any]] = []
        self._counting = Lock()

    def probe(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        if "shell" in job:
            return {"said": "curl 8.14.1 (x86_64-pc-linux-gnu)"}
        if "modes" in job:
            return WELL
        with self._counting:
            self.jobs.append(job)
            fails = sum(one == job for one in self.jobs) <= self.failures
        return {"verdict": "fails" if fails else "works", "files": 0 if fails else 3, "of": 3, "said": ""}


def measured(station: Station) -> tuple[list[Cell], list[str]]:
    """Return the cells of curl without TLS, and the names of the servers that were probed."""
    clients = CURL[:1]
    cells: list[Cell] = []
    probed: list[str] = []
    places: Any = {
        (name, vantage): station for name in ("clients12", "clients13") for vantage in ("client", "lanclient")
    }
    nowhere: Any = None
    bench = Bench(
        clients, SERVERS, LOGIN, places, nowhere, cells.append, lambda job, _result: probed.append(job.server.host)
    )
    with ThreadPoolExecutor(2) as sessions:
        bench._situation(JOBS, versions_of(clients, places, "lanclient"), sessions)
    return [cell for cell in cells if not cell.case.tls], probed


def test_each_client_comes_once_to_each_server_if_it_does_as_foretold() -> None:
    cells, probed = measured(Station(0))
    assert probed == ["own-vsftpd", "own-proftpd"]
    assert {(cell.server, cell.case.mode) for cell in cells} == {
        (server.software, mode) for server in SERVERS for mode in CURL[0].modes
    }
    assert len(cells) == len(SERVERS) * len(CURL[0].modes)
    assert {(cell.met, cell.agrees, cell.again) for cell in cells} == {("works", True, False)}


def test_what_differs_is_tried_again_and_the_second_result_counts() -> None:
    station = Station(1)
    cells, _probed = measured(station)
    assert {(cell.met, cell.agrees, cell.again) for cell in cells} == {("works", True, True)}
    cells, _probed = measured(Station(2))
    assert {(cell.met, cell.agrees, cell.again) for cell in cells} == {("fails", False, True)}


def test_a_session_has_all_that_the_client_needs() -> None:
    station = Station(0)
    measured(station)
    job = next(job for job in station.jobs if job["options"] == ["--disable-epsv"] and job["tls"] == "1.2")
    assert (job["kind"], job["program"], job["files"], job["limit"]) == ("curl", "curl", 3, LIMIT)
    assert job["host"] in {server.public_address for server in SERVERS}
    assert job["there"] == THERE
