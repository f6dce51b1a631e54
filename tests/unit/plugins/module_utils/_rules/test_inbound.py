# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import WAYS, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.inbound import InboundFirewall
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import DEFAULT_RULE

KIND = InboundFirewall()
SERVER13 = replace(
    shared.SERVER13,
    allowed_ips=("198.51.100.0/24", "192.0.2.7"),
    inbound_data_port=False,
    mx_addresses=("203.0.113.2",),
)
CONTROL = {
    "comment": "server13 FTP control",
    "policy": "allow",
    "protocol": "tcp",
    "srcCidr": "198.51.100.0/24,192.0.2.7",
    "srcPort": "any",
    "destCidr": "203.0.113.13,192.168.128.13,203.0.113.2",
    "destPort": "21",
    "syslogEnabled": False,
}


def test_it_serves_every_endpoint_with_a_rule_for_each_opening() -> None:
    assert KIND.serves(SERVER13)
    wanted = KIND.wanted(SERVER13)
    assert wanted[0] == CONTROL
    assert [(rule["comment"], rule["destPort"]) for rule in wanted[1:]] == [("server13 FTP passive", "61000-61099")]


@pytest.mark.parametrize("way", WAYS)
def test_the_rules_are_enough_for_the_judge(way: str) -> None:
    """With NAT exceptions, all rules of the endpoint together let FTP through, as mx_reach sees it."""
    address = "203.0.113.2" if WAYS[way].own_address else "203.0.113.13"
    server = replace(SERVER13, publish_by=way, public_address=address)
    lists = {kind.name: kind.wanted(server) if kind.serves(server) else [] for kind in KINDS}
    mx = {"uplinks": {"internet1": {"address": "203.0.113.2", "public_address": "203.0.113.2"}}}
    off = {"deployment_mode": "routed", "nat_exceptions": ["internet1"], "subnets": [{"cidr": "192.168.128.0/24"}]}
    judged = report({**lists, "l3_firewall": [], "l7_firewall": []}, {**mx, **off}, [replace(server, active=False)], [])
    assert {flow["name"]: flow["verdict"] for flow in judged["flows"]} == {"control": "admitted", "passive": "admitted"}


@pytest.mark.parametrize(
    ("rules", "own"),
    [
        ([CONTROL, DEFAULT_RULE], [CONTROL]),
        ([CONTROL, {**DEFAULT_RULE, "comment": "default Rule"}], [CONTROL]),
        ([DEFAULT_RULE, CONTROL], [DEFAULT_RULE, CONTROL]),
        ([], []),
    ],
)
def test_the_default_rule_is_the_apis(rules: list[Rule], own: list[Rule]) -> None:
    assert KIND.own(rules) == own


def test_the_api_may_spell_a_rule_as_it_likes() -> None:
    spelt = {
        **CONTROL,
        "policy": "Allow",
        "protocol": "TCP",
        "srcPort": "Any",
    }
    spelt["destCidr"] = "203.0.113.13/32, 192.168.128.13/32, 203.0.113.2/32"
    assert KIND.same([CONTROL], [spelt])
    assert not KIND.same([CONTROL], [{**CONTROL, "policy": "deny"}])


DENIAL = {**DEFAULT_RULE, "comment": "closed", "policy": "deny"}


@pytest.mark.parametrize(
    ("changes", "collides"),
    [
        ({}, True),
        ({"policy": "allow"}, False),
        ({"protocol": "udp"}, False),
        ({"destPort": "80,20-30"}, True),
        ({"destPort": "80"}, False),
        ({"destCidr": "203.0.113.0/24"}, True),
        ({"destCidr": "203.0.113.13"}, True),
        ({"destCidr": "192.168.128.13"}, True),
        ({"destCidr": "203.0.113.2"}, True),
        ({"destCidr": "203.0.113.3"}, False),
        ({"srcCidr": "198.51.100.66"}, False),
        ({"srcCidr": "198.51.100.0/24"}, False),
        ({"srcCidr": "192.0.2.0/24, 198.51.0.0/16"}, True),
        ({"srcCidr": "OBJ(1)"}, False),
    ],
)
def test_only_a_denial_for_all_who_may_connect_is_in_the_way(changes: Rule, collides: bool) -> None:
    assert KIND.collides({**DENIAL, **changes}, CONTROL) is collides


def test_only_a_denial_for_any_covers_any() -> None:
    wanted = {**CONTROL, "srcCidr": "any"}
    assert KIND.collides(DENIAL, wanted)
    assert not KIND.collides({**DENIAL, "srcCidr": "198.51.100.0/24"}, wanted)


def test_rules_in_words() -> None:
    assert KIND.describe(CONTROL) == (
        "server13 FTP control: allow tcp from 198.51.100.0/24,192.0.2.7 port any"
        " to 203.0.113.13,192.168.128.13,203.0.113.2 port 21"
    )
