# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an MX does with packets, by its rule lists and facts alone: pure, and exact for whole ranges.

Written from Meraki's documentation ("MX Firewall Settings", "Port Forwarding and NAT Rules on the MX", NAT exceptions),
and tested against the packets that pass the lab's emulator, with which it shares no code.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import Any, Callable, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.index import Index
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.layer7 import layer7
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref, needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import OBJECTS, Doubtful, Names
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    PROTOCOLS,
    Interval,
    Packets,
    address,
    joined,
    meet,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import (
    Departure,
    Filter,
    Publication,
    Unknown,
    claimed,
    departures,
    filters,
    is_default,
    own_unknown,
    publications,
    unknown_ways,
    uplinks_named,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    JUDGED,
    L3_FIREWALL,
    L7_FIREWALL,
    ONE_TO_ONE_NAT,
    WAYS,
    Lists,
)

T = TypeVar("T")
ADMITTED, STOPPED, UNDETERMINED = "admitted", "stopped", "undetermined"
# Why packets are not admitted: what their finding and its remedy depend on.
CLOSED, FILTERED, COMPETING, DOUBTFUL, OBSCURE, NO_ADDRESS, NO_SUBNET, BEHIND_NAT, PASSTHROUGH = (
    "closed",
    "filtered",
    "competing",
    "doubtful",
    "obscure",
    "no address",
    "no subnet",
    "behind nat",
    "passthrough",
)
# A rule list that was not given may decide; a layer 7 rule denies it, or perhaps does.
MISSING, LAYER7, CONTENT = "missing", "layer 7", "content"
# The uplink has no connection, or is none of the MX; NAT of an address that is the MX's own.
NO_UPLINK, OWN_ADDRESS = "no uplink", "own address"
# Where the data connections of active mode come from and go to, for an FTP client in the LAN (RFC 959 section 3.2).
DATA_PORT = Interval(20, 20)
CLIENT_PORTS = Interval(1024, HIGHEST_PORT)


@dataclass(frozen=True)
class Site:
    """One MX: its rule lists and its facts. Each list is read once, however many flows are judged.

    A list that is not there is unknown: what its rules may decide is undetermined.
    """

    lists: Lists
    mx: Mx
    objects: Mapping[str, tuple[Doubtful, ...]] = field(default_factory=dict)
    _read: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)

    def filters(self, kind: str) -> Index[Filter]:
        """Return the rules of a firewall list."""
        names = Names(self.mx.vlans, self.objects)
        return self._once(("filters", kind), lambda: Index(filters(self.lists, kind, names)))

    def layer7(self, remote: str, shift: int) -> Index[Filter]:
        """Return the layer 7 rules, for packets with this end beyond the uplink and this shift of ports."""
        return self._once((f"layer 7 {remote}", str(shift)), lambda: Index(layer7(self.lists, remote, shift)))

    def publications(self, uplink: str) -> Index[Publication]:
        """Return what the NAT lists publish on an uplink."""

        def read() -> Index[Publication]:
            known = self.mx.uplink(uplink).address
            own = address(known) if known else None
            return Index(publications(self.lists, uplink, own, overridden=uplink in self.mx.nat_exceptions))

        return self._once(("publications", uplink), read)

    def unknown_ways(self, uplink: str) -> Index[Unknown]:
        """Return the NAT lists that were not given, with what they may publish on an uplink."""

        def read() -> Index[Unknown]:
            known = self.mx.uplink(uplink).address
            owned = [address(each.address) for each in self.mx.uplinks.values() if each.address]
            return Index(unknown_ways(self.lists, address(known) if known else None, owned))

        return self._once(("unknown ways", uplink), read)

    def missing(self) -> list[str]:
        """Return the names of the lists that were not given."""
        return [name for name in JUDGED if name not in self.lists]

    def leading_to(self, uplink: str, server: int) -> list[Publication]:
        """Return what leads to a server on an uplink."""

        def read() -> dict[int | None, list[Publication]]:
            servers: dict[int | None, list[Publication]] = {}
            for each in self.publications(uplink).matchers:
                servers.setdefault(each.lan_address, []).append(each)
            return servers

        return self._once(("leading to", uplink), read).get(server, [])

    def departures(self, uplink: str) -> Index[Departure]:
        """Return which hosts leave by the address of a 1:1 rule on an uplink."""
        return self._once(("departures", uplink), lambda: Index(departures(self.lists, uplink)))

    def possible(self, packets: Packets, matching: Sequence[Publication]) -> list[Publication]:
        """Return those that may have the address: one whose address is not known has none that another rule has."""
        alone = self.claimed(packets.destination)
        return [each for each in matching if each.placed or not alone]

    def claimed(self, place: Interval) -> bool:
        """Tell whether the place is the public address of a NAT rule, and so not the MX's own."""
        taken = self._once(("claimed", ""), lambda: claimed(self.lists))
        return place.first == place.last and place.first in taken

    def uplinks_named(self) -> set[str]:
        """Return the names of the uplinks in NAT rules."""
        return self._once(("uplinks", ""), lambda: uplinks_named(self.lists))

    def has_subnet(self, host: Interval) -> bool:
        """Tell whether some of these addresses may be in a VLAN or behind a static route."""
        subnets = self.mx.subnets
        return subnets is None or any(host.first <= each.last and each.first <= host.last for each in subnets)

    def _once(self, what: tuple[str, str], read: Callable[[], T]) -> T:
        if what not in self._read:
            self._read[what] = read()
        found: T = self._read[what]
        return found


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

    `cause` is why they are not admitted, "" if they are.
    """

    packets: Packets
    verdict: str
    reason: str
    rules: tuple[Ref, ...] = ()
    others: tuple[Ref, ...] = ()
    translation: Translation | None = None
    cause: str = ""

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
        return [Part(packets, UNDETERMINED, reason, cause=PASSTHROUGH)]
    arriving = at_interface(site, uplink, packets)
    parts = [piece for part in _inbound(site, uplink, arriving) for piece in _by_layer7(site, part, "source")]
    if arriving != packets:
        parts = [replace(part, packets=part.packets._replace(destination=packets.destination)) for part in parts]
    return _merged(parts)


def outbound(site: Site, uplink: str, packets: Packets) -> list[Part]:
    """Judge packets that a LAN host sends to the Internet by an uplink: all go out but what a rule denies."""
    if not site.mx.passthrough and not site.has_subnet(packets.source):
        reason = "the MX has no VLAN and no enabled static route with the sender's address (mx.subnets)"
        return [Part(packets, STOPPED, reason, cause=NO_SUBNET)]
    return _merged(
        piece for part in _outbound(site, uplink, packets) for piece in _by_layer7(site, part, "destination")
    )


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
    return [ref for ref in _refs((), rules) if ref not in living and not is_default(ref)]


def at_interface(site: Site, uplink: str, packets: Packets) -> Packets:
    """Return the packets as they reach an MX behind NAT: addressed to its interface.

    If the public address is not known, it may be any one that no NAT rule has.
    """
    known, place = site.mx.uplink(uplink), packets.destination
    if not known.behind_nat:
        return packets
    seen = place if known.public_address is None else address(known.public_address)
    theirs = place == seen and place.first == place.last and not site.claimed(place)
    return packets._replace(destination=address(str(known.address))) if theirs else packets


def _inbound(site: Site, uplink: str, packets: Packets) -> Iterator[Part]:
    manual = uplink in site.mx.nat_exceptions
    published = site.publications(uplink)
    gates = _by_manual_firewall(site, packets) if manual else [Part(packets, ADMITTED, "")]
    for gate in gates:
        if gate.verdict == STOPPED:
            yield gate
        else:
            for part, found in published.cut(gate.packets):
                matching = site.possible(part, found)
                if matching:
                    yield _published(replace(gate, packets=part), matching, site, uplink)
                elif manual and _inside(part.destination, site.mx.subnets or ()):
                    # Without NAT the LAN's own addresses are what the Internet sees.
                    yield replace(gate, packets=part)
                else:
                    yield from _without_rule(replace(gate, packets=part), site, uplink)


def _inside(place: Interval, subnets: Sequence[Interval]) -> bool:
    return any(subnet.first <= place.first and place.last <= subnet.last for subnet in subnets)


def _by_manual_firewall(site: Site, packets: Packets) -> Iterator[Part]:
    """Judge by the inbound firewall rules, which see the packet as it arrives; their default is to deny."""
    return _firewalled(site, INBOUND_FIREWALL, packets, allow_by_default=False)


def _published(gate: Part, matching: Sequence[Publication], site: Site, uplink: str) -> Part:
    """Judge packets that match all of the publications (and no other), and that the gate lets pass."""
    certain = [each for each in matching if not each.doubt]
    # What listens at an address that is not known has another one than the rule that is sure to have this one.
    rivals = [each for each in matching if each.placed or not certain]
    first = certain[0] if certain else rivals[0]
    if len({(each.lan_address, each.shift) for each in rivals}) > 1:
        return _competing(gate, rivals, certain)
    translation = Translation("destination", first.lan_address, first.shift)
    others = [each for each in rivals if each.ref != first.ref]
    part = replace(gate, translation=translation, rules=_refs(gate.rules, [first]), others=_refs(gate.others, others))
    # Without this rule, one of a list that was not given may lead elsewhere.
    alone = certain or not site.unknown_ways(uplink).matchers
    if alone and first.lan_address is not None and not site.has_subnet(Interval(first.lan_address, first.lan_address)):
        host = IPv4Address(first.lan_address)
        reason = f"the MX has no VLAN and no enabled static route with {host}, where the rule leads (mx.subnets)"
        return replace(part, verdict=STOPPED, reason=reason, cause=NO_SUBNET)
    if gate.verdict == UNDETERMINED:
        return part
    if not certain:
        return _in_doubt(part, first, uplink)
    cause, reason = _obstacle(site.mx, uplink, first, part.packets.destination)
    if cause:
        return replace(part, verdict=UNDETERMINED, reason=reason, cause=cause)
    return replace(part, verdict=ADMITTED, reason="published")


def _obstacle(mx: Mx, uplink: str, rule: Publication, place: Interval) -> tuple[str, str]:
    """Return what may keep packets from the MX or from its rule, and why; empty texts if nothing does."""
    known, owner = mx.uplink(uplink), mx.owner(str(IPv4Address(place.first)))
    if known.behind_nat:
        return BEHIND_NAT, f"the MX is itself behind NAT on {uplink}: the router in front of it decides what reaches it"
    if mx.uplinks and uplink not in mx.uplinks:
        return NO_UPLINK, f"the MX has no uplink {uplink}; mx.uplinks has {', '.join(sorted(mx.uplinks))}"
    if known.down:
        return NO_UPLINK, f"{uplink} was {known.status!r} when its status was read, so nothing arrives by it"
    if owner and not WAYS[rule.ref.kind].own_address:
        way = WAYS[rule.ref.kind].title
        return OWN_ADDRESS, f"the address is the MX's own on {owner}, and {way} needs an address that is not"
    return "", ""


def _competing(gate: Part, rivals: Sequence[Publication], certain: Sequence[Publication]) -> Part:
    rules = _refs(gate.rules, rivals)
    if len({(each.lan_address, each.shift) for each in certain}) > 1 or not any(each.doubt for each in rivals):
        reason = "rules compete for it, and Meraki documents no order among them: remove all but one"
        return replace(gate, verdict=UNDETERMINED, reason=reason, rules=rules, cause=COMPETING)
    doubt = next(each.doubt for each in rivals if each.doubt)
    reason = f"perhaps rules compete for it: {doubt}"
    return replace(gate, verdict=UNDETERMINED, reason=reason, rules=rules, cause=DOUBTFUL)


def _in_doubt(part: Part, rule: Publication, uplink: str) -> Part:
    """Judge packets that a rule publishes perhaps."""
    if rule.doubt == own_unknown(uplink):
        return replace(part, verdict=UNDETERMINED, reason=rule.doubt, cause=NO_ADDRESS)
    reason = f"unknown whether {rule.ref.kind}[{rule.ref.index}] admits it: {rule.doubt}"
    return replace(part, verdict=UNDETERMINED, reason=reason, cause=DOUBTFUL)


def _without_rule(gate: Part, site: Site, uplink: str) -> Iterator[Part]:
    """Judge packets that no rule of the given lists publishes; an address has the rule of one list only."""
    for packets, unknown in site.unknown_ways(uplink).cut(gate.packets):
        part = replace(gate, packets=packets)
        if unknown and not site.claimed(packets.destination):
            reason = needed(each.kind for each in unknown)
            yield replace(part, verdict=UNDETERMINED, reason=reason, cause=MISSING)
        else:
            yield _unpublished(part, site, uplink)


def _unpublished(gate: Part, site: Site, uplink: str) -> Part:
    """Judge packets that no rule publishes: the MX stops them, but for the data of FTP clients in the LAN."""
    reason = "no rule publishes it, and by default the MX stops inbound packets"
    part = replace(gate, verdict=STOPPED, reason=reason, cause=CLOSED)
    packets, own = part.packets, site.mx.uplink(uplink).address
    to_client = packets.source_port == DATA_PORT and CLIENT_PORTS.first <= packets.destination_port.first
    if packets.protocol != PROTOCOLS["tcp"] or not to_client:
        return part
    if not own:
        return replace(part, verdict=UNDETERMINED, reason=own_unknown(uplink), cause=NO_ADDRESS)
    mapped = {each.public_address for each in site.departures(uplink).matchers}
    theirs = packets.destination == address(own) or packets.destination.first in mapped
    return _to_ftp_client(part, site.mx, uplink) if theirs else part


def _to_ftp_client(part: Part, mx: Mx, uplink: str) -> Part:
    """Judge the data connection of active mode to an FTP client in the LAN, by the MX's firmware.

    Source: "Active and Passive FTP Overview and Configuration".
    """
    since = "active mode of FTP clients in the LAN works since MX 12.25 and MX 13.6"
    if mx.active_ftp is None:
        reason = f"{since}, and the MX's firmware is not known: set mx.firmware"
        return replace(part, verdict=UNDETERMINED, reason=reason, cause=DOUBTFUL)
    version = "MX {}.{}".format(*mx.firmware or ())
    if not mx.active_ftp:
        return replace(part, reason=f"{since}, and the MX has {version}")
    if mx.uplink(uplink).behind_nat:
        reason = f"the MX is itself behind NAT on {uplink}: the router in front of it decides what reaches it"
        return replace(part, verdict=UNDETERMINED, reason=reason, cause=BEHIND_NAT)
    reason = f"{since} ({version} here): admitted for the client's own session, in clear; anything else is stopped"
    return replace(part, verdict=ADMITTED, reason=reason, cause="", translation=Translation("destination", None))


def _outbound(site: Site, uplink: str, packets: Packets) -> Iterator[Part]:
    for gate in _firewalled(site, L3_FIREWALL, packets, allow_by_default=True):
        if gate.verdict == STOPPED or site.mx.passthrough:
            yield gate
        else:
            for piece, mapped in site.departures(uplink).cut(gate.packets):
                yield _departed(replace(gate, packets=piece), mapped, site, uplink)


def _departed(gate: Part, mapped: Sequence[Departure], site: Site, uplink: str) -> Part:
    """Say by which address the packets leave: of two 1:1 rules for a host the first counts (assumed)."""
    if mapped:
        translation = Translation("source", mapped[0].public_address)
        rules, others = _refs(gate.rules, mapped[:1]), _refs(gate.others, mapped[1:])
        return replace(gate, translation=translation, rules=rules, others=others)
    if ONE_TO_ONE_NAT not in site.lists:
        return _leaving_unknown(gate, site.mx, uplink)
    if uplink in site.mx.nat_exceptions:
        return gate
    own = site.mx.uplink(uplink).address
    return replace(gate, translation=Translation("source", int(IPv4Address(own)) if own else None))


def _leaving_unknown(gate: Part, mx: Mx, uplink: str) -> Part:
    """Judge packets that a 1:1 rule may translate; where NAT is off, they may leave with an address that is private."""
    part = replace(gate, translation=Translation("source", None))
    if gate.verdict == UNDETERMINED or uplink not in mx.nat_exceptions:
        return part
    return replace(part, verdict=UNDETERMINED, reason=needed([ONE_TO_ONE_NAT]), cause=MISSING)


def _firewalled(site: Site, kind: str, packets: Packets, allow_by_default: bool) -> Iterator[Part]:
    """Judge packets by a firewall list, or leave them open if it was not given."""
    if kind not in site.lists:
        yield Part(packets, UNDETERMINED, needed([kind]), cause=MISSING)
        return
    for part, matching in site.filters(kind).cut(packets):
        yield _filtered(part, matching, allow_by_default)


def _by_layer7(site: Site, part: Part, remote: str) -> Iterator[Part]:
    """Judge what layer 3 and NAT let pass by the layer 7 rules, of which any denies."""
    if part.verdict == STOPPED:
        yield part
        return
    if L7_FIREWALL not in site.lists and part.verdict == ADMITTED:
        yield replace(part, verdict=UNDETERMINED, reason=needed([L7_FIREWALL]), cause=MISSING)
        return
    change = part.translation
    shift = change.shift if change is not None and change.side == "destination" else 0
    for packets, matching in site.layer7(remote, shift).cut(part.packets):
        yield _denied_by_content(replace(part, packets=packets), matching)


def _denied_by_content(part: Part, matching: Sequence[Filter]) -> Part:
    """Judge packets that match all of the layer 7 rules."""
    certain = [each for each in matching if not each.doubt]
    if certain:
        rules, others = _refs(part.rules, certain[:1]), _refs(part.others, certain[1:])
        return replace(
            part, verdict=STOPPED, reason="a layer 7 rule denies it", cause=LAYER7, rules=rules, others=others
        )
    if not matching or part.verdict != ADMITTED:
        return part
    first, rules = matching[0], _refs(part.rules, matching)
    if first.elsewhere:
        return replace(part, verdict=UNDETERMINED, reason=first.doubt, cause=CONTENT, rules=rules)
    reason = f"{_named(first.ref)} cannot be read: {first.doubt}"
    return replace(part, verdict=UNDETERMINED, reason=reason, cause=DOUBTFUL, rules=rules)


def _filtered(packets: Packets, matching: Sequence[Filter], allow_by_default: bool) -> Part:
    """Judge packets that match all of the firewall rules: the first decides, if what it matches is certain."""
    end = next((place for place, each in enumerate(matching) if not each.doubt), len(matching))
    deciding = matching[: end + 1]
    policies = {each.allow for each in deciding} | ({allow_by_default} if end == len(matching) else set())
    rules = _refs((), deciding)
    part = Part(packets, UNDETERMINED, "", rules, tuple(ref for ref in _refs((), matching) if ref not in rules))
    if len(policies) > 1 or None in policies:
        doubts = [each.doubt for each in deciding if each.doubt]
        reason = OBJECTS if OBJECTS in doubts else f"{_named(deciding[0].ref)} cannot be read: {doubts[0]}"
        return replace(part, reason=reason, cause=OBSCURE if OBJECTS in doubts else DOUBTFUL)
    allow = policies.pop()
    nothing = "no firewall rule is about it" + ("" if allow_by_default else ", and without one the MX stops it")
    reason = f"a firewall rule {'allows' if allow else 'denies'} it" if matching else nothing
    return replace(part, verdict=ADMITTED if allow else STOPPED, reason=reason, cause="" if allow else FILTERED)


def _named(ref: Ref) -> str:
    return f"{ref.kind}[{ref.index}]"


def _refs(before: tuple[Ref, ...], matching: Iterable[Filter | Publication | Departure]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys([*before, *(each.ref for each in matching)]))


def _merged(parts: Iterable[Part]) -> list[Part]:
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
