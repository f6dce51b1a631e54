# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forward chain: the two layer 3 lists, and the admission of what is published."""

from __future__ import annotations

from collections.abc import Iterator

from . import nft, references
from .api_model import is_any, items
from .firewall import FirewallRule
from .state import Site
from .wiring import Wiring

VERDICTS = {"allow": "accept", "deny": "drop"}


def rules(site: Site, wired: Wiring) -> Iterator[str]:
    """Outbound what its list allows or does not name; inbound what is published or, on excepted uplinks, listed."""
    lans = wired.lan_devices
    for rule in site.state.l3_firewall.rules:
        outside = f"forward iifname {lans} oifname {nft.names(wired.uplinks.values())}"
        yield from _decision(site, outside, rule, "ip daddr", "th dport")
    yield f"forward iifname {lans} accept"
    if site.translates:
        for name, device in wired.uplinks.items():
            inside = f'forward iifname "{device}" oifname {lans}'
            if name not in site.state.nat_exceptions:
                yield f"{inside} ct status dnat accept"
                continue
            for rule in site.state.inbound_firewall.rules:
                # The destination of an inbound rule is the one that the packet came for, before any translation.
                yield from _decision(site, inside, rule, "ct original ip daddr", "ct original proto-dst")


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
