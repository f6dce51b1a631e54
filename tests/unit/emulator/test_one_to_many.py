# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""1:Many rules: what is refused with which text, what comes back, and the neighbours in the other lists."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

FIREWALL = "/api/v1/networks/N_100001/appliance/firewall"
PORT_RULE = {
    "name": "server12",
    "protocol": "tcp",
    "publicPort": "61000-61099",
    "localIp": "192.168.128.12",
    "localPort": "61000-61099",
    "allowedIps": ["any"],
}
MANY = {"publicIp": "203.0.113.12", "uplink": "internet1", "portRules": [PORT_RULE]}
MAPPING = {"lanIp": "192.168.128.13", "publicIp": "203.0.113.13", "uplink": "internet1", "allowedInbound": []}
NOT_PORTS = "is not a port (1-65535) or one range of ports (first-last, the lower first)"


def without(rule: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != field}


def port_rules(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**MANY, "portRules": [{**PORT_RULE, **change} for change in changes]}]


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ([without(MANY, "publicIp")], "rules[0].publicIp: Field required"),
        ([without(MANY, "uplink")], "rules[0].uplink: Field required"),
        ([without(MANY, "portRules")], "rules[0].portRules: Field required"),
        ([{**MANY, "name": "x"}], "rules[0].name: Extra inputs are not permitted"),
        (port_rules({"lanIp": "x"}), "rules[0].portRules[0].lanIp: Extra inputs are not permitted"),
        ([{**MANY, "portRules": [without(PORT_RULE, "localIp")]}], "rules[0].portRules[0].localIp: Field required"),
        (port_rules({"protocol": "any"}), "rules[0].portRules[0].protocol: Input should be 'tcp' or 'udp'"),
        (port_rules({"publicPort": "21,22"}), f"rules[0].portRules[0].publicPort: '21,22' {NOT_PORTS}"),
        (
            port_rules({"localPort": "21"}),
            "rules[0].portRules[0]: publicPort 61000-61099 and localPort 21 differ in length",
        ),
        (port_rules({"allowedIps": []}), "rules[0].portRules[0]: allowedIps is empty, expected addresses or 'any'"),
        (
            port_rules({"localIp": "10.0.0.1"}),
            "rules[0].portRules[0].localIp: 10.0.0.1 is not in a LAN of this network (192.168.128.0/24)",
        ),
        (
            port_rules({}, {"publicPort": "61050", "localPort": "21", "localIp": "192.168.128.13"}),
            "rules[0].portRules[1].publicPort: tcp 61050 overlaps 61000-61099 of rules[0].portRules[0]",
        ),
        (
            [{**MANY, "uplink": "both"}],
            "rules[0].uplink: 'both' is not an uplink of this network, expected one of internet1, internet2",
        ),
        (
            [{**MANY, "publicIp": "203.0.113.2"}],
            "rules[0].publicIp: 203.0.113.2 is the appliance's own uplink address",
        ),
        (
            [{**MANY, "publicIp": "203.0.113.13"}],
            "rules[0].publicIp: 203.0.113.13 is already used by a 1:1 rule",
        ),
        ([MANY, {**MANY, "uplink": "internet2"}], "rules[1].publicIp: 203.0.113.12 is already used by rules[0]"),
    ],
)
def test_rules_that_are_refused(api: TestClient, rules: list[Any], error: str) -> None:
    assert api.put(f"{FIREWALL}/oneToOneNatRules", json={"rules": [MAPPING]}).status_code == 200
    answer = api.put(f"{FIREWALL}/oneToManyNatRules", json={"rules": rules})
    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


def test_a_body_without_rules_is_refused(api: TestClient) -> None:
    assert api.put(f"{FIREWALL}/oneToManyNatRules", json={}).json() == {"errors": ["rules: Field required"]}


def test_one_to_one_does_not_take_the_address_of_a_one_to_many_rule(api: TestClient) -> None:
    assert api.put(f"{FIREWALL}/oneToManyNatRules", json={"rules": [MANY]}).status_code == 200
    answer = api.put(f"{FIREWALL}/oneToOneNatRules", json={"rules": [{**MAPPING, "publicIp": "203.0.113.12"}]})
    error = "rules[0].publicIp: 203.0.113.12 is already used by a 1:Many rule"
    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [MANY],
        [{**MANY, "portRules": []}],
        [MANY, {**MANY, "publicIp": "203.0.113.13"}],
        port_rules({"name": "n"}, {"protocol": "udp"}, {"publicPort": "21", "localPort": "2121"}),
    ],
)
def test_rules_come_back_as_they_were_sent(api: TestClient, rules: list[Any]) -> None:
    assert api.put(f"{FIREWALL}/oneToManyNatRules", json={"rules": rules}).json() == {"rules": rules}
    assert api.get(f"{FIREWALL}/oneToManyNatRules").json() == {"rules": rules}
