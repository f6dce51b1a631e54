# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What publishing a server costs for many networks: `python tests/bench/rules.py [--networks 1 50 500]`.

Each contender publishes one endpoint by 1:1 NAT in each network of an emulated organization, beside a rule of somebody
else, and then runs again with nothing to do. The others are first tried in networks where it matters what is there,
and measured in fewer networks where so many would take longer than the bound, which is then said.

The floor is what no client can do better that reads all three lists, writes one and reads it back: these requests, at
10 a second, less the 10 that the API lends at first. cisco.meraki's modules do less: they look at one list only and
read nothing back. Requests and time are the API's own record, from the first request to the last answer, so Ansible's
start does not count.

The emulator needs FastAPI and uvicorn, but neither root nor a lab. Other contenders are never installed here: they are
found where ANSIBLE_COLLECTIONS_PATH and PYTHONPATH say.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".ansible/collections"))

from contenders import Contender, FailedError, contenders  # noqa: E402
from emulated import FOREIGN_RULE, Api, emulator, now  # noqa: E402

RATE, LENT = 10, 10
# Three lists are read; in the first run one of them is written and read back.
NEEDED = {"publish": 5, "nothing to do": 3}


@dataclass(frozen=True)
class Measured:
    """One run: networks, what it did, requests made, writes and refusals among them, and seconds taken."""

    networks: int
    what: str
    requests: int
    writes: int
    limited: int
    seconds: float

    @property
    def floor(self) -> float:
        return max(0.0, (NEEDED[self.what] * self.networks - LENT) / RATE)

    def row(self) -> str:
        ratio = f"{self.seconds / self.floor:6.2f}" if self.floor else "     -"
        return (
            f"{self.networks:8} {self.what:14} {self.requests:8} {self.writes:7} {self.limited:5}"
            f" {self.seconds:8.1f} {self.floor:8.1f} {ratio}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, nargs="+", default=[1, 50, 500], help="sizes of the fleets")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that the API takes for each answer")
    parser.add_argument("--bound", type=float, default=120, help="seconds that a run of another contender may take")
    parser.add_argument("--emulator", type=Path, default=ROOT / "roles/mx_emulator/files", help="where it is")
    options = parser.parse_args()
    print(f"API with {RATE} requests/s and {options.latency} s latency")
    ours, *others = contenders()
    head("networks run            requests  writes   429  seconds    floor  ratio", ours)
    for count in options.networks:
        for measured in measure(options, ours, count):
            print(measured.row(), flush=True)
    for contender in others:
        head("", contender)
        for line in attempt(options, contender):
            print(line, flush=True)


def head(columns: str, contender: Contender) -> None:
    print(*filter(None, [columns, contender.name]), sep="\n", flush=True)


def attempt(options: argparse.Namespace, contender: Contender) -> Iterator[str]:
    """Measure another contender, in fleets as large as the bound allows; give the lines to show."""
    if contender.missing:
        yield f"         skipped: {contender.missing}"
        return
    for where, rules in {"without rules": [], "with a named rule of others": [FOREIGN_RULE]}.items():
        with emulator(options.emulator, 1, options.latency, rules) as api:
            yield f"         in a network {where}: {outcome(contender, api)}"
    largest, pace = 0, 0.0
    for wanted in options.networks:
        count = min(wanted, int(options.bound / pace)) if pace else wanted
        if count < wanted:
            time_needed = f"{wanted * pace / 60:.0f} minutes a run"
            yield f"         {wanted} networks would take some {time_needed}; --bound is {options.bound:g} s"
        if count > largest:
            runs = list(measure(options, contender, count))
            yield from map(Measured.row, runs)
            largest, pace = count, max(run.seconds for run in runs) / count


def outcome(contender: Contender, api: Api) -> str:
    """Let a contender publish in one network; give what it complains of, in one line."""
    try:
        contender.publish(api, 1)
    except FailedError as error:
        return f"failed: {' '.join(str(error).split())}"
    return "works"


def measure(options: argparse.Namespace, contender: Contender, count: int) -> Iterator[Measured]:
    """Run a contender on all networks, each time after a rest that fills the API's bucket."""
    with emulator(options.emulator, count, options.latency, [contender.neighbour]) as api:
        for what in NEEDED:
            # More than enough for the bucket, which reading the record has emptied a little.
            time.sleep(2 * LENT / RATE)
            begin = now()
            contender.publish(api, count)
            yield read(api, begin, count, what, options.latency)


def read(api: Api, begin: str, count: int, what: str, latency: float) -> Measured:
    """Read from the API's own record what a run has cost."""
    log = api.log_since(begin)
    times: Sequence[datetime] = [datetime.fromisoformat(entry["ts"]) for entry in log]
    return Measured(
        networks=count,
        what=what,
        requests=len(log),
        writes=sum(entry["method"] == "PUT" for entry in log),
        limited=sum(entry["responseCode"] == 429 for entry in log),
        # The record has the time of each answer.
        seconds=(max(times) - min(times)).total_seconds() + latency,
    )


if __name__ == "__main__":
    main()
