# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which changes are listed and lists are written."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Change, Draft, Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Edit
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.port_forwarding import PortForwarding

RULES: list[Rule] = [{"name": name, "protocol": "tcp"} for name in ("a", "b", "c")]
NEW: Rule = {"name": "new", "protocol": "tcp"}


def leaving(kind: str) -> Change:
    return Change(kind, 0, RULES[0], None, None)


def coming(kind: str) -> Change:
    return Change(kind, 1, None, NEW, None)


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ([coming("one_to_one_nat"), leaving("port_forwarding")], ["port_forwarding", "one_to_one_nat"]),
        # A list that loses one rule and gets another may take the address or port that the other list leaves.
        (
            [leaving("one_to_one_nat"), coming("one_to_one_nat"), leaving("port_forwarding")],
            ["port_forwarding", "one_to_one_nat"],
        ),
        ([leaving("port_forwarding"), leaving("one_to_one_nat")], ["one_to_one_nat", "port_forwarding"]),
        ([coming("port_forwarding"), coming("one_to_one_nat")], ["one_to_one_nat", "port_forwarding"]),
        ([coming("port_forwarding")], ["port_forwarding"]),
        ([], []),
    ],
)
def test_lists_that_only_lose_rules_are_written_first(changes: list[Change], order: list[str]) -> None:
    plan = Plan({"one_to_one_nat": RULES, "port_forwarding": RULES}, tuple(changes), ())
    assert [kind.name for kind in plan.changed_kinds] == order


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ([(0, "a", None)], ["b", "c"]),
        ([(0, None, "x"), (3, None, "y")], ["x", "a", "b", "c", "y"]),
        # A rule that returns to the place of one that goes, and two at one place in their order.
        ([(1, None, "x"), (1, "b", None), (1, None, "y")], ["a", "x", "y", "c"]),
        ([(2, "c", "x"), (2, None, "y")], ["a", "b", "y", "x"]),
    ],
)
def test_changes_are_carried_out_at_their_places(
    changes: list[tuple[int, str | None, str | None]], after: list[str]
) -> None:
    def rule(name: str | None) -> Rule | None:
        return None if name is None else {"name": name}

    made = tuple(Change("port_forwarding", index, rule(old), rule(new), None) for index, old, new in changes)
    plan = Plan({"port_forwarding": RULES, "one_to_one_nat": RULES}, made, ())
    assert [each["name"] for each in plan.after["port_forwarding"]] == after
    assert plan.after["one_to_one_nat"] == RULES


def test_changes_are_listed_from_the_top_of_the_list_whoever_made_them() -> None:
    draft = Draft(PortForwarding(), RULES)
    draft.apply([Edit(2, None), Edit(None, NEW)], "first")
    draft.apply([Edit(0, None)], "second")
    assert [(change.index, change.endpoint) for change in draft.changes()] == [
        (0, "second"),
        (2, "first"),
        (3, "first"),
    ]


def test_an_edit_that_another_undoes_is_no_change() -> None:
    draft = Draft(PortForwarding(), RULES)
    draft.apply([Edit(1, None), Edit(None, NEW)], "first")
    draft.apply([Edit(1, {**RULES[1], "protocol": "TCP"}), Edit(3, None)], "second")
    assert list(draft.changes()) == []


def test_a_copy_goes_its_own_way() -> None:
    draft = Draft(PortForwarding(), RULES)
    draft.apply([Edit(0, None)], "first")
    other = draft.copy()
    other.apply([Edit(1, None)], "second")
    assert [change.index for change in draft.changes()] == [0]
    assert [change.index for change in other.changes()] == [0, 1]
