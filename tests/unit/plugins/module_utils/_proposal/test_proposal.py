# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is proposed for each fault in a good export: options of mx_ftp_rules, or what else has to be done."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.candidates import options_of
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.proposal import ASIDE, proposals
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.findings import CASE_ROWS, SITE_ROWS
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import known_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.states import run
from ansible_collections.mxlab.ftp.plugins.modules.mx_ftp_rules import ARGUMENT_SPEC
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, RESOURCES, Clock, Memory

SERVER12 = {**shared.OPTIONS12, "passive_ports": "61100-61199"}


def mapped(ports: list[str], allowed: str = "any", **fields: Any) -> dict[str, Any]:
    entry = {"protocol": "tcp", "destinationPorts": ports, "allowedIps": [allowed]}
    return {"rules": [{**exports.MAPPED, "allowedInbound": [entry], **fields}]}


def forwarded(name: str, ports: str, lan: str = "192.168.128.12", **fields: Any) -> dict[str, Any]:
    rule = {"name": name, "uplink": "internet1", "protocol": "tcp", "publicPort": ports, "localPort": ports}
    return {**rule, "lanIp": lan, "allowedIps": ["any"], **fields}


def proposed(
    options: list[dict[str, Any]], flows: tuple[dict[str, Any], ...] = (), **parts: Any
) -> list[dict[str, Any]]:
    document = parse({**exports.PARTS, **parts}, "export")
    site = Site(known_lists(lists_of(document)), Mx.of(facts_of(document)), {})
    return proposals(site, parse_endpoints([shared.filled(each) for each in options], {}), flows)


def actions(proposal: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(each["kind"], each["action"], each["needed"]) for each in proposal["changes"]]


def test_nothing_is_proposed_for_what_works() -> None:
    assert proposed([shared.OPTIONS13]) == []


FAULTS = {
    "range": ({"oneToOneNatRules": mapped(["21", "61000-61049"])}, {}, [("one_to_one_nat", "change", True)]),
    "no rule": ({"oneToOneNatRules": []}, {}, [("one_to_one_nat", "add", True)]),
    "sources": (
        {"oneToOneNatRules": mapped(["20-21", "61000-61099"], "198.51.100.0/24")},
        {},
        [("one_to_one_nat", "change", True)],
    ),
    "public address": (
        {"oneToOneNatRules": mapped(["20-21", "61000-61099"], publicIp="203.0.113.14")},
        {},
        [("one_to_one_nat", "add", True)],
    ),
    "LAN address": (
        {"oneToOneNatRules": mapped(["20-21", "61000-61099"], lanIp="192.168.128.99")},
        {"on_conflict": "replace"},
        [("one_to_one_nat", "remove", True), ("one_to_one_nat", "add", True)],
    ),
    # An address has one rule, so the other one goes although it is on another uplink.
    "uplink": (
        {"oneToOneNatRules": mapped(["20-21", "61000-61099"], uplink="internet2")},
        {"on_conflict": "replace"},
        [("one_to_one_nat", "remove", False), ("one_to_one_nat", "add", True)],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_smallest_change_is_proposed(fault: str) -> None:
    parts, other, changes = FAULTS[fault]
    (found,) = proposed([shared.OPTIONS13], **parts)
    endpoint = {**shared.OPTIONS13, "inbound_data_port": False}
    assert found["options"] == {"state": "merged", "endpoints": [endpoint], **other}
    assert actions(found) == changes
    assert (found["enough"], found["remains"]) == (True, [])
    assert bool(found["remedies"]) is bool(other)
    assert set(found["options"]) <= set(ARGUMENT_SPEC)


@pytest.mark.parametrize("fault", FAULTS)
def test_mx_ftp_rules_makes_this_change_and_every_flow_passes(fault: str) -> None:
    document = parse({**exports.PARTS, **FAULTS[fault][0]}, "export")
    lists = known_lists(lists_of(document))
    (found,) = proposed([shared.OPTIONS13], **FAULTS[fault][0])
    memory = Memory(None, **{name: lists[name] for name in RESOURCES})
    defaults = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
    call = {**defaults, "network": "N_100001", **found["options"]}
    call["endpoints"] = [shared.filled(each) for each in call["endpoints"]]
    result = run(call, False, Dashboard(BASE, KEY, memory, Clock().limit()))
    told = [{name: value for name, value in each.items() if name != "needed"} for each in found["changes"]]
    assert [{name: each[name] for name in told[0]} for each in result["plan"]] == told
    written = {name: memory.rules("N_100001", name) for name in RESOURCES}
    endpoints = parse_endpoints([shared.filled(shared.OPTIONS13)], {})
    assert report({**lists, **written}, facts_of(document), endpoints, [])["passed"]


def test_a_port_that_a_rule_of_others_forwards_stays_theirs() -> None:
    rules = [forwarded("web", "61100-61199"), forwarded("old", "21", lan="192.168.128.99")]
    (found,) = proposed([SERVER12], portForwardingRules=rules)
    assert found["options"]["on_conflict"] == "replace"
    (found,) = proposed([SERVER12], portForwardingRules=rules[:1])
    assert found["options"]["on_conflict"] == "keep"
    assert actions(found) == [("port_forwarding", "add", True)]


def test_an_endpoint_on_the_wrong_uplink_needs_no_other_rule() -> None:
    statuses = [{"interface": f"wan{n}", "status": "active", "ip": f"203.0.113.{n}"} for n in (1, 2)]
    rules = [forwarded("a", "21", uplink="internet2"), forwarded("b", "61100-61199", uplink="internet2")]
    parts = {"uplinkStatuses": {"uplinks": statuses}, "portForwardingRules": rules}
    (found,) = proposed([{**SERVER12, "uplink": "internet1", "modes": ["passive"]}], **parts)
    assert found["options"] is not None
    assert found["options"]["endpoints"][0]["uplink"] == "internet2"
    assert found["enough"]


def test_nat_on_an_address_of_the_mx_itself_becomes_port_forwarding() -> None:
    endpoint = {**SERVER12, "publish_by": "one_to_one_nat", "modes": ["passive"]}
    (found,) = proposed([endpoint])
    assert found["options"]["endpoints"][0]["publish_by"] == "port_forwarding"
    assert found["enough"]
    assert actions(found) == [("port_forwarding", "add", True)] * 2


DENY = {"policy": "deny", "protocol": "tcp", "srcCidr": "any", "srcPort": "20", "destCidr": "any", "destPort": "any"}
NOT_ENOUGH = {
    "outbound rule": ({"l3FirewallRules": [DENY]}, "before the rule that denies it"),
    "layer 7": ({"l7FirewallRules": [{"policy": "deny", "type": "port", "value": "21"}]}, "layer 7 firewall rules"),
    "route": ({"vlans": []}, "add the VLAN or static route"),
    "mode": ({"applianceSettings": {"deploymentMode": "passthrough"}}, "routed mode"),
    "missing list": ({"l7FirewallRules": None}, "Add these lists"),
    "missing list of rules": ({"oneToOneNatRules": None}, "one_to_one_nat is not given"),
}


@pytest.mark.parametrize("fault", NOT_ENOUGH)
def test_what_no_rule_mends_has_a_reason_and_a_remedy(fault: str) -> None:
    parts, remedy = NOT_ENOUGH[fault]
    (found,) = proposed([shared.OPTIONS13], **parts)
    assert (found["enough"], found["options"], found["changes"]) == (False, None, [])
    assert found["remains"]
    assert any(remedy in each for each in found["remedies"])


def test_a_change_that_helps_in_part_is_proposed_with_what_remains() -> None:
    parts = {"l3FirewallRules": [DENY], "oneToOneNatRules": mapped(["21", "61000-61049"])}
    (found,) = proposed([shared.OPTIONS13], **parts)
    assert actions(found) == [("one_to_one_nat", "change", True)]
    assert not found["enough"]
    (remains,) = found["remains"]
    assert "Outbound rule 1" in remains


def test_a_change_that_breaks_another_expectation_is_not_proposed() -> None:
    closed = {"name": "low", "direction": "inbound", "destination": "203.0.113.2", "ports": "1-1024", "source": "any"}
    flow = {
        **closed,
        "protocol": "tcp",
        "source_ports": "any",
        "uplink": "internet1",
        "name": None,
        "expect": "stopped",
    }
    (found,) = proposed([SERVER12], (flow,))
    assert (found["enough"], found["options"]) == (False, None)
    assert "fare worse with it: flow 0, to 203.0.113.2, ports 21" in reason(found)
    (found,) = proposed([SERVER12], ({**flow, "ports": "1-20"},))
    assert found["enough"]


def asked(ports: str, expect: str | None = None) -> dict[str, Any]:
    packets = {"source": "any", "source_ports": "any", "destination": "203.0.113.13", "protocol": "tcp", "ports": ports}
    return {"name": "web", "direction": "inbound", "uplink": "internet1", "expect": expect, **packets}


def reason(proposal: dict[str, Any]) -> str:
    """Return why a change that helps is not proposed."""
    return next((each for each in proposal["remedies"] if "is not proposed, because" in each), "")


NO_NAT = {"uplinks": [{"interface": "wan1", "nat": {"enabled": False}}]}
CLOSE = {**DENY, "comment": "close the rest", "srcPort": "any", "destCidr": "203.0.113.13"}
ALLOW = {**DENY, "policy": "allow", "protocol": "any", "srcPort": "any"}
APPLICATION = {"policy": "deny", "type": "application", "value": {"id": "meraki:layer7/application/5", "name": "x"}}
WEB = mapped(["443"], lanIp="192.168.128.80", name="web")


def test_a_deny_that_closes_other_ports_of_the_server_is_not_removed() -> None:
    (found,) = proposed([shared.OPTIONS13], uplinksNat=NO_NAT, inboundFirewallRules={"rules": [CLOSE, ALLOW]})
    assert (found["enough"], found["options"]) == (False, None)
    assert "lets in packets that no flow of the endpoint needs: to 203.0.113.13, ports 1-19" in reason(found)


@pytest.mark.parametrize(
    ("ports", "expect", "layer7"),
    [
        ("443", "admitted", []),
        ("443-444", "admitted", []),
        ("443", None, []),
        ("443", "admitted", [APPLICATION]),
    ],
)
def test_no_packet_of_a_flow_that_is_asked_for_fares_worse(
    ports: str, expect: str | None, layer7: list[dict[str, Any]]
) -> None:
    parts = {"oneToOneNatRules": WEB, "l7FirewallRules": {"rules": layer7}}
    (found,) = proposed([shared.OPTIONS13], (asked(ports, expect),), **parts)
    assert found["options"] is None
    assert "fare worse with it: web, to 203.0.113.13, ports 443" in reason(found)


def test_packets_of_a_flow_are_not_led_to_another_host() -> None:
    endpoint = {**shared.OPTIONS13, "control_port": 443, "modes": ["passive"]}
    (found,) = proposed([endpoint], (asked("443", "admitted"),), oneToOneNatRules=WEB)
    assert found["options"] is None
    assert "web, to 203.0.113.13, ports 443" in reason(found)


@pytest.mark.parametrize("layer7", [[], [APPLICATION]])
def test_an_endpoint_that_passes_in_part_or_perhaps_loses_nothing(layer7: list[dict[str, Any]]) -> None:
    way = {"publish_by": "one_to_many_nat"}
    mine = {**shared.OPTIONS13, **way}
    other = {**mine, "name": "other", "lan_address": "192.168.128.80", "control_port": 2121}
    ports = [("2121", "2121"), ("61050-62050", "61050-62050")]
    entries = [
        {"name": name, "protocol": "tcp", "publicPort": name, "localIp": "192.168.128.80", "localPort": local}
        for name, local in ports
    ]
    rule = {"publicIp": "203.0.113.13", "uplink": "internet1"}
    rules = [{**rule, "portRules": [{**entry, "allowedIps": ["any"]} for entry in entries]}]
    parts = {"oneToOneNatRules": [], "oneToManyNatRules": rules, "l7FirewallRules": {"rules": layer7}}
    (found, _other) = proposed([mine, {**other, "passive_ports": "62000-62099"}], **parts)
    assert (found["enough"], found["options"]["on_conflict"]) == (False, "keep")
    assert "other passive, to 203.0.113.13, ports 62000-62050" in reason(found)


def test_rules_of_others_that_are_removed_are_named() -> None:
    parts, _other, _changes = FAULTS["LAN address"]
    (found,) = proposed([shared.OPTIONS13], **parts)
    (remedy,) = found["remedies"]
    assert remedy.startswith("on_conflict=replace removes this one_to_one_nat rule of others.")
    assert "203.0.113.13 <-> 192.168.128.99" in remedy


def test_nothing_is_enough_while_a_list_with_rules_of_others_is_unknown() -> None:
    (found,) = proposed([shared.OPTIONS13], oneToOneNatRules=[], oneToManyNatRules=None, portForwardingRules=None)
    assert (found["enough"], actions(found)) == (False, [("one_to_one_nat", "add", True)])
    assert "one_to_many_nat is not given" in found["remains"][0]
    assert "Add these lists" in found["remedies"][0]


def test_nothing_is_enough_in_a_network_that_is_bound_to_a_template() -> None:
    network = {**exports.NETWORK, "isBoundToConfigTemplate": True}
    (found,) = proposed([shared.OPTIONS13], oneToOneNatRules=[], network=network)
    assert (found["enough"], actions(found)) == (False, [("one_to_one_nat", "add", True)])
    assert "Check and change the rules of the template, or unbind the network." in found["remedies"]


def test_endpoints_of_one_name_are_told_apart() -> None:
    first = {**shared.OPTIONS13, "network": "HQ"}
    second = {**shared.OPTIONS13, "network": "N_7", "public_address": "203.0.113.14", "lan_address": "192.168.128.14"}
    for endpoints in ([first, second], [second, first]):
        (found,) = proposed(endpoints)
        assert found["options"]["endpoints"][0]["public_address"] == "203.0.113.14"


def test_nat_of_an_address_of_the_mx_is_not_proposed_behind_another_nat() -> None:
    status = {"uplinks": [{**exports.UPLINK, "ip": "10.0.0.2"}]}
    (found,) = proposed([{**SERVER12, "publish_by": "one_to_one_nat"}], oneToOneNatRules=[], uplinkStatuses=status)
    assert not found["enough"]
    assert found["options"]["endpoints"][0]["publish_by"] == "port_forwarding"


def test_no_rule_is_proposed_for_an_address_that_no_server_has() -> None:
    parts = {"vlans": [], "staticRoutes": [{"subnet": "192.168.128.0/24", "enabled": True}], "oneToOneNatRules": []}
    (found,) = proposed([{**shared.OPTIONS13, "lan_address": "192.168.128.255"}], **parts)
    assert (found["enough"], found["options"]) == (False, None)
    assert [each for each in found["remedies"] if "to the server's own address" in each]


def test_who_is_told_that_a_change_does_harm_is_not_told_to_make_it() -> None:
    (found,) = proposed([shared.OPTIONS13], (asked("443", "admitted"),), oneToOneNatRules=WEB)
    assert reason(found)
    assert not [each for each in found["remedies"] if "apply mxlab.ftp.mx_ftp_rules" in each]


def test_the_options_are_the_endpoint() -> None:
    whole = shared.filled({**shared.OPTIONS14, "allowed_ips": ["192.0.2.7"], "control_port": 2121, "network": "HQ"})
    (endpoint,) = parse_endpoints([whole], {})
    assert parse_endpoints([shared.filled(options_of(endpoint))], {}) == [endpoint]
    defaults = {name for name, spec in ENDPOINT_SPEC.items() if "default" in spec}
    assert defaults.isdisjoint(options_of(shared.SERVER13))


def test_findings_that_are_left_out_exist() -> None:
    assert {row.id for row in (*SITE_ROWS, *CASE_ROWS)} >= ASIDE
