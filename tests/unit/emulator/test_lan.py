# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single LAN, VLANs and static routes, and what they mean for the addresses of rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

APPLIANCE = "/api/v1/networks/N_100001/appliance"
VLANS, ROUTES, FORWARDING = (
    f"{APPLIANCE}/vlans",
    f"{APPLIANCE}/staticRoutes",
    f"{APPLIANCE}/firewall/portForwardingRules",
)
DHCP: dict[str, Any] = {
    "dhcpHandling": "Run a DHCP server",
    "dnsNameservers": "upstream_dns",
    "fixedIpAssignments": {},
    "reservedIpRanges": [],
}
ANSWERED = {**DHCP, "networkId": "N_100001"}
DEFAULT = {"id": "1", "name": "Default", "subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1", **ANSWERED}
DMZ = {"id": "20", "name": "DMZ", "subnet": "10.20.0.0/24", "applianceIp": "10.20.0.1"}
ROUTE = {"name": "Branch", "subnet": "10.30.0.0/16", "gatewayIp": "192.168.128.250"}


def forward(lan_ip: str) -> dict[str, Any]:
    ports = {"publicPort": "21", "localPort": "21", "protocol": "tcp", "allowedIps": ["any"]}
    return {"rules": [{"lanIp": lan_ip, **ports}]}


@pytest.fixture
def routed(api: TestClient) -> TestClient:
    """Return the lab's network with VLANs switched on."""
    assert api.put(f"{VLANS}/settings", json={"vlansEnabled": True}).json() == {"vlansEnabled": True}
    return api


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "/1"), ("PUT", "/1"), ("DELETE", "/1")],
)
def test_a_single_lan_has_no_vlans(api: TestClient, method: str, path: str) -> None:
    answer = api.request(method, VLANS + path, json=DMZ)
    assert (answer.status_code, answer.json()) == (400, {"errors": ["VLANs are not enabled for this network"]})
    assert api.get(f"{VLANS}/settings").json() == {"vlansEnabled": False}
    assert api.get(f"{APPLIANCE}/singleLan").json() == {"subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"}


def test_vlans_begin_with_the_single_lan(routed: TestClient) -> None:
    assert routed.get(VLANS).json() == [DEFAULT]
    assert routed.get(f"{APPLIANCE}/singleLan").status_code == 400


def test_a_network_with_several_lans_has_vlans(start: Callable[..., TestClient], hq: dict[str, Any]) -> None:
    api = start({**hq, "lan_subnets": ["192.168.128.0/24", "10.20.0.0/24"]})
    assert [(vlan["id"], vlan["applianceIp"]) for vlan in api.get(VLANS).json()] == [
        ("1", "192.168.128.1"),
        ("2", "10.20.0.1"),
    ]


def test_vlans_are_made_changed_and_removed(routed: TestClient) -> None:
    answer = routed.post(VLANS, json={**DMZ, "id": 20})
    assert (answer.status_code, answer.json()) == (201, {**DMZ, "networkId": "N_100001"})
    renamed = {**DMZ, **ANSWERED, "name": "Servers"}
    assert routed.put(f"{VLANS}/20", json={"name": "Servers"}).json() == renamed
    assert routed.get(f"{VLANS}/20").json() == renamed
    assert routed.delete(f"{VLANS}/20").status_code == 204
    assert routed.get(f"{VLANS}/20").status_code == 404
    assert routed.get(VLANS).json() == [DEFAULT]


def test_static_routes_are_made_changed_and_removed(api: TestClient) -> None:
    answer = api.post(ROUTES, json=ROUTE)
    made = answer.json()
    path = f"{ROUTES}/{made['id']}"
    assert (answer.status_code, made) == (
        201,
        {**ROUTE, "id": made["id"], "enabled": True, "ipVersion": 4, "networkId": "N_100001"},
    )
    assert api.put(path, json={"enabled": False}).json() == {**made, "enabled": False}
    assert api.get(ROUTES).json() == [api.get(path).json()] == [{**made, "enabled": False}]
    assert api.delete(path).status_code == 204
    assert api.get(ROUTES).json() == []


@pytest.mark.parametrize("lan_ip", ["10.20.0.5", "10.30.7.7"])
def test_a_rule_may_name_hosts_of_vlans_and_behind_routes(routed: TestClient, plane: Any, lan_ip: str) -> None:
    assert routed.put(FORWARDING, json=forward(lan_ip)).status_code == 400
    routed.post(VLANS, json=DMZ)
    routed.post(ROUTES, json=ROUTE)
    assert routed.put(FORWARDING, json=forward(lan_ip)).status_code == 200
    assert plane.applied[-1][0].subnets == "{ 10.20.0.0/24, 10.30.0.0/16, 192.168.128.0/24 }"


def test_a_route_that_is_off_leads_nowhere(api: TestClient) -> None:
    path = f"{ROUTES}/{api.post(ROUTES, json=ROUTE).json()['id']}"
    api.put(path, json={"enabled": False})
    assert api.put(FORWARDING, json=forward("10.30.7.7")).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", VLANS, {**DMZ, "id": "1"}, "id: there is a VLAN 1 already"),
        ("POST", VLANS, {**DMZ, "id": "4095"}, "id: String should match pattern"),
        ("POST", VLANS, {**DMZ, "subnet": "10.20.0.1/24"}, "subnet: '10.20.0.1/24' is not an IPv4 subnet in CIDR form"),
        (
            "POST",
            VLANS,
            {**DMZ, "applianceIp": "10.21.0.1"},
            "applianceIp: 10.21.0.1 is not in the subnet 10.20.0.0/24",
        ),
        (
            "POST",
            VLANS,
            {**DMZ, "subnet": "192.168.0.0/16", "applianceIp": "192.168.0.1"},
            "subnet: 192.168.0.0/16 overlaps 192.168.128.0/24 of 'Default'",
        ),
        ("POST", VLANS, {**DMZ, "dhcpHandling": "x"}, "dhcpHandling: Extra inputs are not permitted"),
        ("DELETE", f"{VLANS}/1", {}, "vlans: the last VLAN cannot be removed"),
        ("POST", ROUTES, {**ROUTE, "gatewayIp": "10.0.0.1"}, "gatewayIp: 10.0.0.1 is not in a LAN of this network"),
        ("POST", ROUTES, {**ROUTE, "gatewayVlanId": 7}, "gatewayVlanId: there is no VLAN 7"),
        (
            "POST",
            ROUTES,
            {**ROUTE, "subnet": "192.168.128.0/25"},
            "subnet: 192.168.128.0/25 overlaps 192.168.128.0/24 of 'Default'",
        ),
    ],
)
def test_what_is_refused(routed: TestClient, method: str, path: str, body: dict[str, Any], error: str) -> None:
    answer = routed.request(method, path, json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(error)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", f"{VLANS}/20", {}),
        ("PUT", f"{VLANS}/20", {"subnet": "10.21.0.0/24", "applianceIp": "10.21.0.1"}),
        ("PUT", f"{VLANS}/settings", {"vlansEnabled": False}),
    ],
)
def test_the_lan_of_a_published_host_cannot_go(
    routed: TestClient, plane: Any, method: str, path: str, body: dict[str, Any]
) -> None:
    routed.post(VLANS, json=DMZ)
    routed.put(FORWARDING, json=forward("10.20.0.5"))
    before = len(plane.applied)
    error = routed.request(method, path, json=body).json()["errors"][0]
    assert error.startswith("portForwardingRules.rules[0].lanIp: 10.20.0.5 is not in a LAN of this network")
    assert len(plane.applied) == before


def test_the_lan_side_survives_a_restart(
    routed: TestClient, start: Callable[..., TestClient], hq: dict[str, Any]
) -> None:
    routed.post(VLANS, json=DMZ)
    assert start(hq).get(VLANS).json() == [DEFAULT, {**DMZ, **ANSWERED}]
