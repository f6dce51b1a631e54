# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make matrix``: run the matrix, or a part of it, in the lab, and say what differs from what is expected.

``python -m matrix [--server SOFTWARE,...] [--situation NAME,...] [--list]``
"""

from __future__ import annotations

import argparse
import sys

from lab import description, occupied
from lab.common import ROOT, LabError, say
from lab.stopwatch import Stopwatch, table
from parts import heed_signals

from matrix import ground, pages, run, servers_ready, situation
from matrix.book import Book
from matrix.captures import Captures
from matrix.switch import Switch


def main() -> int:
    """Run the matrix; return 1 if anything differs."""
    heed_signals()
    arguments = _arguments()
    situations = situation.load()
    if arguments.list:
        print("\n".join(f"{each.name:28}{each.title}" for each in situations.values()))
        return 0
    everywhere = ground.servers()
    wanted = situation.chosen(situations, arguments.situation)
    jobs = list(run.jobs(wanted, ground.chosen(arguments.server, everywhere)))
    watch = Stopwatch()
    with occupied.by("make matrix"):
        servers_ready.ensure(watch)
        book = Book(jobs)
        _probe(book, everywhere, watch)
    say("Writing the reports")
    with watch.part("reports"):
        pages.write(book, everywhere)
    book.finish()
    print("\n".join(["", *book.lines(), "", *table(watch.parts)]))
    say(f"{book.summary()}; the report: {pages.HTML.relative_to(ROOT)}")
    return 0 if book.passed else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make matrix")
    parser.add_argument("--server", default="", metavar="SOFTWARE,...")
    parser.add_argument("--situation", default="", metavar="NAME,...")
    parser.add_argument("--list", action="store_true", help="list the situations")
    return parser.parse_args()


def _probe(book: Book, servers: list[ground.Server], watch: Stopwatch) -> None:
    """Run the jobs of which the book has no result."""
    missing = book.missing()
    if len(missing) < len(book.jobs):
        say(
            f"Going on where a run was interrupted: {len(book.jobs) - len(missing)} of {len(book.jobs)} probes are done"
        )
    with watch.part("probes"):
        _run(book, servers, missing, run.PROBES_AT_A_TIME)
    if again := book.differing():
        say(f"Trying {len(again)} probes again, one at a time, because a busy machine can make them differ")
        book.begin_again(again)
        with watch.part("probes again"):
            _run(book, servers, again, 1)


def _run(book: Book, servers: list[ground.Server], jobs: list[run.Job], at_a_time: int) -> None:
    lab = description.read()
    mx = Switch(lab["api"]["url"], lab["api"]["key"])
    captures = Captures(job.situation.client for job in jobs)
    try:
        run.Run(servers, lab["ftp"], mx, book.add, at_a_time).all(jobs)
    finally:
        book.add_captures(captures.end())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(f"matrix: {error}")
    except KeyboardInterrupt:
        sys.exit("matrix: interrupted; run the same command again to go on")
