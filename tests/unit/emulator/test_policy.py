# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy objects and groups of the organization, and the layer 3 rules that refer to them, through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

OBJECTS = "/api/v1/organizations/100001/policyObjects"
GROUPS = f"{OBJECTS}/groups"
APPLIANCE = "/api/v1/networks/N_100001/appliance"
VLANS = f"{APPLIANCE}/vlans"
OUTBOUND = f"{APPLIANCE}/firewall/l3FirewallRules"
INBOUND = f"{APPLIANCE}/firewall/inboundFirewallRules"
PARTNERS = {"name": "Partners", "category": "network", "type": "cidr", "cidr": "198.51.100.0/24"}
MIRROR = {"name": "Mirror", "category": "network", "type": "fqdn", "fqdn": "ftp.example.com"}
MASKED = {"name": "Masked", "category": "network", "type": "ipAndMask", "ip": "10.1.2.3", "mask": "255.255.0.0"}
TAGGED = {"name": "Tag", "category": "adaptivePolicy", "type": "adaptivePolicyIpv4Cidr", "cidr": "10.9.0.0/16"}

Json = dict[str, Any]


def rule(**fields: str) -> Json:
    full = {"policy": "deny", "protocol": "any", "srcCidr": "Any", "destCidr": "Any", **fields}
    return {"rules": [full]}


@pytest.fixture
def filled(api: TestClient, clock: Any) -> TestClient:
    """Return the lab's network with objects 1001 and 1002, and groups 1003 of the first and 1004 of the second."""
    for path, body in (
        (OBJECTS, PARTNERS),
        (OBJECTS, MIRROR),
        (GROUPS, {"name": "Peers", "objectIds": [1001]}),
        (GROUPS, {"name": "Names", "objectIds": ["1002"]}),
    ):
        answer = api.post(path, json=body)
        assert answer.status_code == 201, answer.text
    clock.now += 10
    return api


@pytest.mark.parametrize("body", [PARTNERS, MIRROR, MASKED, TAGGED, {**PARTNERS, "cidr": "2001:db8::/32"}])
def test_an_object_is_made_and_read(api: TestClient, body: Json) -> None:
    answer = api.post(OBJECTS, json={**body, "groupIds": []})
    made = answer.json()
    assert answer.status_code == 201
    assert {key: made[key] for key in body} == body
    assert (made["id"], made["groupIds"], made["networkIds"]) == ("1001", [], [])
    assert api.get(f"{OBJECTS}/1001").json() == made
    assert api.get(OBJECTS).json() == [made]


def test_a_group_is_made_changed_and_removed(filled: TestClient) -> None:
    peers = filled.get(f"{GROUPS}/1003").json()
    assert (peers["name"], peers["category"], peers["objectIds"]) == ("Peers", "NetworkObjectGroup", ["1001"])
    assert filled.get(f"{OBJECTS}/1001").json()["groupIds"] == ["1003"]
    changed = filled.put(f"{GROUPS}/1003", json={"name": "Friends", "objectIds": []}).json()
    assert (changed["name"], changed["objectIds"], changed["createdAt"]) == ("Friends", [], peers["createdAt"])
    assert filled.get(f"{OBJECTS}/1001").json()["groupIds"] == []
    assert filled.delete(f"{GROUPS}/1003").status_code == 204
    assert [group["id"] for group in filled.get(GROUPS).json()] == ["1004"]


def test_an_object_joins_and_leaves_groups(filled: TestClient) -> None:
    filled.post(OBJECTS, json={**PARTNERS, "name": "Others", "groupIds": [1003]})
    assert filled.get(f"{GROUPS}/1003").json()["objectIds"] == ["1001", "1005"]
    assert filled.put(f"{OBJECTS}/1001", json={"groupIds": []}).json()["groupIds"] == []
    assert filled.get(f"{GROUPS}/1003").json()["objectIds"] == ["1005"]
    assert filled.delete(f"{OBJECTS}/1005").status_code == 204
    assert filled.get(f"{GROUPS}/1003").json()["objectIds"] == []


def test_an_object_keeps_what_an_update_leaves_out(filled: TestClient) -> None:
    changed = filled.put(f"{OBJECTS}/1001", json={"cidr": "192.0.2.0/24"}).json()
    assert (changed["name"], changed["cidr"], changed["groupIds"]) == ("Partners", "192.0.2.0/24", ["1003"])


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", OBJECTS, {**PARTNERS, "name": "a.b"}, "name: String should match pattern '^[A-Za-z0-9 _-]+$'"),
        ("POST", OBJECTS, PARTNERS, "name: 'Partners' is already used"),
        ("POST", OBJECTS, {**MASKED, "type": "range"}, "type: Input should be 'adaptivePolicyIpv4Cidr', 'cidr', "),
        ("POST", OBJECTS, {**MASKED, "mask": "255.0.255.0"}, "body: '10.1.2.3/255.0.255.0' is not an IP address or a"),
        ("POST", OBJECTS, {**MASKED, "cidr": "10.0.0.0/8"}, "body: cidr must be left out for type 'ipAndMask'"),
        ("POST", OBJECTS, {**MIRROR, "fqdn": None}, "body: fqdn is required for type 'fqdn'"),
        ("POST", OBJECTS, {**MIRROR, "fqdn": "https://x"}, "fqdn: 'https://x' is not a name as in ftp.example.com or"),
        ("POST", OBJECTS, {**PARTNERS, "name": "x", "cidr": "any"}, "cidr: 'any' is not an IP address or a subnet in"),
        ("POST", OBJECTS, {**TAGGED, "category": "network"}, "body: type 'adaptivePolicyIpv4Cidr' does not belong to"),
        ("POST", OBJECTS, {**MASKED, "groupIds": [7]}, "groupIds: there is no policy object group 7"),
        ("POST", OBJECTS, {**MASKED, "groupIds": [1004]}, "objectIds: the group 'Names' cannot hold both addresses"),
        ("POST", GROUPS, {"name": "Peers"}, "name: 'Peers' is already used"),
        ("POST", GROUPS, {"name": "x", "category": "PortObjectGroup"}, "category: Input should be 'NetworkObjectGrou"),
        ("POST", GROUPS, {"name": "x", "objectIds": [1003]}, "objectIds: 1003 is a group, and groups hold objects on"),
        ("POST", GROUPS, {"name": "x", "objectIds": [7]}, "objectIds: there is no policy object 7"),
        ("POST", GROUPS, {"name": "x", "objectIds": ["1001", 1002]}, "objectIds: the group 'x' cannot hold both addr"),
        ("PUT", f"{OBJECTS}/1001", {"fqdn": "a.example"}, "body: fqdn must be left out for type 'cidr'"),
        ("PUT", f"{OBJECTS}/1001", {"type": "fqdn"}, "type: Extra inputs are not permitted"),
        ("PUT", f"{GROUPS}/1003", {"objectIds": ["1001", "1002"]}, "objectIds: the group 'Peers' cannot hold both ad"),
        ("GET", f"{OBJECTS}?perPage=9", None, "'perPage' is '9', expected a number from 10 to 5000"),
        ("GET", f"{GROUPS}?perPage=1001", None, "'perPage' is '1001', expected a number from 10 to 1000"),
    ],
)
def test_what_is_refused(filled: TestClient, plane: Any, method: str, path: str, body: Json | None, error: str) -> None:
    before = len(plane.applied)
    answer = filled.request(method, path, json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(error)
    assert len(plane.applied) == before


@pytest.mark.parametrize("path", [f"{OBJECTS}/1003", f"{OBJECTS}/7", f"{GROUPS}/1001"])
def test_what_there_is_not(filled: TestClient, path: str) -> None:
    assert [filled.request(method, path, json={}).status_code for method in ("GET", "PUT", "DELETE")] == [404] * 3


@pytest.mark.parametrize(
    "fields",
    [
        {"destCidr": "OBJ(1001),GRP(1003),203.0.113.7"},
        {"srcCidr": "GRP(1003)", "destCidr": "OBJ(1002)"},
        {"destCidr": "GRP(1004)"},
        {"destCidr": "ftp.example.com, *.example.org"},
        {"srcCidr": "2001:db8::/64", "destCidr": "2001:db8::1,10.0.0.0/8"},
        {"srcCidr": "VLAN(1).*", "destCidr": "VLAN(20).8,VLAN(1).250"},
    ],
)
def test_outbound_rules_come_back_as_they_were_sent(filled: TestClient, fields: dict[str, str]) -> None:
    filled.put(f"{VLANS}/settings", json={"vlansEnabled": True})
    filled.post(VLANS, json={"id": 20, "name": "DMZ", "subnet": "10.20.0.0/24", "applianceIp": "10.20.0.1"})
    answer = filled.put(OUTBOUND, json=rule(**fields))
    assert answer.status_code == 200, answer.text
    assert {key: answer.json()["rules"][0][key] for key in fields} == fields


def test_inbound_rules_may_refer_to_objects_too(filled: TestClient) -> None:
    assert filled.put(INBOUND, json=rule(srcCidr="GRP(1003)", destCidr="OBJ(1001)")).status_code == 200
    assert filled.get(f"{OBJECTS}/1001").json()["networkIds"] == ["N_100001"]
    assert filled.get(f"{GROUPS}/1003").json()["networkIds"] == ["N_100001"]
    assert filled.get(f"{GROUPS}/1004").json()["networkIds"] == []


ONLY_OUTBOUND = "is a name, and only destinations of outbound rules may be names"


@pytest.mark.parametrize(
    ("path", "fields", "error"),
    [
        (OUTBOUND, {"srcCidr": "ftp.example.com"}, f"srcCidr: 'ftp.example.com' {ONLY_OUTBOUND}"),
        (OUTBOUND, {"srcCidr": "OBJ(1002)"}, f"srcCidr: OBJ(1002) {ONLY_OUTBOUND}"),
        (INBOUND, {"destCidr": "ftp.example.com"}, f"destCidr: 'ftp.example.com' {ONLY_OUTBOUND}"),
        (INBOUND, {"destCidr": "GRP(1004)"}, f"destCidr: GRP(1004) {ONLY_OUTBOUND}"),
        (OUTBOUND, {"destCidr": "OBJ(1003)"}, "destCidr: OBJ(1003) does not exist"),
        (OUTBOUND, {"destCidr": "GRP(1001)"}, "destCidr: GRP(1001) does not exist"),
        (OUTBOUND, {"srcCidr": "10.0.0.0/8, VLAN(7).*"}, "srcCidr: there is no VLAN 7"),
        (OUTBOUND, {"destCidr": "VLAN(1).255"}, "destCidr: VLAN(1).255 is not a host of 192.168.128.0/24"),
        (OUTBOUND, {"destCidr": "VLAN(1)"}, "destCidr: 'VLAN(1)' is not an IP address, a subnet in CIDR form, VLAN("),
        (OUTBOUND, {"destCidr": "10.0.0.256"}, "destCidr: '10.0.0.256' is not an IP address, a subnet in CIDR form,"),
        (OUTBOUND, {"destCidr": "any,10.0.0.1"}, "destCidr: 'any' is not an IP address, a subnet in CIDR form, VLAN("),
        (OUTBOUND, {"destCidr": ""}, "destCidr: '' is not an IP address, a subnet in CIDR form, VLAN(10).*, VLAN(10)"),
    ],
)
def test_rules_that_are_refused(filled: TestClient, path: str, fields: dict[str, str], error: str) -> None:
    filled.put(f"{VLANS}/settings", json={"vlansEnabled": True})
    answer = filled.put(path, json=rule(**fields))
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(f"rules[0].{error}")


def test_a_single_lan_is_no_vlan(filled: TestClient) -> None:
    answer = filled.put(OUTBOUND, json=rule(srcCidr="VLAN(1).*"))
    assert answer.json() == {"errors": ["rules[0].srcCidr: there is no VLAN 1"]}


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("DELETE", f"{OBJECTS}/1001", {}, "N_100001.l3FirewallRules.rules[0].srcCidr: OBJ(1001) does not exist"),
        ("DELETE", f"{GROUPS}/1003", {}, "N_100001.l3FirewallRules.rules[0].destCidr: GRP(1003) does not exist"),
        ("PUT", f"{VLANS}/settings", {"vlansEnabled": False}, "l3FirewallRules.rules[0].destCidr: there is no VLAN 1"),
    ],
)
def test_what_a_rule_needs_cannot_go(filled: TestClient, method: str, path: str, body: Json, error: str) -> None:
    filled.put(f"{VLANS}/settings", json={"vlansEnabled": True})
    filled.put(OUTBOUND, json=rule(srcCidr="OBJ(1001)", destCidr="GRP(1003),VLAN(1).*"))
    answer = filled.request(method, path, json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


def test_objects_survive_a_restart_and_are_noted(
    filled: TestClient, start: Callable[..., TestClient], hq: Json
) -> None:
    (latest, *_others) = filled.get("/api/v1/organizations/100001/configurationChanges").json()
    assert latest["label"] == f"POST {GROUPS}"
    assert "networkId" not in latest
    assert start(hq).get(GROUPS).json() == filled.get(GROUPS).json()
