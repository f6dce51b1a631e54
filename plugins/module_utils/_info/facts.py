# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's answers about an MX, turned into the facts that mx_reach takes.  Field names: OpenAPI document of the API.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A JSON object of the API.
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Organization:
    """What one request each returns about all networks: the networks, uplink statuses, and uplinks/nat/byNetwork.

    `nat` is None where the API knows no NAT exceptions; what the key may not read is None, too.
    """

    networks: Sequence[Item]
    statuses: Sequence[Item] | None
    nat: Sequence[Item] | None


@dataclass(frozen=True)
class Answers:
    """What the API says of one network: appliance/settings, firmwareUpgrades, and the LAN side.

    VLANs are None without VLANs, the single LAN is None with them, and all of the LAN side is None where it was not
    asked for. What the key may not read is None, too; the routes are then None if any of the LAN side is missing.
    """

    settings: Item | None
    firmware: Item | None
    vlans: Sequence[Item] | None
    single_lan: Item | None
    routes: Sequence[Item] | None


def facts(network_id: str, organization: Organization, answers: Answers) -> dict[str, Any]:
    """Return the facts of one network; raises KeyError if the organization has no such network."""
    network = {item["id"]: item for item in organization.networks}[network_id]
    return {
        "network": {"id": network_id, "name": network["name"]},
        "deployment_mode": None if answers.settings is None else answers.settings["deploymentMode"],
        "bound_to_template": bool(network.get("isBoundToConfigTemplate")),
        "firmware": firmware(answers.firmware),
        "dynamic_dns": _dynamic_dns(answers.settings),
        "uplinks": own_uplinks(network_id, organization.statuses),
        "nat_exceptions": nat_exceptions(network_id, organization.nat),
        "subnets": subnets(answers),
    }


def own_uplinks(network_id: str, statuses: Sequence[Item] | None) -> dict[str, dict[str, str | None]] | None:
    """Return the uplinks of one network, of the statuses of all; None if the key may not read them."""
    return None if statuses is None else uplinks(item for item in statuses if item["networkId"] == network_id)


def uplinks(devices: Iterable[Item]) -> dict[str, dict[str, str | None]]:
    """Return the uplinks of the MX, by the names that rules use; of a warm spare pair, those of the primary."""
    primary_first = sorted(devices, key=lambda item: (item.get("highAvailability") or {}).get("role") == "spare")
    reported = primary_first[0].get("uplinks") or [] if primary_first else []
    named = ((uplink_name(item["interface"]), item) for item in reported)
    return {
        name: {
            "address": item.get("ip") or None,
            "public_address": item.get("publicIp") or None,
            "status": item.get("status"),
        }
        for name, item in named
        if name is not None
    }


def nat_exceptions(network_id: str, nat: Sequence[Item] | None) -> list[str] | None:
    """Return the uplinks whose NAT is off; None if the API says nothing about those of the network."""
    mine = [item for item in nat or () if item["networkId"] == network_id]
    return switched_off(mine[0]) if mine else None


def switched_off(nat: Item) -> list[str]:
    """Return the uplinks whose NAT is off, of what uplinks/nat says of one network."""
    off = (uplink_name(item["interface"]) for item in nat["uplinks"] if not item["nat"]["enabled"])
    return [name for name in off if name is not None]


def uplink_name(interface: str) -> str | None:
    """Return the name that rules use, as internet1 for wan1; None for cellular, which no rule can name."""
    wan = re.fullmatch(r"(?:internet|wan)([1-9][0-9]*)", interface)
    return f"internet{wan[1]}" if wan else None


def subnets(answers: Answers) -> list[dict[str, Any]] | None:
    """Return the IPv4 subnets where a server may be; None if they were not read."""
    if answers.routes is None:
        return None
    single = [] if answers.single_lan is None else [answers.single_lan]
    routes = [item for item in answers.routes if item.get("enabled") is not False]
    return [
        {
            "cidr": item["subnet"],
            "source": source,
            "name": item.get("name"),
            **({"vlan": item.get("id")} if source == "vlan" and "id" in item else {}),
            **({"appliance_ip": item["applianceIp"]} if item.get("applianceIp") else {}),
        }
        for source, items in (("vlan", answers.vlans or ()), ("single_lan", single), ("static_route", routes))
        for item in items
        # A VLAN or route for IPv6 alone has none, or another kind.
        if item.get("subnet") and ":" not in item["subnet"]
    ]


def firmware(answer: Item | None) -> str | None:
    """Return the version in an answer of firmwareUpgrades; None if it is not known."""
    if answer is None:
        return None
    appliance = answer["products"].get("appliance") or {}
    version = appliance.get("currentVersion") or {}
    name: str | None = version.get("shortName") or version.get("firmware")
    return name


def _dynamic_dns(settings: Item | None) -> dict[str, Any] | None:
    if settings is None:
        return None
    told = settings.get("dynamicDns") or {}
    enabled = bool(told.get("enabled"))
    return {"enabled": enabled, "name": told.get("url") if enabled else None}
