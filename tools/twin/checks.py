# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which connections are tried: one of each class that the rules and the endpoints can tell apart, and no more.

Ports and addresses are divided at the numbers that rules and endpoints name, and nowhere else: all that lie between two
such numbers fare alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import chain, islice, product
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import (
    PUBLIC,
    kind_of,
    not_public,
    outside_internet,
    refusal,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import USUAL_PORTS

from twin.openings import Opening

INBOUND, OUTBOUND = "inbound", "outbound"
# Ports that clients of today choose, for the data connections of active mode, and one of them (RFC 6335).
_CLIENT_PORTS, CLIENT_PORT = PortRange(*USUAL_PORTS), 50000
# No more classes of clients than this are tried at one port, besides one that nothing names.
MOST_SOURCES = 24
_FIREWALLS = ("inboundFirewallRules", "l3FirewallRules")
_BLOCK = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?")
_PORTS = re.compile(r"\b\d{1,5}(?:-\d{1,5})?\b")
# Zeros before a number, as in the API's own example of a layer 7 rule: 10.11.12.00/24.
_ZEROS = re.compile(r"\b0+(?=\d)")
# A host of a block may well have this place in it.
_PLACE = 10


@dataclass(frozen=True)
class Check:
    """A connection that is tried: from an address to an address and port, by an uplink of the MX.

    An outbound one comes from `source_port`; an inbound one from any.
    """

    direction: str
    uplink: str
    source: str
    destination: str
    port: int
    source_port: int = 0


@dataclass(frozen=True)
class Named:
    """What lists other than those of NAT name: blocks of addresses, and ports."""

    blocks: tuple[str, ...]
    ports: tuple[PortRange, ...]


def named(lists: Mapping[str, Any], objects: Iterable[Mapping[str, Any]]) -> Named:
    """Return what the firewall lists name; lists: by the API's names, objects: the policy objects of the export."""
    objects = list(objects)
    rules = [rule for name in _FIREWALLS for rule in lists[name]["rules"]]
    layer7 = [rule.get("value") for rule in lists["l7FirewallRules"]["rules"]]
    places = [each.get(key) for each in (*rules, *objects) for key in ("srcCidr", "destCidr", "cidr")]
    found = [_ZEROS.sub("", text) for each in (*places, *layer7) for text in _BLOCK.findall(str(each))]
    found += [f"{each['ip']}/{each['mask']}" for each in objects if each.get("ip")]
    ends = [rule.get(key) for rule in rules for key in ("srcPort", "destPort")]
    numbers = [text for each in ends for text in _PORTS.findall(str(each))]
    numbers += [str(each).rpartition(":")[2] for each in layer7 if _PORTS.fullmatch(str(each).rpartition(":")[2])]
    return Named(tuple(dict.fromkeys(found)), tuple(map(PortRange.parse, dict.fromkeys(numbers))))


def inbound(
    opened: Iterable[Opening],
    endpoints: Sequence[tuple[str, Endpoint]],
    others: Named,
    taken: Sequence[IPv4Network],
) -> list[Check]:
    """Return the connections from the Internet.

    opened: what rules open today; the change opens only what endpoints need. endpoints: each with its uplink. taken:
    where no client on the Internet can be.
    """
    wanted = [*(each for uplink, endpoint in endpoints for each in _needs(uplink, endpoint)), *opened]
    places = dict.fromkeys((each.uplink, each.address) for each in wanted)
    found: dict[Check, None] = {}
    for uplink, address in places:
        here = [each for each in wanted if (each.uplink, each.address) == (uplink, address)]
        edges = [*others.ports, *(ports for each in here for ports in _before(others.ports, each.shift))]
        for low, high in parts([each.ports for each in here], edges):
            blocks = [text for each in here if low in each.ports for text in each.sources]
            for source in sources([*blocks, *others.blocks], taken):
                found.update({Check(INBOUND, uplink, source, address, port): None for port in (low, high)})
    return list(found)


def outbound(uplink: str, endpoint: Endpoint, others: Named, taken: Sequence[IPv4Network]) -> list[Check]:
    """Return the data connections of active mode, to a client of each class that the endpoint is for, and its ports."""
    data = endpoint.control_port - 1
    clients = [each for each in sources([*endpoint.allowed_ips, *others.blocks], taken) if counts(endpoint, each)]
    ports = [CLIENT_PORT if low <= CLIENT_PORT <= high else low for low, high in parts([_CLIENT_PORTS], others.ports)]
    return [Check(OUTBOUND, uplink, endpoint.lan_address, *each, data) for each in product(clients, ports)]


def parts(ranges: Sequence[PortRange], others: Sequence[PortRange] = ()) -> list[tuple[int, int]]:
    """Return the classes of ports: the parts of the ranges that no edge of a range, or of others, divides."""
    edges = [*ranges, *others]
    cuts = sorted({each.first for each in edges} | {each.last + 1 for each in edges})
    return [(low, high - 1) for low, high in zip(cuts, cuts[1:]) if any(low in each for each in ranges)]


def sources(blocks: Iterable[str], taken: Sequence[IPv4Network]) -> list[str]:
    """Return an address of each class of clients, those in the same blocks: a public one if the class has any."""
    networks = list(dict.fromkeys(_network(text) for text in blocks if text.lower() != "any"))
    classes: dict[tuple[bool, ...], str] = {}
    for candidate in _members(networks, taken):
        known = _class(candidate, networks)
        if kind_of(classes.get(known, "")) != PUBLIC:
            classes[known] = candidate
    outside = (each for each in strangers() if not any(_class(each, networks)) and not _within(each, taken))
    return [*[*classes.values()][:MOST_SOURCES], *islice(outside, 1)]


def crowded(tried: Iterable[Check]) -> list[str]:
    """Return the ports at which as many clients were tried as are at most: rules may tell more apart."""
    clients = Counter((each.destination, each.port) for each in tried if each.direction == INBOUND)
    return [f"{address} port {port}" for (address, port), number in clients.items() if number > MOST_SOURCES]


def _class(address: str, networks: Sequence[IPv4Network]) -> tuple[bool, ...]:
    place = IPv4Address(address)
    return tuple(place in each for each in networks)


def client(endpoint: Endpoint, taken: Sequence[IPv4Network]) -> str:
    """Return an address that a client of the endpoint may have, "" if all of them are taken."""
    allowed = endpoint.allowed_ips
    if "any" in allowed:
        return next((each for each in strangers() if not _within(each, taken)), "")
    return next(_members([_network(text) for text in allowed], taken), "")


def strangers() -> Iterator[str]:
    """Yield addresses on the Internet; those for examples (RFC 5737) are none, unless a rule names them."""
    many = (str(IPv4Address((first << 24) + 0x0A0B0C)) for first in range(1, 224))
    return (each for each in many if kind_of(each) == PUBLIC)


def counts(endpoint: Endpoint, source: str) -> bool:
    """Tell whether an endpoint is for clients of this address; "any" are all on the Internet, as for mx_reach."""
    place = IPv4Address(source)
    if "any" in endpoint.allowed_ips:
        return not any(place in each for each in outside_internet(endpoint.public_address))
    return any(place in _network(each) for each in endpoint.allowed_ips)


def _needs(uplink: str, endpoint: Endpoint) -> Iterator[Opening]:
    """Yield what an endpoint needs to be open, the ports of its clients' connections."""
    for ports in endpoint.openings().values():
        yield Opening(endpoint.name, uplink, endpoint.public_address, ports, endpoint.allowed_ips, endpoint.lan_address)


def _before(translated: Iterable[PortRange], shift: int) -> Iterator[PortRange]:
    """Yield the public ports that a rule with a shift translates to these."""
    for ports in translated:
        first, last = max(1, ports.first - shift), min(HIGHEST_PORT, ports.last - shift)
        if first <= last:
            yield PortRange(first, last)


def _members(networks: Sequence[IPv4Network], taken: Sequence[IPv4Network]) -> Iterator[str]:
    """Yield an address of each part of the networks where clients may be: no edge of a network divides a part."""
    ends = [(int(each[0]), int(each[-1]) + 1) for each in (*networks, *taken, *not_public())]
    cuts = sorted({*chain.from_iterable(ends)})
    for first, end in ends[: len(networks)]:
        edges = cuts[bisect_left(cuts, first) : bisect_left(cuts, end) + 1]
        for low, high in zip(edges, edges[1:]):
            place = str(IPv4Address(min(low + _PLACE, high - 1)))
            if not refusal(place) and not _within(place, taken):
                yield place


def _within(address: str, networks: Iterable[IPv4Network]) -> bool:
    place = IPv4Address(address)
    return any(place in each for each in networks)


def _network(text: str) -> IPv4Network:
    return IPv4Network(text.strip(), strict=False)
