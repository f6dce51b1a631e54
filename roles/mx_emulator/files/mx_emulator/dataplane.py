# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From rules to packets: pure functions that give the nftables script and the WAN addresses of a state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Interface
from pathlib import Path

from . import filtering, steering, translation
from .state import Site
from .wiring import Address, Wiring, wiring

# The MX without a rule; the service's early unit loads the same file, and every script starts with it.
CLOSED = Path(__file__).with_name("closed.nft")
HELPER = 'add ct helper inet mx_emulator ftp { type "ftp" protocol tcp; }\n'


def script(sites: Sequence[Site], present: Sequence[Address]) -> str:
    """Return the whole ruleset as one nft transaction; raise DataPlaneError if an interface is missing."""
    numbers = steering.tables([site.network for site in sites])
    rules = [rule for site in sites for rule in _rules(site, wiring(site.network, present), numbers)]
    # Only a ruleset that uses the helper needs a kernel that has it.
    helper = HELPER if any(rule.startswith("helpers") for rule in rules) else ""
    lines = (f"add rule inet mx_emulator {rule}\n" for rule in rules)
    return CLOSED.read_text(encoding="utf-8") + helper + "".join(lines)


def wanted_addresses(sites: Sequence[Site], present: Sequence[Address]) -> set[Address]:
    """Return the addresses that the MX must answer ARP for besides its own, as /32."""
    return {
        Address(wiring(site.network, present).uplinks[uplink], IPv4Interface(address))
        for site in sites
        if site.translates
        for uplink, address in translation.extra_addresses(site)
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


def _rules(site: Site, wired: Wiring, numbers: dict[tuple[str, str], int]) -> Iterator[str]:
    yield from filtering.services(site, wired)
    yield from filtering.rules(site, wired)
    yield from filtering.layer7(site, wired)
    yield from steering.rules(site, wired, numbers)
    if site.translates:
        yield from translation.rules(site, wired)
