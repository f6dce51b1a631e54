# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NAT exceptions: uplinks without translation, where the inbound list decides (updateNetworkApplianceUplinksNat)."""

from __future__ import annotations

from typing import Any

from .api_model import ApiModel, Refused
from .config import Network
from .state import NetworkState


class _Switch(ApiModel):
    enabled: bool


class _UplinkNat(ApiModel):
    interface: str
    nat: _Switch


class UplinksNat(ApiModel):
    """The body: interfaces have the names of uplink settings, wan1 and wan2, not those of rules."""

    uplinks: list[_UplinkNat]


def view(network: Network, state: NetworkState) -> dict[str, Any]:
    """Return the answer for a network."""
    return {
        "uplinks": [
            {"interface": _interface(name), "nat": {"enabled": name not in state.nat_exceptions}}
            for name in network.uplinks_by_name
        ]
    }


def updated(body: UplinksNat, network: Network, state: NetworkState) -> list[str]:
    """Return the uplinks without translation after the update, as rules name them; raise Refused if one is unknown."""
    names = {_interface(name): name for name in network.uplinks_by_name}
    unknown = [
        f"uplinks[{number}].interface: '{item.interface}' is not one of {', '.join(names)}"
        for number, item in enumerate(body.uplinks)
        if item.interface not in names
    ]
    if unknown:
        raise Refused(unknown)
    switched = {names[item.interface]: item.nat.enabled for item in body.uplinks}
    return [name for name in names.values() if not switched.get(name, name not in state.nat_exceptions)]


def _interface(name: str) -> str:
    return name.replace("internet", "wan")
