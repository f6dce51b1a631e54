# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for any lists and any endpoints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import ConflictError
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.network import reconcile
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import (
    plan_deleted,
    plan_merged,
    plan_overridden,
    plan_rendered,
    plan_replaced,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.revert import parse_reverts, plan_reverted
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock, Memory
from hypothesis import assume, event, given
from hypothesis import strategies as st

HQ = "N_100001"
OWN_ADDRESS = "203.0.113.2"
UPLINK_ADDRESSES = {"internet1": OWN_ADDRESS, "internet2": "198.51.100.2"}
# Few of each, so that endpoints and rules of others meet often.
ADDRESSES = [f"203.0.113.{n}" for n in (11, 12, 13)]
HOSTS = [f"192.168.128.{n}" for n in (11, 12)]
UPLINKS = st.sampled_from(["internet1", "internet2"])
SOURCES = st.sampled_from([["any"], ["Any"], ["198.51.100.0/24"], ["192.0.2.7", "198.51.100.0/24"]])
# The second ones only look like names of ours.
FOREIGN_NAMES = st.sampled_from(["web", "", "server FTP controls", "ftp passive", "FTP control", None])
PORTS = st.sampled_from(["20", "21", 21, "443", "1-100", "61000-61009", "61005-61020", "62000", "2121"])
PROTOCOLS = st.sampled_from(["tcp", "TCP", "udp"])
# Allowed inbound of others: none has the form of ours, which would make it ours.
ENTRIES = st.sampled_from(
    [
        {"protocol": "tcp", "destinationPorts": ["443", "80"], "allowedIps": ["Any"]},
        {"protocol": "tcp", "destinationPorts": [21, "80", "443"], "allowedIps": ["any"]},
        {"protocol": "udp", "destinationPorts": ["21"], "allowedIps": ["any"]},
        {"protocol": "any", "destinationPorts": [], "allowedIps": ["192.0.2.7"], "note": None},
        {"protocol": "icmp-ping", "destinationPorts": [], "allowedIps": ["any"]},
        {"protocol": "tcp", "destinationPorts": ["1-65535"], "allowedIps": ["any"]},
    ]
)


def one_to_one(hosts: Sequence[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    rule = st.fixed_dictionaries(
        {
            "uplink": UPLINKS,
            "name": FOREIGN_NAMES,
            "publicIp": st.sampled_from(ADDRESSES),
            "lanIp": st.sampled_from(hosts),
            "allowedInbound": st.lists(ENTRIES, max_size=3),
        },
        optional={"unknown": st.just(1)},
    )
    return st.lists(rule, max_size=3, unique_by=lambda each: each["publicIp"])


PORT_RULE = st.fixed_dictionaries(
    {
        "name": FOREIGN_NAMES,
        "protocol": PROTOCOLS,
        "publicPort": PORTS,
        "localIp": st.sampled_from(HOSTS),
        "localPort": PORTS,
        "allowedIps": SOURCES,
    }
)
ONE_TO_MANY = st.lists(
    st.fixed_dictionaries(
        {
            "publicIp": st.sampled_from(ADDRESSES),
            "uplink": UPLINKS,
            "portRules": st.lists(PORT_RULE, min_size=1, max_size=3),
        }
    ),
    max_size=3,
    unique_by=lambda each: each["publicIp"],
)
FORWARDING = st.lists(
    st.fixed_dictionaries(
        {
            "publicPort": PORTS,
            "protocol": PROTOCOLS,
            "lanIp": st.sampled_from(HOSTS),
            "localPort": PORTS,
            "allowedIps": SOURCES,
        },
        optional={"name": FOREIGN_NAMES, "uplink": st.sampled_from(["both", "internet1", "internet2"])},
    ),
    max_size=4,
)


FIREWALL = st.lists(
    st.fixed_dictionaries(
        {
            "comment": FOREIGN_NAMES,
            "policy": st.sampled_from(["allow", "Deny"]),
            "protocol": st.sampled_from(["tcp", "Any", "udp"]),
            "srcCidr": st.sampled_from(["Any", "198.51.100.0/24", "192.0.2.7,OBJ(7)"]),
            "srcPort": st.just("Any"),
            "destCidr": st.sampled_from(["Any", OWN_ADDRESS, "198.51.100.0/24"]),
            "destPort": st.sampled_from(["Any", "21", "443,20-21", 62000]),
        }
    ),
    max_size=3,
)


def foreign_lists(hosts: Sequence[str] = HOSTS) -> st.SearchStrategy[Lists]:
    return st.fixed_dictionaries(
        {
            "one_to_one_nat": one_to_one(hosts),
            "one_to_many_nat": ONE_TO_MANY,
            "port_forwarding": FORWARDING,
            "inbound_firewall": FIREWALL,
        }
    )


@st.composite
def endpoints(draw: st.DrawFn, names: Sequence[str] = ("a", "b", "server")) -> list[Endpoint]:
    """Return some endpoints that the module's checks let pass, in any order."""
    options = [draw(endpoint(name)) for name in draw(st.permutations(names))[: draw(st.integers(1, len(names)))]]
    try:
        return parse_endpoints(options, UPLINK_ADDRESSES)
    except ValueError:
        assume(False)
        raise


def endpoint(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda option: {
            **option,
            "public_address": OWN_ADDRESS if option["publish_by"] == "port_forwarding" else option["public_address"],
        },
        st.fixed_dictionaries(
            {
                "name": st.just(name),
                "public_address": st.sampled_from(ADDRESSES),
                "lan_address": st.sampled_from(HOSTS),
                "control_port": st.sampled_from([21, 2121, 990]),
                "passive_ports": st.sampled_from(["61000-61009", "61010-61019", "62000-62099", "63000"]),
                "modes": st.sampled_from([["active"], ["passive"], ["active", "passive"]]),
                "allowed_ips": SOURCES,
                "publish_by": st.sampled_from(["one_to_one_nat", "one_to_many_nat", "port_forwarding"]),
                "uplink": UPLINKS,
                "inbound_data_port": st.booleans(),
            }
        ),
    )


POLICIES = st.sampled_from(["keep", "replace"])


def text(lists: Lists) -> str:
    """Return the lists to the byte."""
    return json.dumps([lists[name] for name in sorted(lists)])


def others(lists: Lists, mine: Sequence[Endpoint]) -> Lists:
    """Take out of the lists, in the plainest way, what the endpoints may have there."""
    names = {f"{each.name} FTP{suffix}" for each in mine for suffix in ("", " control", " passive", " data")}
    entries = [
        {
            "protocol": "tcp",
            "destinationPorts": [str(ports) for ports in each.openings().values()],
            "allowedIps": list(each.allowed_ips),
        }
        for each in mine
    ]
    shared = [
        {**rule, "allowedInbound": [entry for entry in rule["allowedInbound"] if entry not in entries]}
        for rule in lists["one_to_one_nat"]
        if rule["name"] not in names
    ]
    many = [
        {**rule, "portRules": [each for each in rule["portRules"] if each["name"] not in names]}
        for rule in lists["one_to_many_nat"]
    ]
    return {
        "one_to_one_nat": shared,
        "one_to_many_nat": [rule for rule in many if rule["portRules"]],
        "port_forwarding": [rule for rule in lists["port_forwarding"] if rule.get("name") not in names],
        "inbound_firewall": [rule for rule in lists["inbound_firewall"] if rule["comment"] not in names],
    }


def changed(plan: Plan) -> str:
    return "changes" if plan.changes else "nothing to do"


@given(foreign_lists(), endpoints(), POLICIES)
def test_merged_is_idempotent(lists: Lists, mine: list[Endpoint], policy: str) -> None:
    plan = plan_merged(lists, mine, policy)
    event(f"{changed(plan)}, {'conflicts' if plan.warnings else 'no conflict'}")
    assert plan_merged(plan.after, mine, policy).changes == ()


@given(foreign_lists(), endpoints(), st.randoms())
def test_deleted_undoes_merged(lists: Lists, mine: list[Endpoint], random: Any) -> None:
    merged = plan_merged(lists, mine, "keep").after
    shuffled = random.sample(mine, len(mine))
    assert text(plan_deleted(merged, shuffled).after) == text(lists)
    assert plan_deleted(lists, shuffled).changes == ()


@given(foreign_lists(), endpoints())
def test_rules_of_others_survive_byte_for_byte_in_order(lists: Lists, mine: list[Endpoint]) -> None:
    assert text(others(plan_merged(lists, mine, "keep").after, mine)) == text(lists)


@given(foreign_lists(), endpoints())
def test_fail_means_what_keep_and_replace_warn_of(lists: Lists, mine: list[Endpoint]) -> None:
    kept = [warning for warning in plan_merged(lists, mine, "keep").warnings if "left out" in warning]
    try:
        plan = plan_merged(lists, mine, "fail")
    except ConflictError:
        assert kept
    else:
        assert not kept
        assert text(plan.after) == text(plan_merged(lists, mine, "replace").after)


@given(foreign_lists(), endpoints(), st.data())
def test_a_changed_endpoint_leaves_nothing_stale(lists: Lists, mine: list[Endpoint], data: st.DataObject) -> None:
    merged = plan_merged(lists, mine, "keep").after
    wider = [replace(each, passive_ports=PortRange(30000 + n, 30000 + n), active=True) for n, each in enumerate(mine)]
    moved = [
        replace(each, publish_by={"one_to_one_nat": "one_to_many_nat"}.get(each.publish_by, each.publish_by))
        for each in mine
    ]
    then = data.draw(st.sampled_from([wider, moved]))
    plan = plan_merged(merged, then, "keep")
    assert text(plan_deleted(plan.after, then).after) == text(lists)
    assert plan_merged(plan.after, then, "keep").changes == ()


@given(foreign_lists(hosts=["192.168.128.99"]), endpoints(), endpoints(names=("x", "y")), POLICIES)
def test_replaced_leaves_of_ours_what_is_given(
    lists: Lists, mine: list[Endpoint], gone: list[Endpoint], policy: str
) -> None:
    # An entry with nothing but a control port other than 21 could be anybody's.
    proven = [replace(each, active=True, inbound_data_port=True) for each in gone]
    before = plan_merged(lists, proven, "keep").after
    plan = plan_replaced(before, mine, policy)
    owners = {name for kind in kinds_of(plan.after) for rule in plan.after[kind.name] for name in kind.owners(rule)}
    assert owners <= {each.name for each in mine}
    assert plan_replaced(plan.after, mine, policy).changes == ()
    if policy == "keep":
        assert text(plan_deleted(plan.after, mine).after) == text(lists)


@given(foreign_lists(), endpoints(), endpoints())
def test_overridden_leaves_nothing_but_the_endpoints(
    lists: Lists, mine: list[Endpoint], before: list[Endpoint]
) -> None:
    plan = plan_overridden(plan_merged(lists, before, "keep").after, mine)
    wanted = plan_rendered(lists, mine).after
    for kind in kinds_of(lists):
        found, left = plan.after[kind.name], list(wanted[kind.name])
        assert len(found) == len(left)
        for rule in found:
            left.remove(next(each for each in left if kind.same([rule], [each])))
    assert plan_overridden(plan.after, mine).changes == ()


PLANS = {
    "merged": lambda lists, mine: plan_merged(lists, mine, "replace"),
    "replaced": lambda lists, mine: plan_replaced(lists, mine, "replace"),
    "overridden": plan_overridden,
    "deleted": plan_deleted,
}


@given(foreign_lists(), endpoints(), endpoints(), st.sampled_from(list(PLANS)), st.data())
def test_reverted_undoes_every_state_and_spares_what_others_add_meanwhile(
    lists: Lists, before: list[Endpoint], mine: list[Endpoint], state: str, data: st.DataObject
) -> None:
    at_first = plan_merged(lists, before, "keep").after
    plan = PLANS[state](at_first, mine)
    event(f"{state}: {changed(plan)}")
    result = {"before": {HQ: plan.before}, "plan": [{"network": HQ, **each.result()} for each in plan.changes]}
    earlier = parse_reverts(json.loads(json.dumps(result)))
    if HQ not in earlier:
        assert text(plan.after) == text(at_first)
        return
    strangers: Lists = {kind: [{"name": "stranger", "publicIp": "192.0.2.1"}] for kind in lists}
    places = {kind: data.draw(st.integers(0, len(rules)), label=kind) for kind, rules in plan.after.items()}
    now = {
        kind: [*rules[: places[kind]], *strangers[kind], *rules[places[kind] :]] for kind, rules in plan.after.items()
    }
    reverted = plan_reverted(now, earlier[HQ], "fail").after
    assert {kind: [rule for rule in rules if rule in strangers[kind]] for kind, rules in reverted.items()} == strangers
    left = {kind: [rule for rule in rules if rule not in strangers[kind]] for kind, rules in reverted.items()}
    assert text(left) == text(at_first)
    assert plan_reverted(reverted, earlier[HQ], "fail").changes == ()


@given(foreign_lists(), endpoints(), st.sampled_from(["keep", "replace", "fail", "delete"]))
def test_check_mode_predicts_exactly_what_the_write_does(lists: Lists, mine: list[Endpoint], policy: str) -> None:
    def make(before: Lists) -> Plan:
        return plan_deleted(before, mine) if policy == "delete" else plan_merged(before, mine, policy)

    memory = Memory(None, **(plan_merged(lists, mine, "keep").after if policy == "delete" else lists))
    at_first = dict(memory.lists)
    dashboard = Dashboard(BASE, KEY, memory, Clock().limit())
    predicted = reconcile(dashboard, HQ, lists, make, check_mode=True)
    assert (memory.lists, {method for method, _resource in memory.log}) == (at_first, {"GET"})
    done = reconcile(dashboard, HQ, lists, make, check_mode=False)
    assert predicted == done
    assert done.error is None or (policy == "fail" and memory.lists == at_first)
    assert {kind: memory.rules(HQ, kind) for kind in lists} == done.after
    puts = [resource for method, resource in memory.log if method == "PUT"]
    assert len(puts) == len(set(puts)) == len({change.kind for change in done.changes})
