# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each finding once, and none where all is well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.findings import CASE_ROWS, SITE_ROWS
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    ONE_TO_MANY_NAT,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole

SERVER = replace(shared.SERVER13, allowed_ips=("198.51.100.0/24",), inbound_data_port=False)
UPLINKS = {
    "internet1": {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"},
    "internet2": {"address": "192.0.2.2", "public_address": "192.0.2.2", "status": "ready"},
}
FACTS: dict[str, Any] = {
    "deployment_mode": "routed",
    "bound_to_template": False,
    "uplinks": UPLINKS,
    "nat_exceptions": [],
    "subnets": [{"cidr": "192.168.128.0/24", "source": "vlan", "name": "servers"}],
}


def mapping(*ports: str, **fields: Any) -> dict[str, Any]:
    """Return the 1:1 rule of the server, open to its clients."""
    entry = {
        "protocol": "tcp",
        "destinationPorts": list(ports),
        "allowedIps": fields.pop("allowed", ["198.51.100.0/24"]),
    }
    rule = {"publicIp": SERVER.public_address, "lanIp": SERVER.lan_address, "uplink": "internet1"}
    return {**rule, "allowedInbound": [entry], **fields}


def many(*ports: str) -> dict[str, Any]:
    rules = [
        {"protocol": "tcp", "publicPort": text, "localPort": text, "localIp": SERVER.lan_address, "allowedIps": ["any"]}
        for text in ports
    ]
    return {"publicIp": SERVER.public_address, "uplink": "internet1", "portRules": rules}


def forward(ports: str, **fields: Any) -> dict[str, Any]:
    rule = {"protocol": "tcp", "publicPort": ports, "localPort": ports, "lanIp": SERVER.lan_address}
    return {**rule, "allowedIps": ["any"], **fields}


def deny(**fields: str) -> dict[str, Any]:
    anything = {"srcCidr": "Any", "srcPort": "Any", "destCidr": "Any", "destPort": "Any"}
    return {"policy": "deny", "protocol": "tcp", **anything, **fields}


def uplink(name: str, **facts: str) -> dict[str, Any]:
    return {"uplinks": {**UPLINKS, name: {**UPLINKS[name], **facts}}}


FROM = "from 198.51.100.0/24 on internet1"
CLOSED = "stopped, no rule publishes it, and by default the MX stops inbound packets"
BEHIND = (
    "undetermined, the MX is itself behind NAT on internet1: the router in front of it decides what reaches it"
    " (one_to_one_nat[0].0)"
)
NOWHERE = (
    "stopped, the MX has no VLAN and no enabled static route with 192.168.128.13 (mx.subnets) (one_to_one_nat[0].0)"
)
TAKEN = "stopped, 192.168.128.13 is the MX's own address in 192.168.128.0/24 (one_to_one_nat[0].0)"
ADMIT = {**deny(), "policy": "allow"}
WELL = {ONE_TO_ONE_NAT: [mapping("21", "61000-61099")]}


def seen(endpoint: Endpoint, lists: dict[str, Any], facts: dict[str, Any]) -> dict[str, str]:
    """Return the evidence of each finding, by its id."""
    findings = report(whole(lists), {**FACTS, **facts}, [endpoint], [])["findings"]
    assert [each["id"] for each in findings if not (each["explanation"] and each["remedy"])] == []
    return {each["id"]: each["evidence"] for each in findings}


def test_nothing_where_all_is_well() -> None:
    assert seen(SERVER, WELL, {}) == {}


CASES: list[tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("passthrough", "deployment_mode is passthrough", {}, WELL, {"deployment_mode": "passthrough"}),
    ("bound-to-template", "bound_to_template is true", {}, WELL, {"bound_to_template": True}),
    ("facts-assumed", "not given: mx.deployment_mode", {}, WELL, {"deployment_mode": None}),
    (
        "rule-never-matches",
        "l3_firewall[1]",
        {},
        {**WELL, "l3_firewall": [deny(protocol="udp"), deny(protocol="udp", destPort="53")]},
        {},
    ),
    (
        "mx-behind-nat",
        "internet1 has 10.0.0.2, the Internet sees 203.0.113.2"
        f"; control: tcp 21 {FROM} {BEHIND}; passive: tcp 61000-61099 {FROM} {BEHIND}",
        {},
        WELL,
        uplink("internet1", address="10.0.0.2"),
    ),
    (
        "nat-exceptions",
        f"control: tcp 21 {FROM} stopped, a firewall rule denies it (inbound_firewall[1])",
        {},
        {**WELL, "inbound_firewall": [{**ADMIT, "destPort": "61000-61099"}, deny(destPort="21")]},
        {"nat_exceptions": ["internet1"]},
    ),
    (
        "rule-not-read",
        "lists.one_to_one_nat[1]: publicIp is missing; lists.l3_firewall[0]: destPort: '0' is out of range; ports go"
        " from 1 to 65535",
        {},
        {ONE_TO_ONE_NAT: [*WELL[ONE_TO_ONE_NAT], mapping("22", publicIp=None)], "l3_firewall": [deny(destPort="0")]},
        {},
    ),
    (
        "lists-unknown",
        "l3_firewall is not given (GET /networks/{networkId}/appliance/firewall/l3FirewallRules)",
        {},
        {**WELL, "l3_firewall": None},
        {},
    ),
    (
        "wrong-uplink",
        f"control: tcp 21 {FROM} {CLOSED}; published on internet2, but the endpoint's uplink is internet1",
        {},
        {ONE_TO_ONE_NAT: [mapping("21", uplink="internet2")]},
        {},
    ),
    (
        "own-address-mapped",
        "203.0.113.13 is the MX's own on internet1",
        {},
        WELL,
        uplink("internet1", address="203.0.113.13", public_address="203.0.113.13"),
    ),
    (
        "foreign-address-forwarded",
        "the MX has 203.0.113.2 on internet1, not 203.0.113.13",
        {"publish_by": PORT_FORWARDING},
        {},
        {},
    ),
    (
        "foreign-address-forwarded",
        "the MX has 203.0.113.2 on internet1, not 192.0.2.2, which it has on internet2",
        {"publish_by": PORT_FORWARDING, "public_address": "192.0.2.2"},
        {},
        {},
    ),
    (
        "mx-behind-nat",
        f"internet1 has 10.0.0.2, the Internet sees another address; control: tcp 21 {FROM} {BEHIND}; passive: tcp"
        f" 61000-61099 {FROM} {BEHIND}",
        {},
        WELL,
        {"uplinks": {"internet1": {"address": "10.0.0.2"}}},
    ),
    (
        "public-address-unrouted",
        f"control: tcp 21 {FROM} admitted, published; no client on the Internet has a route to 10.9.9.9"
        " (one_to_one_nat[0].0)",
        {"public_address": "10.9.9.9", "passive_ports": None},
        {ONE_TO_ONE_NAT: [mapping("21", publicIp="10.9.9.9")]},
        {},
    ),
    (
        "public-address-unrouted",
        f"control: tcp 21 {FROM} {CLOSED}",
        {"public_address": "10.9.9.9", "passive_ports": None},
        {},
        {},
    ),
    (
        "unknown-uplink",
        "the MX has no uplink internet3; mx.uplinks has internet1, internet2",
        {"uplink": "internet3"},
        {ONE_TO_ONE_NAT: [mapping("21", "61000-61099", uplink="internet3")]},
        {},
    ),
    (
        "wrong-uplink",
        "control: tcp 21 from 198.51.100.0/24 on internet1 stopped, no rule publishes it, and by default the MX stops"
        " inbound packets; published on internet2, but the endpoint's uplink is internet1",
        {"publish_by": PORT_FORWARDING, "public_address": "203.0.113.2", "passive_ports": None},
        {PORT_FORWARDING: [forward("21", uplink="internet2")]},
        {},
    ),
    (
        "active-data-stopped",
        "active: tcp 32768-65535 to 198.51.100.0/24 by internet1 stopped, a firewall rule denies it (l3_firewall[0])",
        {"active": True},
        {**WELL, "l3_firewall": [deny(destPort="32768-65535")]},
        {},
    ),
    ("uplink-down", "internet1 is 'failed'", {}, WELL, uplink("internet1", status="failed")),
    ("uplink-down", "internet1 is 'not connected'", {}, WELL, uplink("internet1", status="not connected")),
    (
        "server-outside-lan",
        "192.168.128.13 is in none of mx.subnets"
        f"; control: tcp 21 {FROM} {NOWHERE}; passive: tcp 61000-61099 {FROM} {NOWHERE}",
        {},
        WELL,
        {"subnets": [{"cidr": "192.168.129.0/24"}]},
    ),
    (
        "server-address-unusable",
        "192.168.128.13 is the MX's own address in 192.168.128.0/24"
        f"; control: tcp 21 {FROM} {TAKEN}; passive: tcp 61000-61099 {FROM} {TAKEN}",
        {},
        WELL,
        {"subnets": [{"cidr": "192.168.128.0/24", "appliance_ip": "192.168.128.13"}]},
    ),
    (
        "control-port-not-admitted",
        f"control: tcp 21 {FROM} {CLOSED}; one_to_one_nat[0].0 publishes other ports",
        {},
        {ONE_TO_ONE_NAT: [mapping("61000-61099")]},
        {},
    ),
    (
        "control-port-not-admitted",
        f"control: tcp 21 {FROM} {CLOSED}; one_to_one_nat[0].0 admits other sources",
        {},
        {ONE_TO_ONE_NAT: [mapping("21", "61000-61099", allowed=["192.0.2.7"])]},
        {},
    ),
    (
        "passive-range-not-admitted",
        f"passive: tcp 61000-61099 {FROM} admitted, published; arrives at 192.168.128.99 port 61000-61099, not at"
        " 192.168.128.13 port 61000-61099 (one_to_one_nat[0].0)",
        {},
        {ONE_TO_ONE_NAT: [mapping("21", "61000-61099", lanIp="192.168.128.99")]},
        {},
    ),
    (
        "announced-address",
        f"passive: tcp 61000-61099 {FROM} {CLOSED}; the server announces 192.0.2.2, which belongs to internet2, and"
        " clients connect to 203.0.113.13",
        {"announced_address": "192.0.2.2"},
        WELL,
        {},
    ),
    (
        "passive-range-not-admitted",
        f"passive: tcp 61000-61009 {FROM} {CLOSED}; passive: tcp 61050-61099 {FROM} {CLOSED}; one_to_one_nat[0].0"
        " publishes other ports",
        {},
        {ONE_TO_ONE_NAT: [mapping("21", "61010-61049")]},
        {},
    ),
    (
        "more-than-passive-range",
        "besides 61000-61099, also open: 60000-60999, 61100",
        {},
        {ONE_TO_ONE_NAT: [mapping("21", "60000-61050", "61051-61100")]},
        {},
    ),
    (
        "active-data-stopped",
        "active: tcp 1024-65535 to 198.51.100.0/24 by internet1 stopped, a firewall rule denies it (l3_firewall[0])",
        {},
        {**WELL, "l3_firewall": [deny(srcCidr="192.168.128.0/24", srcPort="20")]},
        {},
    ),
    (
        "active-ports-stopped",
        "active: tcp 3389 to 198.51.100.0/24 by internet1 stopped, a firewall rule denies it; clients of today"
        " choose ports from 32768 on, so it does not count (l3_firewall[0])",
        {},
        {**WELL, "l3_firewall": [deny(destPort="3389")]},
        {},
    ),
    (
        "active-data-untranslated",
        "active: tcp 1024-65535 to 198.51.100.0/24 by internet1 admitted, no firewall rule is about it; leaves as"
        " 192.168.128.13, to which no client on the Internet can answer",
        {},
        {},
        {"nat_exceptions": ["internet1"]},
    ),
    (
        "active-data-undetermined",
        "active: tcp 1024-65535 to 198.51.100.0/24 by internet1 undetermined, a rule names objects, VLANs or host"
        " names, which only the dashboard can resolve: the export has no OBJ(7) in policyObjects"
        " (l3_firewall[0], one_to_one_nat[0])",
        {},
        {**WELL, "l3_firewall": [deny(destCidr="OBJ(7)")]},
        {},
    ),
    (
        "active-data-from-another-address",
        "data comes from 203.0.113.2, control is at 203.0.113.13",
        {"publish_by": ONE_TO_MANY_NAT},
        {ONE_TO_MANY_NAT: [many("21", "61000-61099")]},
        {},
    ),
    (
        "active-data-from-another-address",
        "data comes from the MX's own address, control is at 203.0.113.13",
        {"publish_by": ONE_TO_MANY_NAT},
        {ONE_TO_MANY_NAT: [many("21", "61000-61099")]},
        {"uplinks": {}},
    ),
    (
        "active-data-from-another-address",
        "data comes from 192.0.2.2, control is at 203.0.113.13",
        {},
        WELL,
        {
            "uplinks": {
                **UPLINKS,
                **{n: {**UPLINKS[n], "status": s} for n, s in (("internet1", "ready"), ("internet2", "active"))},
            }
        },
    ),
    (
        "active-data-denied",
        "active: tcp 1024-65535 to 198.51.100.0/24 by internet1 stopped, a layer 7 rule denies it (one_to_one_nat[0],"
        " l7_firewall[0])",
        {},
        {**WELL, "l7_firewall": [{"policy": "deny", "type": "ipRange", "value": "198.51.100.0/24"}]},
        {},
    ),
    ("data-port-open", "port 20 is open", {}, {ONE_TO_ONE_NAT: [mapping("20-21", "61000-61099")]}, {}),
    (
        "default-passive-range",
        "passive_ports is 1024-65535",
        {"passive_ports": PortRange(1024, 65535)},
        {ONE_TO_ONE_NAT: [mapping("21", "1024-65535")]},
        {},
    ),
    ("server-announces-lan-address", "server is iis6 and modes contains passive", {"server": "iis6"}, WELL, {}),
    ("any-source", "port 21 is open to any", {}, {ONE_TO_ONE_NAT: [mapping("21", "61000-61099", allowed=["any"])]}, {}),
]


@pytest.mark.parametrize(("id_", "evidence", "changes", "lists", "facts"), CASES)
def test_each_finding(
    id_: str, evidence: str, changes: dict[str, Any], lists: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert seen(replace(SERVER, **changes), lists, facts).get(id_) == evidence


def test_every_row_has_a_case() -> None:
    assert {row.id for row in (*SITE_ROWS, *CASE_ROWS)} == {case[0] for case in CASES}


def application() -> dict[str, Any]:
    return {"policy": "deny", "type": "application", "value": {"id": "meraki:layer7/application/5", "name": "x"}}


@pytest.mark.parametrize(
    ("list_", "rules", "remedy"),
    [
        ("l3_firewall", [deny(destCidr="OBJ(7)")], "Write addresses into that rule"),
        ("l3_firewall", [deny(destPort="x")], "Correct that rule"),
        ("l7_firewall", [application()], "or remove the rule. If it is about countries"),
        ("l7_firewall", None, "Add the list as the Dashboard API returns it."),
    ],
)
def test_an_undetermined_data_connection_has_the_remedy_of_its_cause(list_: str, rules: Any, remedy: str) -> None:
    lists = {name: each for name, each in {**whole(WELL), list_: rules}.items() if each is not None}
    found = report(lists, FACTS, [SERVER], [])["findings"]
    (told,) = (each for each in found if each["id"] == "active-data-undetermined")
    assert remedy in told["remedy"]


@pytest.mark.parametrize("changes", [{"server": "iis6", "passive_ports": None}, {"server": "iis_ftp"}])
def test_iis_is_fit_for_active_mode_and_a_newer_one_for_both(changes: dict[str, Any]) -> None:
    assert "server-announces-lan-address" not in seen(replace(SERVER, **changes), WELL, {})


def test_the_control_port_beside_the_range_is_not_too_much() -> None:
    endpoint = replace(SERVER, passive_ports=PortRange(22, 30))
    assert seen(endpoint, {ONE_TO_ONE_NAT: [mapping("21-30")]}, {}) == {}


def test_data_from_the_address_behind_nat_is_not_from_elsewhere() -> None:
    endpoint = replace(SERVER, publish_by=PORT_FORWARDING, public_address="203.0.113.2")
    findings = seen(endpoint, {}, uplink("internet1", address="10.0.0.2"))
    assert "active-data-from-another-address" not in findings
    assert "foreign-address-forwarded" not in findings


@pytest.mark.parametrize(
    ("changes", "facts", "expected"),
    [
        ({}, {"subnets": []}, {"server-outside-lan"}),
        (
            {},
            {"subnets": [{"cidr": "192.168.128.13/24", "appliance_ip": SERVER.lan_address}]},
            {"server-address-unusable"},
        ),
        ({"publish_by": PORT_FORWARDING}, {}, {"foreign-address-forwarded"}),
        (
            {},
            uplink("internet1", address="10.0.0.2", public_address="203.0.113.13"),
            {"mx-behind-nat", "own-address-mapped"},
        ),
        ({}, {"deployment_mode": "passthrough"}, {"passthrough"}),
    ],
)
def test_a_cause_with_a_finding_of_its_own_gives_no_other(
    changes: dict[str, Any], facts: dict[str, Any], expected: set[str]
) -> None:
    lists = {} if "publish_by" in changes else WELL
    assert set(seen(replace(SERVER, active=False, **changes), lists, facts)) == expected
    if "subnets" in facts:
        assert set(seen(replace(SERVER, **changes), lists, facts)) == expected
