# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the boxes that meet a box, without looking at all of them: lists may have thousands of rules.

A tree: each node splits its boxes by one field into those below a value, those from it on, and those on both sides.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Matcher, Packets, cut_by, meet, without

M = TypeVar("M", bound=Matcher)
# So few boxes are faster looked through than split.
_FEW = 12


class Entry(NamedTuple):
    """A box with the place of its owner in the list, and its own number there."""

    box: Packets
    place: int
    number: int


class Split(NamedTuple):
    """Where a node divides its entries: field and value."""

    field: int
    value: int


@dataclass(frozen=True)
class Node:
    """A part of the tree: the entries of a leaf, or a split with what lies below it, from it on, and across it.

    `first` is the lowest place of all its entries.
    """

    first: int
    entries: Sequence[Entry]
    split: Split | None = None
    parts: tuple[Node, ...] = ()

    def meeting(self, box: Packets, before: int) -> Iterator[Entry]:
        """Yield the entries with a place below `before` whose boxes meet the box."""
        nodes = [self]
        while nodes:
            node = nodes.pop()
            if node.first >= before:
                continue
            if node.split is not None:
                nodes.extend(_reached(node.split, node.parts, box))
                continue
            yield from (each for each in node.entries if each.place < before and meet(each.box, box) is not None)


class Index(Generic[M]):
    """Matchers in their order, with a tree over all their boxes."""

    def __init__(self, matchers: Sequence[M]) -> None:
        self.matchers = matchers
        self._root = _node(
            [
                Entry(box, place, number)
                for place, each in enumerate(matchers)
                for number, box in enumerate(each.packets)
            ]
        )

    def meeting(self, box: Packets) -> list[tuple[Packets, M]]:
        """Return the boxes that meet the box, each with its matcher, in their order."""
        found = sorted(self._root.meeting(box, len(self.matchers)), key=lambda entry: (entry.place, entry.number))
        return [(entry.box, self.matchers[entry.place]) for entry in found]

    def cut(self, whole: Packets) -> list[tuple[Packets, tuple[M, ...]]]:
        """Cut a flow so that each part comes with all the matchers, in their order, that match every packet of it."""
        return cut_by(whole, self.meeting(whole))

    def covered(self, box: Packets, before: int) -> bool:
        """Tell whether the matchers in front of a place match all packets of the box; stops at one that they do not."""
        rest = [box]
        while rest:
            piece = rest.pop()
            some = [entry.box for entry in islice(self._root.meeting(piece, before), _FEW)]
            common = [each for each in (meet(piece, box) for box in some) if each is not None]
            if not common:
                return False
            if piece not in common:
                rest.extend(without(piece, common[0]))
        return True


def _reached(split: Split, parts: tuple[Node, ...], box: Packets) -> Iterator[Node]:
    """Yield the parts of a split whose entries may meet the box."""
    (field, value), (below, above, across) = split, parts
    if box[field].first < value:
        yield below
    if box[field].last >= value:
        yield above
    yield across


def _node(entries: Sequence[Entry]) -> Node:
    first = min((entry.place for entry in entries), default=0)
    split = _best_split(entries) if len(entries) > _FEW else None
    if split is None:
        return Node(first, sorted(entries, key=lambda entry: entry.place))
    field, value = split
    below = [entry for entry in entries if entry.box[field].last < value]
    above = [entry for entry in entries if entry.box[field].first >= value]
    across = [entry for entry in entries if entry.box[field].first < value <= entry.box[field].last]
    return Node(first, (), split, (_node(below), _node(above), _node(across)))


def _best_split(entries: Sequence[Entry]) -> Split | None:
    """Return the split that leaves least together; None if there is none that is worth it."""
    splits = [Split(field, _middle(entries, field)) for field in range(len(Packets._fields))]
    most, best = min((_most_together(entries, split), split) for split in splits)
    return best if most < len(entries) * 0.9 else None


def _middle(entries: Sequence[Entry], field: int) -> int:
    firsts = sorted(entry.box[field].first for entry in entries)
    # Not the lowest: nothing lies below that.
    return next((first for first in firsts[len(firsts) // 2 :] if first > firsts[0]), firsts[0])


def _most_together(entries: Sequence[Entry], split: Split) -> int:
    field, value = split
    below = sum(entry.box[field].last < value for entry in entries)
    above = sum(entry.box[field].first >= value for entry in entries)
    return max(below, above, len(entries) - below - above)
