# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an MX cannot deliver: each obstacle alone, and none where the facts are sound."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import Answers, Organization, facts
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.delivery import obstacles, parse_facts, unknown
from ansible_collections.mxlab.ftp.tests.unit.plugins.endpoints import OPTIONS12, SERVER13, endpoint

SERVER12 = endpoint(OPTIONS12)

WAN1 = {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"}
HOME = {"address": "192.168.1.2", "public_address": "192.0.2.9", "status": "ready"}
SOUND: dict[str, Any] = {
    "deployment_mode": "routed",
    "uplinks": {"internet1": WAN1, "internet2": HOME},
    "nat_exceptions": [],
    "subnets": [{"cidr": "192.168.128.0/24", "source": "vlan", "name": "Servers"}],
}


@pytest.mark.parametrize("server", [SERVER13, SERVER12])
def test_sound_facts_have_no_obstacle(server: Endpoint) -> None:
    assert obstacles([server], SOUND, False) == []
    assert unknown(SOUND) == []


# (facts that differ, words of the only obstacle of server13)
OBSTACLES: list[tuple[dict[str, Any], list[str]]] = [
    ({"deployment_mode": "passthrough", "subnets": None}, ["passthrough mode", "routed mode"]),
    ({"subnets": []}, ["lan_address 192.168.128.13 is in no VLAN and behind no static route", "none"]),
    ({"subnets": [{"cidr": "10.0.0.0/8"}]}, ["in no VLAN", "10.0.0.0/8"]),
    ({"subnets": [{"cidr": "192.168.128.12/31", "appliance_ip": "192.168.128.13"}]}, ["is the MX's own address in"]),
    ({"uplinks": {}}, ["has no uplink 'internet1'; it has: none"]),
    ({"uplinks": {"internet2": WAN1}}, ["has no uplink 'internet1'; it has: internet2"]),
    ({"uplinks": {"internet1": HOME}}, ["another router", "internet1 has 192.168.1.2", "192.0.2.9", "forward"]),
    ({"uplinks": {"internet1": {**WAN1, "public_address": "192.0.2.9"}}}, ["another router", "192.0.2.9"]),
    ({"uplinks": {"internet1": {"address": "100.64.0.5", "public_address": None}}}, ["another router", "carrier NAT"]),
    (
        {"uplinks": {"internet1": {"address": SERVER13.public_address, "public_address": SERVER13.public_address}}},
        [f"public_address {SERVER13.public_address} is the MX's own address on internet1", "publish_by"],
    ),
    ({"nat_exceptions": ["internet1"]}, ["NAT is off on internet1", "inbound_firewall=true"]),
]


@pytest.mark.parametrize(("changes", "words"), OBSTACLES)
def test_each_obstacle_is_told_once(changes: dict[str, Any], words: list[str]) -> None:
    (told,) = obstacles([SERVER13, SERVER13], {**SOUND, **changes}, False)
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize("end", [0, -1])
def test_no_server_has_the_address_of_its_network(end: int) -> None:
    server = replace(SERVER13, lan_address=str(IPv4Network("192.168.128.0/24")[end]))
    (told,) = obstacles([server], SOUND, False)
    assert "address of 192.168.128.0/24, which no host has. Set it to the server's own address." in told
    routed = [{"cidr": "192.168.128.0/24", "source": "static_route"}]
    assert obstacles([server], {**SOUND, "subnets": routed}, False) == []


@pytest.mark.parametrize(
    ("changes", "inbound_firewall"),
    [
        ({"uplinks": {"internet1": {"address": None, "public_address": None}}}, False),
        ({"nat_exceptions": ["internet2"]}, False),
        ({"nat_exceptions": ["internet1"]}, True),
        (dict.fromkeys(SOUND), False),
    ],
)
def test_what_is_not_known_or_not_concerned_is_no_obstacle(changes: dict[str, Any], inbound_firewall: bool) -> None:
    assert obstacles([SERVER13], {**SOUND, **changes}, inbound_firewall) == []


def test_one_uplink_that_is_reached_directly_is_enough_for_both() -> None:
    both = replace(SERVER12, uplink="both")
    assert obstacles([both], SOUND, False) == []
    assert len(obstacles([both], {**SOUND, "uplinks": {"internet1": HOME, "internet2": HOME}}, False)) == 1


def test_facts_that_are_missing_are_told() -> None:
    assert unknown({"deployment_mode": "routed", "subnets": None}) == [
        "Not checked, because facts does not have it: uplinks, nat_exceptions, subnets."
    ]
    assert "missing in facts" in obstacles([SERVER13], None, False)[0]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"HQ": []}, r"facts.HQ: expected an object, got \[\]"),
        ({"HQ": {"uplinks": []}}, r"facts.HQ.uplinks: expected an object, got \[\]"),
        ({"HQ": {"uplinks": {"internet1": "x"}}}, r"facts.HQ.uplinks.internet1: expected an object, got .x."),
        ({"HQ": {"subnets": [{"cidr": "x"}]}}, r"facts.HQ.subnets\[0\].cidr: .x. is not an IPv4 network"),
        ({"HQ": {"subnets": [{}]}}, r"facts.HQ.subnets\[0\].cidr: expected a text, got null"),
        ({"HQ": {"nat_exceptions": True}}, r"facts.HQ.nat_exceptions: expected a list, got true"),
        ({"HQ": {"nat_exceptions": ["wan1"]}}, r"facts.HQ.nat_exceptions\[0\]: .wan1. is not an uplink; .*internet1"),
        ({"HQ": {"uplinks": {"wan1": WAN1}}}, r"facts.HQ.uplinks: .wan1. is not an uplink; write it like internet1"),
        (
            {"HQ": {"deploymentMode": "passthrough"}},
            r"facts.HQ: .deploymentMode. is unknown; there are deployment_mode,",
        ),
        (
            {"HQ": {"deployment_mode": "Passthrough"}},
            r"facts.HQ.deployment_mode: .Passthrough. is unknown; write routed",
        ),
    ],
)
def test_facts_that_are_none_are_named(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_facts(facts)


def test_the_facts_that_mx_info_returns_are_known() -> None:
    network = {"id": "N_1", "name": "HQ"}
    nat = {"networkId": "N_1", "uplinks": [{"interface": "wan1", "nat": {"enabled": False}}]}
    status = {"networkId": "N_1", "uplinks": [{"interface": "wan1", "ip": "203.0.113.2"}, {"interface": "cellular"}]}
    answers = Answers({"deploymentMode": "routed"}, {"products": {}}, [], None, [])
    found = facts("N_1", Organization([network], [status], [nat]), answers)
    assert parse_facts({"HQ": found}) == {"HQ": found}
    assert unknown(found) == []
