# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad bodies and the texts of their 400, as a table; and the good ones beside them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from mx_emulator import lists
from mx_emulator.api_model import Refused
from mx_emulator.config import Network
from mx_emulator.state import NetworkState, Site

OPENING = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099"], "allowedIps": ["any"]}
MAPPING = {
    "name": "server13",
    "lanIp": "192.168.128.13",
    "publicIp": "203.0.113.13",
    "uplink": "internet1",
    "allowedInbound": [OPENING],
}
FORWARD = {
    "name": "server12",
    "lanIp": "192.168.128.12",
    "publicPort": "61000-61099",
    "localPort": "61000-61099",
    "allowedIps": ["any"],
    "protocol": "tcp",
    "uplink": "both",
}


def put(name: str, body: object, network: Network) -> list[dict[str, Any]]:
    """Return the rules of the list of that name after a PUT."""
    kind = next(kind for kind in lists.KINDS if kind.name == name)
    rules: list[dict[str, Any]] = lists.updated(kind, Site(network, NetworkState()), body).json_object()["rules"]
    return rules


one_to_one = partial(put, "oneToOneNatRules")
port_forwarding = partial(put, "portForwardingRules")


def without(rule: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != field}


def opening(**change: Any) -> list[dict[str, Any]]:
    return [{**MAPPING, "allowedInbound": [{**OPENING, **change}]}]


NOT_PORTS = "is not a port (1-65535) or one range of ports (first-last, the lower first)"
NOT_SOURCE = "is not an IPv4 address, a subnet in CIDR form or 'any'"
IN_OPENING = "rules[0].allowedInbound[0]"


@pytest.mark.parametrize("check", [one_to_one, port_forwarding])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "rules: Field required"),
        ({"rules": None}, "rules: Input should be a valid list"),
        ({"rules": ["x"]}, "rules[0]: Input should be a valid dictionary or instance of "),
        ({"rules": [], "rule": []}, "rule: Extra inputs are not permitted"),
        ([], "body: Input should be a valid dictionary or instance of "),
    ],
)
def test_bodies_that_are_no_rule_list(check: Any, body: object, error: str, network: Network) -> None:
    with pytest.raises(Refused) as refused:
        check(body, network)
    assert refused.value.errors[0].startswith(error)


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ([without(MAPPING, "lanIp")], "rules[0].lanIp: Field required"),
        ([without(MAPPING, "publicIp")], "rules[0].publicIp: Field required"),
        ([{**MAPPING, "localIp": "x"}], "rules[0].localIp: Extra inputs are not permitted"),
        ([{**MAPPING, "name": ""}], "rules[0].name: String should have at least 1 character"),
        ([{**MAPPING, "name": "n" * 128}], "rules[0].name: String should have at most 127 characters"),
        ([{**MAPPING, "lanIp": "server13"}], "rules[0].lanIp: 'server13' is not an IPv4 address"),
        (
            [{**MAPPING, "lanIp": "10.0.0.1"}],
            "rules[0].lanIp: 10.0.0.1 is not in a LAN of this network (192.168.128.0/24)",
        ),
        (
            [{**MAPPING, "uplink": "internet3"}],
            "rules[0].uplink: 'internet3' is not an uplink of this network, expected one of internet1, internet2",
        ),
        (
            [{**MAPPING, "uplink": "both"}],
            "rules[0].uplink: 'both' is not an uplink of this network, expected one of internet1, internet2",
        ),
        (
            [{**MAPPING, "publicIp": "198.51.100.2"}],
            "rules[0].publicIp: 198.51.100.2 is the appliance's own uplink address",
        ),
        (
            [MAPPING, {**MAPPING, "lanIp": "192.168.128.14"}],
            "rules[1].publicIp: 203.0.113.13 on internet1 is already used by rules[0]",
        ),
        (opening(protocol="TCP"), f"{IN_OPENING}.protocol: Input should be 'any', 'icmp-ping', 'tcp' or 'udp'"),
        (opening(destinationPorts=["21,22"]), f"{IN_OPENING}.destinationPorts[0]: '21,22' {NOT_PORTS}"),
        (opening(destinationPorts=[21]), f"{IN_OPENING}.destinationPorts[0]: Input should be a valid string"),
        (
            opening(destinationPorts=[]),
            f"{IN_OPENING}: destinationPorts must list ports or ranges for protocol 'tcp'",
        ),
        (
            opening(destinationPorts=["any"]),
            f"{IN_OPENING}: destinationPorts must list ports or ranges for protocol 'tcp'",
        ),
        (
            opening(protocol="icmp-ping"),
            f"{IN_OPENING}: destinationPorts must be left out for protocol 'icmp-ping', which has none",
        ),
        (opening(allowedIps=[]), f"{IN_OPENING}: allowedIps is empty, expected addresses or 'any'"),
        (opening(allowedIps=["everybody"]), f"{IN_OPENING}.allowedIps[0]: 'everybody' {NOT_SOURCE}"),
        (opening(allowedIps=["10.0.0.0/33"]), f"{IN_OPENING}.allowedIps[0]: '10.0.0.0/33' {NOT_SOURCE}"),
    ],
)
def test_one_to_one_rules_that_are_refused(rules: list[Any], error: str, network: Network) -> None:
    with pytest.raises(Refused) as refused:
        one_to_one({"rules": rules}, network)
    assert refused.value.errors == [error]


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ([without(FORWARD, "publicPort")], "rules[0].publicPort: Field required"),
        ([without(FORWARD, "allowedIps")], "rules[0].allowedIps: Field required"),
        ([{**FORWARD, "publicPort": "21,22"}], f"rules[0].publicPort: '21,22' {NOT_PORTS}"),
        ([{**FORWARD, "publicPort": "61099-61000"}], f"rules[0].publicPort: '61099-61000' {NOT_PORTS}"),
        ([{**FORWARD, "localPort": "0"}], f"rules[0].localPort: '0' {NOT_PORTS}"),
        ([{**FORWARD, "localPort": "65535-65536"}], f"rules[0].localPort: '65535-65536' {NOT_PORTS}"),
        ([{**FORWARD, "localPort": "ftp"}], f"rules[0].localPort: 'ftp' {NOT_PORTS}"),
        (
            [{**FORWARD, "localPort": "61000-61098"}],
            "rules[0]: publicPort 61000-61099 and localPort 61000-61098 differ in length",
        ),
        ([{**FORWARD, "protocol": "any"}], "rules[0].protocol: Input should be 'tcp' or 'udp'"),
        ([{**FORWARD, "allowedIps": []}], "rules[0]: allowedIps is empty, expected addresses or 'any'"),
        (
            [{**FORWARD, "uplink": "wan1"}],
            "rules[0].uplink: 'wan1' is not an uplink of this network, expected one of internet1, internet2, both",
        ),
        (
            [FORWARD, {**FORWARD, "publicPort": "61099", "localPort": "21", "uplink": "internet2"}],
            "rules[1].publicPort: tcp 61099 overlaps 61000-61099 of rules[0]",
        ),
    ],
)
def test_port_forwarding_rules_that_are_refused(rules: list[Any], error: str, network: Network) -> None:
    with pytest.raises(Refused) as refused:
        port_forwarding({"rules": rules}, network)
    assert refused.value.errors == [error]


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [MAPPING],
        [without(MAPPING, "name")],
        [MAPPING, {**MAPPING, "uplink": "internet2"}],
        opening(protocol="any", destinationPorts=["Any"], allowedIps=["Any"]),
        opening(protocol="icmp-ping", destinationPorts=[]),
        opening(allowedIps=["198.51.100.7", "10.1.2.3/8"]),
        [{**MAPPING, "name": "n" * 127}],
    ],
)
def test_one_to_one_rules_come_back_as_they_were_sent(rules: list[Any], network: Network) -> None:
    assert one_to_one({"rules": rules}, network) == rules


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [FORWARD],
        [FORWARD, {**FORWARD, "protocol": "udp"}],
        [FORWARD, {**FORWARD, "publicPort": "61100", "localPort": "21"}],
        [{**FORWARD, "uplink": "internet1"}, {**FORWARD, "uplink": "internet2"}],
        [{**FORWARD, "publicPort": "8100-8101", "localPort": "442-443"}],
    ],
)
def test_port_forwarding_rules_come_back_as_they_were_sent(rules: list[Any], network: Network) -> None:
    assert port_forwarding({"rules": rules}, network) == rules


def test_a_missing_uplink_is_filled_in(network: Network) -> None:
    assert one_to_one({"rules": [without(MAPPING, "uplink")]}, network)[0]["uplink"] == "internet1"
    assert port_forwarding({"rules": [without(FORWARD, "uplink")]}, network)[0]["uplink"] == "both"


def test_every_fault_is_reported_at_once(network: Network) -> None:
    rules = [{**FORWARD, "lanIp": "10.0.0.1", "uplink": "both2"}]
    with pytest.raises(Refused) as refused:
        port_forwarding({"rules": rules}, network)
    assert [text.partition(":")[0] for text in refused.value.errors] == ["rules[0].uplink", "rules[0].lanIp"]
