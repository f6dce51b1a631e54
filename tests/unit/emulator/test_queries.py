# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Query parameters that select, and the two logs that they select from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

ORGANIZATION = "/api/v1/organizations/100001"
CHANGES = f"{ORGANIZATION}/configurationChanges"
APPLIANCE = "/api/v1/networks/N_100001/appliance"


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        ("/networks", {}, 2),
        ("/networks", {"isBoundToConfigTemplate": "true"}, 1),
        ("/networks", {"isBoundToConfigTemplate": "false"}, 1),
        ("/devices", {"networkIds[]": ["N_100001", "N_100002"]}, 2),
        ("/devices", {"networkIds[]": ["N_100002"]}, 1),
        ("/devices", {"serials[]": ["Q2LB-0000-0001"], "networkIds[]": ["N_100002"]}, 0),
        ("/devices", {"model": "MX85"}, 2),
        ("/appliance/uplink/statuses", {"serials[]": ["Q2LB-0000-0001"]}, 1),
        ("/appliance/uplinks/nat/byNetwork", {"networkIds[]": ["N_1"]}, 0),
    ],
)
def test_filters(api: TestClient, path: str, query: dict[str, Any], found: int) -> None:
    assert len(api.get(ORGANIZATION + path, params=query).json()) == found


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"method": "PUT"}, [400]),
        ({"responseCode": "200"}, [200]),
        ({"path": f"{APPLIANCE}/settings"}, [400, 200]),
        ({"timespan": "60"}, [400, 200]),
        ({"t0": "2100-01-01T00:00:00Z"}, []),
        ({"t1": "2020-01-01T00:00:00Z"}, []),
        ({"t0": "1577836800", "t1": "2100-01-01"}, [400, 200]),
    ],
)
def test_the_request_log_can_be_searched(api: TestClient, query: dict[str, str], codes: list[int]) -> None:
    api.get(f"{APPLIANCE}/settings")
    api.put(f"{APPLIANCE}/settings", json={"x": 1})
    entries = api.get(f"{ORGANIZATION}/apiRequests", params=query).json()
    assert [entry["responseCode"] for entry in entries] == codes


@pytest.mark.parametrize("query", [{"t0": "yesterday"}, {"timespan": "long"}, {"timespan": "1e300"}])
def test_times_that_are_none(api: TestClient, query: dict[str, str]) -> None:
    answer = api.get(CHANGES, params=query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("'t0', 't1' and 'timespan' are times in ISO 8601 and seconds")


def test_parameters_of_other_operations_are_refused(api: TestClient) -> None:
    answer = api.get(f"{ORGANIZATION}/networks", params={"t0": "0"})
    assert answer.json() == {
        "errors": ["The emulator does not know the query parameter 't0' of getOrganizationNetworks"]
    }
    assert api.get(f"{APPLIANCE}/settings", params={"perPage": "3"}).status_code == 400


def test_every_change_is_noted(api: TestClient) -> None:
    rule = {"policy": "deny", "protocol": "any", "srcCidr": "Any", "destCidr": "Any"}
    api.put(f"{APPLIANCE}/firewall/l3FirewallRules", json={"rules": [rule]})
    api.put(f"{APPLIANCE}/firewall/l3FirewallRules", json={"rules": [{}]})
    api.post(f"{APPLIANCE}/staticRoutes", json={"name": "x", "subnet": "10.0.0.0/8", "gatewayIp": "192.168.128.9"})
    route, rules = api.get(CHANGES, params={"networkId": "N_100001"}).json()
    assert route["label"] == f"POST {APPLIANCE}/staticRoutes"
    assert (rules["label"], rules["page"]) == (f"PUT {APPLIANCE}/firewall/l3FirewallRules", "via API")
    assert (rules["networkName"], rules["adminId"]) == ("Lab HQ", "1")
    old, new = (len(json.loads(rules[key])["rules"]) for key in ("oldValue", "newValue"))
    assert (old, new) == (1, 2)
    assert api.get(CHANGES, params={"networkId": "N_100002"}).json() == []
