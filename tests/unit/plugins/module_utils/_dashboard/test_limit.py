# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.limit import BURST, RATE
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import Clock


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
