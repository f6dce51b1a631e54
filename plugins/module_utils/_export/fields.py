# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of the API's answers get into an export: those that are named here, at whatever depth, and no others.

So no secret can be in an export, like the enrollment string of a network, whatever else an API answers.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from typing import Any

FIELDS = frozenset(
    [
        *("id", "name", "organizationId", "networkId", "productTypes", "isBoundToConfigTemplate", "configTemplateId"),
        *("serial", "model", "firmware", "deploymentMode", "dynamicDns", "enabled", "prefix", "url"),
        *("highAvailability", "role", "uplinks", "interface", "status", "ip", "gateway", "publicIp", "nat"),
        *("primarySerial", "spareSerial", "uplinkMode", "wan1", "wan2"),
        *("subnet", "applianceIp", "ipVersion", "gatewayIp", "gatewayVlanId"),
        *("rules", "lanIp", "uplink", "allowedInbound", "protocol", "destinationPorts", "allowedIps"),
        *("portRules", "publicPort", "localPort", "localIp"),
        *("policy", "srcCidr", "srcPort", "destCidr", "destPort", "comment", "syslogEnabled", "syslogDefaultRule"),
        *("type", "value", "category", "cidr", "fqdn", "mask", "groupIds", "objectIds"),
    ]
)


def known_fields(value: Any) -> Any:
    """Return an answer without the fields that are not in the table."""
    if isinstance(value, dict):
        return {name: known_fields(inner) for name, inner in value.items() if name in FIELDS}
    if isinstance(value, list):
        return [known_fields(item) for item in value]
    return value
