# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration in the API's shapes: pure functions from config objects to JSON objects.

Field names: OpenAPI document of the Dashboard API v1.  A field that the lab has no value for is left out.
"""

from __future__ import annotations

from datetime import datetime, timezone
from ipaddress import IPv4Address
from typing import Any

from .config import Network, Organization
from .warm_spare import WarmSpare

Json = dict[str, Any]


def organization(item: Organization) -> Json:
    """Return an element of getOrganizations."""
    return {
        "id": item.id,
        "name": item.name,
        "url": f"https://dashboard.meraki.com/o/{item.id}/manage/organization/overview",
        "api": {"enabled": True},
        "licensing": {"model": "co-term"},
        "cloud": {"region": {"name": "Europe"}},
        "management": {"details": []},
    }


def network(owner: Organization, item: Network) -> Json:
    """Return an element of getOrganizationNetworks."""
    return {
        "id": item.id,
        "organizationId": owner.id,
        "name": item.name,
        "productTypes": ["appliance"],
        "timeZone": item.time_zone,
        "tags": [],
        "url": f"https://dashboard.meraki.com/{item.id}/manage/nodes/list",
        "notes": "",
        "isBoundToConfigTemplate": item.is_bound_to_config_template,
    }


def device(item: Network) -> Json:
    """Return the MX as an element of getNetworkDevices and getOrganizationDevices."""
    return {
        "name": item.name,
        "serial": item.serial,
        "mac": item.mac,
        "model": item.model,
        "networkId": item.id,
        "firmware": item.firmware,
        "productType": "appliance",
        "tags": [],
        "notes": "",
        "address": "",
    }


def uplink_statuses(item: Network, spare: WarmSpare) -> Json:
    """Return an element of getOrganizationApplianceUplinkStatuses: that of the primary appliance."""
    uplinks = [
        {
            "interface": f"wan{number}",
            "status": uplink.status,
            "ip": _address(uplink.address.ip),
            "publicIp": _address(uplink.public_ip or uplink.address.ip),
            "ipAssignedBy": "static",
        }
        | ({"gateway": str(uplink.gateway)} if uplink.gateway else {})
        for number, uplink in enumerate(item.uplinks, 1)
    ]
    return {
        "networkId": item.id,
        "serial": item.serial,
        "model": item.model,
        "lastReportedAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "highAvailability": {"enabled": spare.enabled, "role": "primary"},
        "uplinks": uplinks,
    }


def _address(address: IPv4Address) -> str | None:
    return None if address.is_unspecified else str(address)


def firmware_upgrades(item: Network) -> Json:
    """Return the answer of getNetworkFirmwareUpgrades: the running version of the appliance, no upgrade planned."""
    version = item.firmware.partition("-")[2].replace("-", ".")
    current = {"firmware": item.firmware, "shortName": f"MX {version}", "releaseType": "stable"}
    return {
        "upgradeWindow": {"dayOfWeek": "sun", "hourOfDay": "4:00"},
        "timezone": item.time_zone,
        "products": {"appliance": {"currentVersion": current, "participateInNextBetaRelease": False}},
    }
