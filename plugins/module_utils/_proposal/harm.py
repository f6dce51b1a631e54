# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan would harm, packet by packet: flows that fare worse, and what it lets in that no flow needs.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import INBOUND, Flow, endpoint_flows
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.inbound import CLIENT_PORTS, inbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    Interval,
    Packets,
    address,
    address_text,
    meet,
    port_text,
    without,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import ADMITTED, STOPPED, UNDETERMINED, Part
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL

# A flow with its parts at the MX as it is.
Judged = tuple[Flow, Sequence[Part]]
_RANKS = {STOPPED: 0, UNDETERMINED: 1, ADMITTED: 2}


def harm(mine: Endpoint, before: Site, after: Site, others: Iterable[Judged]) -> str:
    """Return what a plan for an endpoint harms, in words; "" if nothing. `others` are the flows of anybody else."""
    for flow, parts in others:
        for old, new in _pairs(parts, flow.judged(after)):
            if _worse(flow, old, new):
                return f"these packets fare worse with it: {_named(flow, new)}"
    for flow in endpoint_flows(mine, before.mx):
        for old, new in _pairs(flow.judged(before), flow.judged(after)):
            if flow.passes(old) and not flow.passes(new):
                return f"these packets fare worse with it: {_named(flow, new)}"
    opened = next(_opened(mine, before, after), None)
    return "" if opened is None else f"it lets in packets that no flow of the endpoint needs: {_place(opened)}"


def _pairs(before: Sequence[Part], after: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """Yield what the same packets were and what they become, without those of which nothing changes."""
    same = {_fate(part) for part in before} & {_fate(part) for part in after}
    new = [part for part in after if _fate(part) not in same]
    for one in (part for part in before if _fate(part) not in same):
        for other in new:
            common = meet(one.packets, other.packets)
            if common is not None:
                yield replace(one, packets=common), replace(other, packets=common)


def _fate(part: Part) -> tuple[object, ...]:
    return part.packets, part.verdict, part.translation


def _worse(flow: Flow, old: Part, new: Part) -> bool:
    """Tell whether packets of a flow fare worse: they no longer pass, are less sure to arrive, or arrive elsewhere."""
    if flow.nobody(new):
        return False
    if flow.passes(old) and not flow.passes(new):
        return True
    less = _RANKS[new.verdict] < _RANKS[old.verdict]
    if flow.expect == STOPPED:
        return _RANKS[new.verdict] > _RANKS[old.verdict]
    return less or _elsewhere(flow, old, new)


def _elsewhere(flow: Flow, old: Part, new: Part) -> bool:
    """Tell whether packets that may have arrived now arrive at another place, which is not where they have to."""
    if flow.direction != INBOUND or STOPPED in (old.verdict, new.verdict):
        return False
    if flow.arrival is not None:
        known = new.translation is not None and new.translation.address is not None
        there = replace(new, verdict=ADMITTED)
        return known and bool(flow.misses(there)) and old.translation != new.translation
    return old.translation != new.translation and (old.verdict == ADMITTED or old.translation is not None)


def _opened(mine: Endpoint, before: Site, after: Site) -> Iterator[Packets]:
    """Yield packets from clients that are surer to come in than before, and that are none of the endpoint's.

    Only where the manual inbound firewall changes may its rules admit packets for other addresses.
    """
    places, own = _places(mine, before), list(_own(mine, before))
    manual = before.lists.get(INBOUND_FIREWALL) != after.lists.get(INBOUND_FIREWALL)
    for uplink in sorted({*before.mx.uplinks, *before.uplinks_named(), *after.uplinks_named()}):
        wide = manual and uplink in before.mx.nat_exceptions
        for place in [ANY_ADDRESS] if wide else places:
            packets = Packets(source_port=CLIENT_PORTS, destination=place)
            for old, new in _pairs(inbound(before, uplink, packets), inbound(after, uplink, packets)):
                if _RANKS[new.verdict] > _RANKS[old.verdict]:
                    yield from _outside(new.packets, own)


def _places(mine: Endpoint, site: Site) -> list[Interval]:
    """Return the addresses at which packets may reach the server: its own ones, and those of the MX."""
    uplinks = [text for each in site.mx.uplinks.values() for text in (each.address, each.public_address) if text]
    return list(dict.fromkeys(address(text) for text in (mine.public_address, mine.lan_address, *uplinks)))


def _own(mine: Endpoint, site: Site) -> Iterator[Packets]:
    """Yield the packets of the endpoint's clients, at whichever of its addresses."""
    for flow in endpoint_flows(mine, site.mx):
        if flow.direction == INBOUND:
            for place in _places(mine, site):
                yield from (packets._replace(destination=place) for packets in flow.packets)


def _outside(packets: Packets, own: Sequence[Packets]) -> list[Packets]:
    """Return the packets that are in none of the boxes."""
    left = [packets]
    for box in own:
        shared = [(each, meet(each, box)) for each in left]
        left = [piece for each, common in shared for piece in ([each] if common is None else without(each, common))]
    return left


def _named(flow: Flow, part: Part) -> str:
    who = flow.name if flow.endpoint is None else f"{flow.endpoint} {flow.name}"
    return f"{who}, {_place(part.packets)}"


def _place(packets: Packets) -> str:
    return f"to {address_text(packets.destination)}, ports {port_text(packets.destination_port)}"
