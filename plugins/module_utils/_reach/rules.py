# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX's rules, read as the packets that they match and what they do to them.

Behaviour: "Port Forwarding and NAT Rules on the MX", "MX Firewall Settings" and the page on NAT exceptions of Meraki's
documentation. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, product

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import uplinks_meet
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import (
    Ref,
    host_in,
    parts_in,
    places_in,
    ports_in,
    protocol_in,
    refs,
    sources_in,
    text_in,
    tried,
    words_in,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import Doubtful, Names
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    ANY_PORT,
    ANY_PROTOCOL,
    PROTOCOLS,
    Interval,
    Packets,
    port,
    touching,
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
    """One firewall rule; `allow` is None where that cannot be read.

    With a `doubt`, it matches some of these packets, but not certainly each: it names what only the dashboard can
    resolve (objects, names), or cannot be read. `elsewhere`: it is in order, but addresses and ports do not decide it.
    """

    ref: Ref
    packets: tuple[Packets, ...]
    allow: bool | None
    doubt: str
    elsewhere: bool = False


@dataclass(frozen=True, eq=False)
class Publication:
    """What a NAT rule lets in and where it leads; `shift` is local port minus public port.

    With a `doubt`, it does so perhaps; with `placed` False because the address it listens on is not known.
    `lan_address` is None where that is not known.
    """

    ref: Ref
    packets: tuple[Packets, ...]
    lan_address: int | None
    shift: int = 0
    doubt: str = ""
    placed: bool = True


@dataclass(frozen=True, eq=False)
class Unknown:
    """A NAT list that was not given, with the packets that a rule in it may publish."""

    kind: str
    packets: tuple[Packets, ...]


@dataclass(frozen=True, eq=False)
class Departure:
    """What a 1:1 rule does outbound: packets of its host leave by its public address, None if that is not known."""

    ref: Ref
    packets: tuple[Packets, ...]
    public_address: int | None


def filters(lists: Lists, kind: str, names: Names) -> list[Filter]:
    """Read a firewall list, in order; a rule with certain and doubtful parts becomes both, the certain part first."""
    return [each for ref in refs(lists, kind) for each in _filters(ref, names)]


def publications(lists: Lists, uplink: str, own: Interval | None, overridden: bool) -> list[Publication]:
    """Read what the NAT lists publish on an uplink, whose own address is `own` (None: not known).

    `overridden`: the manual inbound firewall is in force, and takes the place of the rules' allowed inbound and
    allowed addresses, so that only the translation is left of them.
    """
    readers: Mapping[str, Callable[[Ref], Iterable[Publication]]] = {
        ONE_TO_ONE_NAT: lambda ref: _one_to_one(ref, overridden),
        ONE_TO_MANY_NAT: lambda ref: _one_to_many(ref, overridden),
        PORT_FORWARDING: lambda ref: _forwarding(ref, own, uplink, overridden),
    }
    found: list[Publication] = []
    for ref in chain.from_iterable(refs(lists, name) for name in WAYS):
        named = _uplink(ref)
        doubt = "" if _is_uplink(named) else f"uplink is {named!r}, expected one like internet1"
        if doubt or uplinks_meet(named, uplink):
            found.extend(replace(each, doubt=each.doubt or doubt) for each in readers[ref.kind](ref))
    return found


def unknown_ways(lists: Lists, listening: Interval | None, owned: Iterable[Interval]) -> list[Unknown]:
    """Return the NAT lists that were not given. Port forwarding listens on the MX's own address of the uplink.

    That is `listening`, None where not known. The others have an address that is not the MX's own (`owned`), as in
    "Port Forwarding and NAT Rules on the MX".
    """
    own = [ANY_ADDRESS if listening is None else listening]
    places = {True: own, False: _outside(owned)}
    return [
        Unknown(name, tuple(Packets(destination=place) for place in places[way.own_address]))
        for name, way in WAYS.items()
        if name not in lists
    ]


def _outside(owned: Iterable[Interval]) -> list[Interval]:
    """Return all addresses but these."""
    taken = touching(owned)
    firsts = [ANY_ADDRESS.first, *(each.last + 1 for each in taken)]
    lasts = [*(each.first - 1 for each in taken), ANY_ADDRESS.last]
    return [Interval(first, last) for first, last in zip(firsts, lasts) if first <= last]


def departures(lists: Lists, uplink: str) -> list[Departure]:
    """Read which hosts leave by a 1:1 rule's address on an uplink, in order."""
    found = []
    for ref in refs(lists, ONE_TO_ONE_NAT):
        public, host, _doubt, placed = _ends(ref.rule, "lanIp")
        if _uplink(ref) == uplink and host is not None:
            packets = (Packets(source=Interval(host, host)),)
            found.append(Departure(ref, packets, public.first if placed else None))
    return found


def own_unknown(uplink: str) -> str:
    """Return the doubt about port forwarding where the MX's own address is not known."""
    return f"unknown whether the address is the MX's own on {uplink}: set mx.uplinks.{uplink}.address"


def uplinks_named(lists: Lists) -> set[str]:
    """Return the names of the uplinks that NAT rules listen on, but for the word both."""
    named = {_uplink(ref) for kind in WAYS for ref in refs(lists, kind)} - {"both"}
    return set(filter(_is_uplink, named))


def claimed(lists: Lists) -> set[int]:
    """Return the public addresses of NAT rules: each has one rule only, and none is the MX's own.

    Source: "Port Forwarding and NAT Rules on the MX".
    """
    ends = (_ends(ref.rule, "") for name, way in WAYS.items() if not way.own_address for ref in refs(lists, name))
    return {public.first for public, _lan, _doubt, placed in ends if placed}


def is_default(ref: Ref) -> bool:
    """Tell whether a firewall rule is the one that the API puts at the end of its answer, and nobody can move."""
    fields = ("srcCidr", "destCidr", "srcPort", "destPort", "protocol")
    anything = all(str(ref.rule.get(name) or "any").lower() == "any" for name in fields)
    return anything and str(ref.rule.get("comment")).lower() == "default rule"


def _is_uplink(text: str) -> bool:
    return text == "both" or re.fullmatch(r"internet[0-9]+", text) is not None


def _uplink(ref: Ref) -> str:
    """Read the uplink of a NAT rule; what the API means where it is left out is assumed."""
    return str(ref.rule.get("uplink") or WAYS[ref.kind].default_uplink).lower()


def _one_to_one(ref: Ref, overridden: bool) -> Iterator[Publication]:
    """Read what a 1:1 rule publishes: its entries of allowed inbound, or all of its address if `overridden`."""
    public, lan, doubt, placed = _ends(ref.rule, "lanIp")
    entries, wrong = _parts(ref.rule, "allowedInbound")
    if overridden or wrong:
        unread = "" if overridden else wrong
        yield Publication(ref, (Packets(destination=public),), lan, 0, doubt or unread, placed)
        return
    for part, entry in enumerate(entries):
        for unsure, boxes in _opened(entry, public):
            place = Ref(ref.kind, ref.index, ref.rule, part)
            yield Publication(place, boxes, lan, 0, doubt or unsure, placed)


def _opened(entry: Rule, public: Interval) -> Iterator[tuple[str, tuple[Packets, ...]]]:
    """Read an entry of allowed inbound as boxes, by what is in doubt about them."""
    protocol, unknown = _protocol(entry)
    boxes = [
        (unknown or source.doubt or ports.doubt, Packets(protocol, source.interval, ANY_PORT, public, ports.interval))
        for source, ports in product(sources_in(entry), _entry_ports(entry, protocol))
    ]
    return _by_doubt(boxes)


def _entry_ports(entry: Rule, protocol: Interval) -> list[Doubtful]:
    ports = ports_in(entry, "destinationPorts")
    if words_in(entry, "destinationPorts") or protocol not in (PROTOCOLS["tcp"], PROTOCOLS["udp"]):
        return ports
    return [Doubtful(ANY_PORT, "destinationPorts is missing or empty, expected ports or ranges")]


def _one_to_many(ref: Ref, overridden: bool) -> Iterator[Publication]:
    public, _lan, doubt, placed = _ends(ref.rule, "")
    rules, wrong = _parts(ref.rule, "portRules")
    if wrong:
        yield Publication(ref, (Packets(destination=public),), None, 0, wrong, placed)
    for part, rule in enumerate(rules):
        place = Ref(ref.kind, ref.index, ref.rule, part)
        for each in _port_rule(place, rule, "localIp", public, overridden):
            yield replace(each, doubt=doubt or each.doubt, placed=placed)


def _forwarding(ref: Ref, own: Interval | None, uplink: str, overridden: bool) -> Iterator[Publication]:
    for each in _port_rule(ref, ref.rule, "lanIp", own or ANY_ADDRESS, overridden):
        yield each if own else replace(each, doubt=each.doubt or own_unknown(uplink), placed=False)


def _ends(rule: Rule, lan_name: str) -> tuple[Interval, int | None, str, bool]:
    """Read public address, LAN address, what is in doubt, and whether the public address is known."""
    public, unplaced = tried(partial(host_in, rule, "publicIp"), ANY_ADDRESS)
    lan, unknown = _host(rule, lan_name) if lan_name else (None, "")
    return public, lan, unplaced or unknown, not unplaced


def _port_rule(ref: Ref, rule: Rule, lan_name: str, where: Interval, overridden: bool) -> Iterator[Publication]:
    """Read what a port rule matches at an address, and by how much it shifts ports: ranges map port by port."""
    lan, no_host = _host(rule, lan_name)
    public, no_public = _port(rule, "publicPort")
    local, no_local = _port(rule, "localPort")
    protocol, no_protocol = _protocol(rule)
    same_length = public.last - public.first == local.last - local.first
    longer = f"publicPort {rule.get('publicPort')} and localPort {rule.get('localPort')} differ in length"
    wrong = no_host or no_public or no_local or no_protocol or ("" if same_length else longer)
    sources = [Doubtful(ANY_ADDRESS)] if overridden else sources_in(rule)
    boxes = [(wrong or each.doubt, Packets(protocol, each.interval, ANY_PORT, where, public)) for each in sources]
    known = not (no_public or no_local) and same_length
    for doubt, packets in _by_doubt(boxes):
        yield Publication(ref, packets, lan if known else None, local.first - public.first if known else 0, doubt)


def _host(rule: Rule, name: str) -> tuple[int | None, str]:
    host, doubt = tried(partial(host_in, rule, name), ANY_ADDRESS)
    return None if doubt else host.first, doubt


def _port(rule: Rule, name: str) -> tuple[Interval, str]:
    text, missing = tried(partial(text_in, rule, name), "any")
    ports, doubt = tried(partial(port, text), ANY_PORT)
    return ports, missing or (f"{name}: {doubt}" if doubt else "")


def _parts(rule: Rule, name: str) -> tuple[list[Rule], str]:
    nothing: list[Rule] = []
    return tried(partial(parts_in, rule, name), nothing)


def _protocol(rule: Rule) -> tuple[Interval, str]:
    return tried(partial(protocol_in, rule), ANY_PROTOCOL)


def _filters(ref: Ref, names: Names) -> Iterator[Filter]:
    policy = str(ref.rule.get("policy")).lower()
    allow, unknown = {"allow": True, "deny": False}.get(policy), ""
    if allow is None:
        unknown = f"policy is {policy!r}, expected allow or deny"
    if str(ref.rule.get("protocol")).lower() == "icmp6":
        return
    protocol, no_protocol = _protocol(ref.rule)
    fields = (
        ports_in(ref.rule, "srcPort"),
        ports_in(ref.rule, "destPort"),
        places_in(ref.rule, "srcCidr", names),
        places_in(ref.rule, "destCidr", names),
    )
    boxes = []
    for source_port, port_, source, destination in product(*fields):
        doubts = (unknown, no_protocol, source_port.doubt, port_.doubt, source.doubt, destination.doubt)
        box = Packets(protocol, source.interval, source_port.interval, destination.interval, port_.interval)
        boxes.append((next(filter(None, doubts), ""), box))
    for doubt, packets in _by_doubt(boxes):
        yield Filter(ref, packets, allow, doubt)


def _by_doubt(boxes: Iterable[tuple[str, Packets]]) -> Iterator[tuple[str, tuple[Packets, ...]]]:
    """Return the boxes of each doubt, those without any first."""
    groups: dict[str, list[Packets]] = {}
    for doubt, box in boxes:
        groups.setdefault(doubt, []).append(box)
    return ((doubt, tuple(groups[doubt])) for doubt in sorted(groups, key=bool))
