# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange


@pytest.mark.parametrize(
    ("text", "first", "last", "spelling"),
    [
        ("61000-61099", 61000, 61099, "61000-61099"),
        (" 61000 - 61099 ", 61000, 61099, "61000-61099"),
        ("21", 21, 21, "21"),
        (21, 21, 21, "21"),
        ("21-21", 21, 21, "21"),
        ("1-65535", 1, 65535, "1-65535"),
    ],
)
def test_a_range_is_read_and_spelled(text: str | int, first: int, last: int, spelling: str) -> None:
    ports = PortRange.parse(text)
    assert (ports.first, ports.last, str(ports), len(ports)) == (first, last, spelling, last - first + 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("61099-61000", "'61099-61000' is inverted; write the lower port first"),
        ("0", "'0' is out of range; ports go from 1 to 65535"),
        ("61000-65536", "'61000-65536' is out of range; ports go from 1 to 65535"),
        ("ftp", "'ftp' is not a port or a range of ports; write it like 61000-61099 or 21"),
        ("", "'' is not a port or a range of ports; write it like 61000-61099 or 21"),
        ("21,22", "'21,22' is not a port or a range of ports; write it like 61000-61099 or 21"),
        (-21, "'-21' is not a port or a range of ports; write it like 61000-61099 or 21"),
    ],
)
def test_what_is_no_range_is_refused(text: str | int, message: str) -> None:
    with pytest.raises(ValueError) as error:
        PortRange.parse(text)
    assert str(error.value) == message


@pytest.mark.parametrize(("port", "inside"), [(9, False), (10, True), (20, True), (21, False), ("10", False)])
def test_a_range_holds_its_ends(port: object, inside: bool) -> None:
    assert (port in PortRange(10, 20)) is inside


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("10-20", "20-30", True),
        ("10-20", "21-30", False),
        ("10-20", "12-13", True),
        ("21", "21", True),
        ("21", "20", False),
    ],
)
def test_ranges_overlap_both_ways(one: str, other: str, expected: bool) -> None:
    a, b = PortRange.parse(one), PortRange.parse(other)
    assert a.overlaps(b) is expected
    assert b.overlaps(a) is expected
