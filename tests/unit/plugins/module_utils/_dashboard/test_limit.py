# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from heapq import heappop, heappush
from itertools import islice

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.limit import BURST, RATE, REGAINED, SLOWEST
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import Clock
from mx_emulator.limiter import Limiter


def times(clock: Clock, count: int) -> list[float]:
    """Return when each of so many requests in a row may be made."""
    limit, made = clock.limit(), []
    for _number in range(count):
        limit.take()
        made.append(clock.now)
    return made


def test_a_burst_passes_at_once_and_then_the_rate_holds() -> None:
    made = times(Clock(), 25)
    burst = int(BURST)
    assert made[:burst] == [0.0] * burst
    assert made[burst:] == pytest.approx([(n + 1) / RATE for n in range(25 - burst)])


def test_no_second_sees_more_than_burst_and_rate() -> None:
    made = times(Clock(), 200)
    assert max(Counter(int(when) for when in made).values()) <= BURST + RATE


def test_rest_refills_the_burst_and_no_more() -> None:
    clock = Clock()
    limit = clock.limit()
    clock.now = 1000.0
    for _number in range(int(BURST)):
        limit.take()
    assert clock.now == 1000.0
    limit.take()
    assert clock.now == pytest.approx(1000.1)


def test_a_hold_stops_everybody_and_the_longer_one_counts() -> None:
    clock = Clock()
    limit = clock.limit()
    limit.hold(7.0)
    limit.hold(3.0)
    limit.take()
    assert clock.now == pytest.approx(7.1)


def test_threads_share_the_bucket() -> None:
    clock = Clock()
    limit = clock.limit()
    with ThreadPoolExecutor(8) as pool:
        for _done in pool.map(lambda _number: limit.take(), range(105)):
            pass
    # Each thread's sleep moves this clock, so that it runs fast; but no request passes without its token.
    assert clock.now >= (105 - BURST) / RATE - 1e-6


def test_a_429_halves_the_rate_once_and_answers_give_it_back() -> None:
    clock = Clock()
    limit = clock.limit()
    for _request_under_way in range(3):
        assert limit.turned_away(1.0, 1, 0.0)
    limit.take()
    assert clock.now == pytest.approx(1.0 + 2 / RATE)
    for _answer in range(int((RATE - RATE / 2) * RATE / REGAINED)):
        limit.let_in()
    limit.take()
    assert clock.now == pytest.approx(1.0 + 3 / RATE)


def test_it_never_becomes_too_slow_to_go_on() -> None:
    clock = Clock()
    limit = clock.limit()
    for _time in range(8):
        limit.turned_away(0.0, 1, clock.now)
    began = clock.now
    limit.take()
    assert clock.now == pytest.approx(began + 1 / SLOWEST)


class Shared:
    """Programs that share the rate of one organization, which the emulator keeps."""

    def __init__(self, programs: int, requests: int) -> None:
        self.now, self.refused, self.lost = 0.0, 0, 0
        self._api = Limiter(lambda: self.now)
        running = [self._program(Clock(), requests) for _number in range(programs)]
        due = [(next(program), place) for place, program in enumerate(running)]
        while due:
            # In the order of time: a program goes on when all others are later.
            self.now, place = heappop(due)
            for later in islice(running[place], 1):
                heappush(due, (later, place))

    def _program(self, clock: Clock, requests: int) -> Iterator[float]:
        """Make requests one after the other; give the time of each before it is made."""
        limit = clock.limit()
        for _number in range(requests):
            tries, began = 0, clock.now
            while True:
                limit.take()
                yield clock.now
                tries += 1
                wait = self._api.wait("1")
                if not wait:
                    limit.let_in()
                    break
                self.refused += 1
                if not limit.turned_away(wait, tries, began):
                    self.lost += 1
                    break


@pytest.mark.parametrize(("programs", "refused"), [(1, 0.0), (2, 0.01), (4, 0.04), (10, 0.15), (20, 0.35)])
def test_programs_share_the_rate_of_an_organization(programs: int, refused: float) -> None:
    """None loses a request, few are refused, and together they are nearly as fast as one alone."""
    total = 2000
    shared = Shared(programs, total // programs)
    assert shared.lost == 0
    assert shared.refused <= refused * total
    assert shared.now < 1.15 * total / RATE
