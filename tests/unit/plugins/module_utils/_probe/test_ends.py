# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A survey is over at the time that the target says, whatever its timeouts allow."""

from __future__ import annotations

import math
import time

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.entry import Target


def target(ends: float) -> Target:
    """Return a target whose timeouts alone allow an hour."""
    return Target("127.0.0.1", 21, "probe", "", timeout=300.0, ends=ends)


def test_no_operation_lasts_longer() -> None:
    ends = time.monotonic() + 1
    clock = target(ends).clock()
    clock.extend(1000)
    assert clock.deadline() == ends
    assert not clock.over


def test_then_all_is_over() -> None:
    assert target(time.monotonic()).clock().over


def test_without_it_the_timeouts_count() -> None:
    before = time.monotonic()
    assert before + 300 <= target(math.inf).clock().deadline() <= time.monotonic() + 300
