# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of a run: kept file by file, so that an interrupted run can go on, and judged as soon as they can be."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from lab.common import ROOT, STATE

from matrix import station, switch
from matrix.captures import CLIENT_PLACE, Record
from matrix.judge import Outcome, judge
from matrix.run import Job
from matrix.situation import FOLDER as SITUATIONS

FOLDER = STATE / "matrix"
_RUN = FOLDER / "run"
# A timeline's places are those of a client outside and a server inside.
_THROUGH_MX = ("internet", "nat")


class Book:
    """The results of jobs.  Those of a run of the same jobs and code that was interrupted are taken over."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self.outcomes: dict[Job, Outcome] = {}
        self.repeated = 0
        self._results: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._judging = Lock()
        if not (_RUN.exists() and _RUN.read_text() == self._fingerprint()):
            shutil.rmtree(FOLDER, ignore_errors=True)
            FOLDER.mkdir(parents=True)
            _RUN.write_text(self._fingerprint())
        for job in jobs:
            if file(job).exists():
                self._keep(job, json.loads(file(job).read_text())["result"])

    def missing(self) -> list[Job]:
        """Return the jobs that have no result yet."""
        return [job for job in self.jobs if (job.situation.name, job.server.software) not in self._results]

    def add(self, job: Job, result: Mapping[str, Any], window: tuple[float, float]) -> None:
        """Keep a result, and say how it compares with what is expected, as soon as that can be said."""
        _write(file(job), json.dumps({"window": window, "result": result}))
        with self._judging:
            for outcome in self._keep(job, result):
                print(f"{len(self._results):4}/{len(self.jobs)}  {told(outcome)}", flush=True)

    def differing(self) -> list[Job]:
        """Return the jobs whose outcomes differ from what is expected."""
        return [job for job, outcome in self.outcomes.items() if outcome.wrong]

    def begin_again(self, jobs: Sequence[Job]) -> None:
        """Note that jobs are tried once more: their next results count."""
        self.repeated = len(jobs)
        for job in jobs:
            captured(job).unlink(missing_ok=True)

    def add_captures(self, record: Record) -> None:
        """Keep what was captured of the probes that have no captures yet."""
        for job in self.outcomes:
            if not captured(job).exists():
                window = json.loads(file(job).read_text())["window"]
                seen = record.of(job.situation.client, _marks(job), window)
                through_mx = job.situation.place in _THROUGH_MX and not job.situation.called_outside
                _write(captured(job), json.dumps(seen if through_mx else {CLIENT_PLACE: seen[CLIENT_PLACE]}))

    def finish(self) -> None:
        """Note that the run is complete: the next one begins anew."""
        _RUN.unlink()

    @property
    def passed(self) -> bool:
        """Return whether all jobs have results, as expected."""
        return len(self.outcomes) == len(self.jobs) and not any(outcome.wrong for outcome in self.outcomes.values())

    def lines(self) -> Iterator[str]:
        """Yield a line for each situation, with the number of cells that are as expected, and what differs."""
        servers = sorted({job.server.software for job in self.jobs})
        yield f"{'cells as expected':28}" + "".join(f"{software:>12}" for software in servers)
        for name in dict.fromkeys(job.situation.name for job in self.jobs):
            found = {job.server.software: out for job, out in self.outcomes.items() if job.situation.name == name}
            yield f"{name:28}" + "".join(f"{_count(found.get(software)):>12}" for software in servers)
        for job, outcome in self.outcomes.items():
            for line in outcome.wrong:
                yield f"{outcome.name}: {line} (see {file(job).relative_to(ROOT)})"

    def summary(self) -> str:
        """Return the number of cells and of what differs, in one line."""
        outcomes = self.outcomes.values()
        cells = sum(len(outcome.cells) for outcome in outcomes)
        wrong = sum(len(outcome.unexpected) for outcome in outcomes)
        differences = f"cells not as expected: {wrong}; probes with a difference: {len(self.differing())}"
        return f"{cells} cells in {len(outcomes)} probes; {differences}; probes tried again: {self.repeated}"

    def _keep(self, job: Job, result: Mapping[str, Any]) -> list[Outcome]:
        """Note a result, and return the outcomes that it decides."""
        self._results[job.situation.name, job.server.software] = result
        ready = [each for each in self.jobs if _depends(each, job) and self._has_all(each)]
        self.outcomes |= {each: judge(each.situation, each.server, self._seen(each)) for each in ready}
        return [self.outcomes[each] for each in ready]

    def _has_all(self, job: Job) -> bool:
        names = filter(None, (job.situation.name, job.situation.beside))
        return all((name, job.server.software) in self._results for name in names)

    def _seen(self, job: Job) -> dict[str, Mapping[str, Any]]:
        """Return the results by vantage: the job's own, and the one that it is compared with."""
        software, situation = job.server.software, job.situation
        seen = {situation.client: self._results[situation.name, software]}
        if situation.beside:
            (other,) = {each.situation.client for each in self.jobs if each.situation.name == situation.beside}
            seen[other] = self._results[situation.beside, software]
        return seen

    def _fingerprint(self) -> str:
        """Return a hash of the jobs, of the situations as they are, and of the code that probes."""
        made_of = hashlib.sha256(station.code())
        made_of.update(json.dumps([(job.situation.name, job.server.host) for job in self.jobs]).encode())
        for place in sorted(SITUATIONS.glob("*.yml")):
            made_of.update(place.read_bytes())
        return made_of.hexdigest()


def file(job: Job) -> Path:
    """Return the file of the result of a job."""
    return FOLDER / job.situation.name / f"{job.server.software}.json"


def captured(job: Job) -> Path:
    """Return the file of the captures of a job."""
    return file(job).with_suffix(".captures.json")


def _depends(one: Job, other: Job) -> bool:
    """Return whether the outcome of one job depends on the result of the other."""
    names = (one.situation.name, one.situation.beside)
    return other.situation.name in names and one.server.software == other.server.software


def _write(path: Path, text: str) -> None:
    """Write a file in one step: an interruption leaves none, or the whole."""
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.rename(path)


def _marks(job: Job) -> list[str]:
    """Return the addresses at which a job's server is seen anywhere, those of the MX among them."""
    return [*filter(None, job.server.addresses.values()), *switch.OWN_ADDRESSES]


def told(outcome: Outcome) -> str:
    """Return in one line how a probe compares with what is expected."""
    verdict = f"DIFFERS: {outcome.wrong[0]}" if outcome.wrong else f"{len(outcome.cells)} cells as expected"
    return f"{outcome.situation.name:28}{outcome.server.software:12}{verdict}"


def _count(outcome: Outcome | None) -> str:
    if outcome is None:
        return "-"
    right = len(outcome.cells) - len(outcome.unexpected)
    return f"{right}/{len(outcome.cells)}" + ("!" if outcome.wrong else "")
