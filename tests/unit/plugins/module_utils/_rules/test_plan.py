# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    ONE_TO_MANY_NAT,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
    Lists,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import ConflictError
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import (
    plan_deleted,
    plan_merged,
    plan_overridden,
    plan_rendered,
    plan_replaced,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

# With passive mode only, and all with one range, so that what they need can meet.
SERVER13 = replace(shared.SERVER13, active=False)
SERVER12 = replace(
    SERVER13,
    name="server12",
    public_address="203.0.113.2",
    lan_address="192.168.128.12",
    publish_by=PORT_FORWARDING,
)
NAT_RULE = {"name": "mail", "lanIp": "192.168.128.15", "publicIp": "203.0.113.15", "allowedInbound": []}
FORWARD = {
    "name": "web",
    "lanIp": "192.168.128.50",
    "publicPort": "8080",
    "localPort": "80",
    "protocol": "tcp",
    "uplink": "both",
    "allowedIps": ["any"],
}
SERVER14 = replace(
    SERVER13,
    name="server14",
    public_address="203.0.113.14",
    lan_address="192.168.128.14",
    publish_by=ONE_TO_MANY_NAT,
)
FOREIGN: Lists = {"one_to_one_nat": [NAT_RULE], "port_forwarding": [FORWARD]}


def render(endpoints: list[Endpoint]) -> Lists:
    return plan_rendered(FOREIGN, endpoints).after


def steps(plan: Plan) -> list[tuple[str, str, str | None]]:
    results = [change.result() for change in plan.changes]
    return [(step["kind"], step["action"], step["endpoint"]) for step in results]


def names(lists: Lists) -> dict[str, list[str]]:
    return {kind: [rule["name"] for rule in rules] for kind, rules in lists.items()}


def test_merged_adds_at_the_end_and_then_has_nothing_to_do() -> None:
    plan = plan_merged(FOREIGN, [SERVER13, SERVER12], "fail")
    assert steps(plan) == [
        ("one_to_one_nat", "add", "server13"),
        ("port_forwarding", "add", "server12"),
        ("port_forwarding", "add", "server12"),
    ]
    assert names(plan.after) == {
        "one_to_one_nat": ["mail", "server13 FTP"],
        "port_forwarding": ["web", "server12 FTP control", "server12 FTP passive"],
    }
    assert [kind.name for kind in plan.changed_kinds] == ["one_to_one_nat", "port_forwarding"]
    again = plan_merged(plan.after, [SERVER13, SERVER12], "fail")
    assert (again.changes, again.after, again.changed_kinds) == ((), plan.after, [])


def test_deleted_undoes_merged() -> None:
    merged = plan_merged(FOREIGN, [SERVER13, SERVER12], "fail").after
    plan = plan_deleted(merged, [SERVER12, SERVER13])
    assert {step[1] for step in steps(plan)} == {"remove"}
    assert plan.after == FOREIGN


def test_another_kind_of_publishing_takes_the_old_rules_away() -> None:
    merged = plan_merged(FOREIGN, [SERVER12], "fail").after
    moved = replace(SERVER12, publish_by=ONE_TO_ONE_NAT, public_address="203.0.113.12")
    plan = plan_merged(merged, [moved], "fail")
    assert names(plan.after) == {"one_to_one_nat": ["mail", "server12 FTP"], "port_forwarding": ["web"]}
    assert plan_merged(plan.after, [SERVER12], "fail").after == merged


def test_two_endpoints_share_the_rule_of_their_address() -> None:
    second = replace(SERVER13, name="second", control_port=2121, passive_ports=PortRange(62000, 62099))
    lists = render([SERVER13, second])
    assert names(lists) == {"one_to_one_nat": ["server13 FTP"], "port_forwarding": []}
    entries = lists["one_to_one_nat"][0]["allowedInbound"]
    assert [entry["destinationPorts"] for entry in entries] == [["21", "61000-61099"], ["2121", "62000-62099"]]
    assert plan_merged(lists, [second, SERVER13], "fail").changes == ()
    without_second = plan_deleted(lists, [second]).after
    assert without_second == render([SERVER13])
    alone = plan_deleted(lists, [SERVER13]).after
    assert alone["one_to_one_nat"][0]["allowedInbound"] == entries[1:]
    assert plan_deleted(alone, [SERVER13]).changes == ()
    assert plan_deleted(lists, [SERVER13, second]).after == render([])


def test_an_entry_that_one_endpoint_leaves_and_another_takes_is_no_change() -> None:
    web = {"protocol": "tcp", "destinationPorts": ["80", "443"], "allowedIps": ["any"]}
    (rule,) = render([SERVER13])["one_to_one_nat"]
    lists: Lists = {
        "one_to_one_nat": [{**rule, "allowedInbound": [web, *rule["allowedInbound"]]}],
        "port_forwarding": [],
    }
    leaver = replace(SERVER12, name="server13")
    heir = replace(SERVER13, name="heir")
    plan = plan_merged(lists, [leaver, heir], "fail")
    assert {change.kind for change in plan.changes} == {"port_forwarding"}
    assert plan_merged(plan.after, [leaver, heir], "fail").changes == ()


IN_THE_WAY: Lists = {
    "one_to_one_nat": [{**NAT_RULE, "publicIp": "203.0.113.13"}],
    "port_forwarding": [{**FORWARD, "name": "wide", "publicPort": "21-61050"}, FORWARD],
}


def test_conflicts_fail_and_show_both_rules() -> None:
    with pytest.raises(ConflictError) as error:
        plan_merged(IN_THE_WAY, [SERVER12], "fail")
    assert str(error.value) == (
        "port_forwarding rule of others:\n"
        "wide: tcp both port 21-61050 -> 192.168.128.50 port 80, from any\n"
        "conflicts with:\n"
        "server12 FTP control: tcp internet1 port 21 -> 192.168.128.12 port 21, from any\n"
        "port_forwarding rule of others:\n"
        "wide: tcp both port 21-61050 -> 192.168.128.50 port 80, from any\n"
        "conflicts with:\n"
        "server12 FTP passive: tcp internet1 port 61000-61099 -> 192.168.128.12 port 61000-61099, from any\n"
        "Set on_conflict=replace to remove the rule of others, or on_conflict=keep to leave out the endpoint's rule."
    )


def test_replace_removes_the_foreign_rule_once_and_says_so() -> None:
    plan = plan_merged(IN_THE_WAY, [SERVER13, SERVER12], "replace")
    assert steps(plan) == [
        ("one_to_one_nat", "remove", "server13"),
        ("one_to_one_nat", "add", "server13"),
        ("port_forwarding", "remove", "server12"),
        ("port_forwarding", "add", "server12"),
        ("port_forwarding", "add", "server12"),
    ]
    assert names(plan.after) == {
        "one_to_one_nat": ["server13 FTP"],
        "port_forwarding": ["web", "server12 FTP control", "server12 FTP passive"],
    }
    assert [warning.splitlines()[-1] for warning in plan.warnings] == ["The rule of others is removed."] * 3
    assert plan_merged(plan.after, [SERVER13, SERVER12], "replace").changes == ()


def test_keep_leaves_only_the_rules_in_conflict_out() -> None:
    lists: Lists = {**IN_THE_WAY, "port_forwarding": [{**FORWARD, "publicPort": "61050"}]}
    plan = plan_merged(lists, [SERVER13, SERVER12], "keep")
    assert names(plan.after) == {"one_to_one_nat": ["mail"], "port_forwarding": ["web", "server12 FTP control"]}
    assert [warning.splitlines()[-1] for warning in plan.warnings] == ["The endpoint's rule is left out."] * 2


def test_deleted_has_no_conflicts() -> None:
    assert plan_deleted(IN_THE_WAY, [SERVER13, SERVER12]).changes == ()


def test_rules_of_endpoints_in_the_same_call_are_no_conflict() -> None:
    lists = render([SERVER13])
    heir = replace(SERVER13, name="heir", lan_address="192.168.128.14")
    with pytest.raises(ConflictError):
        plan_merged(lists, [heir], "fail")
    moved = replace(SERVER13, public_address="203.0.113.14")
    assert plan_merged(lists, [moved, heir], "fail").after == render([moved, heir])


def test_the_diff_shows_a_list_in_words() -> None:
    wider = replace(SERVER13, passive_ports=PortRange(61000, 61199))
    lists: Lists = {**FOREIGN, "one_to_one_nat": render([SERVER13])["one_to_one_nat"]}
    plan = plan_merged(lists, [wider], "fail")
    assert plan.diff(plan.changed_kinds) == [
        {
            "before_header": "one_to_one_nat",
            "after_header": "one_to_one_nat",
            "before": "server13 FTP: internet1 203.0.113.13 <-> 192.168.128.13\n  tcp 21, 61000-61099 from any\n",
            "after": "server13 FTP: internet1 203.0.113.13 <-> 192.168.128.13\n  tcp 21, 61000-61199 from any\n",
        }
    ]


WEB = {"name": "web", "protocol": "tcp", "publicPort": "443", "localIp": "192.168.128.60", "localPort": "443"}
MANY: Lists = {
    "one_to_one_nat": [NAT_RULE],
    "one_to_many_nat": [{"publicIp": "203.0.113.14", "uplink": "internet1", "portRules": [WEB]}],
    "port_forwarding": [FORWARD],
}


def test_one_to_many_shares_the_rule_of_its_address() -> None:
    plan = plan_merged(MANY, [SERVER14], "fail")
    assert steps(plan) == [("one_to_many_nat", "change", "server14")]
    (rule,) = plan.after["one_to_many_nat"]
    assert [each["name"] for each in rule["portRules"]] == ["web", "server14 FTP control", "server14 FTP passive"]
    assert plan_merged(plan.after, [SERVER14], "fail").changes == ()
    assert plan_deleted(plan.after, [SERVER14]).after == MANY


def test_replace_takes_only_the_port_rule_in_the_way() -> None:
    in_the_way = {**WEB, "name": "old ftp", "publicPort": "20-21"}
    lists: Lists = {**MANY, "one_to_many_nat": [{**MANY["one_to_many_nat"][0], "portRules": [in_the_way, WEB]}]}
    with pytest.raises(ConflictError, match="old ftp: tcp port 20-21"):
        plan_merged(lists, [SERVER14], "fail")
    (rule,) = plan_merged(lists, [SERVER14], "replace").after["one_to_many_nat"]
    assert [each["name"] for each in rule["portRules"]] == ["web", "server14 FTP control", "server14 FTP passive"]
    (rule,) = plan_merged(lists, [SERVER14], "keep").after["one_to_many_nat"]
    assert [each["name"] for each in rule["portRules"]] == ["old ftp", "web", "server14 FTP passive"]


@pytest.mark.parametrize("endpoint", [SERVER14, replace(SERVER14, publish_by=ONE_TO_ONE_NAT)])
def test_an_address_has_one_kind_of_nat(endpoint: Endpoint) -> None:
    lists: Lists = {
        "one_to_one_nat": [{**NAT_RULE, "publicIp": "203.0.113.14"}] if endpoint is SERVER14 else [],
        "one_to_many_nat": [] if endpoint is SERVER14 else MANY["one_to_many_nat"],
        "port_forwarding": [],
    }
    with pytest.raises(ConflictError):
        plan_merged(lists, [endpoint], "fail")
    assert plan_merged(lists, [endpoint], "replace").after == plan_rendered(MANY, [endpoint]).after
    assert plan_merged(lists, [endpoint], "keep").changes == ()


@pytest.mark.parametrize(("first", "then"), [(ONE_TO_ONE_NAT, ONE_TO_MANY_NAT), (ONE_TO_MANY_NAT, ONE_TO_ONE_NAT)])
def test_an_address_leaves_one_list_before_it_enters_another(first: str, then: str) -> None:
    merged = plan_merged(MANY, [replace(SERVER13, publish_by=first)], "fail").after
    plan = plan_merged(merged, [replace(SERVER13, publish_by=then)], "fail")
    assert [kind.name for kind in plan.changed_kinds] == [first, then]
    assert plan_merged(plan.after, [replace(SERVER13, publish_by=first)], "fail").after == merged


def test_a_plan_has_the_findings_of_its_endpoints() -> None:
    plan = plan_merged(MANY, [SERVER13, replace(SERVER14, active=True)], "fail")
    assert plan.warnings == ()
    (finding,) = plan.findings
    assert (finding.id, finding.endpoint) == ("active-data-from-another-address", "server14")


def test_replaced_drops_endpoints_that_are_not_given() -> None:
    merged = plan_merged(MANY, [SERVER13, SERVER14, SERVER12], "fail").after
    plan = plan_replaced(merged, [SERVER12], "fail")
    assert steps(plan) == [("one_to_one_nat", "remove", "server13"), ("one_to_many_nat", "change", "server14")]
    assert plan.after == plan_merged(MANY, [SERVER12], "fail").after
    assert plan_replaced(merged, [], "fail").after == MANY


def test_replaced_lets_an_endpoint_take_over_what_another_had() -> None:
    merged = plan_merged(MANY, [SERVER13, SERVER12], "fail").after
    heirs = [replace(SERVER13, name="heir", lan_address="192.168.128.99"), replace(SERVER12, name="heir 2")]
    with pytest.raises(ConflictError):
        plan_merged(merged, heirs, "fail")
    assert plan_replaced(merged, heirs, "fail").after == plan_merged(MANY, heirs, "fail").after


def test_overridden_makes_the_lists_exactly_these() -> None:
    endpoints = [SERVER13, SERVER14, SERVER12]
    merged = plan_merged(MANY, endpoints, "fail").after
    wider = [SERVER13, SERVER14, replace(SERVER12, passive_ports=PortRange(62000, 62099))]
    plan = plan_overridden(merged, wider)
    assert plan.after == plan_rendered(MANY, wider).after
    assert steps(plan) == [
        ("one_to_one_nat", "remove", None),
        ("one_to_many_nat", "change", "server14"),
        ("port_forwarding", "remove", None),
        ("port_forwarding", "change", "server12"),
    ]
    assert plan_overridden(plan.after, wider).changes == ()
    assert plan_overridden(merged, []).after == plan_rendered(MANY, []).after


def test_a_plan_leaves_what_it_was_given_alone() -> None:
    lists = render([SERVER13, SERVER12])
    snapshot = repr(lists)
    plan_merged(lists, [replace(SERVER13, passive_ports=PortRange(1024, 1025))], "fail")
    plan_deleted(lists, [SERVER13, SERVER12])
    assert repr(lists) == snapshot
