# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer 7 list, the services of the MX itself, and its spare, through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

APPLIANCE = "/api/v1/networks/N_100001/appliance"
LIST = f"{APPLIANCE}/firewall/l7FirewallRules"
SERVICES = f"{APPLIANCE}/firewall/firewalledServices"
SPARE = f"{APPLIANCE}/warmSpare"
FTP = {"id": "meraki:layer7/application/5", "name": "FTP"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("port", "21"),
        ("port", "61000-61099"),
        ("ipRange", "10.11.12.00/24"),
        ("ipRange", "10.11.12.00/24:5555"),
        ("ipRange", "198.51.100.7:21"),
        ("host", "google.com"),
        ("application", FTP),
        ("application", {"id": "meraki:layer7/application/5"}),
        ("application", "meraki:layer7/application/5"),
        ("applicationCategory", {"id": "meraki:layer7/category/24", "name": "Advertising"}),
        ("allowedCountries", ["DE"]),
        ("blockedCountries", ["KP", "RU"]),
    ],
)
def test_rules_come_back_as_they_were_sent(api: TestClient, kind: str, value: Any) -> None:
    sent = {"rules": [{"policy": "deny", "type": kind, "value": value}]}
    answer = api.put(LIST, json=sent)
    assert answer.status_code == 200, answer.text
    assert answer.json() == api.get(LIST).json() == sent


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"policy": "allow"}, "rules[0].policy: Input should be 'deny'"),
        ({"type": "protocol"}, "rules[0].type: Input should be 'allowedCountries', 'application', 'applicationCateg"),
        ({"value": None}, "rules[0]: value must be a text"),
        ({"value": 21}, "rules[0]: value must be a text"),
        ({"value": "0"}, "rules[0]: value '0' is not a port (1-65535) or one range of ports"),
        ({"type": "ipRange", "value": "10.0.0.0/33"}, "rules[0]: value '10.0.0.0/33' is not an IPv4 address or subn"),
        ({"type": "ipRange", "value": "10.0.0.0/8:"}, "rules[0]: value '' is not a port (1-65535) or one range of p"),
        ({"type": "ipRange", "value": "2001:db8::/32"}, "rules[0]: value '2001:db8::/32' is not an IPv4 address or "),
        ({"type": "host", "value": "http://example.com"}, "rules[0]: value 'http://example.com' is not a name as in"),
        ({"type": "application", "value": "FTP"}, "rules[0]: value must be an object with an id as in 'meraki:layer"),
        ({"type": "applicationCategory", "value": FTP}, "rules[0]: value must be an object with an id as in 'meraki"),
        ({"type": "application", "value": {**FTP, "port": 21}}, "rules[0]: value must be an object with an id as in"),
        ({"type": "allowedCountries", "value": []}, "rules[0]: value must be a list of two-letter codes of countrie"),
        ({"type": "blockedCountries", "value": "KP"}, "rules[0]: value must be a list of two-letter codes of countr"),
        ({"type": "blockedCountries", "value": ["kp"]}, "rules[0]: value must be a list of two-letter codes of coun"),
        ({"comment": "x"}, "rules[0].comment: Extra inputs are not permitted"),
    ],
)
def test_rules_that_are_refused(api: TestClient, change: dict[str, Any], error: str) -> None:
    answer = api.put(LIST, json={"rules": [{"policy": "deny", "type": "port", "value": "21", **change}]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(error)


def test_a_list_that_is_left_out_stays(api: TestClient) -> None:
    rules = [{"policy": "deny", "type": "port", "value": "21"}]
    api.put(LIST, json={"rules": rules})
    assert api.put(LIST, json={}).json() == {"rules": rules}
    assert api.put(LIST, json={"rules": []}).json() == {"rules": []}


def test_categories_have_ids_that_rules_can_have(api: TestClient) -> None:
    for category in api.get(f"{LIST}/applicationCategories").json()["applicationCategories"]:
        values = [("applicationCategory", category), *(("application", item) for item in category["applications"])]
        for kind, value in values:
            known = {"id": value["id"], "name": value["name"]}
            answer = api.put(LIST, json={"rules": [{"policy": "deny", "type": kind, "value": known}]})
            assert answer.status_code == 200, answer.text


def test_services_of_the_mx(api: TestClient) -> None:
    assert {item["service"]: item["access"] for item in api.get(SERVICES).json()} == {
        "ICMP": "unrestricted",
        "web": "blocked",
        "SNMP": "blocked",
    }
    wanted = {"access": "restricted", "allowedIps": ["203.0.113.0/24", "198.51.100.7"]}
    assert api.put(f"{SERVICES}/web", json=wanted).json() == {"service": "web", **wanted}
    assert api.get(f"{SERVICES}/web").json() == {"service": "web", **wanted}
    assert api.put(f"{SERVICES}/web", json={**wanted, "access": "blocked"}).json() == {
        "service": "web",
        "access": "blocked",
    }


@pytest.mark.parametrize(
    ("service", "body", "status", "error"),
    [
        ("web", {"access": "open"}, 400, "access: Input should be 'blocked', 'restricted' or 'unrestricted'"),
        ("web", {}, 400, "access: Field required"),
        ("web", {"access": "restricted"}, 400, "body: allowedIps is empty, expected addresses or 'any' for the access"),
        ("web", {"access": "restricted", "allowedIps": ["x"]}, 400, "allowedIps[0]: 'x' is not an IPv4 address, a su"),
        ("ftp", {"access": "blocked"}, 404, "'ftp' is not one of ICMP, web, SNMP"),
    ],
)
def test_services_that_are_refused(
    api: TestClient, service: str, body: dict[str, Any], status: int, error: str
) -> None:
    answer = api.put(f"{SERVICES}/{service}", json=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0].startswith(error)


def test_a_spare_is_stored_and_answered(api: TestClient, start: Callable[..., TestClient], hq: dict[str, Any]) -> None:
    assert api.get(SPARE).json() == {"enabled": False, "primarySerial": "Q2LB-0000-0001"}
    wanted = {"enabled": True, "spareSerial": "Q2LB-0000-0009", "uplinkMode": "virtual", "virtualIp1": "203.0.113.9"}
    stored = {
        "enabled": True,
        "primarySerial": "Q2LB-0000-0001",
        "spareSerial": "Q2LB-0000-0009",
        "uplinkMode": "virtual",
        "wan1": {"ip": "203.0.113.9", "subnet": "203.0.113.0/24"},
    }
    assert api.put(SPARE, json=wanted).json() == stored
    assert start(hq).get(SPARE).json() == stored
    assert api.put(SPARE, json={"enabled": False}).json() == {"enabled": False, "primarySerial": "Q2LB-0000-0001"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"enabled": True}, "body: spareSerial is required to enable the warm spare"),
        ({"enabled": True, "spareSerial": "x", "uplinkMode": "virtual"}, "body: virtualIp1 is required for the uplink"),
        ({"enabled": True, "spareSerial": "x", "uplinkMode": "shared"}, "uplinkMode: Input should be 'public' or 'vi"),
    ],
)
def test_a_spare_that_is_refused(api: TestClient, body: dict[str, Any], error: str) -> None:
    answer = api.put(SPARE, json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith(error)
