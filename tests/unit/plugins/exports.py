# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export of a small MX, each part as the API answers it."""

from __future__ import annotations

from typing import Any

NETWORK = {"id": "N_7", "organizationId": "9", "name": "HQ", "isBoundToConfigTemplate": False}
UPLINK = {"interface": "wan1", "status": "active", "ip": "203.0.113.2", "publicIp": "203.0.113.2", "gateway": None}
ENTRY = {"protocol": "tcp", "destinationPorts": ["20-21", "61000-61099"], "allowedIps": ["any"]}
MAPPED = {"name": "13", "publicIp": "203.0.113.13", "lanIp": "192.168.128.13", "uplink": "internet1"}
PARTS: dict[str, Any] = {
    "network": NETWORK,
    "firmwareUpgrades": {"products": {"appliance": {"currentVersion": {"shortName": "MX 18.211.2"}}}},
    "applianceSettings": {"deploymentMode": "routed", "dynamicDns": {"enabled": False}},
    "uplinkStatuses": [
        {
            "networkId": "N_7",
            "serial": "Q2XX",
            "highAvailability": {"enabled": False, "role": "primary"},
            "uplinks": [UPLINK],
        }
    ],
    "uplinksNat": {"uplinks": [{"interface": "wan1", "nat": {"enabled": True}}]},
    "vlans": [{"id": "10", "name": "Servers", "subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"}],
    "staticRoutes": [{"id": "r1", "name": "Branch", "enabled": True, "subnet": "10.30.0.0/16"}],
    "oneToOneNatRules": {"rules": [{**MAPPED, "allowedInbound": [ENTRY]}]},
    "oneToManyNatRules": {"rules": []},
    "portForwardingRules": {"rules": []},
    "inboundFirewallRules": {"rules": [], "syslogDefaultRule": False},
    "l3FirewallRules": {"rules": []},
    "l7FirewallRules": {"rules": []},
    "policyObjects": [],
    "policyObjectsGroups": [],
}
DOCUMENT: dict[str, Any] = {
    "format": "mxlab.ftp/export",
    "version": 1,
    "exportedAt": "2026-11-29T10:00:00Z",
    **PARTS,
}
# What a backup tool in the field writes: other names, bare lists, and no more than this.
FIELD: dict[str, Any] = {
    "oneToOneNat": PARTS["oneToOneNatRules"]["rules"],
    "oneToManyNat": [],
    "vlans": PARTS["vlans"],
    "staticRoutes": [],
    "l3FirewallRules": [],
    "policyObjects": [],
    "policyObjectsGroups": [],
    "inboundCellularFirewallRules": [],
    "ssids": [],
}
