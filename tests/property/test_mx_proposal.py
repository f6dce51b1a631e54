# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong with an MX: a proposal that is called enough is enough, says what it needs, and harms nobody."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.proposal import proposals
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, WAYS, Lists
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Change, Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import ConflictError
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import plan_merged
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole
from hypothesis import event, example, given
from hypothesis import strategies as st

OWN = {"internet1": "203.0.113.2", "internet2": "198.51.100.2"}
# Few of each, so that endpoints, faults and rules of others meet often.
ADDRESSES = ["203.0.113.13", "203.0.113.14", *OWN.values()]
HOSTS = ["192.168.128.13", "192.168.128.14", "192.168.129.13"]
UPLINKS = ["internet1", "internet2"]
SOURCES = [["any"], ["198.51.100.0/24"], ["192.0.2.7", "198.51.100.0/24"]]
PORTS = ["20-21", "21", "2121", "61000-61009", "61000-61004", "1-65535", "443"]
DEFAULT = {"comment": "Default rule", "policy": "deny", "protocol": "Any", "srcCidr": "Any", "destCidr": "Any"}

OPEN = {**DEFAULT, "comment": "rest", "policy": "allow"}


def option(name: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = {
        "name": st.just(name),
        "public_address": st.sampled_from(ADDRESSES),
        "lan_address": st.sampled_from(HOSTS),
        "control_port": st.sampled_from([21, 2121]),
        "passive_ports": st.sampled_from(["61000-61009", "61010-61019"]),
        "modes": st.sampled_from([["active", "passive"], ["passive"], ["active"]]),
        "allowed_ips": st.sampled_from(SOURCES),
        "publish_by": st.sampled_from([*WAYS]),
        "uplink": st.sampled_from(UPLINKS),
        "inbound_data_port": st.booleans(),
    }
    return st.fixed_dictionaries(fields).map(shared.filled)


@st.composite
def endpoints(draw: st.DrawFn) -> list[Endpoint]:
    """Return one or two endpoints that the module's checks let pass."""
    options = [draw(option("a")), *([draw(option("b"))] if draw(st.booleans()) else [])]
    try:
        return parse_endpoints(options, {})
    except ValueError:
        return parse_endpoints(options[:1], {})


def changed(field: str, values: list[Any]) -> st.SearchStrategy[Callable[[dict[str, Any]], None]]:
    """Return faults that give a field of a rule, and of what is inside it, another value."""

    def put(value: Any) -> Callable[[dict[str, Any]], None]:
        def fault(rule: dict[str, Any]) -> None:
            for part in (rule, *rule.get("allowedInbound", ()), *rule.get("portRules", ())):
                if field in part:
                    part[field] = value

        return fault

    return st.sampled_from(values).map(put)


FAULTS = st.one_of(
    changed("destinationPorts", [["20-21"], ["21", "61000-61004"], ["443"], ["1-65535"]]),
    changed("publicPort", PORTS),
    changed("localPort", PORTS),
    changed("allowedIps", [["198.51.100.7"], ["any"]]),
    changed("uplink", UPLINKS),
    changed("publicIp", ADDRESSES),
    changed("lanIp", HOSTS),
    changed("localIp", HOSTS),
    changed("protocol", ["udp"]),
    changed("name", ["web", "a FTP", "b FTP control"]),
    changed("policy", ["deny"]),
)
RULE = {"policy": st.sampled_from(["allow", "deny"]), "protocol": st.sampled_from(["tcp", "any"])}
OUTBOUND = st.fixed_dictionaries(
    {
        **RULE,
        "srcCidr": st.sampled_from(["any", HOSTS[0], "OBJ(7)"]),
        "srcPort": st.sampled_from(["any", "20"]),
        "destCidr": st.sampled_from(["any", "198.51.100.0/24"]),
        "destPort": st.just("any"),
    }
)
INBOUND = st.fixed_dictionaries(
    {
        **RULE,
        "srcCidr": st.just("any"),
        "srcPort": st.just("any"),
        "destCidr": st.sampled_from(["any", *ADDRESSES]),
        "destPort": st.sampled_from(["any", "21", "61000-61009"]),
    }
)
LAYER7 = st.fixed_dictionaries(
    {"policy": st.just("deny"), "type": st.just("port"), "value": st.sampled_from(["21", "61005", "8080"])}
)


@st.composite
def lists(draw: st.DrawFn, mine: list[Endpoint]) -> dict[str, Any]:
    """Return lists in which some endpoints are published, some rules are then spoiled, and some lists are missing."""
    published = [each for each in mine if draw(st.integers(0, 3))]
    base = plan_merged({name: [] for name in WAYS}, published, "keep").after
    found = copy.deepcopy(whole(base))
    for rules in (found[name] for name in WAYS):
        for rule in rules:
            for fault in draw(st.lists(FAULTS, max_size=2)):
                fault(rule)
    found["l3_firewall"] = draw(st.lists(OUTBOUND, max_size=1))
    found["l7_firewall"] = draw(st.lists(LAYER7, max_size=1))
    rest = draw(st.sampled_from([[], [DEFAULT], [OPEN]]))
    found[INBOUND_FIREWALL] = [*draw(st.lists(INBOUND, max_size=2)), *rest]
    missing = draw(st.sampled_from([None] * 8 + list(found)))
    return {name: rules for name, rules in found.items() if name != missing}


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    statuses = draw(st.sampled_from([["active", "ready"], ["active", "active"], ["failed", "active"]]))
    uplinks = {
        name: {"address": address, "public_address": address, "status": status}
        for (name, address), status in zip(OWN.items(), statuses)
    }
    return {
        "deployment_mode": draw(st.sampled_from(["routed"] * 9 + ["passthrough"])),
        "nat_exceptions": draw(st.sampled_from([[]] * 2 + [["internet1"]])),
        "uplinks": draw(st.sampled_from([uplinks] * 3 + [{"internet1": uplinks["internet1"]}, {}])),
        "subnets": draw(st.sampled_from([None, [{"cidr": "192.168.128.0/24"}], [{"cidr": "192.168.0.0/16"}]])),
    }


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Endpoint], dict[str, Any], dict[str, Any]]:
    mine = draw(endpoints())
    return mine, draw(lists(mine)), draw(facts())


def failing(some: dict[str, Any], mx: dict[str, Any], mine: list[Endpoint]) -> set[tuple[str, str]]:
    """Return the endpoints and flows that do not pass."""
    flows = report(some, mx, mine, [])["flows"]
    return {(each["endpoint"], each["name"]) for each in flows if not each["passed"]}


def planned(options: dict[str, Any], some: dict[str, Any], **other: Any) -> Plan:
    """Plan as mx_ftp_rules does with these options, and others in their place."""
    call = {"on_conflict": "fail", "inbound_firewall": False, "uplink_addresses": {}, **options, **other}
    names = [*WAYS, *([INBOUND_FIREWALL] if call["inbound_firewall"] else [])]
    own = {name: [rule for rule in some[name] if rule is not DEFAULT] for name in names if name in some}
    given = parse_endpoints([shared.filled(each) for each in call["endpoints"]], call["uplink_addresses"])
    return plan_merged(own, given, call["on_conflict"])


def as_proposed(proposal: dict[str, Any], mine: list[Endpoint]) -> list[Endpoint]:
    """Return the endpoints, with the one of the proposal as it is there."""
    (option_,) = proposal["options"]["endpoints"]
    (given,) = parse_endpoints([shared.filled(option_)], {})
    return [given if each.name == given.name else each for each in mine]


def measure(some: dict[str, Any], mx: dict[str, Any], mine: list[Endpoint], name: str) -> tuple[int, int]:
    """Return how many flows of an endpoint fail, and how many parts of them are not merely undetermined."""
    flows = [each for each in report(some, mx, mine, [])["flows"] if each["endpoint"] == name and not each["passed"]]
    return len({each["name"] for each in flows}), sum(each["verdict"] != "undetermined" for each in flows)


def kind_of(change: Change) -> RuleKind:
    return next(kind for kind in KINDS if kind.name == change.kind)


def asked(address: str, port: int, uplink: str) -> dict[str, Any]:
    """Return one packet from a client that all endpoints have, as an item of the option flows."""
    ends = {"source": "198.51.100.7", "source_ports": "50000", "destination": address, "ports": str(port)}
    return {"name": None, "direction": "inbound", "protocol": "tcp", "uplink": uplink, "expect": None, **ends}


def ports_of(endpoint: Endpoint) -> set[int]:
    """Return the ports of an endpoint that its clients, or Meraki's article, open."""
    passive = endpoint.passive_ports
    some = set() if passive is None else set(range(passive.first, passive.last + 1))
    return {endpoint.control_port, *([endpoint.control_port - 1] if endpoint.active else []), *some}


def assert_nobody_fares_worse(
    some: Lists, planned_: Lists, mx: dict[str, Any], mine: list[Endpoint], then: list[Endpoint], name: str
) -> None:
    """Ask about single packets before and after: to whom they come, and which of the server's ports open."""
    probed = [(address, port) for address in (*ADDRESSES, *HOSTS) for port in (20, 21, 22, 443, 2121, 61000, 61012)]
    packets = [asked(address, port, uplink) for address, port in probed for uplink in UPLINKS]
    rank = ["stopped", "undetermined", "admitted"]
    (server,) = (each for each in then if each.name == name)
    others = {(each.public_address, port, each.uplink) for each in mine if each.name != name for port in ports_of(each)}
    rows = (report(lists_, mx, [], packets)["flows"] for lists_ in (some, planned_))
    for old, new in zip(*rows):
        gain = rank.index(new["verdict"]) - rank.index(old["verdict"])
        place, port = new["destination"], int(new["ports"])
        if place in (server.public_address, server.lan_address):
            assert gain <= 0 or port in ports_of(server)
        if (place, port, new["uplink"]) in others:
            assert gain >= 0


def is_tidied(change: Change, name: str, options: dict[str, Any]) -> bool:
    """Tell whether a change is one that mx_ftp_rules makes in any case.

    It leaves no other rules of the endpoint, of which those between its addresses are some, and no conflict. It has an
    inbound rule for each port that it opens.
    """
    kind = kind_of(change)
    before, (endpoint,) = change.before or {}, options["endpoints"]
    pair = (before.get("publicIp"), before.get("lanIp")) == (endpoint["public_address"], endpoint["lan_address"])
    own = bool(before) and (name in kind.owners(before) or pair)
    return own or kind.name == INBOUND_FIREWALL or options.get("on_conflict") == "replace"


def without(plan: Plan, change: Change) -> Lists:
    return Plan(plan.before, tuple(each for each in plan.changes if each is not change), ()).after


# The deny closes the other ports of a server whose rule of NAT has no effect on them, so it must stay.
CLOSED = {"policy": "deny", "protocol": "tcp", "srcCidr": "any", "srcPort": "any", "destPort": "any"}
ALONE = parse_endpoints([shared.filled(shared.OPTIONS13)], {})
CLOSED_WORLD: tuple[list[Endpoint], dict[str, Any], dict[str, Any]] = (
    ALONE,
    whole(
        {
            **plan_merged({name: [] for name in WAYS}, ALONE, "keep").after,
            INBOUND_FIREWALL: [{**CLOSED, "destCidr": "203.0.113.13"}, OPEN],
        }
    ),
    {"nat_exceptions": ["internet1"], "uplinks": {"internet1": {"address": OWN["internet1"]}}},
)


@given(worlds())
@example(CLOSED_WORLD)
def test_a_proposal_is_enough_is_needed_and_harms_nobody(
    world: tuple[list[Endpoint], dict[str, Any], dict[str, Any]],
) -> None:
    mine, some, mx = world
    before = failing(some, mx, mine)
    found = proposals(Site(some, Mx.of(mx), {}), mine, [])
    assert {each["endpoint"] for each in found} == {name for name, _flow in before}
    for proposal in found:
        name = proposal["endpoint"]
        event(f"enough {proposal['enough']}, plan {proposal['options'] is not None}")
        if proposal["options"] is None:
            assert not proposal["enough"]
            assert all(proposal["remains"]) and proposal["remains"] and proposal["changes"] == []
            continue
        plan = planned(proposal["options"], some)
        then = as_proposed(proposal, mine)
        after = failing({**some, **plan.after}, mx, then)
        assert measure({**some, **plan.after}, mx, then, name) < measure(some, mx, mine, name)
        known = set(WAYS) <= set(some)
        assert proposal["enough"] is (known and not any(owner == name for owner, _flow in after))
        assert proposal["enough"] is (not proposal["remains"])
        assert {each for each in after if each[0] != name} <= {each for each in before if each[0] != name}
        assert_nobody_fares_worse(some, {**some, **plan.after}, mx, mine, then, name)
        for change in plan.changes if proposal["options"].get("on_conflict") == "replace" else ():
            theirs = change.before is not None and name not in kind_of(change).owners(change.before)
            assert not theirs or any(f"this {change.kind} rule of others" in each for each in proposal["remedies"])
        assert [each.result() for each in plan.changes] == [
            {key: value for key, value in each.items() if key != "needed"} for each in proposal["changes"]
        ]
        if proposal["enough"]:
            event(f"changes that are not needed: {[each['needed'] for each in proposal['changes']].count(False)}")
            for change, told in zip(plan.changes, proposal["changes"]):
                left_out = failing({**some, **without(plan, change)}, mx, then)
                assert told["needed"] is any(owner == name for owner, _flow in left_out)
                assert told["needed"] or is_tidied(change, name, proposal["options"])


@given(worlds())
def test_a_proposal_leaves_rules_of_others_alone_if_it_can(
    world: tuple[list[Endpoint], dict[str, Any], dict[str, Any]],
) -> None:
    mine, some, mx = world
    for proposal in proposals(Site(some, Mx.of(mx), {}), mine, []):
        policy = (proposal["options"] or {}).get("on_conflict", "fail")
        event(f"on_conflict {policy}")
        if policy == "fail" or not proposal["enough"]:
            continue
        then, name = as_proposed(proposal, mine), proposal["endpoint"]
        for milder in {"keep": ["fail"], "replace": ["fail", "keep"]}[policy]:
            try:
                plan = planned(proposal["options"], some, on_conflict=milder)
            except ConflictError:
                continue
            assert any(owner == name for owner, _flow in failing({**some, **plan.after}, mx, then))
