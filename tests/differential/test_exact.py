# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mx_reach against packets, exactly: every class of packets that an export's rules can tell apart, sent once.

Three parts share no code: mx_reach judges the export, the emulator enforces it in the kernel, and `classes` says what
packets there are.  Then one rule is changed, and both have to see it alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

import pytest

from . import judged
from .classes import MOST, packets, shown
from .emulated import Emulated, told
from .exports import EXPORTS, Export
from .lab import USABLE, Refused
from .mutations import mutations
from .tally import KEY, Tally
from .wire import Packet, pinned

pytestmark = pytest.mark.skipif(not USABLE, reason="needs root, ip, nft, nsenter and Python's os.setns (3.12)")

# Of the mutations of an export each so many-th is tried: all of them with `make exact`.
EACH = int(os.environ.get("MXLAB_EXACT_EACH", "11"))


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Tally:
    counts: Tally = request.config.stash.setdefault(KEY, Tally())
    return counts


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory, tally: Tally) -> Iterator[Emulated]:
    with ExitStack() as stack:
        stack.enter_context(pinned())
        found = Emulated(stack, tmp_path_factory.mktemp("emulated"))
        yield found
        tally.packets = found.packets


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_each_class_of_packets_goes_where_mx_reach_says(export: Export, emulated: Emulated, tally: Tally) -> None:
    sent = packets(told(export.document, export.options))
    assert len(sent) <= MOST, f"{export.name} has {len(sent)} packets, expected at most {MOST}: make it smaller"
    found = _alike(export.name, export, sent, emulated, tally)
    tally.exports += 1
    tally.classes += len(sent)
    tally.undecided += sum(isinstance(fate, judged.Undecided) for fate in found)


def test_changed_rules_are_seen_by_both_alike(emulated: Emulated, tally: Tally) -> None:
    for export in EXPORTS:
        _compare_mutations(export, emulated, tally)
    assert tally.seen >= 100


def _compare_mutations(export: Export, emulated: Emulated, tally: Tally) -> None:
    tried = [*islice(mutations(export.document), 0, None, EACH)]
    sent = [packets(*(told(each, export.options) for each in (export.document, other.document))) for other in tried]
    together = [*dict.fromkeys(packet for each in sent for packet in each)]
    before = dict(zip(together, _alike(export.name, export, together, emulated, tally)))
    for mutation, these in zip(tried, sent):
        try:
            changed_export = export._replace(document=mutation.document)
            after = _alike(f"{export.name}: {mutation.name}", changed_export, these, emulated, tally)
        except Refused:
            tally.refused += 1
            continue
        # What both sides say of each packet is the same, so one of them sees a change if the other does.
        changed = [before[packet] for packet in these] != after
        tally.seen += changed
        tally.equivalent += not changed


def _alike(name: str, export: Export, sent: Sequence[Packet], emulated: Emulated, tally: Tally) -> list[judged.Fate]:
    """Return what becomes of the packets, of which both sides have to say the same."""
    found = emulated.fates(told(export.document, export.options), sent)
    wrong = disagreements(sent, judged.fates(export.document, export.options, sent), found)
    tally.disagreements += len(wrong)
    assert not wrong, f"{name}: {len(wrong)} of {len(sent)} packets\n" + "\n".join(wrong[:20])
    return found


def disagreements(sent: Sequence[Packet], expected: Sequence[judged.Fate], found: Sequence[judged.Fate]) -> list[str]:
    """Return what becomes of packets with the two sides at odds."""
    return [
        f"{shown(packet)}: mx_reach says {_fate(one)}, the kernel {_fate(other)}"
        for packet, one, other in zip(sent, expected, found)
        if one != other and not _both_undecided(one, other)
    ]


def _both_undecided(one: judged.Fate, other: judged.Fate) -> bool:
    """Tell whether neither side is decided; how a packet arrives, mx_reach need not say, but has to say right."""
    return isinstance(one, judged.Undecided) and isinstance(other, judged.Undecided) and one.arrivals <= other.arrivals


def _fate(fate: judged.Fate) -> str:
    if isinstance(fate, judged.Undecided):
        return " or ".join(["undecided", *map(shown, fate.arrivals)])
    return shown(fate)
