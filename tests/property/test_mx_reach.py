# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the options of mx_reach hold, it answers or says what is wrong: no other error ever."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import FACTS, SUBNET_FACTS, UPLINK_FACTS
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from hypothesis import event, example, given
from hypothesis import strategies as st

ENDPOINTS = parse_endpoints([shared.filled(shared.OPTIONS13), shared.filled(shared.OPTIONS12)], {})
FLOW = {
    "name": None,
    "direction": "outbound",
    "source": "any",
    "source_ports": "any",
    "destination": "any",
    "protocol": "tcp",
    "ports": "any",
    "uplink": "internet1",
    "expect": None,
}
# What stands in exports, and what is nearly that.
WORDS = st.sampled_from(
    [
        *("any", "Any", "tcp", "udp", "icmp6", "allow", "deny", "internet1", "wan1", "both", "0", "21", "61000-61099"),
        *("1-65535", "21,22", "203.0.113.13", "203.0.113.2", "192.168.128.13", "192.168.128.0/24", "0.0.0.0/0"),
        *(
            "2001:db8::1",
            "GRP(1)",
            "OBJ(7)",
            "VLAN(5).*",
            "VLAN(5).8",
            "ftp.example.org",
            "Default rule",
            "",
            "port",
            "ipRange",
            "١٢",
        ),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ENTRY = st.dictionaries(
    st.sampled_from(["protocol", "destinationPorts", "allowedIps", "publicPort", "localPort", "localIp"]),
    WORDS | st.lists(WORDS, max_size=3) | JSON,
)
RULE = st.dictionaries(
    st.sampled_from(
        [
            *("publicIp", "lanIp", "uplink", "publicPort", "localPort", "protocol", "allowedIps", "policy"),
            *("srcCidr", "srcPort", "destCidr", "destPort", "comment", "allowedInbound", "portRules"),
            *("type", "value"),
        ]
    ),
    WORDS | st.lists(ENTRY, max_size=2) | JSON,
)
LISTS = st.dictionaries(
    st.sampled_from([*JUDGED]) | st.text(max_size=5),
    st.lists(RULE, max_size=4) | st.lists(JSON, max_size=2) | JSON,
)
UPLINK = st.dictionaries(st.sampled_from(UPLINK_FACTS) | st.text(max_size=3), WORDS | JSON)
SUBNET = st.dictionaries(st.sampled_from(SUBNET_FACTS), WORDS | JSON)
FACT = (
    JSON
    | WORDS
    | st.lists(SUBNET | WORDS, max_size=3)
    | st.dictionaries(st.sampled_from(["internet1", "internet2", "wan1"]), UPLINK | JSON)
)
MX = st.dictionaries(st.sampled_from(FACTS) | st.text(max_size=3), FACT)
SITE = {"uplinks": {"internet1": {"address": "203.0.113.2"}}, "subnets": [{"cidr": "192.168.128.0/24", "vlan": 5}]}


def judge(lists: dict[str, Any], mx: dict[str, Any], endpoints: list[Endpoint]) -> None:
    """Judge, and check what holds of every answer."""
    try:
        result = report(lists, mx, endpoints, [FLOW, {**FLOW, "direction": "inbound"}])
    except ValueError as error:
        event("refused")
        assert str(error).startswith(("lists", "mx"))
        return
    event("judged")
    json.dumps(result)
    assert result["passed"] is all(row["passed"] for row in result["flows"])
    assert {row["endpoint"] for row in result["flows"]} >= {each.name for each in endpoints}
    assert {row["verdict"] for row in result["flows"]} <= {"admitted", "stopped", "undetermined"}
    assert not [row for row in result["flows"] if row["passed"] and row["expect"] not in (None, row["verdict"])]
    for row in result["flows"]:
        # The chain says where packets are not admitted, and nothing comes after a step that stops them.
        ends = [step["verdict"] for step in row["chain"] if step["verdict"] != "admitted"]
        assert ends == ([] if row["verdict"] == "admitted" else [row["verdict"]])
        assert row["verdict"] != "stopped" or row["chain"][-1]["verdict"] == "stopped"
        texts = [row["why"], *(step["text"] for step in row["chain"])]
        assert texts == [flat(text) for text in texts]


@given(LISTS)
@example({"one_to_one_nat": [{"uplink": []}]})
@example({"port_forwarding": [{"lanIp": "\u0cce"}]})
@example({"port_forwarding": [{"lanIp": "192.168.128.13", "publicPort": "\x1b\n", "localPort": "21"}]})
@example({"l7_firewall": [{"policy": "deny", "type": [], "value": {}}]})
@example({"one_to_one_nat": [{"lanIp": "192.168.128.13", "allowedInbound": [{"destinationPorts": [[]]}]}]})
@example({"port_forwarding": [{"publicPort": "١٢", "localPort": 12, "allowedIps": [None], "lanIp": True}]})
@example({"l3_firewall": [{"policy": {}, "protocol": [], "srcCidr": [["any"]], "destCidr": "VLAN(5).999"}]})
@example({"inbound_firewall": [{"policy": "allow", "srcCidr": "2001:db8::/32", "destCidr": "any", "protocol": "any"}]})
def test_any_lists(lists: dict[str, Any]) -> None:
    judge(lists, SITE, ENDPOINTS)
    judge(lists, {**SITE, "nat_exceptions": ["internet1"]}, ENDPOINTS)


@given(MX)
@example({"uplinks": [], "nat_exceptions": True})
@example({"uplinks": {"internet1": {"address": "203.0.113.2/32"}}})
@example({"uplinks": {"wan1": None}})
@example({"subnets": [{"cidr": "any", "vlan": []}], "firmware": "."})
@example({"nat_exceptions": [{"interface": {}, "nat": {"enabled": False}}]})
@example({"deployment_mode": {}, "bound_to_template": "false"})
def test_any_facts(mx: dict[str, Any]) -> None:
    judge({"one_to_one_nat": [{"publicIp": "203.0.113.13", "lanIp": "192.168.128.13"}]}, mx, ENDPOINTS)
