# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the entries of the layer 3 lists mean in a network: which IPv4 addresses, and which of them mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from .addresses import Entry, InVlan, Reference, entries
from .api_model import is_any
from .firewall import FirewallRules
from .state import NetworkState, Site

_NOT_A_NAME = "is a name, and only destinations of outbound rules may be names"


def outbound(site: Site) -> Iterator[str]:
    """Return which entries of the outbound list mean nothing in this network."""
    return _errors(site, site.state.l3_firewall, names=True)


def inbound(site: Site) -> Iterator[str]:
    """Return which entries of the inbound list mean nothing in this network."""
    return _errors(site, site.state.inbound_firewall, names=False)


def networks(site: Site, text: str) -> list[IPv4Network]:
    """Return the IPv4 addresses that a field means: none for names, which are not looked up, and for IPv6."""
    return [network for entry in entries(text) for network in _networks(site, entry)]


def used(state: NetworkState) -> set[Reference]:
    """Return the policy objects and groups that the lists of a network refer to."""
    rules = (*state.l3_firewall.rules, *state.inbound_firewall.rules)
    texts = [text for rule in rules for text in (rule.src_cidr, rule.dest_cidr) if not is_any(text)]
    return {entry for text in texts for entry in entries(text) if isinstance(entry, Reference)}


def _errors(site: Site, rules: FirewallRules, names: bool) -> Iterator[str]:
    for number, rule in enumerate(rules.rules):
        for field, text, may_be_names in (("srcCidr", rule.src_cidr, False), ("destCidr", rule.dest_cidr, names)):
            for entry in [] if is_any(text) else entries(text):
                yield from (f"rules[{number}].{field}: {error}" for error in _wrong(site, entry, may_be_names))


def _wrong(site: Site, entry: Entry, may_be_names: bool) -> Iterator[str]:
    if isinstance(entry, InVlan):
        subnet = _subnet(site, entry.vlan)
        if subnet is None:
            yield f"there is no VLAN {entry.vlan}"
        elif entry.host is not None and not 0 < entry.host < subnet.num_addresses - 1:
            yield f"VLAN({entry.vlan}).{entry.host} is not a host of {subnet}"
    elif isinstance(entry, Reference):
        members = site.policy.members(entry)
        if members is None:
            yield f"{entry} does not exist"
        elif any(item.category != "network" for item in members):
            yield f"{entry} is not of the category 'network'"
        elif not may_be_names and any(item.type == "fqdn" for item in members):
            yield f"{entry} {_NOT_A_NAME}"
    elif isinstance(entry, str) and not may_be_names:
        yield f"'{entry}' {_NOT_A_NAME}"


def _networks(site: Site, entry: Entry) -> list[IPv4Network]:
    if isinstance(entry, InVlan):
        subnet = _subnet(site, entry.vlan)
        return [] if subnet is None else [subnet if entry.host is None else IPv4Network(subnet[entry.host])]
    found = [item.network for item in site.policy.members(entry) or []] if isinstance(entry, Reference) else [entry]
    return [item for item in found if isinstance(item, IPv4Network)]


def _subnet(site: Site, vlan: str) -> IPv4Network | None:
    lan = site.state.lan_of(site.network)
    subnets = {item.id: item.subnet for item in lan.vlans} if lan.vlans_enabled else {}
    return IPv4Network(subnets[vlan]) if vlan in subnets else None
