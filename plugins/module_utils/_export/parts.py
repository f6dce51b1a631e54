# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of an export: answers of the Dashboard API about one MX, their names, and what they look like.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Either, Maybe, Such
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED, api_path


@dataclass(frozen=True)
class Part:
    """One part: the API path that it is the answer of, its shape, and other names that exports have for it."""

    path: str
    shape: Any
    aliases: tuple[str, ...] = ()


_TEXT = Maybe(str)
_ID = Either((str, int))
_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_BYTE}(\.{_BYTE}){{3}}"
_IPV4_LENGTH = f"/(0*(3[0-2]|[12]?[0-9])|{_IPV4})"
_IPV6_SUBNET = "[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(/[0-9]{1,3})?"
# The API writes an address that is not known as null or as an empty text.
_ADDRESS = Maybe(Such(f"({_IPV4})?", "an IPv4 address like 203.0.113.2"))
_SUBNET, _SUBNET_OR_ADDRESS = (
    Maybe(Such(f"{_IPV4}{length}|{_IPV6_SUBNET}", "a subnet like 192.168.128.0/24", partial(ip_network, strict=False)))
    for length in (_IPV4_LENGTH, f"({_IPV4_LENGTH})?")
)
_MODE = Such("routed|passthrough", "routed or passthrough")
_INTERFACE = Such("(internet|wan)[1-9][0-9]*|cellular", "an uplink like wan1, internet1 or cellular")
_UPLINK = {"interface": _INTERFACE, "status": _TEXT, "ip": _ADDRESS, "publicIp": _ADDRESS}
_STATUS = {"highAvailability": Maybe({"role": _TEXT, "enabled": Maybe(bool)}), "uplinks": Maybe([_UPLINK])}
_LAN = {
    "id": Maybe(_ID),
    "subnet": _SUBNET,
    "applianceIp": _ADDRESS,
    "name": _TEXT,
    "enabled": Maybe(bool),
}
_VERSION = {"shortName": _TEXT, "firmware": _TEXT}
_SHARED_ADDRESS = Maybe({"ip": _ADDRESS})
_RULES = Either(({"rules": [{}]}, [{}]))

NETWORK = {"id": _TEXT, "name": _TEXT, "isBoundToConfigTemplate": Maybe(bool)}
_NETWORK_PATH, _ORGANIZATION_PATH = "/networks/{networkId}", "/organizations/{organizationId}"

# Field names: OpenAPI document of the API.
PARTS: Mapping[str, Part] = {
    "organization": Part(_ORGANIZATION_PATH, {"id": _TEXT, "name": _TEXT}),
    "network": Part(_NETWORK_PATH, NETWORK),
    "devices": Part(f"{_ORGANIZATION_PATH}/devices", [{"firmware": _TEXT, "model": _TEXT}]),
    "firmwareUpgrades": Part(
        f"{_NETWORK_PATH}/firmwareUpgrades", {"products": {"appliance": Maybe({"currentVersion": Maybe(_VERSION)})}}
    ),
    "applianceSettings": Part(f"{_NETWORK_PATH}/appliance/settings", {"deploymentMode": _MODE}, ("settings",)),
    "uplinkStatuses": Part(f"{_ORGANIZATION_PATH}/appliance/uplink/statuses", Either(([_STATUS], _STATUS))),
    "uplinksNat": Part(
        f"{_ORGANIZATION_PATH}/appliance/uplinks/nat/byNetwork",
        {"uplinks": [{"interface": _INTERFACE, "nat": {"enabled": bool}}]},
    ),
    "warmSpare": Part(
        f"{_NETWORK_PATH}/appliance/warmSpare",
        {"enabled": Maybe(bool), "uplinkMode": _TEXT, "wan1": _SHARED_ADDRESS, "wan2": _SHARED_ADDRESS},
    ),
    "vlansSettings": Part(f"{_NETWORK_PATH}/appliance/vlans/settings", {"vlansEnabled": Maybe(bool)}),
    "vlans": Part(f"{_NETWORK_PATH}/appliance/vlans", [_LAN]),
    "singleLan": Part(f"{_NETWORK_PATH}/appliance/singleLan", _LAN),
    "staticRoutes": Part(f"{_NETWORK_PATH}/appliance/staticRoutes", [_LAN]),
    **{
        resource: Part(api_path(name), _RULES, (name, resource.removesuffix("Rules")))
        for name, resource in JUDGED.items()
    },
    "policyObjects": Part(
        f"{_ORGANIZATION_PATH}/policyObjects",
        [{"id": _ID, "type": _TEXT, "cidr": _SUBNET_OR_ADDRESS, "ip": _ADDRESS, "mask": _ADDRESS, "fqdn": _TEXT}],
    ),
    "policyObjectsGroups": Part(
        f"{_ORGANIZATION_PATH}/policyObjects/groups", [{"id": _ID, "objectIds": Maybe([_ID])}], ("policyObjectGroups",)
    ),
}
