# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX's rules, read as the packets that they match and what they do to them.

Behaviour: "Port Forwarding and NAT Rules on the MX", "MX Firewall Settings" and the page on NAT exceptions of Meraki's
documentation. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import uplinks_meet
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import (
    Ref,
    host_in,
    parts_in,
    places_in,
    ports_in,
    protocol_in,
    read,
    sources_in,
    text_in,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    ANY_PORT,
    Interval,
    Packets,
    port,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    ONE_TO_MANY_NAT,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
    WAYS,
    Lists,
    Rule,
)


# Compared by identity: two equal rules in a list are still two rules.
@dataclass(frozen=True, eq=False)
class Filter:
    """One firewall rule; not `certain` where it names what only the dashboard can resolve (objects, VLANs, names)."""

    ref: Ref
    packets: tuple[Packets, ...]
    allow: bool
    certain: bool


@dataclass(frozen=True, eq=False)
class Publication:
    """What a NAT rule lets in and where it leads; `shift` is local port minus public port.

    Not `certain` where the rule listens on an address of the MX that is not known.
    """

    ref: Ref
    packets: tuple[Packets, ...]
    lan_address: int
    shift: int = 0
    certain: bool = True


@dataclass(frozen=True, eq=False)
class Departure:
    """What a 1:1 rule does outbound: packets of its host leave by its public address."""

    ref: Ref
    packets: tuple[Packets, ...]
    public_address: int


def filters(lists: Lists, kind: str) -> list[Filter]:
    """Read a firewall list, in order; a rule with certain and uncertain parts becomes both, the certain part first."""
    return list(chain.from_iterable(read(lists, kind, lambda ref: list(_filters(ref)))))


def publications(lists: Lists, uplink: str, own: Interval | None, overridden: bool) -> list[Publication]:
    """Read what the NAT lists publish on an uplink, whose own address is `own` (None: not known).

    `overridden`: the manual inbound firewall is in force, and takes the place of the rules' allowed inbound and
    allowed addresses, so that only the translation is left of them.
    """
    readers = {
        ONE_TO_ONE_NAT: lambda ref: list(_one_to_one(ref, overridden)),
        ONE_TO_MANY_NAT: lambda ref: list(_one_to_many(ref, overridden)),
        PORT_FORWARDING: lambda ref: [_forwarding(ref, own, overridden)],
    }
    found = chain.from_iterable(chain.from_iterable(read(lists, name, readers[name])) for name in WAYS)
    return [each for each in found if uplinks_meet(_uplink(each.ref), uplink)]


def departures(lists: Lists, uplink: str) -> list[Departure]:
    """Read which hosts leave by a 1:1 rule's address on an uplink, in order."""

    def departure(ref: Ref) -> Departure:
        packets = (Packets(source=host_in(ref.rule, "lanIp")),)
        return Departure(ref, packets, host_in(ref.rule, "publicIp").first)

    return [each for each in read(lists, ONE_TO_ONE_NAT, departure) if _uplink(each.ref) == uplink]


def uplinks_named(lists: Lists) -> set[str]:
    """Return the names of the uplinks that NAT rules listen on, but for the word both."""
    return {uplink for kind in WAYS for uplink in read(lists, kind, _uplink)} - {"both"}


def _uplink(ref: Ref) -> str:
    """Read the uplink of a NAT rule; what the API means where it is left out is assumed."""
    return str(ref.rule.get("uplink") or WAYS[ref.kind].default_uplink).lower()


def _one_to_one(ref: Ref, overridden: bool) -> Iterator[Publication]:
    """Read what a 1:1 rule publishes: its entries of allowed inbound, or all of its address if `overridden`."""
    public, lan = host_in(ref.rule, "publicIp"), host_in(ref.rule, "lanIp").first
    if overridden:
        yield Publication(ref, (Packets(destination=public),), lan)
        return
    for part, entry in enumerate(parts_in(ref.rule, "allowedInbound")):
        packets = tuple(
            Packets(protocol_in(entry), source, ANY_PORT, public, ports)
            for source, ports in product(sources_in(entry), ports_in(entry, "destinationPorts"))
        )
        yield Publication(Ref(ref.kind, ref.index, ref.rule, part), packets, lan)


def _one_to_many(ref: Ref, overridden: bool) -> Iterator[Publication]:
    public = host_in(ref.rule, "publicIp")
    for part, rule in enumerate(parts_in(ref.rule, "portRules")):
        packets, shift = _port_rule(rule, public, overridden)
        yield Publication(Ref(ref.kind, ref.index, ref.rule, part), packets, host_in(rule, "localIp").first, shift)


def _forwarding(ref: Ref, own: Interval | None, overridden: bool) -> Publication:
    packets, shift = _port_rule(ref.rule, own or ANY_ADDRESS, overridden)
    return Publication(ref, packets, host_in(ref.rule, "lanIp").first, shift, certain=own is not None)


def _port_rule(rule: Rule, where: Interval, overridden: bool) -> tuple[tuple[Packets, ...], int]:
    """Read what a port rule matches at an address, and by how much it shifts ports: ranges map port by port."""
    public, local = port(text_in(rule, "publicPort")), port(text_in(rule, "localPort"))
    if public.last - public.first != local.last - local.first:
        raise ValueError(f"publicPort {rule['publicPort']} and localPort {rule['localPort']} differ in length")
    sources = [ANY_ADDRESS] if overridden else sources_in(rule)
    packets = tuple(Packets(protocol_in(rule), source, ANY_PORT, where, public) for source in sources)
    return packets, local.first - public.first


def _filters(ref: Ref) -> Iterator[Filter]:
    policy = text_in(ref.rule, "policy").lower()
    if policy not in ("allow", "deny"):
        raise ValueError(f"policy is {policy!r}, expected allow or deny")
    if text_in(ref.rule, "protocol").lower() == "icmp6":
        return
    sources, destinations = places_in(ref.rule, "srcCidr"), places_in(ref.rule, "destCidr")
    ports = product(ports_in(ref.rule, "srcPort"), ports_in(ref.rule, "destPort"))
    boxes = [
        (Packets(protocol_in(ref.rule), source, source_port, destination, destination_port), known and certain)
        for (source_port, destination_port), (source, known), (destination, certain) in product(
            ports, sources, destinations
        )
    ]
    for certain in (True, False):
        packets = tuple(box for box, is_certain in boxes if is_certain == certain)
        if packets:
            yield Filter(ref, packets, policy == "allow", certain)
