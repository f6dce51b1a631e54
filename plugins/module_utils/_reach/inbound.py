# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an MX does with packets from the Internet: pure, and exact for whole ranges.

Written from Meraki's documentation ("MX Firewall Settings", "Port Forwarding and NAT Rules on the MX", NAT exceptions),
and tested against the packets that pass the lab's emulator, with which it shares no code.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.firewall import by_layer7, firewalled
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lan import by_places, misplaced
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import PROTOCOLS, Interval, Packets, address
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Publication, own_unknown
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    BEHIND_NAT,
    CLOSED,
    COMPETING,
    DOUBTFUL,
    MISSING,
    MODE,
    NAT,
    NO_ADDRESS,
    NO_UPLINK,
    OWN_ADDRESS,
    PASSTHROUGH,
    STOPPED,
    UNDETERMINED,
    UPLINK,
    Part,
    Translation,
    merged,
    rules_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, WAYS

# Where the data connections of active mode come from and go to, for an FTP client in the LAN (RFC 959 section 3.2).
DATA_PORT = Interval(20, 20)
CLIENT_PORTS = Interval(1024, HIGHEST_PORT)


def inbound(site: Site, uplink: str, packets: Packets) -> list[Part]:
    """Judge packets that arrive from the Internet at an uplink: nothing comes in but what a rule publishes."""
    if site.mx.passthrough:
        return merged(piece for part in _bridged(site, packets) for piece in by_layer7(site, part, "source"))
    pieces = at_interface(site, uplink, packets)
    return merged(part for piece, arriving in pieces for part in _arrived(site, uplink, piece, arriving))


def _arrived(site: Site, uplink: str, packets: Packets, arriving: Packets) -> Iterator[Part]:
    """Judge packets by what they are when they arrive at the MX."""
    parts = (piece for part in _inbound(site, uplink, arriving) for piece in by_layer7(site, part, "source"))
    if arriving == packets:
        return parts
    return (replace(part, packets=part.packets._replace(destination=packets.destination)) for part in parts)


def _bridged(site: Site, packets: Packets) -> Iterator[Part]:
    """Judge packets that a bridge lets pass: by the inbound list only while an uplink is a NAT exception.

    Source: "NAT Exceptions with Manual Inbound Firewall on MX Security Appliances".
    """
    reason = "in passthrough mode the MX translates nothing: the router in front of it decides (mx.deployment_mode)"
    manual = bool(site.mx.nat_exceptions)
    gates = _by_manual_firewall(site, packets, allow_by_default=True) if manual else [Part(packets, ADMITTED, "")]
    for gate in gates:
        passed = Part(gate.packets, UNDETERMINED, reason, cause=PASSTHROUGH, step=MODE)
        yield gate if gate.verdict == STOPPED else passed


def at_interface(site: Site, uplink: str, packets: Packets) -> Iterator[tuple[Packets, Packets]]:
    """Yield the packets in pieces, each with what it is when it reaches an MX behind NAT: addressed to its interface.

    If the public address is not known, it may be any one that no NAT rule has. One address is one piece.
    """
    known = site.mx.uplink(uplink)
    if not known.behind_nat:
        yield packets, packets
        return
    seen = None if known.public_address is None else address(known.public_address)
    for piece, found in by_places(
        packets, "destination", site.claimed_in(packets.destination) if seen is None else [seen]
    ):
        theirs = not found if seen is None else found and not site.claimed(seen)
        yield piece, piece._replace(destination=address(str(known.address))) if theirs else piece


def _inbound(site: Site, uplink: str, packets: Packets) -> Iterator[Part]:
    manual = uplink in site.mx.nat_exceptions
    published = site.publications(uplink)
    gates = _by_manual_firewall(site, packets, allow_by_default=False) if manual else [Part(packets, ADMITTED, "")]
    for gate in gates:
        if gate.verdict == STOPPED:
            yield gate
        else:
            for part, found in published.cut(gate.packets):
                matching = site.possible(part, found)
                if matching:
                    yield _published(replace(gate, packets=part), matching, site, uplink)
                else:
                    yield from _untranslated(replace(gate, packets=part), site, uplink)


def _untranslated(gate: Part, site: Site, uplink: str) -> Iterator[Part]:
    """Judge packets that no given rule publishes: without NAT, the Internet sees the LAN's own addresses."""
    lan = site.mx.subnets if uplink in site.mx.nat_exceptions else None
    for packets, inside in by_places(gate.packets, "destination", lan or ()):
        part = replace(gate, packets=packets)
        if inside:
            yield misplaced(site, part, packets.destination) or part
        else:
            yield from _without_rule(part, site, uplink)


def _by_manual_firewall(site: Site, packets: Packets, allow_by_default: bool) -> Iterator[Part]:
    """Judge by the inbound firewall rules, which see the packet as it arrives."""
    return firewalled(site, INBOUND_FIREWALL, packets, allow_by_default)


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
    part = replace(
        gate, translation=translation, rules=rules_of(gate.rules, [first]), others=rules_of(gate.others, others)
    )
    # Without this rule, one of a list that was not given may lead elsewhere.
    alone = certain or not site.unknown_ways(uplink).matchers
    known = alone and first.lan_address is not None
    nowhere = misplaced(site, part, part.translated().destination) if known else None
    if nowhere is not None:
        return nowhere
    if gate.verdict == UNDETERMINED:
        return part
    if not certain:
        return _in_doubt(part, first, uplink)
    cause, reason = _obstacle(site.mx, uplink, first, part.packets.destination)
    if cause:
        step = NAT if cause == OWN_ADDRESS else UPLINK
        return replace(part, verdict=UNDETERMINED, reason=reason, cause=cause, step=step)
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
    rules = rules_of(gate.rules, rivals)
    if len({(each.lan_address, each.shift) for each in certain}) > 1 or not any(each.doubt for each in rivals):
        reason = "rules compete for it, and Meraki documents no order among them: remove all but one"
        return replace(gate, verdict=UNDETERMINED, reason=reason, rules=rules, cause=COMPETING, step=NAT)
    doubt = next(each.doubt for each in rivals if each.doubt)
    reason = f"perhaps rules compete for it: {doubt}"
    return replace(gate, verdict=UNDETERMINED, reason=reason, rules=rules, cause=DOUBTFUL, step=NAT)


def _in_doubt(part: Part, rule: Publication, uplink: str) -> Part:
    """Judge packets that a rule publishes perhaps."""
    if rule.doubt == own_unknown(uplink):
        return replace(part, verdict=UNDETERMINED, reason=rule.doubt, cause=NO_ADDRESS, step=NAT)
    reason = f"unknown whether {rule.ref.kind}[{rule.ref.index}] admits it: {rule.doubt}"
    return replace(part, verdict=UNDETERMINED, reason=reason, cause=DOUBTFUL, step=NAT)


def _without_rule(gate: Part, site: Site, uplink: str) -> Iterator[Part]:
    """Judge packets that no rule of the given lists publishes; an address has the rule of one list only."""
    for packets, unknown in site.unknown_ways(uplink).cut(gate.packets):
        part = replace(gate, packets=packets)
        if unknown and not site.claimed(packets.destination):
            reason = needed(each.kind for each in unknown)
            yield replace(part, verdict=UNDETERMINED, reason=reason, cause=MISSING, step=NAT)
        else:
            yield _unpublished(part, site, uplink)


def _unpublished(gate: Part, site: Site, uplink: str) -> Part:
    """Judge packets that no rule publishes: the MX stops them, but for the data of FTP clients in the LAN."""
    reason = "no rule publishes it, and by default the MX stops inbound packets"
    part = replace(gate, verdict=STOPPED, reason=reason, cause=CLOSED, step=NAT)
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
        return replace(part, verdict=UNDETERMINED, reason=reason, cause=BEHIND_NAT, step=UPLINK)
    reason = f"{since} ({version} here): admitted for the client's own session, in clear; anything else is stopped"
    client = Translation("destination", None)
    return replace(part, verdict=ADMITTED, reason=reason, cause="", step="", translation=client)
