# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule that nearly publishes packets which no rule publishes: mostly the one that has to be corrected.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, Packets
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Publication
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.words import field_words, title, uplink_words
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import WAYS


@dataclass(frozen=True)
class Near:
    """A rule that leads to the server, and the fields of packets in which others are meant; on `uplink`."""

    ref: Ref
    apart: tuple[str, ...]
    uplink: str


def nearest(site: Site, uplink: str, server: int, packets: Packets) -> Near | None:
    """Return the rule that leads such packets to a server with the fewest differences; None if no rule does."""
    others = sorted((site.uplinks_named() | set(site.mx.uplinks)) - {uplink})
    found = [
        Near(each.ref, tuple(_apart(each, packets)), name)
        for name in (uplink, *others)
        for each in site.leading_to(name, server)
    ]
    return min(found, key=lambda near: len(near.apart) + (near.uplink != uplink), default=None)


def near_words(near: Near, uplink: str) -> str:
    """Return the differences as the dashboard names the fields."""
    elsewhere = [] if near.uplink == uplink else [f"it is on {uplink_words(near.uplink)}"]
    differences = [*elsewhere, *(_difference(near, field) for field in near.apart)]
    return f"{title(near.ref)} leads to the server, but {' and '.join(differences)}"


def _apart(publication: Publication, packets: Packets) -> Iterator[str]:
    """Yield the fields in which none of the rule's boxes meets the packets."""
    for field, wanted in zip(Packets._fields, packets):
        if not any(_meet(getattr(box, field), wanted) for box in publication.packets):
            yield field


def _meet(one: Interval, other: Interval) -> bool:
    return one.first <= other.last and other.first <= one.last


def _difference(near: Near, field: str) -> str:
    if field == "destination" and WAYS[near.ref.kind].own_address:
        return f"it listens on the MX's own address of {uplink_words(near.uplink)} only"
    label, value = field_words(near.ref, field)
    return f"its {label} {'is' if label in ('Protocol', 'Public IP', 'Public port') else 'are'} {value}"
