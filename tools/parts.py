# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of a test side by side, each on the next lane that is free, and say how long each took.

A part's output is printed whole when the part ends, so that it stays together; meanwhile it grows in a file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from recall import failures

ROOT = Path(__file__).resolve().parent.parent
OUTPUTS = ROOT / ".ansible" / "parts"


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


def run(
    parts: Iterable[Part], lanes: Sequence[Mapping[str, str]], *, stop_at_failure: bool = False
) -> Sequence[Outcome]:
    """Run the parts in their order, as many at once as there are lanes; a lane is an environment for its parts."""
    queue = Queue(parts, stop_at_failure)
    with ThreadPoolExecutor(len(lanes)) as pool:
        # Consumed, so that an error in a lane is not lost.
        try:
            list(pool.map(lambda lane: _work(queue, lane), lanes))
        finally:
            queue.close()
    return queue.outcomes


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


def _work(queue: Queue, lane: Mapping[str, str]) -> None:
    """Run one part after the other until none is left."""
    while part := queue.next():
        path = OUTPUTS / f"{part.name.replace(' ', '-')}.txt"
        print(f"==> {part.name}: begins, its output is in {path.relative_to(OUTPUTS.parent.parent)}", flush=True)
        begin = time.monotonic()
        status = _run_into(path, part.command, lane)
        said = path.read_bytes()
        recalled = failures(said.decode(errors="replace").splitlines()) if status else []
        queue.ended(Outcome(part.name, status, time.monotonic() - begin, recalled), said)


def _run_into(path: Path, command: Sequence[str], lane: Mapping[str, str]) -> int:
    """Run a program with all its output in the file; return its status."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as output:
        return subprocess.run(
            command, cwd=ROOT, env=lane, check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ).returncode


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
