# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every class of packets that the rules of an export can tell apart, and one packet of each.

Only the numbers in an export count here, not what its rules do with them.  Each range of addresses or ports that a rule
names divides all addresses or ports in those inside it and those outside.  What no range divides is one class of that
field, and a class of packets is one class of each field.  Two packets of one class meet the same rules.
Nothing of the modules or of the emulator is used, because it is they who are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from itertools import cycle, pairwise, product
from math import ceil, prod
from typing import Any, NamedTuple

from .lab import OWN
from .wire import LANS, ROUTED, Packet

Range = tuple[int, int]  # first and last, both included
Classes = list[tuple[int, ...]]  # of each class the first and last values of its ranges

PORTS: Range = (1, 65535)
# A host on the Internet has an address of class A, B or C (RFC 791), and not one of the loopback network (RFC 1122).
HOSTS = [(1 << 24, (127 << 24) - 1), (128 << 24, (224 << 24) - 1)]
# Ports that FTP itself tells apart: active mode comes from 20, and clients listen above the ports of the system.
FTP_PORTS: list[Range] = [(20, 20), (1024, 65535)]
# More packets of one export than these are a mistake in the export, and fail its test.
MOST = 12_000


class Field(NamedTuple):
    """One field of the packets of one direction: the ranges that divide it, and the values that are sent at all."""

    ranges: list[Range]
    universe: list[Range]


def packets(*documents: Mapping[str, Any]) -> list[Packet]:
    """Return one packet of every class, by every uplink in both directions, with TCP and UDP.

    Of several exports the classes are those that any of them tells apart.
    """
    return [
        Packet(direction, uplink, protocol, *ends)
        for direction, fields in (("inbound", inbound), ("outbound", outbound))
        for uplink, protocol in product(OWN, ("tcp", "udp"))
        for ends in one_of_each([classes(*_together(each)) for each in zip(*map(fields, documents))])
    ]


def one_of_each(fields: Sequence[Classes]) -> Iterator[tuple[int, ...]]:
    """Yield the ends of one packet for each class; the values of a class take turns, until each had its turn."""
    turns = [[cycle(values) for values in found] for found in fields]
    whole = prod(map(len, fields))
    waiting = [len(values) * len(found) / whole for found in fields for values in found]
    for _round in range(ceil(max(waiting))):
        for chosen in product(*turns):
            yield tuple(map(next, chosen))


def inbound(document: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return what divides packets that come from the Internet."""
    mapped, forwards = _rules(document, "oneToOneNatRules"), [*_forwards(document)]
    filters = _rules(document, "inboundFirewallRules")
    entries = [entry for rule in mapped for entry in rule["allowedInbound"]]
    senders = [*_places(document, filters, "srcCidr"), *_remote(document)]
    senders += _places(document, [*entries, *forwards], "allowedIps")
    lans, mine = lan_ranges(document), _own(document)
    ports = [*_ports(entries, "destinationPorts"), *_ports(forwards, "publicPort"), *_ports(filters, "destPort")]
    reached = lan_hosts(document) if _passthrough(document) else _without(HOSTS, _nowhere(document))
    return (
        Field(senders, _without(HOSTS, [*mine, *lans, *_no_hosts()])),
        Field([*_ports(filters, "srcPort"), *FTP_PORTS[:1]], [PORTS]),
        Field([*mine, *lans, *_places(document, filters, "destCidr")], reached),
        Field([*ports, *FTP_PORTS, *_of_content(document)], [PORTS]),
    )


def outbound(document: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return what divides packets that the LAN sends to the Internet."""
    filters, lans = _rules(document, "l3FirewallRules"), lan_ranges(document)
    hosts = [_place(rule["lanIp"]) for rule in _rules(document, "oneToOneNatRules")]
    targets = [*_places(document, filters, "destCidr"), *_remote(document)]
    return (
        Field([*hosts, *lans, *_places(document, filters, "srcCidr")], lan_hosts(document)),
        Field(_ports(filters, "srcPort"), [PORTS]),
        Field(targets, _without(HOSTS, [*_own(document), *lans, *_no_hosts()])),
        Field([*_ports(filters, "destPort"), *_of_content(document)], [PORTS]),
    )


def classes(ranges: Iterable[Range], universe: Sequence[Range]) -> Classes:
    """Divide the universe by ranges: values that are in the same ranges are of one class."""
    known = sorted(set(ranges))
    edges = {edge for first, last in [*known, *universe] for edge in (first, last + 1)}
    found: dict[tuple[Range, ...], dict[int, None]] = {}
    for first, behind in pairwise(sorted(edges)):
        if any(low <= first <= high for low, high in universe):
            inside = tuple(each for each in known if each[0] <= first <= each[1])
            found.setdefault(inside, {}).update({first: None, behind - 1: None})
    return [tuple(values) for values in found.values()]


def lan_ranges(document: Mapping[str, Any]) -> list[Range]:
    """Return the LAN side: the single LAN or the VLANs, and what is behind enabled static routes."""
    lans = [*(document.get("vlans") or [document["singleLan"]])]
    routes = [route for route in document["staticRoutes"] if route.get("enabled", True)]
    return [_place(item["subnet"]) for item in [*lans, *routes]]


def lan_hosts(document: Mapping[str, Any]) -> list[Range]:
    """Return where hosts of the LAN side may be: not at the MX's own addresses, nor at those of a subnet itself."""
    return _without(lan_ranges(document), _no_hosts())


def _own(document: Mapping[str, Any]) -> list[Range]:
    """Return the public addresses: of the uplinks, also as the Internet sees them, and of 1:1 and 1:Many rules."""
    uplinks = document["uplinkStatuses"][0]["uplinks"]
    rules = [*_rules(document, "oneToOneNatRules"), *_rules(document, "oneToManyNatRules")]
    return [
        *map(_place, OWN.values()),
        *(_place(each[key]) for each in uplinks for key in ("ip", "publicIp")),
        *(_place(rule["publicIp"]) for rule in rules),
    ]


def _together(fields: Sequence[Field]) -> Field:
    """Return the field of several exports: divided by what divides it in any, of values that all of them send."""
    universe = fields[0].universe
    for field in fields[1:]:
        pairs = product(universe, field.universe)
        universe = [(max(a, c), min(b, d)) for (a, b), (c, d) in pairs if max(a, c) <= min(b, d)]
    return Field([each for field in fields for each in field.ranges], universe)


def _nowhere(document: Mapping[str, Any]) -> list[Range]:
    """Return where no packets go: addresses of no host, and networks of the wire that the export does not have."""
    foreign = _without(map(_place, [*LANS, *ROUTED]), lan_ranges(document))
    return [*foreign, *_no_hosts()]


def _no_hosts() -> list[Range]:
    """Return the addresses of the MX in its LANs, and the first and last of each network that it is in."""
    networks = [*map(IPv4Network, LANS), *(IPv4Network(f"{own}/24", strict=False) for own in OWN.values())]
    ends = [end for network in networks for end in (network.network_address, network.broadcast_address)]
    return [(int(each), int(each)) for each in [*ends, *map(IPv4Address, LANS.values())]]


def _without(wholes: Iterable[Range], parts: Iterable[Range]) -> list[Range]:
    left = [*wholes]
    for first, last in parts:
        left = [
            piece
            for low, high in left
            for piece in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if piece[0] <= piece[1]
        ]
    return list(dict.fromkeys(left))


def _passthrough(document: Mapping[str, Any]) -> bool:
    """Tell whether the MX is a bridge, which sees only what is for its LAN."""
    return bool(document["applianceSettings"]["deploymentMode"] == "passthrough")


def _rules(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = document[name]["rules"]
    return rules


def _forwards(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _rules(document, "portForwardingRules")
    for rule in _rules(document, "oneToManyNatRules"):
        yield from rule["portRules"]


def _texts(rules: Iterable[Mapping[str, Any]], key: str) -> Iterator[str]:
    """Yield the items of a field: of a list, or of a text with commas."""
    for rule in rules:
        value = rule.get(key, [])
        for text in value if isinstance(value, list) else value.split(","):
            if text.lower() != "any":
                yield text


def _places(document: Mapping[str, Any], rules: Iterable[Mapping[str, Any]], key: str) -> list[Range]:
    return [place for text in _texts(rules, key) for place in _meanings(document, text)]


def _meanings(document: Mapping[str, Any], text: str) -> Iterator[Range]:
    """Yield the IPv4 ranges that an entry names: none for IPv6 and for names of hosts, which numbers do not tell."""
    reference = re.fullmatch(r"(OBJ|GRP)\((\w+)\)", text)
    vlan = re.fullmatch(r"VLAN\((\w+)\)\.(\*|\d+)", text)
    if reference:
        yield from _members(document, *reference.groups())
    elif vlan:
        [(first, last)] = [_place(item["subnet"]) for item in document["vlans"] if item["id"] == vlan[1]]
        yield (first, last) if vlan[2] == "*" else (first + int(vlan[2]), first + int(vlan[2]))
    elif re.fullmatch(r"[0-9./]+", text):
        yield _place(text)


def _members(document: Mapping[str, Any], kind: str, identity: str) -> Iterator[Range]:
    groups = {group["id"]: group["objectIds"] for group in document["policyObjectsGroups"]}
    for item in document["policyObjects"]:
        if item["id"] in (groups[identity] if kind == "GRP" else [identity]):
            yield from _meanings(document, item.get("cidr") or item.get("fqdn") or f"{item['ip']}/{item['mask']}")


def _place(text: str) -> Range:
    # A netmask may be in dotted form, and the API's own example has zeros before a number: 10.11.12.00/24.
    network = IPv4Network(re.sub(r"\b0+(?=\d)", "", text), strict=False)
    return int(network.network_address), int(network.broadcast_address)


def _ports(rules: Iterable[Mapping[str, Any]], key: str) -> list[Range]:
    return [_numbers(text) for text in _texts(rules, key)]


def _numbers(text: str) -> Range:
    first, _dash, last = text.partition("-")
    return int(first), int(last or first)


def _remote(document: Mapping[str, Any]) -> list[Range]:
    """Return the addresses in layer 7 rules."""
    ranges = [rule for rule in _rules(document, "l7FirewallRules") if rule["type"] == "ipRange"]
    return [_place(rule["value"].partition(":")[0]) for rule in ranges]


def _of_content(document: Mapping[str, Any]) -> list[Range]:
    """Return the ports in layer 7 rules, and those that a port rule turns into them."""
    rules = [rule["value"] for rule in _rules(document, "l7FirewallRules") if rule["type"] in ("port", "ipRange")]
    named = [_numbers(text.rpartition(":")[2]) for text in rules if "." not in text or ":" in text]
    shifts = {_numbers(rule["publicPort"])[0] - _numbers(rule["localPort"])[0] for rule in _forwards(document)}
    moved = [(max(1, first + shift), min(65535, last + shift)) for first, last in named for shift in shifts | {0}]
    return [each for each in moved if each[0] <= each[1]]


def shown(packet: Packet | None) -> str:
    """Return how a message names a packet."""
    if packet is None:
        return "nothing"
    direction, uplink, protocol, source, source_port, destination, destination_port = packet
    ends = f"{IPv4Address(source)}:{source_port} > {IPv4Address(destination)}:{destination_port}"
    return f"{direction} {uplink} {protocol} {ends}"
