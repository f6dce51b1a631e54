# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall lists decide: inbound and outbound rules, and the layer 7 rules after them.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.index import Index
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref, needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import OBJECTS
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Packets
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Filter, is_default
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    CONTENT,
    DOUBTFUL,
    FILTERED,
    LAYER7,
    MISSING,
    OBSCURE,
    STOPPED,
    UNDETERMINED,
    Part,
    named,
    rules_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import L7_FIREWALL


def firewalled(site: Site, kind: str, packets: Packets, allow_by_default: bool) -> Iterator[Part]:
    """Judge packets by a firewall list, or leave them open if it was not given."""
    if kind not in site.lists:
        yield Part(packets, UNDETERMINED, needed([kind]), cause=MISSING, step=kind)
        return
    for part, matching in site.filters(kind).cut(packets):
        judged = _filtered(part, matching, allow_by_default)
        yield judged if judged.verdict == ADMITTED else replace(judged, step=kind)


def never_matching(site: Site, kind: str) -> list[Ref]:
    """Return the rules of a firewall list that earlier rules leave no packet to, but for the API's own last rule."""
    rules = site.filters(kind).matchers
    index = Index([each for each in rules if not each.doubt])
    places = [each.ref.index for each in index.matchers]
    living = {
        each.ref
        for each in rules
        if not all(index.covered(box, bisect_left(places, each.ref.index)) for box in each.packets)
    }
    return [ref for ref in rules_of((), rules) if ref not in living and not is_default(ref)]


def by_layer7(site: Site, part: Part, remote: str) -> Iterator[Part]:
    """Judge what layer 3 and NAT let pass by the layer 7 rules, of which any denies."""
    if part.verdict == STOPPED:
        yield part
        return
    if L7_FIREWALL not in site.lists and part.verdict == ADMITTED:
        yield replace(part, verdict=UNDETERMINED, reason=needed([L7_FIREWALL]), cause=MISSING, step=L7_FIREWALL)
        return
    change = part.translation
    shift = change.shift if change is not None and change.side == "destination" else 0
    for packets, matching in site.layer7(remote, shift).cut(part.packets):
        judged = _denied_by_content(replace(part, packets=packets), matching)
        yield judged if judged.verdict == part.verdict else replace(judged, step=L7_FIREWALL)


def _denied_by_content(part: Part, matching: Sequence[Filter]) -> Part:
    """Judge packets that match all of the layer 7 rules."""
    certain = [each for each in matching if not each.doubt]
    if certain:
        rules, others = rules_of(part.rules, certain[:1]), rules_of(part.others, certain[1:])
        return replace(
            part, verdict=STOPPED, reason="a layer 7 rule denies it", cause=LAYER7, rules=rules, others=others
        )
    if not matching or part.verdict != ADMITTED:
        return part
    first, rules = matching[0], rules_of(part.rules, matching)
    if first.elsewhere:
        return replace(part, verdict=UNDETERMINED, reason=first.doubt, cause=CONTENT, rules=rules)
    reason = f"{named(first.ref)} cannot be read: {first.doubt}"
    return replace(part, verdict=UNDETERMINED, reason=reason, cause=DOUBTFUL, rules=rules)


def _filtered(packets: Packets, matching: Sequence[Filter], allow_by_default: bool) -> Part:
    """Judge packets that match all of the firewall rules: the first decides, if what it matches is certain."""
    end = next((place for place, each in enumerate(matching) if not each.doubt), len(matching))
    deciding = matching[: end + 1]
    policies = {each.allow for each in deciding} | ({allow_by_default} if end == len(matching) else set())
    rules = rules_of((), deciding)
    part = Part(packets, UNDETERMINED, "", rules, tuple(ref for ref in rules_of((), matching) if ref not in rules))
    if len(policies) > 1 or None in policies:
        doubts = [each.doubt for each in deciding if each.doubt]
        names = next((doubt for doubt in doubts if doubt.startswith(OBJECTS)), "")
        reason = names or f"{named(deciding[0].ref)} cannot be read: {doubts[0]}"
        return replace(part, reason=reason, cause=OBSCURE if names else DOUBTFUL)
    allow = policies.pop()
    nothing = "no firewall rule is about it" + ("" if allow_by_default else ", and without one the MX stops it")
    reason = f"a firewall rule {'allows' if allow else 'denies'} it" if matching else nothing
    return replace(part, verdict=ADMITTED if allow else STOPPED, reason=reason, cause="" if allow else FILTERED)
