# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interface is which: configured addresses, found on the machine."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Interface
from typing import NamedTuple

from . import nft
from .config import Network


class DataPlaneError(Exception):
    """The machine does not have, or refuses, what the rules need."""


class Address(NamedTuple):
    """An IPv4 address on an interface of this machine."""

    device: str
    address: IPv4Interface


class Wiring(NamedTuple):
    """Which interface is which: uplinks by their name in rules, and the MX's addresses in its LANs."""

    uplinks: dict[str, str]
    lans: list[Address]

    @property
    def lan_devices(self) -> str:
        """The interfaces of the LAN side, as an nft set."""
        return nft.names(lan.device for lan in self.lans)


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
