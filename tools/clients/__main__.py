# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what real clients meet, beside what the oracle foretells.

``python -m clients [--client NAME,...] [--server SOFTWARE,...] [--situation NAME,...] [--list]``
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Mapping
from typing import Any

from lab import description, occupied
from lab.common import ROOT, STATE, LabError, say
from lab.stopwatch import Stopwatch, table
from matrix import ground, run, servers_ready, situation
from matrix.ground import Server
from matrix.run import Job
from matrix.switch import Switch
from parts import heed_signals

from clients import cell, listed, page, places
from clients.run import LAN_VANTAGE, Bench, put_files, remove_files

FOLDER = STATE / "clients"
CELLS, PROBES, REPORT = FOLDER / "cells.jsonl", FOLDER / "probes", FOLDER / "report.md"


def main() -> int:
    """Run the bench; return 1 if a client did not do as was foretold."""
    heed_signals()
    arguments = _arguments()
    clients = listed.chosen(arguments.client)
    if arguments.list:
        print("\n".join(f"{client.name:34}{client.image:11}{', '.join(client.modes)}" for client in clients))
        return 0
    situations = situation.load()
    wanted = situation.chosen(situations, arguments.situation or ",".join([*cell.HEALTHY, *cell.BROKEN]))
    everywhere = ground.servers()
    jobs = list(run.jobs(wanted, ground.chosen(arguments.server, everywhere)))
    watch = Stopwatch()
    with occupied.by("make bench-clients"):
        servers_ready.ensure(watch)
        cells = _measure(clients, everywhere, jobs, watch)
    REPORT.write_text(page.report(cells))
    print("\n".join(["", *page.misses(cells), "", *page.rates(cells), "", *table(watch.parts)]))
    say(f"{cell.rate(cells)}; the tables: {REPORT.relative_to(ROOT)}; each session: {CELLS.relative_to(ROOT)}")
    return 0 if all(each.agrees for each in cells) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-clients")
    parser.add_argument("--client", default="", metavar="NAME,...")
    parser.add_argument("--server", default="", metavar="SOFTWARE,...")
    parser.add_argument("--situation", default="", metavar="NAME,...")
    parser.add_argument("--list", action="store_true", help="list the clients")
    return parser.parse_args()


def _measure(
    clients: list[listed.Listed], everywhere: list[Server], jobs: list[Job], watch: Stopwatch
) -> list[cell.Cell]:
    """Return the cells of the jobs, each of which is printed and written down as soon as it is known."""
    lab = description.read()
    cells: list[cell.Cell] = []
    PROBES.mkdir(parents=True, exist_ok=True)
    servers = list(dict.fromkeys(job.server for job in jobs))
    vantages = list(dict.fromkeys([*(job.situation.client for job in jobs), LAN_VANTAGE]))
    with CELLS.open("w") as written:

        def done(one: cell.Cell) -> None:
            cells.append(one)
            written.write(json.dumps(one.as_dict()) + "\n")
            written.flush()
            print(f"{len(cells):5}  {one.line}", flush=True)

        def probed(job: Job, result: Mapping[str, Any]) -> None:
            (PROBES / f"{job.situation.name}-{job.server.software}.json").write_text(json.dumps(result))

        with contextlib.ExitStack() as opened:
            with watch.part("clients' images and containers"):
                there = opened.enter_context(places.opened(vantages, servers))
            mx = Switch(lab["api"]["url"], lab["api"]["key"])
            put_files(there, servers, lab["ftp"])
            with watch.part("sessions"):
                Bench(clients, everywhere, lab["ftp"], there, mx, done, probed).all(jobs)
            remove_files(there, servers, lab["ftp"])
    return cells


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(f"clients: {error}")
    except KeyboardInterrupt:
        sys.exit("clients: interrupted")
