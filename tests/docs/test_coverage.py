# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All is documented, and what has no example is known; and the count sees what lacks either."""

from __future__ import annotations

import pytest
from docsite import coverage
from docsite.coverage import Thing


@pytest.fixture(scope="module")
def found() -> list[Thing]:
    return list(coverage.things())


def test_all_is_documented(found: list[Thing]) -> None:
    assert coverage.undocumented(found) == []


def test_what_has_no_example_is_known(found: list[Thing]) -> None:
    assert coverage.without_example(found) == coverage.known()


def test_every_kind_is_counted(found: list[Thing]) -> None:
    kinds = {thing.kind for thing in found}
    assert kinds >= {"module option", "module return value", "role variable", "filter", "test", "playbook", "cause"}


def test_the_table_counts_by_kind() -> None:
    rows = [Thing("option", "a", True, False), Thing("option", "b", True, True), Thing("cause", "c", False, False)]
    assert [line.split() for line in coverage.table(rows).splitlines()[1:]] == [
        ["option", "2", "2", "1"],
        ["cause", "1", "0", "0"],
    ]
    assert coverage.undocumented(rows) == ["cause c"]
    assert coverage.without_example(rows) == ["cause c", "option a"]
