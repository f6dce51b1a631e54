# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which probe runs when; events stand for time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from ftp_probe_app.exporter.answers import Refused
from ftp_probe_app.exporter.schedule import Schedule

SOON = 30.0


@pytest.fixture(name="over")
def fixture_over() -> Iterator[Event]:
    """Yield what ends the work of a test; it ends at the latest with the test."""
    event = Event()
    yield event
    event.set()


def begin(schedule: Schedule[str], target: str, module: str, over: Event, latest: float = SOON) -> Future[str]:
    """Begin work that lasts until over."""
    return schedule.future(target, module, lambda: f"{target} {over.wait(SOON)}", time.monotonic() + latest)


def test_scrapes_of_one_target_share_a_probe(over: Event) -> None:
    schedule: Schedule[str] = Schedule(2, 1)
    first = begin(schedule, "a", "m", over)
    assert begin(schedule, "a", "m", over) is first
    assert schedule.running == 1
    over.set()
    assert first.result(SOON) == "a True"


def test_another_module_waits_for_the_same_target(over: Event) -> None:
    schedule: Schedule[str] = Schedule(2, 1)
    first = begin(schedule, "a", "m", over)
    with ThreadPoolExecutor() as pool:
        second = pool.submit(begin, schedule, "a", "other", Event(), SOON)
        while not schedule.waiting:
            assert not second.done()
        assert schedule.running == 1
        over.set()
        assert second.result(SOON) is not first


def test_a_full_waiting_room_refuses(over: Event) -> None:
    schedule: Schedule[str] = Schedule(1, 1)
    begin(schedule, "a", "m", over)
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(begin, schedule, "b", "m", over)
        while not schedule.waiting:
            assert not waits.done()
        with pytest.raises(Refused, match="raise --concurrency or --waiting") as refused:
            begin(schedule, "c", "m", over)
        over.set()
        assert waits.result(SOON).result(SOON) == "b True"
    assert refused.value.status == 503
    assert refused.value.headers == {"Retry-After": "5"}


def test_who_waits_too_long_is_refused(over: Event) -> None:
    schedule: Schedule[str] = Schedule(1, 1)
    begin(schedule, "a", "m", over)
    with pytest.raises(Refused, match="none has ended in time"):
        begin(schedule, "b", "m", over, latest=0.01)
    assert schedule.waiting == 0


def test_the_end_waits_for_what_runs_and_refuses_the_rest(over: Event) -> None:
    schedule: Schedule[str] = Schedule(1, 1)
    first = begin(schedule, "a", "m", over)
    with ThreadPoolExecutor() as pool:
        waits = pool.submit(begin, schedule, "b", "m", over)
        while not schedule.waiting:
            assert not waits.done()
        closed = pool.submit(schedule.close)
        with pytest.raises(Refused, match="shutting down"):
            waits.result(SOON)
        assert not closed.done()
        over.set()
        closed.result(SOON)
    assert first.done()


def test_an_error_reaches_every_scrape_and_frees_the_place() -> None:
    schedule: Schedule[str] = Schedule(1, 1)

    def fails() -> str:
        raise Refused(403, "no")  # type: ignore[arg-type]

    for _number in range(2):
        with pytest.raises(Refused, match="no"):
            schedule.future("a", "m", fails, time.monotonic() + SOON).result(SOON)
