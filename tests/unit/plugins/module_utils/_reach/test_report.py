# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole answer: what passes, what does not, and how much is read for it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import Answers, Organization, facts
from ansible_collections.mxlab.ftp.plugins.module_utils._reach import evidence, site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import FACTS, SUBNET_FACTS, UPLINK_FACTS
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole

HOST, PUBLIC, OWN = "192.168.128.13", "203.0.113.13", "203.0.113.2"
ENDPOINT = {**shared.OPTIONS13, "inbound_data_port": False}
FORWARDED = {**ENDPOINT, "publish_by": "port_forwarding", "public_address": OWN}
MX: dict[str, Any] = {
    "deployment_mode": "routed",
    "nat_exceptions": [],
    "firmware": "MX 18.211",
    "uplinks": {
        "internet1": {"address": OWN, "public_address": OWN, "status": "active"},
        "internet2": {"address": "192.0.2.2", "public_address": "192.0.2.2", "status": "ready"},
    },
    "subnets": [{"cidr": "192.168.128.0/24"}],
}
BOGONS = (
    "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,192.168.0.0/16,"
    "198.18.0.0/15,224.0.0.0/4,240.0.0.0/4"
)


def mapping(*ports: str, **fields: Any) -> dict[str, Any]:
    entry = {"protocol": "tcp", "destinationPorts": list(ports), "allowedIps": fields.pop("allowed", ["any"])}
    return {"publicIp": PUBLIC, "lanIp": HOST, "uplink": "internet1", "allowedInbound": [entry], **fields}


def forward(public: str, local: str, **fields: Any) -> dict[str, Any]:
    rule = {"publicPort": public, "localPort": local, "lanIp": HOST, "protocol": "tcp", "allowedIps": ["any"]}
    return {**rule, "uplink": "internet1", **fields}


def deny(**fields: str) -> dict[str, Any]:
    anything = {"srcCidr": "Any", "srcPort": "Any", "destCidr": "Any", "destPort": "Any"}
    return {"policy": "deny", "protocol": "any", **anything, **fields}


WELL = {"one_to_one_nat": [mapping("21", "61000-61099")]}


def answer(lists: dict[str, Any], endpoint: dict[str, Any] | None = None, **mx: Any) -> dict[str, Any]:
    return report(whole(lists), {**MX, **mx}, [shared.endpoint(endpoint or ENDPOINT)], [])


def failing(result: dict[str, Any]) -> set[str]:
    """Return the names of the flows that do not pass; all must agree with the answer as a whole."""
    names = {row["name"] for row in result["flows"] if not row["passed"]}
    assert result["passed"] is (not names)
    return names


def test_what_is_well_passes() -> None:
    assert failing(answer(WELL)) == set()


@pytest.mark.parametrize(
    ("lists", "endpoint", "flows"),
    [
        ({"port_forwarding": [forward("21", "21"), forward("61000-61099", "40000-40099")]}, FORWARDED, {"passive"}),
        ({"port_forwarding": [forward("21", "21"), forward("61000-61099", "61001-61100")]}, FORWARDED, {"passive"}),
        ({"port_forwarding": [forward("21", "2121"), forward("61000-61099", "61000-61099")]}, FORWARDED, {"control"}),
        (
            {
                "port_forwarding": [
                    forward("21", "21"),
                    forward("61000-61049", "61000-61049"),
                    forward("61050", "61050", lanIp="192.168.128.14"),
                    forward("61051-61099", "61051-61099"),
                ]
            },
            FORWARDED,
            {"passive"},
        ),
        ({"one_to_one_nat": [mapping("21", "61000-61099", lanIp="192.168.128.14")]}, ENDPOINT, {"control", "passive"}),
    ],
)
def test_a_flow_passes_only_if_it_arrives_at_the_server(
    lists: dict[str, Any], endpoint: dict[str, Any], flows: set[str]
) -> None:
    result = answer(lists, endpoint)
    assert failing(result) == flows
    found = {each["id"]: each for each in result["findings"]}
    names = {"control": "control-port-not-admitted", "passive": "passive-range-not-admitted"}
    assert {found[names[flow]]["remedy"] for flow in flows} == {
        "Set the rule's LAN address to lan_address, and its local ports to the same numbers as the public ports."
    }
    arrived = [row for row in result["flows"] if row["verdict"] == "admitted" and not row["passed"]]
    assert {"arrives at" in row["reason"] for row in arrived} == {True}


@pytest.mark.parametrize(
    "rule",
    [
        deny(destCidr="10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"),
        deny(destCidr="192.168.200.0/24"),
        deny(destCidr="224.0.0.0/4"),
        deny(destCidr=BOGONS),
        deny(destCidr="224.0.0.0/3"),
        deny(protocol="tcp", destPort="3389"),
        deny(protocol="tcp", destCidr="8.8.8.0/24", destPort="1024-5000"),
    ],
)
def test_what_no_client_has_does_not_fail_active_mode(rule: dict[str, Any]) -> None:
    result = answer({**WELL, "l3_firewall": [rule]})
    assert failing(result) == set()
    assert "active-data-stopped" not in {each["id"] for each in result["findings"]}
    stopped = [row for row in result["flows"] if row["name"] == "active" and row["verdict"] == "stopped"]
    assert {(row["expect"], "so it does not count" in row["reason"]) for row in stopped} == {(None, True)}


@pytest.mark.parametrize(
    ("rule", "evidence"),
    [
        (deny(destCidr="8.0.0.0/8"), "to 8.0.0.0/8 by internet1 stopped"),
        (deny(destCidr="10.0.0.0/7"), "to 11.0.0.0/8 by internet1 stopped"),
        (deny(destCidr="198.51.100.7"), "to 198.51.100.7 by internet1 stopped"),
    ],
)
def test_a_deny_of_public_addresses_fails_active_mode_for_them(rule: dict[str, Any], evidence: str) -> None:
    result = answer({**WELL, "l3_firewall": [rule]})
    assert failing(result) == {"active"}
    (found,) = [each for each in result["findings"] if each["id"] == "active-data-stopped"]
    assert f"tcp 1024-65535 {evidence}" in found["evidence"]
    assert "l3_firewall[0]" in found["evidence"]


def test_a_deny_of_usual_ports_fails_active_mode_for_these_ports_only() -> None:
    result = answer({**WELL, "l3_firewall": [deny(protocol="tcp", destPort="50000")]})
    assert failing(result) == {"active"}
    found = {each["id"]: each["evidence"] for each in result["findings"]}
    assert "tcp 50000 to any" in found["active-ports-stopped"]
    assert "active-data-stopped" not in found


def test_clients_that_are_named_count_wherever_they_are() -> None:
    endpoint = {**ENDPOINT, "allowed_ips": ["10.1.0.0/16", "any"]}
    assert failing(answer({**WELL, "l3_firewall": [deny(destCidr="10.0.0.0/8")]}, endpoint)) == set()
    endpoint = {**ENDPOINT, "allowed_ips": ["10.1.0.0/16"]}
    assert failing(answer({**WELL, "l3_firewall": [deny(destCidr="10.0.0.0/8")]}, endpoint)) == {"active"}


def test_test_nets_count_only_for_a_server_that_is_in_one() -> None:
    rules = {"l3_firewall": [deny(destCidr="198.51.100.0/24")]}
    assert failing(answer({**WELL, **rules})) == {"active"}
    real = {"one_to_one_nat": [mapping("21", "61000-61099", publicIp="9.9.9.13")]}
    assert failing(answer({**real, **rules}, {**ENDPOINT, "public_address": "9.9.9.13"})) == set()


@pytest.mark.parametrize("subnets", [[], [{"cidr": "10.0.0.0/8"}]])
def test_a_server_that_the_mx_has_no_subnet_for_does_not_pass(subnets: list[dict[str, str]]) -> None:
    result = answer(WELL, subnets=subnets)
    assert failing(result) == {"control", "passive", "active"}
    assert "server-outside-lan" in {each["id"] for each in result["findings"]}


@pytest.mark.parametrize("exceptions", [["wan1"], ["internet1"], [{"interface": "wan1", "nat": {"enabled": False}}]])
def test_nat_exceptions_as_the_api_spells_them(exceptions: list[Any]) -> None:
    assert failing(answer(WELL, nat_exceptions=exceptions)) == {"control", "passive"}


@pytest.mark.parametrize("exceptions", [["wan2"], [{"interface": "wan1", "nat": {"enabled": True}}]])
def test_nat_exceptions_elsewhere(exceptions: list[Any]) -> None:
    assert failing(answer(WELL, nat_exceptions=exceptions)) == set()


def test_nat_exceptions_are_no_finding_where_the_inbound_rules_are_right() -> None:
    admit = {**deny(protocol="tcp", destCidr=PUBLIC), "policy": "allow"}
    result = answer({**WELL, "inbound_firewall": [admit]}, nat_exceptions=["internet1"])
    assert failing(result) == set()
    assert "nat-exceptions" not in {each["id"] for each in result["findings"]}


@pytest.mark.parametrize(
    ("announced", "flows"),
    [(PUBLIC, set()), ("192.0.2.2", {"passive"}), ("203.0.113.77", {"passive"}), (HOST, {"passive"})],
)
def test_clients_of_passive_mode_connect_to_what_the_server_announces(announced: str, flows: set[str]) -> None:
    result = answer(WELL, {**ENDPOINT, "announced_address": announced})
    assert failing(result) == flows
    assert ("announced-address" in {each["id"] for each in result["findings"]}) is bool(flows)


def test_behind_nat_the_interface_and_the_address_seen_outside_are_one() -> None:
    uplinks = {"internet1": {"address": "10.0.0.2", "public_address": OWN}}
    lists = {"port_forwarding": [forward("21", "21"), forward("61000-61099", "61000-61099")]}
    result = answer(lists, {**FORWARDED, "public_address": "10.0.0.2", "announced_address": OWN}, uplinks=uplinks)
    assert "announced-address" not in {each["id"] for each in result["findings"]}


@pytest.mark.parametrize("address", ["192.168.1.2", "100.64.1.2"])
@pytest.mark.parametrize("public", [None, OWN])
def test_behind_nat_nothing_passes_whether_the_public_address_is_known_or_not(address: str, public: str | None) -> None:
    uplinks = {"internet1": {"address": address, "public_address": public}}
    lists = {"port_forwarding": [forward("21", "21"), forward("61000-61099", "61000-61099")]}
    for endpoint in (FORWARDED, {**FORWARDED, "public_address": address}):
        result = answer(lists, endpoint, uplinks=uplinks)
        assert failing(result) == {"control", "passive"}
        assert {row["verdict"] for row in result["flows"] if not row["passed"]} == {"undetermined"}
        assert "mx-behind-nat" in {each["id"] for each in result["findings"]}
        assert "foreign-address-forwarded" not in {each["id"] for each in result["findings"]}
    assert failing(answer(WELL, uplinks=uplinks)) == {"control", "passive"}


@pytest.mark.parametrize(
    ("lists", "endpoint", "facts", "finding"),
    [
        (WELL, ENDPOINT, {"uplinks": {"internet1": {"status": "failed"}}}, "uplink-down"),
        (WELL, ENDPOINT, {"uplinks": {"internet1": {"status": "not connected"}}}, "uplink-down"),
        (WELL, ENDPOINT, {"uplinks": {"internet2": {"address": "192.0.2.2"}}}, "unknown-uplink"),
        (
            {"one_to_one_nat": [mapping("21", "61000-61099", publicIp=OWN)]},
            {**ENDPOINT, "public_address": OWN},
            {},
            "own-address-mapped",
        ),
    ],
)
def test_where_a_finding_says_that_nothing_arrives_nothing_passes(
    lists: dict[str, Any], endpoint: dict[str, Any], facts: dict[str, Any], finding: str
) -> None:
    result = answer(lists, endpoint, **facts)
    assert failing(result) == {"control", "passive"}
    assert {row["verdict"] for row in result["flows"] if not row["passed"]} == {"undetermined"}
    warnings = {each["id"] for each in result["findings"] if each["level"] == "warning"}
    assert warnings - {"active-data-from-another-address"} == {finding}


@pytest.mark.parametrize("status", ["active", "ready", "Active"])
def test_an_uplink_that_stands_by_is_one(status: str) -> None:
    uplinks = {**MX["uplinks"], "internet1": {"address": OWN, "public_address": OWN, "status": status}}
    assert failing(answer(WELL, uplinks=uplinks)) == set()


def test_behind_nat_a_port_that_no_rule_forwards_is_stopped_at_whatever_public_address() -> None:
    uplinks = {"internet1": {"address": "192.168.1.2"}}
    result = answer({"port_forwarding": [forward("61000-61099", "61000-61099")]}, FORWARDED, uplinks=uplinks)
    assert [row["verdict"] for row in result["flows"] if row["name"] == "control"] == ["stopped"]


@pytest.mark.parametrize("modes", [["passive"], ["active"], ["active", "passive"]])
@pytest.mark.parametrize("public", ["10.9.9.9", "100.64.9.9", "172.16.0.9"])
def test_clients_on_the_internet_do_not_reach_a_private_address(public: str, modes: list[str]) -> None:
    lists = {"one_to_one_nat": [mapping("21", "61000-61099", publicIp=public)]}
    result = answer(lists, {**ENDPOINT, "public_address": public, "modes": modes})
    assert failing(result) == {"control", "passive"} - ({"passive"} if "passive" not in modes else set())
    assert "public-address-unrouted" in {each["id"] for each in result["findings"]}
    near = {**ENDPOINT, "public_address": public, "modes": modes, "allowed_ips": ["10.0.0.0/8"]}
    assert failing(answer(lists, near)) == set()


def test_without_nat_the_internet_does_not_reach_a_private_server() -> None:
    lists = {"inbound_firewall": [{**deny(protocol="tcp"), "policy": "allow"}]}
    endpoint = {**ENDPOINT, "public_address": HOST, "modes": ["passive"]}
    assert failing(answer(lists, endpoint, nat_exceptions=["internet1"])) == {"control", "passive"}


def test_an_announced_private_address_is_the_cause_even_if_a_rule_has_it() -> None:
    lists = {"one_to_one_nat": [*WELL["one_to_one_nat"], mapping("61000-61099", publicIp=HOST)]}
    result = answer(lists, {**ENDPOINT, "announced_address": HOST})
    assert failing(result) == {"passive"}
    assert {"announced-address"} == {each["id"] for each in result["findings"] if each["level"] == "warning"}


def test_active_mode_leaves_by_the_address_of_the_mx_even_if_that_is_not_known() -> None:
    lists = {"port_forwarding": [forward("21", "21"), forward("61000-61099", "61000-61099")]}
    result = answer(lists, FORWARDED, uplinks={})
    assert failing(result) == {"control", "passive"}
    assert "active-data-untranslated" not in {each["id"] for each in result["findings"]}


@pytest.mark.parametrize(("ports", "flows"), [("1024-65535", set()), ("49152-65535", {"control", "passive"})])
def test_a_rule_for_the_ports_of_clients_is_enough(ports: str, flows: set[str]) -> None:
    rule = {**deny(protocol="tcp", srcPort=ports), "policy": "allow"}
    result = answer({**WELL, "inbound_firewall": [rule]}, nat_exceptions=["internet1"])
    assert failing(result) == flows
    found = [each["evidence"] for each in result["findings"] if each["id"] == "nat-exceptions"]
    assert ["from any, source port 1-49151, on" in each for each in found] == [True] * bool(flows)


def test_a_rule_that_leads_out_of_the_lan_leads_elsewhere() -> None:
    result = answer({"one_to_one_nat": [mapping("21", "61000-61099", lanIp="192.168.1.13")]})
    assert failing(result) == {"control", "passive"}
    found = {each["id"]: each["remedy"] for each in result["findings"]}
    assert found["control-port-not-admitted"].startswith("Set the rule's LAN address to lan_address")
    assert "server-outside-lan" not in found


def test_active_mode_needs_an_address_that_clients_can_answer() -> None:
    admit = {**deny(protocol="tcp"), "policy": "allow"}
    without_nat = {"nat_exceptions": ["internet1"]}
    assert failing(answer({"inbound_firewall": [admit]}, **without_nat)) == {"control", "passive", "active"}
    assert failing(answer({**WELL, "inbound_firewall": [admit]}, **without_nat)) == set()
    near = {**ENDPOINT, "public_address": HOST, "allowed_ips": ["10.1.0.0/16"]}
    assert failing(answer({"inbound_firewall": [admit]}, near, **without_nat)) == set()


@pytest.mark.parametrize(
    ("firmware", "verdict"), [("MX 18.211", "admitted"), ("MX 12.24", "stopped"), (None, "undetermined")]
)
def test_ftp_out_of_the_lan_has_its_active_mode(firmware: str | None, verdict: str) -> None:
    flow = {
        "name": "out",
        "direction": "outbound",
        "source": HOST,
        "source_ports": "any",
        "destination": "any",
        "protocol": "tcp",
        "ports": "21",
        "uplink": "internet1",
        "expect": "admitted",
    }
    result = report(whole({}), {**MX, "firmware": firmware}, [], [flow])
    assert [(row["name"], row["verdict"]) for row in result["flows"]] == [
        ("out", "admitted"),
        ("out: data of active mode", verdict),
    ]
    assert "MX 12.25" in result["flows"][1]["reason"]
    assert result["passed"]


OTHERS = mapping("21", "61000-61099", publicIp="203.0.113.99", lanIp="192.168.128.99")


@pytest.mark.parametrize(
    "rule",
    [
        {**OTHERS, "publicIp": None},
        {**OTHERS, "publicIp": "2001:db8::1"},
        {**OTHERS, "lanIp": "web.example"},
        {**OTHERS, "allowedInbound": [{"protocol": "tcp", "destinationPorts": ["0"], "allowedIps": ["GRP(1)"]}]},
        {**OTHERS, "uplink": 7},
    ],
)
def test_a_rule_of_others_that_cannot_be_read_ends_nothing(rule: dict[str, Any]) -> None:
    result = answer({"one_to_one_nat": [*WELL["one_to_one_nat"], rule]})
    assert failing(result) == set()
    (found,) = [each for each in result["findings"] if each["id"] == "rule-not-read"]
    assert found["evidence"].startswith("lists.one_to_one_nat[1]: ")


REMEDIES = [
    ({}, ENDPOINT, {}, "apply mxlab.ftp.mx_ftp_rules"),
    ({"one_to_one_nat": [mapping("21", "61000-61099", allowed=["192.0.2.7"])]}, ENDPOINT, {}, "allowed IPs"),
    ({"one_to_one_nat": [mapping("21", "61000-61099", uplink="internet2")]}, ENDPOINT, {}, "Set the uplink"),
    (WELL, ENDPOINT, {"nat_exceptions": ["internet1"]}, "inbound firewall rules"),
    (WELL, ENDPOINT, {"deployment_mode": "passthrough"}, "router in front of the MX"),
    (
        WELL,
        ENDPOINT,
        {"uplinks": {"internet1": {"address": "10.0.0.2", "public_address": OWN}}},
        "Forward the control port",
    ),
    ({"one_to_one_nat": [*WELL["one_to_one_nat"], {**OTHERS, "publicIp": PUBLIC}]}, ENDPOINT, {}, "Remove all but one"),
    (
        {"port_forwarding": [forward("21", "21"), forward("61000-61099", "61000-61099")]},
        FORWARDED,
        {"uplinks": {}},
        "mx_info",
    ),
]


@pytest.mark.parametrize(("lists", "endpoint", "mx", "remedy"), REMEDIES)
def test_the_remedy_is_that_of_the_cause(
    lists: dict[str, Any], endpoint: dict[str, Any], mx: dict[str, Any], remedy: str
) -> None:
    result = answer(lists, endpoint, **mx)
    assert {"control", "passive"} <= failing(result)
    warnings = {each["id"]: each["remedy"] for each in result["findings"] if each["level"] == "warning"}
    others = [words for *_case, words in REMEDIES if words != remedy]
    assert [id_ for id_, text in warnings.items() if remedy in text]
    assert not [(id_, words) for id_, text in warnings.items() for words in others if words in text]


def test_each_list_is_read_once_for_any_number_of_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []

    def counted(name: str) -> Any:
        real = getattr(site, name)
        return lambda *args, **kwargs: reads.append(name) or real(*args, **kwargs)

    for name in ("publications", "filters", "departures", "uplinks_named"):
        monkeypatch.setattr(site, name, counted(name))
    endpoints = [
        shared.endpoint(
            {**ENDPOINT, "name": f"s{n}", "public_address": f"203.0.113.{n}", "lan_address": f"192.168.128.{n}"}
        )
        for n in range(10, 40)
    ]
    report(whole(WELL), MX, endpoints, [])
    assert len(reads) == len(set(reads)) + 2  # publications of two uplinks, and two firewall lists


def test_many_sources_cost_no_more_than_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    real = evidence._meet
    monkeypatch.setattr(evidence, "_meet", lambda *args: calls.append(args) or real(*args))

    def cost(number: int) -> int:
        sources = [f"8.8.{each}.7" for each in range(number)]
        calls.clear()
        answer({"one_to_one_nat": [mapping("21", "61000-61099", allowed=sources)]})
        return len(calls)

    assert 0 < cost(80) < 3 * cost(40)


def test_the_facts_that_mx_info_returns_are_known() -> None:
    network = {"id": "N_1", "name": "HQ"}
    status = {"networkId": "N_1", "uplinks": [{"interface": "wan1", "ip": OWN, "publicIp": OWN, "status": "active"}]}
    nat = {"networkId": "N_1", "uplinks": [{"interface": "wan1", "nat": {"enabled": False}}]}
    vlan = {"id": 5, "subnet": "192.168.128.0/24", "name": "servers", "applianceIp": "192.168.128.1"}
    answers = Answers({"deploymentMode": "routed"}, {"products": {}}, [vlan], None, [])
    found = facts("N_1", Organization([network], [status], [nat]), answers)
    assert set(found) <= set(FACTS)
    assert set(found["uplinks"]["internet1"]) == set(UPLINK_FACTS)
    assert set(found["subnets"][0]) == set(SUBNET_FACTS)
    assert failing(report(whole(WELL), found, [shared.endpoint(ENDPOINT)], [])) == {"control", "passive"}
