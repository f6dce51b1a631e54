# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forward chain: the two layer 3 lists, and the admission of what is published.  Behind it, the layer 7 list."""

from __future__ import annotations

from collections.abc import Iterator

from . import nft, references
from .api_model import is_any, items
from .firewall import FirewallRule
from .state import Site
from .wiring import Wiring

VERDICTS = {"allow": "accept", "deny": "drop"}


def rules(site: Site, wired: Wiring) -> Iterator[str]:
    """Outbound what its list allows or does not name; inbound what is published or listed."""
    lans = wired.lan_devices
    for rule in site.state.l3_firewall.rules:
        outside = f"forward iifname {lans} oifname {nft.names(wired.uplinks.values())}"
        yield from _decision(site, outside, rule, "ip daddr", "th dport")
    yield f"forward iifname {lans} accept"
    for name, device in wired.uplinks.items():
        yield from _inbound(site, name, f'forward iifname "{device}" oifname {lans}')


def _inbound(site: Site, uplink: str, way: str) -> Iterator[str]:
    """Return what comes in by an uplink: the inbound list decides where it is excepted or, without NAT, if any is."""
    excepted = site.state.nat_exceptions
    if uplink in excepted if site.translates else excepted:
        for rule in site.state.inbound_firewall.rules:
            # The destination of an inbound rule is the one that the packet came for, before any translation.
            yield from _decision(site, way, rule, "ct original ip daddr", "ct original proto-dst")
    elif site.translates:
        yield f"{way} ct status dnat accept"
    if not site.translates:
        yield f"{way} accept"


def layer7(site: Site, wired: Wiring) -> Iterator[str]:
    """Return what the layer 7 list drops of the traffic with the Internet, whoever has begun it."""
    uplinks = nft.names(wired.uplinks.values())
    ways = {
        f"iifname {wired.lan_devices} oifname {uplinks}": "ip daddr",
        f"iifname {uplinks} oifname {wired.lan_devices}": "ip saddr",
    }
    for compared in filter(None, (rule.range for rule in site.state.l7_firewall.rules)):
        for way, remote in ways.items():
            addresses = [f"{remote} {compared.addresses}"] if compared.addresses else []
            for service in _opened(compared.ports) if compared.ports else [[]]:
                yield " ".join(["layer7", way, *addresses, *service, "drop"])


def _opened(ports: str) -> Iterator[list[str]]:
    """Return matches of connections that were opened to a port: to the public one, or to the host's own."""
    for key in ("ct original proto-dst", "ct reply proto-src"):
        yield ["meta l4proto { tcp, udp }", f"{key} {ports}"]


def services(site: Site, wired: Wiring) -> Iterator[str]:
    """Return who may ping the MX: its LAN always, the Internet as the service ICMP says."""
    own = {uplink.address.ip for uplink in site.network.uplinks} | {lan.address.ip for lan in wired.lans}
    ping = f"ip daddr {nft.elements(map(str, own))} meta l4proto icmp accept"
    yield f"input iifname {wired.lan_devices} {ping}"
    wanted = site.state.service("ICMP")
    if wanted.access != "blocked":
        restricted = wanted.access == "restricted" and not any(map(is_any, wanted.allowed_ips))
        sources = f"ip saddr {nft.networks(wanted.allowed_ips)} " if restricted else ""
        yield f"input iifname {nft.names(wired.uplinks.values())} {sources}{ping}"


def _decision(site: Site, way: str, rule: FirewallRule, destination: str, port: str) -> Iterator[str]:
    """Return the rule in nft's words; nothing for a rule that no IPv4 packet can match."""
    fields = {"ip saddr": rule.src_cidr, destination: rule.dest_cidr}
    addresses = {key: references.networks(site, text) for key, text in fields.items() if not is_any(text)}
    if rule.protocol == "icmp6" or not all(addresses.values()):
        return
    protocol = [] if rule.protocol == "any" else [f"meta l4proto {rule.protocol}"]
    services = {"th sport": rule.src_port, port: rule.dest_port}
    matches = [f"{key} {nft.networks(map(str, found))}" for key, found in addresses.items()]
    matches += [f"{key} {nft.elements(items(text))}" for key, text in services.items() if not is_any(text)]
    yield " ".join([way, *protocol, *matches, VERDICTS[rule.policy]])
