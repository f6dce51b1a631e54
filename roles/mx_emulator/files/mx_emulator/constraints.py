# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a network refuses: pure functions from a network in its wanted state to the texts of a 400.

docs/mx_emulator.md marks each check as documented or assumed.  Every text starts with the JSON path of what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import combinations

from .api_model import ports
from .config import Network
from .rules import AnyRule, Forward, OneToManyRule, OneToOneRule, PortForwardingRule
from .state import Site


def uplinks_of(rule: AnyRule, network: Network) -> list[str]:
    """Return the names of the uplinks that the rule listens on; "both" means all of them."""
    return list(network.uplinks_by_name) if rule.uplink == "both" else [rule.uplink]


def one_to_one(site: Site) -> Iterator[str]:
    """Return what is wrong with the 1:1 rules."""
    rules = site.state.one_to_one.rules
    many = {rule.public_ip for rule in site.state.one_to_many.rules}
    for number, rule in enumerate(rules):
        path = f"rules[{number}]"
        yield from _no_uplink(path, rule, site.network)
        yield from _not_in_lan(f"{path}.lanIp", rule.lan_ip, site)
        yield from _own_address(path, rule, site.network)
        if rule.public_ip in many:
            yield f"{path}.publicIp: {rule.public_ip} is already used by a 1:Many rule"
    for (first, one), (second, other) in combinations(enumerate(rules), 2):
        if (one.public_ip, one.uplink) == (other.public_ip, other.uplink):
            yield f"rules[{second}].publicIp: {other.public_ip} on {other.uplink} is already used by rules[{first}]"


def one_to_many(site: Site) -> Iterator[str]:
    """Return what is wrong with the 1:Many rules."""
    rules = site.state.one_to_many.rules
    mapped = {rule.public_ip for rule in site.state.one_to_one.rules}
    for number, rule in enumerate(rules):
        path = f"rules[{number}]"
        yield from _no_uplink(path, rule, site.network)
        yield from _own_address(path, rule, site.network)
        if rule.public_ip in mapped:
            yield f"{path}.publicIp: {rule.public_ip} is already used by a 1:1 rule"
        for index, item in enumerate(rule.port_rules):
            yield from _not_in_lan(f"{path}.portRules[{index}].localIp", item.local_ip, site)
        for (held, holder), (index, item) in combinations(enumerate(rule.port_rules), 2):
            yield from _clash(f"{path}.portRules", held, holder, index, item)
    for (first, one), (second, other) in combinations(enumerate(rules), 2):
        if one.public_ip == other.public_ip:
            yield f"rules[{second}].publicIp: {other.public_ip} is already used by rules[{first}]"


def port_forwarding(site: Site) -> Iterator[str]:
    """Return what is wrong with the port forwarding rules."""
    rules = site.state.port_forwarding.rules
    for number, rule in enumerate(rules):
        yield from _no_uplink(f"rules[{number}]", rule, site.network)
        yield from _not_in_lan(f"rules[{number}].lanIp", rule.lan_ip, site)
    for (first, one), (second, other) in combinations(enumerate(rules), 2):
        if set(uplinks_of(one, site.network)) & set(uplinks_of(other, site.network)):
            yield from _clash("rules", first, one, second, other)


def _no_uplink(path: str, rule: AnyRule, network: Network) -> Iterator[str]:
    names = list(network.uplinks_by_name) + (["both"] if isinstance(rule, PortForwardingRule) else [])
    if rule.uplink not in names:
        yield f"{path}.uplink: '{rule.uplink}' is not an uplink of this network, expected one of {', '.join(names)}"


def _not_in_lan(path: str, address: str, site: Site) -> Iterator[str]:
    subnets = site.state.lan_of(site.network).subnets
    if not any(IPv4Address(address) in subnet for subnet in subnets):
        yield f"{path}: {address} is not in a LAN of this network ({', '.join(map(str, subnets))})"


def _own_address(path: str, rule: OneToOneRule | OneToManyRule, network: Network) -> Iterator[str]:
    if rule.public_ip in {str(uplink.address.ip) for uplink in network.uplinks}:
        yield f"{path}.publicIp: {rule.public_ip} is the appliance's own uplink address"


def _clash(path: str, first: int, one: Forward, second: int, other: Forward) -> Iterator[str]:
    reserved, wanted = ports(one.public_port), ports(other.public_port)
    if one.protocol == other.protocol and max(reserved.start, wanted.start) < min(reserved.stop, wanted.stop):
        yield (
            f"{path}[{second}].publicPort: {other.protocol} {other.public_port} overlaps "
            f"{one.public_port} of {path}[{first}]"
        )
