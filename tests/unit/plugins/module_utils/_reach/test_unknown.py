# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rule list that is not given is unknown: what its rules may decide is undetermined, and all else stays decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED, RESOURCES
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole

OWN, PUBLIC, FREE, HOST = "203.0.113.2", "203.0.113.13", "203.0.113.99", "192.168.128.13"
MX: dict[str, Any] = {
    "deployment_mode": "routed",
    "nat_exceptions": [],
    "uplinks": {"internet1": {"address": OWN, "public_address": OWN, "status": "active"}},
    "subnets": [{"cidr": "192.168.128.0/24"}],
}
ENTRY = {"protocol": "tcp", "destinationPorts": ["21"], "allowedIps": ["any"]}
MAPPED = {"publicIp": PUBLIC, "lanIp": HOST, "uplink": "internet1", "allowedInbound": [ENTRY]}
FORWARDED = {
    "publicPort": "21",
    "localPort": "21",
    "lanIp": HOST,
    "protocol": "tcp",
    "allowedIps": ["any"],
    "uplink": "internet1",
}
ALLOW = {"policy": "allow", "protocol": "tcp", "srcCidr": "any", "destCidr": "any", "srcPort": "any", "destPort": "any"}
LISTS = whole({"one_to_one_nat": [MAPPED], "port_forwarding": [FORWARDED], "inbound_firewall": [ALLOW]})
OFF = {"nat_exceptions": ["internet1"]}


def verdicts(without: Sequence[str], destination: str, ports: str, **mx: Any) -> list[str]:
    """Return verdicts and what they say, for one flow and the lists but for some; outbound if it is for a client."""
    outbound = destination.startswith("198.51.100.")
    flow = {
        "name": None,
        "direction": "outbound" if outbound else "inbound",
        "source": HOST if outbound else "any",
        "source_ports": "any",
        "destination": destination,
        "protocol": "tcp",
        "ports": ports,
        "uplink": "internet1",
        "expect": None,
    }
    lists = {name: rules for name, rules in LISTS.items() if name not in without}
    return [f"{row['verdict']}: {row['reason']}" for row in report(lists, {**MX, **mx}, [], [flow])["flows"]]


def missing(name: str) -> str:
    return f"undetermined: {name} is not given (GET /networks/{{networkId}}/appliance/firewall/{JUDGED[name]})"


@pytest.mark.parametrize(
    ("without", "destination", "mx", "expected"),
    [
        ("one_to_one_nat", PUBLIC, {}, missing("one_to_one_nat")),
        ("one_to_one_nat", FREE, {}, missing("one_to_one_nat")),
        ("one_to_many_nat", FREE, {}, missing("one_to_many_nat")),
        ("inbound_firewall", PUBLIC, OFF, missing("inbound_firewall")),
        ("l3_firewall", "198.51.100.7", {}, missing("l3_firewall")),
        ("l7_firewall", PUBLIC, {}, missing("l7_firewall")),
        ("l7_firewall", "198.51.100.7", {}, missing("l7_firewall")),
        ("port_forwarding", OWN, {}, missing("port_forwarding")),
        ("port_forwarding", FREE, {"uplinks": {}}, missing("port_forwarding")),
        ("one_to_one_nat", "198.51.100.7", OFF, missing("one_to_one_nat")),
    ],
)
def test_what_a_list_may_decide_is_undetermined_without_it(
    without: str, destination: str, mx: dict[str, Any], expected: str
) -> None:
    ports = "21" if destination.startswith("203.") else "80"
    assert verdicts([without], destination, ports, **mx) == [expected]


@pytest.mark.parametrize(
    ("without", "destination", "ports", "mx", "expected"),
    [
        # The address of a 1:1 rule is no other rule's, and never the MX's own.
        ("one_to_many_nat", PUBLIC, "21", {}, "admitted: published"),
        ("one_to_many_nat", PUBLIC, "22", {}, "stopped: no rule publishes it, and by default the MX stops inbound"),
        ("port_forwarding", PUBLIC, "21", {}, "admitted: published"),
        ("port_forwarding", PUBLIC, "21", {"uplinks": {}}, "admitted: published"),
        ("port_forwarding", FREE, "21", {}, "stopped: no rule publishes it"),
        ("one_to_one_nat", OWN, "21", {}, "admitted: published"),
        ("one_to_one_nat", OWN, "22", {}, "stopped: no rule publishes it"),
        ("l3_firewall", PUBLIC, "21", {}, "admitted: published"),
        ("l7_firewall", FREE, "21", {}, "stopped: no rule publishes it"),
        # Without NAT exceptions the inbound list has no effect.
        ("inbound_firewall", PUBLIC, "21", {}, "admitted: published"),
        ("inbound_firewall", FREE, "21", OFF, "stopped: no rule publishes it"),
        ("port_forwarding", "198.51.100.7", "80", {}, "admitted: no firewall rule is about it"),
        ("one_to_one_nat", "198.51.100.7", "80", {}, "admitted: no firewall rule is about it"),
    ],
)
def test_what_it_cannot_decide_stays_decided(
    without: str, destination: str, ports: str, mx: dict[str, Any], expected: str
) -> None:
    (verdict,) = verdicts([without], destination, ports, **mx)
    assert verdict.startswith(expected)


def test_all_lists_that_may_decide_are_named() -> None:
    (verdict,) = verdicts([*JUDGED], FREE, "21")
    assert [name for name in RESOURCES if name in verdict] == ["one_to_one_nat", "one_to_many_nat"]


def test_a_range_of_addresses_is_cut_at_those_of_the_mx() -> None:
    assert verdicts(["one_to_many_nat"], "203.0.113.2/31", "21") == [
        "admitted: published",
        missing("one_to_many_nat"),
    ]


def test_a_doubtful_rule_that_leads_nowhere_stops_nothing_where_another_list_is_unknown() -> None:
    lists = {**LISTS, "one_to_one_nat": [{**MAPPED, "publicIp": None, "lanIp": "192.168.1.13"}]}
    flow = {
        "name": None,
        "direction": "inbound",
        "source": "any",
        "source_ports": "any",
        "destination": FREE,
        "protocol": "tcp",
        "ports": "21",
        "uplink": "internet1",
        "expect": None,
    }

    def verdict(given: dict[str, Any]) -> str:
        (row,) = report(given, MX, [], [flow])["flows"]
        return str(row["verdict"])

    assert verdict(lists) == "stopped"
    assert verdict({name: rules for name, rules in lists.items() if name != "one_to_many_nat"}) == "undetermined"


def test_nobody_passes_by_lists_that_are_unknown_and_a_finding_says_what_is_needed() -> None:
    result = report({}, MX, [shared.endpoint(shared.OPTIONS13)], [])
    assert not result["passed"]
    assert {row["verdict"] for row in result["flows"]} == {"undetermined"}
    found = {each["id"]: each["evidence"] for each in result["findings"]}
    assert [name for name, resource in JUDGED.items() if resource in found["lists-unknown"]] == [*JUDGED]
    assert {"control-port-not-admitted", "passive-range-not-admitted", "active-data-undetermined"} <= set(found)


def test_where_data_of_active_mode_comes_from_is_not_known_without_the_one_to_one_rules() -> None:
    lists = {name: rules for name, rules in LISTS.items() if name != "one_to_one_nat"}
    options = {**shared.OPTIONS13, "publish_by": "one_to_many_nat"}
    result = report(lists, MX, [shared.endpoint(options)], [])
    (active,) = [row for row in result["flows"] if row["name"] == "active"]
    assert (active["verdict"], active["translated"]["source"]) == ("admitted", None)
    assert "active-data-from-another-address" not in {each["id"] for each in result["findings"]}
