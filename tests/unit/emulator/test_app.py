# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API as a client sees it, with a data plane that only records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from mx_emulator.api_model import Refused
from mx_emulator.wiring import DataPlaneError

ORGANIZATION = "/api/v1/organizations/100001"
NETWORK = "/api/v1/networks/N_100001"
ONE_TO_ONE = NETWORK + "/appliance/firewall/oneToOneNatRules"
FORWARDING = NETWORK + "/appliance/firewall/portForwardingRules"
SETTINGS = NETWORK + "/appliance/settings"
MAPPING: dict[str, Any] = {
    "name": "server13 FTP",
    "lanIp": "192.168.128.13",
    "publicIp": "203.0.113.13",
    "uplink": "internet1",
    "allowedInbound": [{"protocol": "tcp", "destinationPorts": ["21"], "allowedIps": ["any"]}],
}
FORWARD = {
    "name": "server12 FTP control",
    "lanIp": "192.168.128.12",
    "publicPort": "21",
    "localPort": "21",
    "allowedIps": ["any"],
    "protocol": "tcp",
    "uplink": "internet1",
}

Json = dict[str, Any]
Start = Callable[..., TestClient]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer good-key"}, 200),
        ({"X-Cisco-Meraki-API-Key": "good-key"}, 200),
        ({"Authorization": "Bearer bad-key"}, 401),
        ({"Authorization": "good-key"}, 401),
        ({"X-Cisco-Meraki-API-Key": "bad-key"}, 401),
        ({}, 401),
    ],
)
def test_key_in_either_header(api: TestClient, headers: dict[str, str], status: int) -> None:
    del api.headers["Authorization"]
    answer = api.get("/api/v1/organizations", headers=headers)
    assert answer.status_code == status
    assert status == 200 or answer.json() == {"errors": ["Invalid API key"]}


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/v1/organizations/1", 404, "Organization '1' not found"),
        ("GET", "/api/v1/networks/N_1", 404, "Network 'N_1' not found"),
        ("PUT", "/api/v1/networks/N_1/appliance/firewall/oneToOneNatRules", 404, "Network 'N_1' not found"),
        ("GET", ORGANIZATION + "/inventoryDevices", 404, "Not Found"),
        ("DELETE", ONE_TO_ONE, 405, "Method Not Allowed"),
        ("GET", ORGANIZATION + "/networks?perPage=2", 400, "'perPage' is '2', expected a number from 3 to 100000"),
        ("GET", ORGANIZATION + "/networks?startingAfter=N_", 400, "'startingAfter' is 'N_', which is not in the list"),
        (
            "GET",
            ORGANIZATION + "/networks?configTemplateId=a",
            400,
            "The emulator does not know the query parameter 'configTemplateId' of getOrganizationNetworks",
        ),
        (
            "PUT",
            "/api/v1/networks/N_100002/appliance/firewall/portForwardingRules",
            400,
            "Network 'N_100002' is bound to a configuration template: change the template",
        ),
        ("PUT", ONE_TO_ONE, 400, "rules: Field required"),
        ("PUT", FORWARDING, 400, "rules: Field required"),
    ],
)
def test_errors_have_one_shape(api: TestClient, method: str, path: str, status: int, error: str) -> None:
    answer = api.request(method, path, json={})
    assert (answer.status_code, answer.json()) == (status, {"errors": [error]})


def test_a_body_that_is_no_json(api: TestClient) -> None:
    answer = api.put(ONE_TO_ONE, content=b"{rules")
    assert (answer.status_code, answer.json()) == (400, {"errors": ["The request body is not JSON"]})


def test_organization_networks_and_devices(api: TestClient) -> None:
    assert [(item["id"], item["name"]) for item in api.get("/api/v1/organizations").json()] == [("100001", "Lab")]
    assert api.get(ORGANIZATION).json()["name"] == "Lab"
    networks = api.get(ORGANIZATION + "/networks").json()
    bound = [(item["id"], item["isBoundToConfigTemplate"]) for item in networks]
    assert bound == [("N_100001", False), ("N_100002", True)]
    assert api.get(NETWORK).json() == networks[0]
    devices = api.get(ORGANIZATION + "/devices").json()
    assert [item["serial"] for item in devices] == ["Q2LB-0000-0001", "Q2LB-0000-0002"]
    assert api.get(NETWORK + "/devices").json() == devices[:1]


def test_uplinks_tell_both_addresses(api: TestClient) -> None:
    uplinks = api.get(ORGANIZATION + "/appliance/uplink/statuses").json()[0]["uplinks"]
    assert [(item["interface"], item["ip"], item["publicIp"]) for item in uplinks] == [
        ("wan1", "203.0.113.2", "203.0.113.2"),
        ("wan2", "198.51.100.2", "192.0.2.9"),
    ]


def test_firmware(api: TestClient) -> None:
    version = api.get(NETWORK + "/firmwareUpgrades").json()["products"]["appliance"]["currentVersion"]
    assert (version["firmware"], version["shortName"]) == ("wired-18-107-10", "MX 18.107.10")


def test_pages_are_linked_until_the_last(start: Start, hq: Json) -> None:
    api = start(*({**hq, "id": f"N_{number}", "serial": f"Q-{number}"} for number in range(7)))
    seen, url = [], ORGANIZATION + "/networks?perPage=3"
    while url:
        answer = api.get(url)
        seen.append([item["id"] for item in answer.json()])
        url = answer.links.get("next", {}).get("url", "")
    assert seen == [["N_0", "N_1", "N_2"], ["N_3", "N_4", "N_5"], ["N_6"]]


@pytest.mark.parametrize(("path", "rule"), [(ONE_TO_ONE, MAPPING), (FORWARDING, FORWARD)])
def test_put_replaces_the_whole_list(api: TestClient, path: str, rule: dict[str, Any]) -> None:
    assert api.get(path).json() == {"rules": []}
    assert api.put(path, json={"rules": [rule]}).json() == {"rules": [rule]}
    renamed = {**rule, "name": "renamed"}
    assert api.put(path, json={"rules": [renamed]}).json() == {"rules": [renamed]}
    assert api.get(path).json() == {"rules": [renamed]}
    assert api.put(path, json={"rules": []}).json() == {"rules": []}
    assert api.get(path).json() == {"rules": []}


def test_rules_are_in_force_when_put_has_answered(api: TestClient, plane: Any) -> None:
    api.put(ONE_TO_ONE, json={"rules": [MAPPING]})
    state = plane.applied[-1][0].state
    assert [rule.public_ip for rule in state.one_to_one.rules] == ["203.0.113.13"]


def test_a_refused_list_changes_nothing(api: TestClient, plane: Any) -> None:
    api.put(ONE_TO_ONE, json={"rules": [MAPPING]})
    before = len(plane.applied)
    assert api.put(ONE_TO_ONE, json={"rules": [MAPPING, MAPPING]}).status_code == 400
    assert len(plane.applied) == before
    assert api.get(ONE_TO_ONE).json() == {"rules": [MAPPING]}


def test_a_failing_data_plane_is_a_500_and_changes_nothing(api: TestClient, plane: Any, state_file: Path) -> None:
    api.put(ONE_TO_ONE, json={"rules": [MAPPING]})
    stored = state_file.read_text()
    plane.error = DataPlaneError("nft: no")
    answer = api.put(ONE_TO_ONE, json={"rules": []})
    assert (answer.status_code, answer.json()) == (500, {"errors": ["The rules could not be put in force: nft: no"]})
    assert api.get(ONE_TO_ONE).json() == {"rules": [MAPPING]}
    assert state_file.read_text() == stored


def test_a_state_that_cannot_be_stored_is_taken_back(api: TestClient, plane: Any, state_file: Path) -> None:
    state_file.with_suffix(".new").mkdir()
    assert api.put(ONE_TO_ONE, json={"rules": [MAPPING]}).status_code == 500
    assert [len(sites[0].state.one_to_one.rules) for sites in plane.applied] == [0, 1, 0]
    assert api.get(ONE_TO_ONE).json() == {"rules": []}


def test_state_survives_a_restart(api: TestClient, start: Start, hq: Json, plane: Any) -> None:
    api.put(ONE_TO_ONE, json={"rules": [MAPPING]})
    api.put(FORWARDING, json={"rules": [FORWARD]})
    api.put(SETTINGS, json={"deploymentMode": "passthrough"})
    in_force = plane.applied[-1][0]
    restarted = start(hq)
    for path in (ONE_TO_ONE, FORWARDING, SETTINGS):
        assert restarted.get(path).json() == api.get(path).json()
    assert plane.applied[-1] == [in_force]


def test_stored_rules_that_do_not_fit_the_configuration_stop_the_start(api: TestClient, start: Start, hq: Json) -> None:
    api.put(ONE_TO_ONE, json={"rules": [MAPPING]})
    with pytest.raises(Refused, match=r"rules\[0\].lanIp: 192.168.128.13 is not in a LAN"):
        start({**hq, "lan_subnets": ["10.0.0.0/8"]})


def test_settings_are_updated_in_part(api: TestClient) -> None:
    off = {"enabled": False}
    assert api.get(SETTINGS).json() == {
        "clientTrackingMethod": "MAC address",
        "deploymentMode": "routed",
        "dynamicDns": off,
    }
    answer = api.put(SETTINGS, json={"dynamicDns": {"prefix": "ftp"}})
    assert answer.json() == {"errors": ["dynamicDns.prefix: dynamic DNS must be enabled to update it"]}
    dynamic = {"enabled": True, "prefix": "ftp", "url": "ftp-n_100001.meraki.com"}
    assert api.put(SETTINGS, json={"dynamicDns": {"prefix": "ftp", "enabled": True}}).json()["dynamicDns"] == dynamic
    passthrough = api.put(SETTINGS, json={"deploymentMode": "passthrough"}).json()
    assert (passthrough["deploymentMode"], passthrough["dynamicDns"]) == ("passthrough", dynamic)


def test_a_fleet_exists_in_the_api_only(start: Start, hq: Json, plane: Any) -> None:
    fleet = [{**hq, "id": f"N_{number}", "serial": f"Q-{number}", "data_plane": False} for number in range(500)]
    api = start(hq, *fleet)
    assert len(api.get(ORGANIZATION + "/networks").json()) == 501
    path = "/api/v1/networks/N_499/appliance/firewall/portForwardingRules"
    assert api.put(path, json={"rules": [FORWARD]}).json() == {"rules": [FORWARD]}
    assert [[site.network.id for site in sites] for sites in plane.applied] == [["N_100001"], ["N_100001"]]


def test_rate_limit(api: TestClient, clock: Any) -> None:
    answers = [api.get(NETWORK) for _request in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert answers[-1].json() == {"errors": ["API rate limit exceeded for organization"]}
    clock.now += float(answers[-1].headers["Retry-After"])
    assert api.get(NETWORK).status_code == 200


def test_request_log_tells_what_was_sent(api: TestClient) -> None:
    api.get("/api/v1/organizations?perPage=5", headers={"User-Agent": "test"})
    api.put(ONE_TO_ONE, json={"rules": []})
    api.get(ORGANIZATION + "/inventoryDevices")
    api.get(NETWORK, headers={"Authorization": "Bearer bad-key"})
    entries = api.get(ORGANIZATION + "/apiRequests").json()
    assert [(entry["method"], entry["path"], entry["responseCode"]) for entry in entries] == [
        ("GET", ORGANIZATION + "/inventoryDevices", 404),
        ("PUT", ONE_TO_ONE, 200),
        ("GET", "/api/v1/organizations", 200),
    ]
    assert entries[1]["operationId"] == "updateNetworkApplianceFirewallOneToOneNatRules"
    assert (entries[2]["queryString"], entries[2]["userAgent"]) == ("perPage=5", "test")
    assert "good-key" not in json.dumps(entries)
    # The log's own request is in the next answer.
    assert api.get(ORGANIZATION + "/apiRequests").json()[0]["path"] == ORGANIZATION + "/apiRequests"
