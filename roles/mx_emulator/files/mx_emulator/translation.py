# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Address translation: what a packet that comes in, goes out or turns round in the MX is rewritten to.

What the MX does is listed, with its sources, in docs/mx_emulator.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import nft
from .api_model import is_any, ports
from .constraints import uplinks_of
from .rules import AllowedInbound, Forward
from .state import Site
from .wiring import Wiring


class Publication(NamedTuple):
    """A public address, or some ports of it, that stands for a host of the LAN.

    everything matches what is translated at all, openings what the rule admits from outside.  Matches end in a blank
    unless they are empty.
    """

    uplink: str
    address: str
    everything: str
    openings: list[str]
    target: str


def publications(site: Site) -> Iterator[Publication]:
    """Return what the NAT lists of a network publish."""
    for mapping in site.state.one_to_one.rules:
        openings = [_sources(opening.allowed_ips) + _service(opening) for opening in mapping.allowed_inbound]
        yield Publication(mapping.uplink, mapping.public_ip, "", openings, mapping.lan_ip)
    for many in site.state.one_to_many.rules:
        for rule in many.port_rules:
            yield _forward(many.uplink, many.public_ip, rule, rule.local_ip)
    for forward in site.state.port_forwarding.rules:
        for name in uplinks_of(forward, site.network):
            own = str(site.network.uplinks_by_name[name].address.ip)
            yield _forward(name, own, forward, forward.lan_ip)


def extra_addresses(site: Site) -> Iterator[tuple[str, str]]:
    """Uplinks, and the public addresses there that are not the MX's own."""
    for mapping in site.state.one_to_one.rules:
        yield mapping.uplink, mapping.public_ip
    for many in site.state.one_to_many.rules:
        yield many.uplink, many.public_ip


def rules(site: Site, wired: Wiring) -> Iterator[str]:
    """Return the rules of the two NAT chains.  What prerouting translates is admitted, nothing else."""
    published = list(publications(site))
    for item in published:
        excepted = item.uplink in site.state.nat_exceptions
        for match in [item.everything] if excepted else item.openings:
            yield f'prerouting iifname "{wired.uplinks[item.uplink]}" {_translation(item, match)}'
    for item in published:
        yield f"prerouting iifname {wired.lan_devices} {_translation(item, item.everything)}"
    yield f"postrouting oifname {wired.lan_devices} ip saddr {site.subnets} ct status dnat masquerade"
    for mapping in site.state.one_to_one.rules:
        yield _source_translation(wired.uplinks[mapping.uplink], mapping.lan_ip, mapping.public_ip)
    for name, uplink in site.network.uplinks_by_name.items():
        if name not in site.state.nat_exceptions:
            yield _source_translation(wired.uplinks[name], site.subnets, str(uplink.address.ip))


def _translation(item: Publication, match: str) -> str:
    return f"ip daddr {item.address} {match}dnat ip to {item.target}"


def _source_translation(device: str, source: str, public: str) -> str:
    return f'postrouting oifname "{device}" ip saddr {source} snat ip to {public}'


def _forward(uplink: str, address: str, rule: Forward, host: str) -> Publication:
    service = f"{rule.protocol} dport {rule.public_port} "
    return Publication(uplink, address, service, [_sources(rule.allowed_ips) + service], _target(rule, host))


def _sources(allowed: Sequence[str]) -> str:
    return "" if any(map(is_any, allowed)) else f"ip saddr {nft.networks(allowed)} "


def _service(opening: AllowedInbound) -> str:
    if opening.protocol == "any":
        return ""
    if opening.protocol == "icmp-ping":
        return "icmp type echo-request "
    return f"{opening.protocol} dport {nft.elements(opening.destination_ports)} "


def _target(rule: Forward, host: str) -> str:
    if rule.public_port == rule.local_port:
        return host
    pairs = zip(ports(rule.public_port), ports(rule.local_port))
    shifted = ", ".join(f"{public} : {local}" for public, local in pairs)
    return f"{host} : {rule.protocol} dport map {{ {shifted} }}"
