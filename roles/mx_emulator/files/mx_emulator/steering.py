# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By which uplink packets leave, and which control connections the FTP helper reads.

An uplink with a gateway has a routing table and a mark of its own, of the same number.  A connection from outside is
marked with its uplink, so that its answers leave there; one from inside is sent to the primary uplink.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .config import Network
from .state import Site
from .wiring import Address, Wiring, wiring

# The numbers of tables, marks and of the protocol that tells our routing rules from others: free to choose.
FIRST_TABLE = 7700
PROTOCOL = "77"


def tables(networks: Sequence[Network]) -> dict[tuple[str, str], int]:
    """Return the numbers of the uplinks that have a gateway, by network id and uplink."""
    steered = [(net.id, name) for net in networks for name, uplink in net.uplinks_by_name.items() if uplink.gateway]
    return {key: number for number, key in enumerate(steered, FIRST_TABLE)}


def rules(site: Site, wired: Wiring, numbers: dict[tuple[str, str], int]) -> Iterator[str]:
    """Return the rules of the chains steering and helpers; numbers are those of tables."""
    network = site.network
    outside = f"steering iifname {wired.lan_devices} ip daddr != {site.subnets}"
    for name, device in wired.uplinks.items():
        if (network.id, name) in numbers:
            yield f'steering iifname "{device}" ct direction original ct mark set {numbers[network.id, name]}'
    if (network.id, network.primary_uplink) in numbers:
        yield f"{outside} ct direction original meta mark set {numbers[network.id, network.primary_uplink]}"
    yield f"{outside} ct direction reply meta mark set ct mark"
    if has_outbound_helper(network.firmware):
        yield f'helpers iifname {wired.lan_devices} tcp dport 21 ct helper set "ftp"'
    if network.inbound_ftp_helper:
        for device in wired.uplinks.values():
            yield f'helpers iifname "{device}" tcp dport 21 ct helper set "ftp"'


def commands(networks: Sequence[Network], present: Sequence[Address]) -> Iterator[list[str]]:
    """Return what makes the routing tables and the rules that choose them, again and again with the same effect."""
    yield ["ip", "rule", "flush", "protocol", PROTOCOL]
    numbers = tables(networks)
    for network in networks:
        for name, device in wiring(network, present).uplinks.items():
            if (network.id, name) in numbers:
                number, gateway = str(numbers[network.id, name]), str(network.uplinks_by_name[name].gateway)
                yield ["ip", "route", "replace", "default", "via", gateway, "dev", device, "table", number]
                yield ["ip", "rule", "add", "fwmark", number, "lookup", number, "protocol", PROTOCOL]


def has_outbound_helper(firmware: str) -> bool:
    """Whether the MX reads the FTP dialogues of its LAN's clients; firmware has the API's form, wired-18-107-10.

    From MX 12.25 and from MX 13.6 on ("Active and Passive FTP Overview and Configuration").
    """
    version = [int(part) for part in re.findall(r"\d+", firmware)]
    return [12, 25] <= version < [13] or version >= [13, 6]
