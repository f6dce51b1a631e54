# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from lab.stopwatch import Stopwatch, inner, table


def test_the_table_ends_with_the_sum() -> None:
    assert table([("engine", 1.25), ("machines", 10.5)]) == [
        "    1.2 s  engine",
        "   10.5 s  machines",
        "   11.8 s  in all",
    ]


def test_parts_come_in_the_order_in_which_they_ended() -> None:
    watch = Stopwatch()
    with watch.part("first"):
        pass
    with watch.part("second"):
        pass

    assert [name for name, seconds in watch.parts] == ["first", "second"]


def test_what_no_part_explains_is_a_part_of_its_own() -> None:
    assert inner(10.0, {"a": 3.0, "b": 5.0}, "rest") == [("a", 3.0), ("b", 5.0), ("rest", 2.0)]


def test_parts_that_overlap_leave_no_negative_rest() -> None:
    assert inner(1.0, {"a": 3.0}, "rest")[-1] == ("rest", 0.0)
