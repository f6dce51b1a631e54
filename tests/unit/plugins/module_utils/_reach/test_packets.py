# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from random import Random

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    Interval,
    Packets,
    address,
    address_text,
    cut,
    joined,
    meet,
    port,
    port_text,
    without,
)


@dataclass(frozen=True)
class Rule:
    packets: tuple[Packets, ...]


def box(*bounds: int) -> Packets:
    """Packets with these first and last source ports and destination ports."""
    return Packets(source_port=Interval(*bounds[:2]), destination_port=Interval(*bounds[2:]))


def points(packets: Packets) -> set[tuple[int, int]]:
    """All pairs of ports, for small boxes."""
    (a, b), (c, d) = packets.source_port, packets.destination_port
    return set(product(range(a, b + 1), range(c, d + 1)))


def random_boxes(seed: int, number: int) -> list[Packets]:
    random = Random(seed)

    def interval() -> list[int]:
        return sorted((random.randint(1, 6), random.randint(1, 6)))

    return [box(*interval(), *interval()) for _number in range(number)]


def test_boxes_are_sets() -> None:
    """Against plain sets of points, for many pairs of small boxes."""
    for one, other in product(random_boxes(1, 30), random_boxes(2, 30)):
        common = meet(one, other)
        assert (points(common) if common else set()) == points(one) & points(other)
        if common:
            rest = list(without(one, common))
            assert set().union(*map(points, rest)) == points(one) - points(other)
            assert sum(len(points(each)) for each in rest) == len(points(one) - points(other))


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_gives_each_packet_all_the_rules_that_match_it(seed: int) -> None:
    whole, *others = random_boxes(seed, 9)
    rules = [Rule(tuple(pair)) for pair in zip(others[::2], others[1::2])]
    parts = cut(whole, rules)
    assert sum(len(points(part)) for part, _matching in parts) == len(points(whole))
    for part, matching in parts:
        for point in points(part):
            assert matching == tuple(r for r in rules if any(point in points(each) for each in r.packets))


@pytest.mark.parametrize("seed", range(50))
def test_joined_is_exact(seed: int) -> None:
    whole, *others = random_boxes(seed, 8)
    pieces = [part for part, _matching in cut(whole, [Rule((each,)) for each in others])]
    fewer = joined(pieces)
    assert set().union(*map(points, fewer)) == points(whole)
    assert sum(len(points(each)) for each in fewer) == len(points(whole))
    assert len(fewer) <= len(pieces)


def test_neighbours_become_one() -> None:
    pieces = [box(1, 1, 30, 39), box(1, 1, 10, 19), box(1, 1, 20, 29)]
    assert joined(pieces) == [box(1, 1, 10, 39)]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Any", "any"),
        ("203.0.113.2", "203.0.113.2"),
        ("203.0.113.77/24", "203.0.113.0/24"),
        ("0.0.0.0/0", "any"),
    ],
)
def test_addresses(text: str, again: str) -> None:
    assert address_text(address(text)) == again


def test_an_interval_that_is_no_subnet_is_told_as_several() -> None:
    first, last = address("203.0.113.1").first, address("203.0.113.4").first
    assert address_text(Interval(first, last)) == "203.0.113.1, 203.0.113.2/31, 203.0.113.4"


@pytest.mark.parametrize(("text", "again"), [("ANY", "any"), ("21", "21"), ("61000-61099", "61000-61099")])
def test_ports(text: str, again: str) -> None:
    assert port_text(port(text)) == again


@pytest.mark.parametrize("text", ["203.0.113", "server13", "2001:db8::1", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an IPv4 address, a CIDR block or any"):
        address(text)
