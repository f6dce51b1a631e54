# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of the API's answers get into an export: those that are named here, at whatever depth, and no others.

So no secret can be in an export, like the enrollment string of a network, whatever else an API answers.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What the values of a field are.
INSIDE = "an object, or a list of objects"
ID = "an id: what of, the part says"
NETWORK_ID, ORGANIZATION_ID, TEMPLATE_ID = "network id", "organization id", "template id"
VLAN_ID, OBJECT_ID, GROUP_ID = "VLAN", "OBJ", "GRP"
NAME, COMMENT, HOST, SERIAL = "name", "comment", "host", "serial"
PLACES = "addresses, subnets and what stands for them"
MASK, PORTS, WORD, VERSION, FLAG = "mask", "ports", "word", "version", "flag"
VALUE = "the value of a layer 7 rule, whose form is that of the rule's type"

_KINDS: Mapping[str, tuple[str, ...]] = {
    INSIDE: (
        *("dynamicDns", "highAvailability", "uplinks", "nat", "wan1", "wan2", "products", "appliance"),
        *("currentVersion", "rules", "allowedInbound", "portRules"),
    ),
    ID: ("id",),
    NETWORK_ID: ("networkId",),
    ORGANIZATION_ID: ("organizationId",),
    TEMPLATE_ID: ("configTemplateId",),
    VLAN_ID: ("gatewayVlanId",),
    OBJECT_ID: ("objectIds",),
    GROUP_ID: ("groupIds",),
    NAME: ("name", "prefix"),
    COMMENT: ("comment",),
    HOST: ("url", "fqdn"),
    SERIAL: ("serial", "primarySerial", "spareSerial"),
    PLACES: (
        *("ip", "gateway", "publicIp", "subnet", "applianceIp", "gatewayIp", "lanIp", "localIp", "allowedIps"),
        *("srcCidr", "destCidr", "cidr"),
    ),
    MASK: ("mask",),
    PORTS: ("destinationPorts", "publicPort", "localPort", "srcPort", "destPort"),
    WORD: (
        *("productTypes", "model", "deploymentMode", "role", "interface", "status", "uplinkMode", "uplink"),
        *("protocol", "policy", "type", "category"),
    ),
    VERSION: ("firmware", "shortName"),
    FLAG: ("isBoundToConfigTemplate", "enabled", "ipVersion", "syslogEnabled", "syslogDefaultRule", "vlansEnabled"),
    VALUE: ("value",),
}
FIELDS: Mapping[str, str] = {name: kind for kind, names in _KINDS.items() for name in names}


def known_fields(value: Any) -> Any:
    """Return an answer without the fields that are not in the table."""
    if isinstance(value, dict):
        return {name: known_fields(inner) for name, inner in value.items() if name in FIELDS}
    if isinstance(value, list):
        return [known_fields(item) for item in value]
    return value
