# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of packets as boxes of integers: what rules match and flows consist of, and how one is cut by the other.

A packet has five numbers, so a rule that asks for a range of each is a box, and "which rule meets which part of this
flow" is cutting boxes: exact for ranges and subnets of any size, without trying single ports or addresses.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, summarize_address_range
from typing import NamedTuple, Protocol, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange


class Interval(NamedTuple):
    """The integers first..last, both included; never empty."""

    first: int
    last: int


ANY_PROTOCOL = Interval(0, 255)
ANY_ADDRESS = Interval(0, 2**32 - 1)
ANY_PORT = Interval(1, HIGHEST_PORT)
# Protocol numbers of IANA's registry, under the names that the API's rules use.
PROTOCOLS = {"any": ANY_PROTOCOL, **{n: Interval(i, i) for n, i in (("icmp", 1), ("tcp", 6), ("udp", 17))}}


class Packets(NamedTuple):
    """All IPv4 packets that have each field within its interval: protocol number, addresses as integers, ports."""

    protocol: Interval = ANY_PROTOCOL
    source: Interval = ANY_ADDRESS
    source_port: Interval = ANY_PORT
    destination: Interval = ANY_ADDRESS
    destination_port: Interval = ANY_PORT


class Matcher(Protocol):
    """Whatever matches packets: a rule, or a part of one."""

    @property
    def packets(self) -> tuple[Packets, ...]:
        """The packets that match, as boxes."""


M = TypeVar("M", bound=Matcher)
# A flow with the boxes that meet it.
_Half = tuple[Packets, list[tuple[Packets, M]]]
# More boxes than _MANY are halved, if each half has less than _FEWER of them.
_MANY, _FEWER = 24, 0.75


def meet(one: Packets, other: Packets) -> Packets | None:
    """Return the packets that are in both, or None if there are none."""
    common = []
    # Most pairs are apart in some field, and lists may have hundreds of rules: so the first such field ends it.
    for (first, last), (other_first, other_last) in zip(one, other):
        if first > other_last or other_first > last:
            return None
        common.append(Interval(max(first, other_first), min(last, other_last)))
    return Packets(*common)


def without(whole: Packets, part: Packets) -> Iterator[Packets]:
    """Yield the packets of `whole` outside `part`, which lies inside it, as boxes that do not overlap."""
    for field, outer, inner in zip(Packets._fields, whole, part):
        for first, last in ((outer.first, inner.first - 1), (inner.last + 1, outer.last)):
            if first <= last:
                yield whole._replace(**{field: Interval(first, last)})
        whole = whole._replace(**{field: inner})


def cut(whole: Packets, matchers: Iterable[M]) -> list[tuple[Packets, tuple[M, ...]]]:
    """Cut a flow so that each part comes with all the matchers, in their order, that match every packet of it."""
    return cut_by(whole, [(box, each) for each in matchers for box in each.packets if meet(whole, box) is not None])


def cut_by(whole: Packets, boxes: list[tuple[Packets, M]]) -> list[tuple[Packets, tuple[M, ...]]]:
    """Cut a flow by boxes that all meet it, each with its matcher, whose boxes follow each other."""
    parts = []
    halves = [(whole, boxes)]
    while halves:
        half, boxes = halves.pop()
        # Each box cuts all parts so far: with many boxes, first halve the flow where few of them are on both sides.
        fewer = _halved(half, boxes) if len(boxes) > _MANY else ()
        halves.extend(fewer)
        if not fewer:
            parts.extend(_cut_by_each(half, boxes))
    return parts


def joined(parts: Iterable[Packets]) -> list[Packets]:
    """Return the same packets in fewer boxes: neighbours that together are a box become one."""
    done = list(parts)
    fields = range(len(Packets._fields))
    while True:
        before = len(done)
        for field in fields:
            done = _joined_along(field, done)
        if len(done) == before:
            return done


def touching(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same integers, in order, with intervals that overlap or touch as one."""
    runs: list[Interval] = []
    for interval in sorted(intervals):
        if runs and interval.first <= runs[-1].last + 1:
            runs[-1] = Interval(runs[-1].first, max(runs[-1].last, interval.last))
        else:
            runs.append(interval)
    return runs


# Rules and endpoints name the same addresses again and again.
@lru_cache(maxsize=4096)
def address(text: str) -> Interval:
    """Parse an IPv4 address, a subnet in CIDR form or any, in any case; raises ValueError for anything else."""
    if text.strip().lower() == "any":
        return ANY_ADDRESS
    try:
        network = IPv4Network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 address, a CIDR block or any") from None
    return Interval(int(network.network_address), int(network.broadcast_address))


def port(text: str) -> Interval:
    """Parse a port, a range of ports or any, in any case; raises ValueError for anything else."""
    if text.strip().lower() == "any":
        return ANY_PORT
    ports = PortRange.parse(text)
    return Interval(ports.first, ports.last)


# Rows, their chains and their answers name the same addresses.
@lru_cache(maxsize=4096)
def address_text(interval: Interval) -> str:
    """Return the shortest form that people write: any, an address, or CIDR blocks with commas."""
    if interval == ANY_ADDRESS:
        return "any"
    if interval.first == interval.last:
        return str(IPv4Address(interval.first))
    blocks = summarize_address_range(IPv4Address(interval.first), IPv4Address(interval.last))
    return ", ".join(str(block).removesuffix("/32") for block in blocks)


def port_text(interval: Interval) -> str:
    """Return the form that people write: any, a port, or a range."""
    return "any" if interval == ANY_PORT else str(PortRange(*interval))


def _cut_by_each(whole: Packets, boxes: Iterable[tuple[Packets, M]]) -> list[tuple[Packets, tuple[M, ...]]]:
    parts: list[tuple[Packets, tuple[M, ...]]] = [(whole, ())]
    for box, matcher in boxes:
        parts = [piece for part, matching in parts for piece in _cut_once(part, matching, box, matcher)]
    return parts


def _halved(whole: Packets, boxes: Sequence[tuple[Packets, M]]) -> tuple[_Half[M], ...]:
    """Return a flow as two, each with the boxes that meet it; nothing where that would not leave each fewer."""
    for field in range(len(Packets._fields) - 1, -1, -1):
        edges = sorted(box[field].first for box, _matcher in boxes if box[field].first > whole[field].first)
        if not edges:
            continue
        halves = _split(whole, field, edges[len(edges) // 2])
        found = tuple((half, [each for each in boxes if meet(half, each[0]) is not None]) for half in halves)
        if max(len(each) for _half, each in found) < len(boxes) * _FEWER:
            return found
    return ()


def _split(whole: Packets, field: int, value: int) -> tuple[Packets, Packets]:
    (first, last), name = whole[field], Packets._fields[field]
    return (
        whole._replace(**{name: Interval(first, value - 1)}),
        whole._replace(**{name: Interval(value, last)}),
    )


def _cut_once(
    part: Packets, matching: tuple[M, ...], packets: Packets, matcher: M
) -> Iterator[tuple[Packets, tuple[M, ...]]]:
    # The boxes of one matcher follow each other.
    common = None if matching and matching[-1] is matcher else meet(part, packets)
    if common is None:
        yield part, matching
        return
    yield common, (*matching, matcher)
    yield from ((rest, matching) for rest in without(part, common))


def _joined_along(field: int, parts: Iterable[Packets]) -> list[Packets]:
    """Return the packets with those boxes as one that are alike but for one field, and touch there."""
    rows: dict[tuple[Interval, ...], list[Interval]] = {}
    for part in parts:
        rows.setdefault(part[:field] + part[field + 1 :], []).append(part[field])
    return [
        Packets._make((*rest[:field], run, *rest[field:]))
        for rest, intervals in rows.items()
        for run in touching(intervals)
    ]
