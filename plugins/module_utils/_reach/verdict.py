# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts: what becomes of packets, which rules decide that, and what the MX writes into the packets.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, Packets, joined, meet
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Departure, Filter, Publication

ADMITTED, STOPPED, UNDETERMINED = "admitted", "stopped", "undetermined"
# Why packets are not admitted: what their finding and its remedy depend on.
CLOSED, FILTERED, COMPETING, DOUBTFUL, OBSCURE, NO_ADDRESS, NO_SUBNET, NO_HOST, BEHIND_NAT, PASSTHROUGH = (
    "closed",
    "filtered",
    "competing",
    "doubtful",
    "obscure",
    "no address",
    "no subnet",
    "no host",
    "behind nat",
    "passthrough",
)
# A rule list that was not given may decide; a layer 7 rule denies it, or perhaps does.
MISSING, LAYER7, CONTENT = "missing", "layer 7", "content"
# The uplink has no connection, or is none of the MX; NAT of an address that is the MX's own.
NO_UPLINK, OWN_ADDRESS = "no uplink", "own address"
# Where on their way through the MX packets are not admitted, beside the firewall lists, which have their own names.
MODE, UPLINK, NAT, ROUTE = "mode", "uplink", "nat", "route"


@dataclass(frozen=True)
class Translation:
    """What the MX writes into a packet: the address of one side, and by how much it shifts that side's port.

    `address` None: it is not known, like the MX's own address on an uplink of which no fact was given.
    """

    side: str
    address: int | None
    shift: int = 0


@dataclass(frozen=True)
class Part:
    """The packets of a flow that share one fate; `rules` are those that decide, `others` match as well in vain.

    `cause` is why they are not admitted, and `step` where, "" if they are.
    """

    packets: Packets
    verdict: str
    reason: str
    rules: tuple[Ref, ...] = ()
    others: tuple[Ref, ...] = ()
    translation: Translation | None = None
    cause: str = ""
    step: str = ""

    def translated(self) -> Packets:
        """Return the packets as they leave the MX; a source that is not known stays as it was."""
        change = self.translation
        if change is None or change.address is None:
            return self.packets
        ports: Interval = getattr(self.packets, f"{change.side}_port")
        shifted = Interval(ports.first + change.shift, ports.last + change.shift)
        place = Interval(change.address, change.address)
        return self.packets._replace(**{change.side: place, f"{change.side}_port": shifted})


def named(ref: Ref) -> str:
    """Return how a reason names a rule."""
    return f"{ref.kind}[{ref.index}]"


def rules_of(before: tuple[Ref, ...], matching: Iterable[Filter | Publication | Departure]) -> tuple[Ref, ...]:
    """Return the rules before, and those of the matchers, each once."""
    return tuple(dict.fromkeys([*before, *(each.ref for each in matching)]))


def merged(parts: Iterable[Part]) -> list[Part]:
    """Return the parts, in order of their packets, with neighbours of one fate as one part."""
    groups: dict[object, list[Part]] = {}
    for part in parts:
        groups.setdefault((part.verdict, part.reason, part.rules, part.translation), []).append(part)
    merged = []
    for group in groups.values():
        crowded = [part for part in group if part.others]
        boxes = joined(part.packets for part in group)
        merged += [replace(group[0], packets=box, others=_others_of(box, crowded)) for box in boxes]
    return sorted(merged, key=lambda part: part.packets)


def _others_of(box: Packets, group: Sequence[Part]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(ref for part in group if meet(part.packets, box) for ref in part.others))
