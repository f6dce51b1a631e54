# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index gives what looking at every box would give, and looks at few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach import index as index_module
from ansible_collections.mxlab.ftp.plugins.module_utils._reach import packets as packets_module
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.index import Index
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, Packets, cut, joined, meet


@dataclass(frozen=True, eq=False)
class Rule:
    packets: tuple[Packets, ...]


def random_rules(seed: int, number: int, highest: int = 30) -> list[Rule]:
    random = Random(seed)

    def interval() -> Interval:
        return Interval(*sorted((random.randint(1, highest), random.randint(1, highest))))

    return [Rule((Packets(destination=interval(), destination_port=interval()),)) for _number in range(number)]


def hosts(number: int) -> list[Rule]:
    """Return rules for so many hosts, one after another."""
    return [Rule((Packets(destination=Interval(host, host)),)) for host in range(number)]


@pytest.mark.parametrize("seed", range(10))
def test_it_finds_what_meets_in_order(seed: int) -> None:
    *rules, asked = random_rules(seed, 200)
    (box,) = asked.packets
    assert Index(rules).meeting(box) == [(each.packets[0], each) for each in rules if meet(each.packets[0], box)]


def test_of_a_rule_with_many_boxes_only_those_that_meet_are_cut() -> None:
    many = Rule(tuple(box for rule in hosts(1000) for box in rule.packets))
    (asked,) = Index([many]).meeting(Packets(destination=Interval(7, 7)))
    assert asked == (many.packets[7], many)


@pytest.mark.parametrize("seed", range(10))
def test_it_cuts_as_all_boxes_would(seed: int) -> None:
    (asked,), (other,), *rules = ([each.packets[0]] for each in random_rules(seed, 60))
    grouped = [Rule((one[0], other)) for one in rules]
    assert Index(grouped).cut(asked) == cut(asked, grouped)


@pytest.mark.parametrize("seed", range(10))
def test_what_is_covered_is_inside_the_boxes_in_front(seed: int) -> None:
    *rules, asked = random_rules(seed, 40, 6)
    (box,) = asked.packets
    for before in (0, 1, 5, 40):
        points = {
            (place, port)
            for place in range(box.destination.first, box.destination.last + 1)
            for port in range(box.destination_port.first, box.destination_port.last + 1)
        }
        missing = {point for point in points if not any(_has(each, point) for each in rules[:before])}
        assert Index(rules).covered(box, before) is (not missing)


def _has(rule: Rule, point: tuple[int, int]) -> bool:
    (box,) = rule.packets
    place, port = point
    return (
        box.destination.first <= place <= box.destination.last
        and box.destination_port.first <= port <= box.destination_port.last
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_cut_by_many_is_the_cut_by_each(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = random_rules(seed, 60)
    whole = Packets()
    halved = _by_packets(cut(whole, rules))
    monkeypatch.setattr(packets_module, "_MANY", 10**6)
    assert halved == _by_packets(cut(whole, rules))


def _by_packets(parts: Sequence[tuple[Packets, tuple[Rule, ...]]]) -> dict[tuple[int, int], tuple[Rule, ...]]:
    """Return the matchers of each point, to compare cuts that differ in their boxes."""
    return {
        (place, port): matching
        for place in range(32)
        for port in range(1, 32)
        for part, matching in parts
        if part.destination.first <= place <= part.destination.last
        and part.destination_port.first <= port <= part.destination_port.last
    }


def test_thousands_of_neighbours_cover_a_block() -> None:
    index = Index(hosts(5000))
    assert index.covered(Packets(destination=Interval(0, 4999)), 5000)
    assert not index.covered(Packets(destination=Interval(0, 5000)), 5000)
    assert not index.covered(Packets(destination=Interval(0, 4999)), 4999)


@pytest.mark.parametrize("number", [500, 2000])
def test_a_question_looks_at_few_boxes(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    index, looked = Index(hosts(number)), []
    monkeypatch.setattr(index_module, "meet", lambda one, other: looked.append(one) or meet(one, other))
    assert len(index.meeting(Packets(destination=Interval(7, 7)))) == 1
    assert 0 < len(looked) <= 2 * index_module._FEW


@pytest.mark.parametrize("number", [500, 2000])
def test_a_cut_by_many_is_near_linear(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[Packets] = []

    def counted(one: Packets, other: Packets) -> Packets | None:
        pieces.append(one)
        return meet(one, other)

    monkeypatch.setattr(packets_module, "meet", counted)
    parts = cut(Packets(), hosts(number))
    assert len(joined(part for part, _matching in parts)) == 1
    assert number <= len(pieces) <= 80 * number
