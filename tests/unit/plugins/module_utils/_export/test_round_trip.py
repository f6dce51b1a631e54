# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export of mx_export can be loaded into the emulator, and its export is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.options import anonymised
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.plugins.module_utils._export.read import export_all
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock
from fastapi.testclient import TestClient
from mx_emulator import config, exports
from mx_emulator.api_model import Refused
from mx_emulator.app import create_app
from mx_emulator.emulator import Emulator
from mx_emulator.state import Store

Json = dict[str, Any]
TIME = "2026-11-29T10:00:00Z"
FIREWALL = {"srcPort": "Any", "destPort": "Any", "syslogEnabled": False}
DEFAULT = {**FIREWALL, "comment": "Default rule", "protocol": "Any", "srcCidr": "Any", "destCidr": "Any"}
ALLOWED = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099"], "allowedIps": ["any", "198.51.100.0/24"]}
PORTS = {"protocol": "tcp", "publicPort": "61100-61199", "localPort": "61100-61199", "allowedIps": ["any"]}
UPLINK = {"interface": "wan1", "status": "active", "ip": "203.0.113.2", "publicIp": "203.0.113.2"}
OBJECT = {"category": "network", "type": "cidr"}
APPLICATION = {"id": "meraki:layer7/application/5", "name": "FTP"}
VLAN = {"networkId": "N_7", "id": "10", "name": "Servers", "subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"}
BRANCH: Json = {
    "format": "mxlab.ftp/export",
    "version": 1,
    "exportedAt": TIME,
    "network": {
        "id": "N_7",
        "organizationId": "9",
        "name": "Branch",
        "productTypes": ["appliance"],
        "url": "https://dashboard.meraki.com/N_7/manage/nodes/list",
        "isBoundToConfigTemplate": False,
    },
    "uplinkStatuses": [
        {
            "networkId": "N_7",
            "serial": "Q2XX",
            "model": "MX250",
            "highAvailability": {"enabled": False, "role": "primary"},
            "uplinks": [{**UPLINK, "gateway": "203.0.113.1"}],
        }
    ],
    "uplinksNat": {"networkId": "N_7", "uplinks": [{"interface": "wan1", "nat": {"enabled": True}}]},
    "devices": [{"networkId": "N_7", "name": "Branch", "serial": "Q2XX", "model": "MX250", "firmware": "wired-19-1-4"}],
    "applianceSettings": {"deploymentMode": "routed", "dynamicDns": {"enabled": False}},
    "oneToOneNatRules": {"rules": []},
    "oneToManyNatRules": {"rules": []},
    "portForwardingRules": {"rules": []},
    "inboundFirewallRules": {"rules": [{**DEFAULT, "policy": "deny"}], "syslogDefaultRule": False},
    "l3FirewallRules": {"rules": [{**DEFAULT, "policy": "allow"}]},
    "l7FirewallRules": {"rules": []},
    "vlans": [VLAN],
    "staticRoutes": [],
    "policyObjects": [],
    "policyObjectsGroups": [],
}
# An MX in a network of its own, by what is special about it.
SPECIAL: Mapping[str, Json] = {
    "nothing": {},
    "a single LAN": {"vlans": None, "singleLan": {"subnet": "10.1.0.0/16", "applianceIp": "10.1.0.1"}},
    "rules of every kind": {
        "oneToOneNatRules": {
            "rules": [
                {
                    "name": "13",
                    "lanIp": "192.168.128.13",
                    "publicIp": "203.0.113.13",
                    "uplink": "internet1",
                    "allowedInbound": [ALLOWED],
                }
            ]
        },
        "oneToManyNatRules": {
            "rules": [
                {
                    "publicIp": "203.0.113.14",
                    "uplink": "internet1",
                    "portRules": [{**PORTS, "localIp": "192.168.128.14", "name": "14"}],
                }
            ]
        },
        "portForwardingRules": {"rules": [{**PORTS, "lanIp": "10.30.0.5", "uplink": "both", "name": "12"}]},
        "inboundFirewallRules": {
            "rules": [
                {
                    **FIREWALL,
                    "comment": "IPv6",
                    "policy": "allow",
                    "protocol": "icmp6",
                    "srcCidr": "2001:db8::/32",
                    "destCidr": "any",
                },
                {**DEFAULT, "policy": "deny", "syslogEnabled": True},
            ],
            "syslogDefaultRule": True,
        },
        "staticRoutes": [
            {
                "networkId": "N_7",
                "id": "r1",
                "ipVersion": 4,
                "name": "Store",
                "enabled": True,
                "subnet": "10.30.0.0/16",
                "gatewayIp": "192.168.128.9",
                "gatewayVlanId": 10,
            }
        ],
    },
    "objects, groups, names and layer 7": {
        "l3FirewallRules": {
            "rules": [
                {
                    **FIREWALL,
                    "comment": "Peers",
                    "policy": "allow",
                    "protocol": "tcp",
                    "srcCidr": "VLAN(10).13,OBJ(1)",
                    "destCidr": "GRP(7),ftp.example.com",
                    "destPort": "20-21",
                },
                {**DEFAULT, "policy": "allow"},
            ]
        },
        "l7FirewallRules": {
            "rules": [
                {"policy": "deny", "type": "port", "value": "23"},
                {"policy": "deny", "type": "ipRange", "value": "198.51.100.0/24:21"},
                {"policy": "deny", "type": "blockedCountries", "value": ["KP", "RU"]},
                {"policy": "deny", "type": "application", "value": APPLICATION},
            ]
        },
        "policyObjects": [
            {**OBJECT, "id": "1", "name": "Hosts", "cidr": "192.168.128.64/26", "groupIds": []},
            {**OBJECT, "id": "2", "name": "Peer", "cidr": "198.51.100.0/24", "groupIds": ["7"]},
        ],
        "policyObjectsGroups": [{"id": "7", "name": "Peers", "category": "NetworkObjectGroup", "objectIds": ["2"]}],
    },
    "a second uplink that is down": {
        "uplinkStatuses": [
            {
                "networkId": "N_7",
                "serial": "Q2XX",
                "model": "MX250",
                "highAvailability": {"enabled": False, "role": "primary"},
                "uplinks": [
                    {**UPLINK, "ip": "10.9.0.2"},
                    {"interface": "wan2", "status": "not connected", "ip": None, "publicIp": None},
                ],
            }
        ],
        "uplinksNat": {
            "networkId": "N_7",
            "uplinks": [
                {"interface": "wan1", "nat": {"enabled": False}},
                {"interface": "wan2", "nat": {"enabled": True}},
            ],
        },
    },
    "a pair": {
        "uplinkStatuses": [
            {
                "networkId": "N_7",
                "serial": "Q2XX",
                "model": "MX250",
                "highAvailability": {"enabled": True, "role": "primary"},
                "uplinks": [UPLINK],
            }
        ],
        "warmSpare": {
            "enabled": True,
            "primarySerial": "Q2XX",
            "spareSerial": "Q2YY",
            "uplinkMode": "virtual",
            "wan1": {"ip": "203.0.113.9", "subnet": "203.0.113.0/24"},
        },
    },
    "a bridge": {
        "applianceSettings": {"deploymentMode": "passthrough", "dynamicDns": {"enabled": False}},
        "inboundFirewallRules": {"rules": [{**DEFAULT, "policy": "allow"}], "syslogDefaultRule": False},
        "vlans": None,
        "staticRoutes": None,
    },
    "a template": {"network": {**BRANCH["network"], "isBoundToConfigTemplate": True}},
}


def export_of(change: Json) -> Json:
    return {name: part for name, part in {**BRANCH, **change}.items() if part is not None}


def read_back(folder: Path, *documents: Json) -> dict[str, Json]:
    """Load exports as a user does, start the emulator with the two files, and export all of its networks."""
    names = [folder / f"export{number}.json" for number in range(len(documents))]
    for name, document in zip(names, documents):
        name.write_text(json.dumps(document))
    files = folder / "config.json", folder / "state.json"
    exports.main(*map(str, (*files, *names)))
    minutes = count(step=60.0)
    settings = config.load(files[0])
    emulator = Emulator(settings, Store(files[1]), lambda _sites: None, lambda: next(minutes))
    client = TestClient(create_app(emulator), base_url=BASE)

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        answer = client.request(method, url, headers=dict(headers), content=body)
        return Response(answer.status_code, dict(answer.headers), answer.content)

    found = [
        export_all(Dashboard(BASE, exports.KEY, send, Clock().limit()), [], organization.id, TIME)
        for organization in settings.organizations
    ]
    assert not [each for each in found if each.get("failed")]
    return {name: document for each in found for name, document in each["exports"].items()}


@pytest.mark.parametrize("special", SPECIAL)
def test_it_is_read_back_the_same(tmp_path: Path, special: str) -> None:
    document = export_of(SPECIAL[special])
    assert read_back(tmp_path, document) == {"N_7": document}


@pytest.mark.parametrize("special", SPECIAL)
def test_an_anonymised_export_can_be_loaded_too(tmp_path: Path, special: str) -> None:
    document = anonymised({"export": export_of(SPECIAL[special])})["export"]
    (found,) = read_back(tmp_path, document).values()
    for each in (document, found):
        # The emulator makes the url of a network, and knows no name of a device but its network's.
        each["network"].pop("url")
    assert found == document


def test_exports_of_the_emulator_itself(tmp_path: Path) -> None:
    mx = EmulatedMx(tmp_path / "before.json")
    before = export_all(Dashboard(BASE, KEY, mx, Clock().limit()), [], None, TIME)["exports"]
    assert read_back(tmp_path, *before.values()) == before


def test_networks_of_several_organizations(tmp_path: Path) -> None:
    other = {**BRANCH["network"], "id": "N_8", "organizationId": "10", "name": "Other"}
    documents = [export_of({}), {"network": other, "l3FirewallRules": [], "vlans": [VLAN]}]
    found = read_back(tmp_path, *documents)
    assert (found["N_7"], found["N_8"]["network"]["organizationId"]) == (documents[0], "10")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"oneToOneNatRules": [{"lanIp": "x", "publicIp": "203.0.113.13"}]}, "oneToOneNatRules.rules[0].lanIp: 'x' "),
        ({"l7FirewallRules": {"rules": [{"policy": "allow"}]}}, "l7FirewallRules.rules[0].policy: "),
        ({"vlans": [{"subnet": "2001:db8::/64"}]}, "vlans[0].id: "),
        ({"policyObjects": [{"id": "1", "name": "A"}]}, "policyObjects 1.category: "),
        ({"uplinkStatuses": [{"uplinks": [{"interface": "wan2"}]}]}, "uplinkStatuses: there are wan2, expected wan1"),
    ],
)
def test_what_the_emulator_does_not_take_is_named(change: Json, message: str) -> None:
    with pytest.raises((Refused, ValueError)) as caught:
        exports.loaded([export_of(change)])
    assert message in str(caught.value)
