# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an MX does with packets, by its rule lists and facts alone: pure, and exact for whole ranges.

Written from Meraki's documentation ("MX Firewall Settings", "Port Forwarding and NAT Rules on the MX", NAT exceptions),
and tested against the packets that pass the lab's emulator, with which it shares no code.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx, Uplink
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    Interval,
    Packets,
    address,
    covered,
    cut,
    joined,
    meet,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import (
    Departure,
    Filter,
    Publication,
    departures,
    filters,
    publications,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, L3_FIREWALL, Lists

ADMITTED, STOPPED, UNDETERMINED = "admitted", "stopped", "undetermined"


@dataclass(frozen=True)
class Site:
    """One MX: its rule lists and its facts."""

    lists: Lists
    mx: Mx


@dataclass(frozen=True)
class Translation:
    """What the MX writes into a packet: the address of one side, and by how much it shifts that side's port.

    `address` None: the MX's own address on the uplink, which is not known.
    """

    side: str
    address: int | None
    shift: int = 0


@dataclass(frozen=True)
class Part:
    """The packets of a flow that share one fate; `rules` are those that decide, `others` match as well in vain."""

    packets: Packets
    verdict: str
    reason: str
    rules: tuple[Ref, ...] = ()
    others: tuple[Ref, ...] = ()
    translation: Translation | None = None

    def translated(self) -> Packets:
        """Return the packets as they leave the MX; a source that is not known stays as it was."""
        change = self.translation
        if change is None or change.address is None:
            return self.packets
        ports: Interval = getattr(self.packets, f"{change.side}_port")
        shifted = Interval(ports.first + change.shift, ports.last + change.shift)
        place = Interval(change.address, change.address)
        return self.packets._replace(**{change.side: place, f"{change.side}_port": shifted})


def inbound(site: Site, uplink: str, packets: Packets) -> list[Part]:
    """Judge packets that arrive from the Internet at an uplink: nothing comes in but what a rule publishes."""
    if site.mx.passthrough:
        reason = "in passthrough mode the MX translates nothing: the router in front of it decides (mx.deployment_mode)"
        return [Part(packets, UNDETERMINED, reason)]
    known = site.mx.uplink(uplink)
    arriving = _at_interface(packets, known)
    parts = _inbound(site, uplink, known, arriving)
    if arriving != packets:
        parts = (replace(part, packets=part.packets._replace(destination=packets.destination)) for part in parts)
    return _merged(parts)


def outbound(site: Site, uplink: str, packets: Packets) -> list[Part]:
    """Judge packets that a LAN host sends to the Internet by an uplink: all go out but what a rule denies."""
    return _merged(_outbound(site, uplink, packets))


def never_matching(site: Site, kind: str) -> list[Ref]:
    """Return the rules of a firewall list that earlier rules leave no packet to."""
    rules = filters(site.lists, kind)
    certain = [(each.ref.index, box) for each in rules if each.certain for box in each.packets]
    living = {
        each.ref
        for each in rules
        for box in each.packets
        if not covered(box, [earlier for index, earlier in certain if index < each.ref.index])
    }
    return [ref for ref in _refs((), rules) if ref not in living]


def _at_interface(packets: Packets, uplink: Uplink) -> Packets:
    """Return the packets as they reach an MX behind NAT: addressed to its interface."""
    if not uplink.behind_nat or packets.destination != address(str(uplink.public_address)):
        return packets
    return packets._replace(destination=address(str(uplink.address)))


def _inbound(site: Site, uplink: str, known: Uplink, packets: Packets) -> Iterator[Part]:
    manual = uplink in site.mx.nat_exceptions
    own = address(known.address) if known.address else None
    published = publications(site.lists, uplink, own, overridden=manual)
    gates = _by_manual_firewall(site, packets) if manual else [Part(packets, ADMITTED, "")]
    for gate in gates:
        if gate.verdict == STOPPED:
            yield gate
        else:
            for part, matching in cut(gate.packets, published):
                if manual and not matching and _inside(part.destination, site.mx.subnets or ()):
                    # Without NAT the LAN's own addresses are what the Internet sees.
                    yield replace(gate, packets=part)
                else:
                    yield _published(replace(gate, packets=part), matching, uplink, known)


def _inside(place: Interval, subnets: Sequence[Interval]) -> bool:
    return any(subnet.first <= place.first and place.last <= subnet.last for subnet in subnets)


def _by_manual_firewall(site: Site, packets: Packets) -> Iterator[Part]:
    """Judge by the inbound firewall rules, which see the packet as it arrives; their default is to deny."""
    for part, matching in cut(packets, filters(site.lists, INBOUND_FIREWALL)):
        yield _filtered(part, matching, allow_by_default=False)


def _published(gate: Part, matching: Sequence[Publication], uplink: str, known: Uplink) -> Part:
    """Judge packets that match all of the publications (and no other), and that the gate lets pass."""
    certain = [each for each in matching if each.certain] or matching
    if not certain:
        return replace(
            gate, verdict=STOPPED, reason="no rule publishes it, and by default the MX stops inbound packets"
        )
    first = certain[0]
    part = replace(gate, translation=Translation("destination", first.lan_address, first.shift))
    if len({(each.lan_address, each.shift) for each in certain}) > 1:
        reason = "rules compete for it, and Meraki documents no order among them: remove all but one"
        return replace(gate, verdict=UNDETERMINED, reason=reason, rules=_refs(gate.rules, certain))
    part = replace(part, rules=_refs(gate.rules, [first]), others=_refs(gate.others, certain[1:]))
    if gate.verdict == UNDETERMINED:
        return part
    if not first.certain:
        reason = f"unknown whether the address is the MX's own on {uplink}: set mx.uplinks.{uplink}.address"
        return replace(part, verdict=UNDETERMINED, reason=reason)
    if known.behind_nat:
        reason = f"the MX is itself behind NAT on {uplink}: the router in front of it decides what reaches it"
        return replace(part, verdict=UNDETERMINED, reason=reason)
    return replace(part, verdict=ADMITTED, reason="published")


def _outbound(site: Site, uplink: str, packets: Packets) -> Iterator[Part]:
    leaving = [] if site.mx.passthrough else departures(site.lists, uplink)
    for part, matching in cut(packets, filters(site.lists, L3_FIREWALL)):
        gate = _filtered(part, matching, allow_by_default=True)
        if gate.verdict == STOPPED:
            yield gate
        else:
            for piece, mapped in cut(part, leaving):
                yield _departed(replace(gate, packets=piece), mapped, site.mx, uplink)


def _departed(gate: Part, mapped: Sequence[Departure], mx: Mx, uplink: str) -> Part:
    """Say by which address the packets leave: of two 1:1 rules for a host the first counts (assumed)."""
    if mapped:
        translation = Translation("source", mapped[0].public_address)
        rules, others = _refs(gate.rules, mapped[:1]), _refs(gate.others, mapped[1:])
        return replace(gate, translation=translation, rules=rules, others=others)
    if mx.passthrough or uplink in mx.nat_exceptions:
        return gate
    own = mx.uplink(uplink).address
    return replace(gate, translation=Translation("source", int(IPv4Address(own)) if own else None))


def _filtered(packets: Packets, matching: Sequence[Filter], allow_by_default: bool) -> Part:
    """Judge packets that match all of the firewall rules: the first decides, if what it matches is certain."""
    end = next((place for place, each in enumerate(matching) if each.certain), len(matching))
    deciding = matching[: end + 1]
    policies = {each.allow for each in deciding} | ({allow_by_default} if end == len(matching) else set())
    rules = _refs((), deciding)
    part = Part(packets, UNDETERMINED, "", rules, tuple(ref for ref in _refs((), matching) if ref not in rules))
    if len(policies) > 1:
        return replace(part, reason="a rule names objects, VLANs or host names, which only the dashboard can resolve")
    allow = policies.pop()
    reason = f"a firewall rule {'allows' if allow else 'denies'} it" if matching else "no firewall rule is about it"
    return replace(part, verdict=ADMITTED if allow else STOPPED, reason=reason)


def _refs(before: tuple[Ref, ...], matching: Iterable[Filter | Publication | Departure]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys([*before, *(each.ref for each in matching)]))


def _merged(parts: Iterable[Part]) -> list[Part]:
    """Return the parts, in order of their packets, with neighbours of one fate as one part."""
    groups: dict[object, list[Part]] = {}
    for part in parts:
        groups.setdefault((part.verdict, part.reason, part.rules, part.translation), []).append(part)
    merged = [
        replace(group[0], packets=box, others=_others_of(box, group))
        for group in groups.values()
        for box in joined(part.packets for part in group)
    ]
    return sorted(merged, key=lambda part: part.packets)


def _others_of(box: Packets, group: Sequence[Part]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(ref for part in group if part.others and meet(part.packets, box) for ref in part.others))
