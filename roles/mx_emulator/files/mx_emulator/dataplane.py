# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From rules to packets: pure functions that give the nftables script and the WAN addresses of a state.

What the MX does is listed, with its sources, in docs/mx_emulator.md.  A new kind of rule adds its addresses in
wanted_addresses, its destination translation in _inbound and its source translation in _outbound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Interface, IPv4Network, collapse_addresses
from pathlib import Path
from typing import NamedTuple

from .config import Network
from .constraints import uplinks_of
from .rules import AllowedInbound, PortForwardingRule, is_any, ports
from .state import NetworkState

# The MX without a rule; the service's early unit loads the same file, and every script starts with it.
CLOSED = Path(__file__).with_name("closed.nft")


class DataPlaneError(Exception):
    """The machine does not have, or refuses, what the rules need."""


class Address(NamedTuple):
    """An IPv4 address on an interface of this machine."""

    device: str
    address: IPv4Interface


class Site(NamedTuple):
    """A network and its mutable part."""

    network: Network
    state: NetworkState


class Wiring(NamedTuple):
    """Which interface is which: uplinks by their name in rules, and the MX's addresses in its LANs."""

    uplinks: dict[str, str]
    lans: list[Address]


def wiring(network: Network, present: Sequence[Address]) -> Wiring:
    """Find the network's interfaces by their configured addresses; DataPlaneError naming the address that none has."""
    devices = {item.address: item.device for item in present}
    for name, uplink in network.uplinks_by_name.items():
        if uplink.address not in devices:
            raise DataPlaneError(f"no interface has {uplink.address}, the address of {name} of network {network.id}")
    uplinks = {name: devices[uplink.address] for name, uplink in network.uplinks_by_name.items()}
    lans = []
    for subnet in network.lan_subnets:
        found = [item for item in present if item.address.ip in subnet]
        if not found:
            raise DataPlaneError(f"no interface has an address in {subnet}, a LAN of network {network.id}")
        lans += found
    return Wiring(uplinks, lans)


def script(sites: Sequence[Site], present: Sequence[Address]) -> str:
    """The whole ruleset as one nft transaction; DataPlaneError if an interface is missing."""
    rules = [rule for site in sites for rule in _site_rules(site, wiring(site.network, present))]
    return CLOSED.read_text(encoding="utf-8") + "".join(f"add rule inet mx_emulator {rule}\n" for rule in rules)


def wanted_addresses(sites: Sequence[Site], present: Sequence[Address]) -> set[Address]:
    """The addresses that the MX must answer ARP for besides its own: the public ones of the 1:1 rules, as /32."""
    return {
        Address(wiring(network, present).uplinks[rule.uplink], IPv4Interface(rule.public_ip))
        for network, state in filter(_translates, sites)
        for rule in state.one_to_one
    }


def added_addresses(sites: Sequence[Site], present: Sequence[Address]) -> set[Address]:
    """Those of the present addresses that an earlier state has added: /32 on an uplink and not the uplink's own."""
    own = {uplink.address for site in sites for uplink in site.network.uplinks}
    devices = {device for site in sites for device in wiring(site.network, present).uplinks.values()}
    return {
        item
        for item in present
        if item.device in devices and item.address.network.prefixlen == 32 and item.address not in own
    }


def _translates(site: Site) -> bool:
    return site.state.settings.deployment_mode == "routed"


def _site_rules(site: Site, wired: Wiring) -> Iterator[str]:
    lan_devices = _set(f'"{lan.device}"' for lan in wired.lans)
    own = {uplink.address.ip for uplink in site.network.uplinks} | {lan.address.ip for lan in wired.lans}
    yield f"input ip daddr {_set(map(str, own))} meta l4proto icmp accept"
    yield f"forward iifname {lan_devices} accept"
    if _translates(site):
        yield from (f"prerouting {rule}" for rule in _inbound(site, wired))
        yield from (f"postrouting {rule}" for rule in _outbound(site, wired))


def _inbound(site: Site, wired: Wiring) -> Iterator[str]:
    """Destination translation of exactly the admitted packets: the forward chain lets the translated pass, no other."""
    for mapping in site.state.one_to_one:
        arrival = f'iifname "{wired.uplinks[mapping.uplink]}" ip daddr {mapping.public_ip}'
        for opening in mapping.allowed_inbound:
            yield f"{arrival} {_sources(opening.allowed_ips)}{_service(opening)}dnat ip to {mapping.lan_ip}"
    for forward in site.state.port_forwarding:
        for name in uplinks_of(forward, site.network):
            own = site.network.uplinks_by_name[name].address.ip
            arrival = f'iifname "{wired.uplinks[name]}" ip daddr {own}'
            service = f"{forward.protocol} dport {forward.public_port} "
            yield f"{arrival} {_sources(forward.allowed_ips)}{service}dnat ip to {_target(forward)}"


def _outbound(site: Site, wired: Wiring) -> Iterator[str]:
    """Source translation: a 1:1 host by its own public address, everybody else by the uplink's."""
    for mapping in site.state.one_to_one:
        yield _source_translation(wired.uplinks[mapping.uplink], mapping.lan_ip, mapping.public_ip)
    for name, uplink in site.network.uplinks_by_name.items():
        yield _source_translation(
            wired.uplinks[name], _set(map(str, site.network.lan_subnets)), str(uplink.address.ip)
        )


def _source_translation(device: str, source: str, public: str) -> str:
    return f'oifname "{device}" ip saddr {source} snat ip to {public}'


def _sources(allowed: Sequence[str]) -> str:
    if any(map(is_any, allowed)):
        return ""
    networks = collapse_addresses(IPv4Network(text, strict=False) for text in allowed)
    return f"ip saddr {_set(map(str, networks))} "


def _service(opening: AllowedInbound) -> str:
    if opening.protocol == "any":
        return ""
    if opening.protocol == "icmp-ping":
        return "icmp type echo-request "
    return f"{opening.protocol} dport {_set(opening.destination_ports)} "


def _target(rule: PortForwardingRule) -> str:
    if rule.public_port == rule.local_port:
        return rule.lan_ip
    pairs = zip(ports(rule.public_port), ports(rule.local_port))
    shifted = ", ".join(f"{public} : {local}" for public, local in pairs)
    return f"{rule.lan_ip} : {rule.protocol} dport map {{ {shifted} }}"


def _set(items: Iterable[str]) -> str:
    return "{ " + ", ".join(sorted(set(items))) + " }"
