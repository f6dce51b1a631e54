# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which probe runs when: so many at a time, one for each target, and a waiting room with an end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

from ftp_probe_app.exporter.answers import busy

Result = TypeVar("Result")


class Schedule(Generic[Result]):
    """Runs work for scrapes.

    Scrapes of one target with the same module at the same time share one probe: two Prometheus servers see the same.
    A target with another module waits, because probes of one server can disturb each other.
    """

    def __init__(self, at_a_time: int, waiting: int) -> None:
        self._at_a_time = at_a_time
        self._room = waiting
        self._workers = ThreadPoolExecutor(at_a_time, "probe")
        self._changed = threading.Condition()
        self._running: dict[str, tuple[object, Future[Result]]] = {}
        self._closed = False
        self.waiting = 0

    @property
    def running(self) -> int:
        """Return how many probes run."""
        return len(self._running)

    def future(self, target: str, module: object, work: Callable[[], Result], latest: float) -> Future[Result]:
        """Return the probe that runs for the target, or begin one; refuse if none can begin until the time latest."""
        with self._changed:
            found = self._boarded(target, module, work)
            if found is None:
                with self._waiting():
                    found = self._awaited(target, module, work, latest)
            return found

    def close(self) -> None:
        """Begin no more probes, and wait for those that run."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._workers.shutdown()

    def _boarded(self, target: str, module: object, work: Callable[[], Result]) -> Future[Result] | None:
        """Return a probe to share, or a new one; None if the scrape has to wait."""
        if self._closed:
            raise busy("the exporter is shutting down")
        if target in self._running:
            running, future = self._running[target]
            return future if running == module else None
        if len(self._running) >= self._at_a_time:
            return None
        future = self._workers.submit(work)
        self._running[target] = (module, future)
        future.add_done_callback(lambda _done: self._landed(target))
        return future

    def _awaited(self, target: str, module: object, work: Callable[[], Result], latest: float) -> Future[Result]:
        while True:
            left = latest - time.monotonic()
            if left <= 0 or not self._changed.wait(left):
                raise busy(f"{len(self._running)} probes run and none has ended in time; raise --concurrency")
            found = self._boarded(target, module, work)
            if found is not None:
                return found

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        if self.waiting >= self._room:
            raise busy(f"{len(self._running)} probes run and {self.waiting} wait; raise --concurrency or --waiting")
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    def _landed(self, target: str) -> None:
        with self._changed:
            del self._running[target]
            self._changed.notify_all()
