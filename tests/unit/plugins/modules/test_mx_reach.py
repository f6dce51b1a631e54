# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module, from options to result."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.words import ADDRESSING_PAGE, FIREWALL_PAGE, STATUS_PAGE
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules, mx_reach
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

SERVER13 = {**shared.OPTIONS13, "inbound_data_port": False}
SERVER12 = {**shared.OPTIONS12, "uplink": "both"}
MX = {"uplinks": {"internet1": {"address": "203.0.113.2"}}, "deployment_mode": "routed", "nat_exceptions": []}

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run() -> Run:
    """Run a module and give its result."""
    return lambda module, **options: run_module(module, options)[0]


def test_tables_of_the_user_decide_about_countries_and_host_names(run: Run) -> None:
    denied = {
        "policy": "deny",
        "protocol": "any",
        "srcCidr": "any",
        "srcPort": "any",
        "destCidr": "OBJ(1)",
        "destPort": "any",
    }
    document = {
        "l3FirewallRules": [denied],
        "l7FirewallRules": [{"policy": "deny", "type": "blockedCountries", "value": ["KP"]}],
        "policyObjects": [{"id": "1", "type": "fqdn", "fqdn": "ftp.example.com"}],
        "policyObjectsGroups": [],
    }
    flows = [
        {"direction": "outbound", "source": "192.168.128.9", "destination": place, "ports": "990"}
        for place in ("198.51.100.7", "203.0.113.100", "192.0.2.1")
    ]
    tables = {"hosts": {"ftp.example.com": ["198.51.100.7"]}, "countries": {"KP": ["192.0.2.0/24"]}}
    result = run(mx_reach, export=document, flows=flows, **tables)
    assert [each["verdict"] for each in result["flows"]] == ["stopped", "admitted", "stopped"]
    unknown = run(mx_reach, export=document, flows=flows)
    assert [each["verdict"] for each in unknown["flows"]] == ["undetermined"] * 3
    refused = run(mx_reach, export=document, countries={"KP": ["x"]})
    assert refused["msg"].startswith("countries.KP[0]: 'x' is not")


def rules_of(endpoint: dict[str, Any]) -> dict[str, Any]:
    """Return the rules that mx_ftp_rules writes for an endpoint, by kind."""
    parsed = shared.endpoint(endpoint)
    return {kind.name: kind.wanted(parsed) for kind in KINDS if kind.name == parsed.publish_by}


def test_what_mx_ftp_rules_writes_lets_ftp_through(run: Run) -> None:
    lists = whole({**rules_of(SERVER13), **rules_of(SERVER12)})
    result = run(mx_reach, lists=lists, mx=MX, endpoints=[SERVER13, SERVER12])
    assert result["passed"]
    assert not result["changed"]
    rows = [(each["endpoint"], each["name"], each["ports"], each["verdict"]) for each in result["flows"]]
    assert rows == [
        ("server13", "control", "21", "admitted"),
        ("server13", "passive", "61000-61099", "admitted"),
        ("server13", "active", "1024-65535", "admitted"),
        ("server13", "data", "20", "stopped"),
        ("server12", "control", "21", "admitted"),
        ("server12", "passive", "61100-61199", "admitted"),
        ("server12", "active", "1024-65535", "admitted"),
        ("server12", "data", "20", "admitted"),
    ]
    assert {each["level"] for each in result["findings"]} == {"info"}


def test_a_row_in_full(run: Run) -> None:
    rule = {
        "lanIp": "192.168.128.13",
        "publicIp": "203.0.113.13",
        "uplink": "internet1",
        "allowedInbound": [{"protocol": "tcp", "destinationPorts": ["21"], "allowedIps": ["any"]}],
    }
    flow = {"direction": "inbound", "destination": "203.0.113.13", "ports": "21", "expect": "stopped"}
    result = run(mx_reach, lists=whole({"one_to_one_nat": {"rules": [rule]}}), mx=MX, flows=[flow])
    assert not result["passed"]
    assert result["flows"] == [
        {
            "name": "flow 0",
            "endpoint": None,
            "direction": "inbound",
            "uplink": "internet1",
            "protocol": "tcp",
            "source": "any",
            "source_ports": "any",
            "destination": "203.0.113.13",
            "ports": "21",
            "verdict": "admitted",
            "reason": "published",
            "expect": "stopped",
            "passed": False,
            "translated": {
                "source": "any",
                "source_ports": "any",
                "destination": "192.168.128.13",
                "ports": "21",
            },
            "why": "TCP from any to 203.0.113.13, port 21, on Internet 1 is admitted: 1:1 NAT rule 1 translates the"
            " destination 203.0.113.13 to 192.168.128.13.",
            "chain": [
                step("uplink", "arrives on Internet 1, which has 203.0.113.2", STATUS_PAGE),
                step(
                    "nat",
                    "1:1 NAT rule 1 translates the destination 203.0.113.13 to 192.168.128.13",
                    f"{FIREWALL_PAGE}, 1:1 NAT",
                    {"kind": "one_to_one_nat", "index": 0, "part": 0, "title": "1:1 NAT rule 1"},
                ),
                step("route", "the subnet of 192.168.128.13 is not known (mx.subnets)", ADDRESSING_PAGE),
                step("l7_firewall", "no layer 7 firewall rule denies it", f"{FIREWALL_PAGE}, Layer 7 firewall rules"),
            ],
            "rules": [{"kind": "one_to_one_nat", "index": 0, "part": 0, "rule": rule}],
            "others": [],
        }
    ]


def test_proposals_are_made_on_request_and_are_options_of_mx_ftp_rules(run: Run) -> None:
    options = {"export": exports.DOCUMENT, "endpoints": [{**SERVER13, "passive_ports": "61000-61199"}]}
    assert "proposals" not in run(mx_reach, **options)
    (proposal,) = run(mx_reach, **options, propose=True)["proposals"]
    (change,) = proposal["changes"]
    rendered = run(mx_ftp_rules, **{**proposal["options"], "state": "rendered"})["rendered"]["unnamed"]
    assert change["after"]["allowedInbound"][-1] in rendered["one_to_one_nat"][0]["allowedInbound"]
    judged = run(mx_reach, lists=whole({"one_to_one_nat": [change["after"]]}), mx=MX, endpoints=options["endpoints"])
    assert (proposal["enough"], judged["passed"]) == (True, True)


def test_an_endpoint_of_another_network_than_the_export_is_refused_by_name(run: Run) -> None:
    def asked(network: str, export: dict[str, Any]) -> dict[str, Any]:
        return run(mx_reach, export=export, endpoints=[{**SERVER13, "network": network}])

    whole_export = exports.DOCUMENT
    result = asked("Branch 7", whole_export)
    assert result["failed"]
    assert "'HQ'" in result["msg"]
    assert "server13 (Branch 7)" in result["msg"]
    unnamed = {name: part for name, part in exports.DOCUMENT.items() if name != "network"}
    assert all(
        each["passed"] for each in (asked("HQ", whole_export), asked("N_7", whole_export), asked("Branch 7", unnamed))
    )


def step(name: str, text: str, page: str, *rules: dict[str, Any]) -> dict[str, Any]:
    """Return a step that admits, as the module documents it."""
    return {"step": name, "verdict": "admitted", "rules": list(rules), "text": text, "page": page}


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("destination", "server13", "flows[0].destination: 'server13' is not an IPv4 address, a CIDR block or any"),
        ("source", "10.0.0.0/33", "flows[0].source: '10.0.0.0/33' is not an IPv4 address, a CIDR block or any"),
        (
            "ports",
            "21,20",
            "flows[0].ports: '21,20' is not a port or a range of ports; write it like 61000-61099 or 21",
        ),
        ("source_ports", "0", "flows[0].source_ports: '0' is out of range; ports go from 1 to 65535"),
    ],
)
def test_a_wrong_flow_is_refused(run: Run, option: str, value: str, message: str) -> None:
    flow = {"direction": "inbound", "destination": "203.0.113.13", "ports": "21", option: value}
    result = run(mx_reach, lists={}, flows=[flow])
    assert (result["failed"], result["msg"]) == (True, message)


def test_a_wrong_endpoint_is_refused(run: Run) -> None:
    result = run(mx_reach, lists={}, endpoints=[{**SERVER13, "lan_address": "server13"}])
    assert result["msg"] == "endpoints[0].lan_address: 'server13' is not an IPv4 address; write it like 203.0.113.13"


@pytest.mark.parametrize("export", [exports.DOCUMENT, exports.PARTS])
def test_an_export_gives_lists_and_facts(run: Run, export: dict[str, Any]) -> None:
    result = run(mx_reach, export=export, endpoints=[SERVER13])
    assert result["passed"]
    assert {each["id"] for each in result["findings"]} == {"any-source", "data-port-open"}


def test_what_an_export_of_the_field_does_not_have_is_unknown(run: Run) -> None:
    result = run(mx_reach, export=exports.FIELD, endpoints=[SERVER13])
    verdicts = {each["name"]: each["verdict"] for each in result["flows"]}
    # The public address is that of a 1:1 rule, so no rule of an unknown list has it.
    assert verdicts == dict.fromkeys(("control", "passive", "active", "data"), "undetermined")
    assert {each["reason"].split()[0] for each in result["flows"]} == {"l7_firewall"}
    found = {each["id"]: each["evidence"] for each in result["findings"]}
    assert [name for name in ("one_to_many", "port_forwarding", "inbound") if name in found["lists-unknown"]] == [
        "port_forwarding",
        "inbound",
    ]
    assert found["facts-assumed"] == "not given: mx.deployment_mode, mx.nat_exceptions"


@pytest.mark.parametrize(
    ("l3", "l7", "verdict"),
    [
        ({"srcCidr": "VLAN(10).13", "destCidr": "GRP(8)"}, [], "stopped"),
        ({"srcCidr": "VLAN(10).14", "destCidr": "GRP(8)"}, [], "admitted"),
        ({"srcCidr": "VLAN(10).*", "destCidr": "any"}, [], "stopped"),
        ({"srcCidr": "any", "destCidr": "OBJ(9)"}, [], "undetermined"),
        (None, [{"policy": "deny", "type": "port", "value": "1024-65535"}], "stopped"),
        (None, None, "undetermined"),
    ],
)
def test_the_whole_policy_of_an_export_counts(run: Run, l3: Any, l7: Any, verdict: str) -> None:
    anything = {"policy": "deny", "protocol": "tcp", "srcPort": "any", "destPort": "any"}
    export = {
        **exports.DOCUMENT,
        "l3FirewallRules": {"rules": [] if l3 is None else [{**anything, **l3}]},
        "l7FirewallRules": None if l7 is None else {"rules": l7},
        "policyObjects": [{"id": "7", "type": "cidr", "cidr": "0.0.0.0/0"}],
        "policyObjectsGroups": [{"id": "8", "objectIds": [7]}],
    }
    result = run(mx_reach, export=export, endpoints=[{**SERVER13, "modes": ["active"]}])
    assert {each["verdict"] for each in result["flows"] if each["name"] == "active"} == {verdict}


def test_planned_lists_take_the_place_of_those_in_the_export(run: Run) -> None:
    result = run(mx_reach, export=exports.DOCUMENT, lists={"one_to_one_nat": []}, endpoints=[SERVER13])
    assert {each["verdict"] for each in result["flows"] if each["direction"] == "inbound"} == {"stopped"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "one of the following is required: export, lists"),
        ({"export": {}, "mx": {}}, "parameters are mutually exclusive: export|mx"),
        ({"export": {"vlan": []}}, "export: 'vlan' is unknown; did you mean 'vlans'?"),
    ],
)
def test_a_wrong_export_is_refused(run: Run, options: dict[str, Any], message: str) -> None:
    assert run(mx_reach, **options)["msg"] == message
