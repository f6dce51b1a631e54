# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of a test side by side, each on the next lane that is free, and say how long each took.

A part's output is printed whole when the part ends, so that it stays together; meanwhile it grows in a file.  Each part
is a process group, so that what ends the run ends everything that the parts have started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from recall import failures

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = ROOT / ".ansible" / "parts"
# How long a part may take to end when it is told to; Ansible ends its workers meanwhile.
GRACE_SECONDS = 5
# How long a signal may go unheeded that comes right before Python begins to wait: it does not end that wait.
TICK_SECONDS = 0.5
# The status of a part that does not begin because the run is over: that of one told to end (bash(1), "EXIT STATUS").
TOO_LATE = 128 + signal.SIGTERM


@dataclass(frozen=True)
class Part:
    """A program to run."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """How a part ended."""

    name: str
    status: int
    seconds: float
    recalled: Sequence[str] = ()


class Queue:
    """Parts that wait for a lane; after a failure none begins any more."""

    def __init__(self, parts: Iterable[Part], stop_at_failure: bool) -> None:
        self._waiting = list(parts)
        self._stop_at_failure = stop_at_failure
        self._lock = threading.Lock()
        self.outcomes: list[Outcome] = []

    def next(self) -> Part | None:
        """Return the next part, or None when there is nothing more to begin."""
        with self._lock:
            return self._waiting.pop(0) if self._waiting else None

    def close(self) -> None:
        """Let nothing more begin."""
        with self._lock:
            self._waiting.clear()

    def ended(self, outcome: Outcome, output: bytes) -> None:
        """Note how a part ended, and print what it said."""
        with self._lock:
            self.outcomes.append(outcome)
            if outcome.status and self._stop_at_failure:
                self._waiting.clear()
            _show(outcome, output)


class Groups:
    """The process groups of the parts that run."""

    def __init__(self) -> None:
        self._running: set[int] = set()
        self._over = False
        self._lock = threading.Lock()

    def run(self, command: Sequence[str], lane: Mapping[str, str], output: IO[bytes]) -> int:
        """Run a program in a group of its own, with all its output in the file; return its status."""
        with self._lock:
            if self._over:
                return TOO_LATE
            part = subprocess.Popen(
                command, cwd=ROOT, env=lane, stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0
            )
            self._running.add(part.pid)
        status = part.wait()
        with self._lock:
            self._running.discard(part.pid)
        return status

    def end(self) -> None:
        """End all that run, with all that they have started, and let none begin any more."""
        with self._lock:
            self._over = True
            groups = list(self._running)
        for group in groups:
            _signal(group, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(_signal(group, 0) for group in groups) and time.monotonic() < deadline:
            time.sleep(0.1)
        for group in groups:
            _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Send the group a signal, or none to only ask; tell whether anybody is in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def run(
    parts: Iterable[Part], lanes: Sequence[Mapping[str, str]], *, stop_at_failure: bool = False
) -> Sequence[Outcome]:
    """Run the parts in their order, as many at once as there are lanes; a lane is an environment for its parts."""
    queue, groups = Queue(parts, stop_at_failure), Groups()
    with ThreadPoolExecutor(len(lanes)) as pool:
        try:
            working = [pool.submit(_work, queue, groups, lane) for lane in lanes]
            while wait(working, TICK_SECONDS).not_done:
                pass
            # An error in a lane is not lost.
            for lane in working:
                lane.result()
        finally:
            queue.close()
            groups.end()
    return queue.outcomes


def heed_signals() -> None:
    """Be interrupted by SIGTERM and SIGHUP as by SIGINT, which ends the parts; what nohup has ignored stays ignored."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def report(outcomes: Sequence[Outcome], whole: float) -> int:
    """Print what failed once more, and the table of the parts; return the status to end with."""
    for failed in (outcome for outcome in outcomes if outcome.status):
        print(f"\n==> {failed.name} failed with status {failed.status}, its last failures once more:")
        print("\n".join(failed.recalled))
    print("\n".join(["", *table(outcomes, whole)]))
    return int(any(outcome.status for outcome in outcomes))


def table(outcomes: Sequence[Outcome], whole: float) -> list[str]:
    """Return a line for each part, the longest first, and one for the whole, in which parts ran side by side."""
    ordered = sorted(outcomes, key=lambda outcome: -outcome.seconds)
    lines = [f"{outcome.seconds:7.1f} s  {outcome.name}{' (failed)' * bool(outcome.status)}" for outcome in ordered]
    return [*lines, f"{whole:7.1f} s  in all"]


def _work(queue: Queue, groups: Groups, lane: Mapping[str, str]) -> None:
    """Run one part after the other until none is left."""
    while part := queue.next():
        path = OUTPUTS / f"{part.name.replace(' ', '-')}.txt"
        print(f"==> {part.name}: begins, its output is in {path.relative_to(OUTPUTS.parent.parent)}", flush=True)
        begin = time.monotonic()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as output:
            status = groups.run(part.command, lane, output)
        said = path.read_bytes()
        recalled = failures(said.decode(errors="replace").splitlines()) if status else []
        queue.ended(Outcome(part.name, status, time.monotonic() - begin, recalled), said)


def _show(outcome: Outcome, output: bytes) -> None:
    """Print the output as it is, whatever bytes are in it."""
    how = "passed" if outcome.status == 0 else "failed"
    sys.stdout.flush()
    sys.stdout.buffer.write(b"\n" + output)
    print(f"==> {outcome.name}: {how} in {outcome.seconds:.1f} s", flush=True)


def colours() -> dict[str, str]:
    """Return the environment of a lane: this process's, with colours where a terminal shows them."""
    shown = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return os.environ | ({"FORCE_COLOR": "1"} if shown else {})
