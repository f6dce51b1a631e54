# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault controls: what each fault does to whom, how often, and what is left of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ansible_collections.mxlab.ftp.tests.unit.emulator import served as serving
from fastapi.testclient import TestClient

FAULTS = "/emulator/faults"
NETWORK = "/api/v1/networks/N_100001"
FORWARDING = f"{NETWORK}/appliance/firewall/portForwardingRules"
CHANGES = "/api/v1/organizations/100001/configurationChanges"
REQUESTS = "/api/v1/organizations/100001/apiRequests"
FORWARD: dict[str, Any] = {
    "lanIp": "192.168.128.12",
    "publicPort": "21",
    "localPort": "21",
    "allowedIps": ["any"],
    "protocol": "tcp",
    "uplink": "internet1",
}
ONE, TWO = {"rules": [FORWARD]}, {"rules": [{**FORWARD, "publicPort": "2121"}]}


def add(api: Any, **fault: Any) -> None:
    assert api.post(FAULTS, json={"path": FORWARDING, **fault}).status_code == 201


@pytest.mark.parametrize(("after", "stored"), [(False, {"rules": []}), (True, ONE)])
def test_a_server_error_before_or_after_the_effect(api: TestClient, after: bool, stored: Any) -> None:
    add(api, method="PUT", status=503, after=after)
    assert api.get(FORWARDING).status_code == 200
    answer = api.put(FORWARDING, json=ONE)
    assert (answer.status_code, answer.json()) == (503, {"errors": ["An emulated fault: 503"]})
    assert api.get(FORWARDING).json() == stored


def test_a_fault_happens_as_often_as_it_says(api: TestClient) -> None:
    add(api, status=429, retryAfter=3, count=2)
    answers = [api.get(FORWARDING) for _request in range(3)]
    assert [(answer.status_code, answer.headers.get("Retry-After")) for answer in answers] == [
        (429, "3"),
        (429, "3"),
        (200, None),
    ]
    log = api.get(REQUESTS, params={"path": FORWARDING}).json()
    assert [entry["responseCode"] for entry in log] == [200, 429, 429]


def test_a_lasting_fault_is_for_the_requests_that_no_other_is_for(api: TestClient) -> None:
    add(api, status=500, count=None)
    add(api, status=503)
    assert [api.get(FORWARDING).status_code for _request in range(3)] == [503, 500, 500]


def test_faults_are_listed_and_cleared(api: TestClient) -> None:
    add(api, delay=0, count=3)
    add(api, status=500)
    api.get(FORWARDING)
    assert [(fault["count"], fault.get("status")) for fault in api.get(FAULTS).json()] == [(2, None), (1, 500)]
    assert api.delete(FAULTS).status_code == 204
    assert api.get(FAULTS).json() == []
    assert api.get(FORWARDING).status_code == 200


def test_faults_are_for_whole_paths_and_need_the_key_first(api: TestClient) -> None:
    add(api, path=f"{NETWORK}/appliance", status=500)
    assert api.get(FORWARDING).status_code == 200
    add(api, path=".*Rules", status=500)
    assert api.get(FORWARDING, headers={"Authorization": "Bearer bad-key"}).status_code == 401


def test_another_administrator_edits_right_after_a_get(api: TestClient) -> None:
    edit = {"networkId": "N_100001", "ruleList": "portForwardingRules", "body": TWO}
    add(api, method="GET", edit=edit)
    assert api.get(FORWARDING).json() == {"rules": []}
    assert api.get(FORWARDING).json() == TWO
    change = api.get(CHANGES).json()[0]
    assert (change["adminId"], change["label"]) == ("another", f"PUT {FORWARDING}")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"count": 0}, "count: Input should be greater than or equal to 1"),
        ({"path": "("}, "body: '(' is not a regular expression: missing ), unterminated subpattern at position 0"),
        ({"status": 200}, "status: Input should be greater than or equal to 400"),
        ({"edit": {"networkId": "N_1", "ruleList": "x", "body": {}}}, "edit.networkId: 'N_1' is not a network"),
        ({"edit": {"networkId": "N_100001", "ruleList": "x", "body": {}}}, "edit.ruleList: 'x' is not a rule list"),
    ],
)
def test_faults_that_are_none(api: TestClient, fault: dict[str, Any], error: str) -> None:
    answer = api.post(FAULTS, json={"path": ".*", **fault})
    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


def test_faults_are_controlled_from_loopback_only(api: TestClient) -> None:
    elsewhere = TestClient(api.app, client=("203.0.113.100", 50000))
    assert elsewhere.post(FAULTS, json={"path": ".*", "status": 500}).status_code == 403
    assert api.get(FAULTS).json() == []


@pytest.fixture
def served(api: TestClient) -> Iterator[httpx.Client]:
    """Return the emulator behind its real server, since only that has connections to break."""
    with serving.served(api.app) as port:
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, headers=dict(api.headers), timeout=10) as client:
            yield client


@pytest.mark.parametrize(("after", "stored"), [(False, {"rules": []}), (True, ONE)])
def test_a_reset_before_or_after_the_effect(served: httpx.Client, after: bool, stored: Any) -> None:
    add(served, method="PUT", reset=True, after=after)
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        served.put(FORWARDING, json=ONE)
    assert served.get(FORWARDING).json() == stored


def test_a_truncated_body(served: httpx.Client) -> None:
    assert served.put(FORWARDING, json=ONE).json() == ONE
    add(served, truncate=True)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        served.get(FORWARDING)
    assert json.loads(served.get(FORWARDING).text) == ONE
