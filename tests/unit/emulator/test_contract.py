# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of the emulator against the vendor's OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.openapi import DOCUMENT, fields, paths, problems
from fastapi.testclient import TestClient

# The models of a newer version, which types more answers.
MODELS = DOCUMENT.with_name("meraki_v1.75.1_models.json")
MODEL_OF = {
    "updateNetworkApplianceFirewallOneToOneNatRules": "NetworkApplianceFirewallOneToOneNatRulesResponse",
    "updateNetworkApplianceFirewallOneToManyNatRules": "NetworkApplianceFirewallOneToManyNatRulesResponse",
    "updateNetworkApplianceFirewallPortForwardingRules": "NetworkApplianceFirewallPortForwardingRulesResponse",
    "updateNetworkApplianceFirewallInboundFirewallRules": "NetworkApplianceFirewallInboundFirewallRulesResponse",
    "updateNetworkApplianceUplinksNat": "UpdateNetworkApplianceUplinksNatResponse",
    "getOrganizationApplianceUplinksNatByNetwork": "GetOrganizationApplianceUplinksNatByNetworkResponseItem",
    "updateNetworkApplianceFirewallFirewalledService": "NetworkApplianceFirewallFirewalledServiceResponse",
    "getNetworkApplianceStaticRoute": "NetworkApplianceStaticRouteResponse",
    "getNetworkApplianceSettings": "NetworkApplianceSettingsResponse",
    "getOrganizationApplianceUplinkStatuses": "GetOrganizationApplianceUplinkStatusesResponseItem",
    "getNetwork": "NetworkResponse",
}
# Operations, a field of getNetworkDevices and two of policy objects that are newer than the document, whose version is
# 1.42, or not in it; and the field that clients find in VLANs although the document does not have it.
NEWER_FIELDS = {"productType", "networkId", "createdAt", "updatedAt"}
NEWER = {
    "getNetworkApplianceFirewallL7FirewallRulesApplicationCategories",
    *(f"{verb}OrganizationPolicyObject" for verb in ("get", "update", "delete")),
    *(f"{verb}OrganizationPolicyObjectsGroup" for verb in ("get", "update", "delete")),
    "updateNetworkApplianceUplinksNat",
    "getOrganizationApplianceUplinksNatByNetwork",
    "getOrganizationConfigTemplates",
}
ORGANIZATION, NETWORK = "/organizations/100001", "/networks/N_100001"
APPLIANCE, FIREWALL = f"{NETWORK}/appliance", f"{NETWORK}/appliance/firewall"
PORTS = {"publicPort": "61000-61099", "localPort": "61000-61099", "protocol": "tcp", "allowedIps": ["any"]}
ONE_TO_ONE = {
    "lanIp": "192.168.128.13",
    "publicIp": "203.0.113.13",
    "name": "server13",
    "uplink": "internet1",
    "allowedInbound": [{"protocol": "tcp", "destinationPorts": ["21"], "allowedIps": ["any"]}],
}
ONE_TO_MANY = {
    "publicIp": "203.0.113.14",
    "uplink": "internet2",
    "portRules": [{**PORTS, "name": "server12", "localIp": "192.168.128.12"}],
}
FORWARD = {**PORTS, "lanIp": "192.168.128.12", "uplink": "both"}
LAYER_3 = {"policy": "allow", "protocol": "tcp", "srcCidr": "Any", "destCidr": "203.0.113.2/32", "destPort": "21"}
VLAN = {"id": "20", "name": "DMZ", "subnet": "10.20.0.0/24", "applianceIp": "10.20.0.1"}
SPARE = {"enabled": True, "spareSerial": "Q2LB-0000-0009", "uplinkMode": "virtual", "virtualIp1": "203.0.113.9"}
OBJECT = {"name": "Partners", "category": "network", "type": "cidr", "cidr": "198.51.100.0/24"}
OBJECTS = f"{ORGANIZATION}/policyObjects"
ROUTE = {"name": "Branch", "subnet": "10.30.0.0/16", "gatewayIp": "192.168.128.250", "gatewayVlanId": "1"}
# In an order in which all succeed, and after which every list has something to show.
REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", OBJECTS, OBJECT),
    ("PUT", f"{OBJECTS}/1001", {"cidr": "198.51.100.0/25"}),
    ("POST", f"{OBJECTS}/groups", {"name": "Peers", "objectIds": [1001]}),
    ("PUT", f"{OBJECTS}/groups/1002", {"name": "Friends"}),
    ("GET", f"{APPLIANCE}/singleLan", None),
    ("PUT", f"{FIREWALL}/oneToOneNatRules", {"rules": [ONE_TO_ONE]}),
    ("PUT", f"{FIREWALL}/oneToManyNatRules", {"rules": [ONE_TO_MANY]}),
    ("PUT", f"{FIREWALL}/portForwardingRules", {"rules": [FORWARD]}),
    ("PUT", f"{FIREWALL}/inboundFirewallRules", {"rules": [LAYER_3]}),
    ("PUT", f"{FIREWALL}/l3FirewallRules", {"rules": [LAYER_3]}),
    ("PUT", f"{FIREWALL}/l7FirewallRules", {"rules": [{"policy": "deny", "type": "port", "value": "23"}]}),
    ("PUT", f"{FIREWALL}/firewalledServices/web", {"access": "restricted", "allowedIps": ["123.123.123.1"]}),
    ("PUT", f"{APPLIANCE}/warmSpare", SPARE),
    ("PUT", f"{APPLIANCE}/settings", {"dynamicDns": {"enabled": True, "prefix": "ftp"}}),
    ("PUT", f"{APPLIANCE}/vlans/settings", {"vlansEnabled": True}),
    ("POST", f"{APPLIANCE}/vlans", VLAN),
    ("PUT", f"{APPLIANCE}/vlans/20", {"name": "Servers"}),
    ("POST", f"{APPLIANCE}/staticRoutes", ROUTE),
    ("PUT", f"{APPLIANCE}/staticRoutes/ROUTE", {"name": "Office"}),
    ("PUT", f"{APPLIANCE}/uplinks/nat", {"uplinks": [{"interface": "wan2", "nat": {"enabled": False}}]}),
    *(
        ("GET", path, None)
        for path in (
            "/organizations",
            ORGANIZATION,
            f"{ORGANIZATION}/networks",
            f"{ORGANIZATION}/configTemplates",
            f"{ORGANIZATION}/devices",
            f"{ORGANIZATION}/appliance/uplink/statuses",
            f"{ORGANIZATION}/appliance/uplinks/nat/byNetwork",
            OBJECTS,
            f"{OBJECTS}/1001",
            f"{OBJECTS}/groups",
            f"{OBJECTS}/groups/1002",
            f"{ORGANIZATION}/apiRequests",
            f"{ORGANIZATION}/configurationChanges",
            NETWORK,
            f"{NETWORK}/devices",
            f"{NETWORK}/firmwareUpgrades",
            f"{APPLIANCE}/settings",
            f"{APPLIANCE}/vlans",
            f"{APPLIANCE}/vlans/20",
            f"{APPLIANCE}/vlans/settings",
            f"{APPLIANCE}/staticRoutes",
            f"{APPLIANCE}/staticRoutes/ROUTE",
            f"{FIREWALL}/oneToOneNatRules",
            f"{FIREWALL}/oneToManyNatRules",
            f"{FIREWALL}/portForwardingRules",
            f"{FIREWALL}/inboundFirewallRules",
            f"{FIREWALL}/l3FirewallRules",
            f"{FIREWALL}/l7FirewallRules",
            f"{FIREWALL}/l7FirewallRules/applicationCategories",
            f"{FIREWALL}/firewalledServices",
            f"{FIREWALL}/firewalledServices/web",
            f"{APPLIANCE}/warmSpare",
        )
    ),
    ("DELETE", f"{APPLIANCE}/staticRoutes/ROUTE", None),
    ("DELETE", f"{APPLIANCE}/vlans/20", None),
    ("DELETE", f"{OBJECTS}/groups/1002", None),
    ("DELETE", f"{OBJECTS}/1001", None),
]


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:
    """Return the document's operations by their ids."""
    return {operation["operationId"]: operation for path in paths().values() for operation in path.values()}


@pytest.fixture
def conversation(api: TestClient, clock: Any) -> dict[str, tuple[Any, Any]]:
    """Return the body and the answer of one request for each operation of the emulator, by operation id."""
    return dict(_converse(api, clock))


def _converse(api: TestClient, clock: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    route = ""
    for method, path, body in REQUESTS:
        clock.now += 1
        answer = api.request(method, f"/api/v1{path.replace('ROUTE', route)}", json=body)
        assert answer.is_success, (method, path, answer.text)
        if method == "POST" and path.endswith("staticRoutes"):
            route = answer.json()["id"]
        yield _operation(api, method, path), (body, answer)


def _operation(api: TestClient, method: str, path: str) -> str:
    scope = {"type": "http", "method": method, "path": f"/api/v1{path}"}
    return next(
        item.operation_id for item in api.app.routes if item.matches(scope)[0].name == "FULL" and item.operation_id
    )


def test_every_answer_is_valid(operations: dict[str, Any], conversation: dict[str, tuple[Any, Any]]) -> None:
    for name, (_body, answer) in conversation.items():
        if name not in NEWER:
            described = operations[name]["responses"][str(answer.status_code)].get("content")
            schema = described["application/json"]["schema"] if described else None
            assert (name, problems(schema, answer.json()) if schema else []) == (name, [])
            assert schema or not answer.content


def test_answers_are_valid_in_a_newer_version(conversation: dict[str, tuple[Any, Any]]) -> None:
    if not MODELS.exists():
        pytest.skip(f"there are no models of a newer version at {MODELS}")
    components = json.loads(MODELS.read_text(encoding="utf-8"))["components"]
    for name, model in MODEL_OF.items():
        schema = {"$ref": f"#/components/schemas/{model}", "components": components}
        answer = conversation[name][1].json()
        for item in answer if isinstance(answer, list) else [answer]:
            assert (name, problems(schema, item)) == (name, [])


def test_every_answer_has_known_fields(operations: dict[str, Any], conversation: dict[str, tuple[Any, Any]]) -> None:
    for name, (_body, answer) in conversation.items():
        content = operations.get(name, {}).get("responses", {}).get(str(answer.status_code), {}).get("content")
        if content:
            # Parts of the document have an example where its schema says no more than "object".
            assert (name, fields(answer.json()) - fields(content) - NEWER_FIELDS) == (name, set())


def test_every_request_of_the_conversation_is_valid(
    operations: dict[str, Any], conversation: dict[str, tuple[Any, Any]]
) -> None:
    for name, (body, _answer) in conversation.items():
        if body and name not in NEWER:
            schema = operations[name]["requestBody"]["content"]["application/json"]["schema"]
            assert (name, problems(schema, body)) == (name, [])


def test_the_conversation_leaves_nothing_out(api: TestClient, conversation: dict[str, tuple[Any, Any]]) -> None:
    offered = {item.operation_id for item in api.app.routes if item.path.startswith("/api/")}
    assert set(conversation) == offered
