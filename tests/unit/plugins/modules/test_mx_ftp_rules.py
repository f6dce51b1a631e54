# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module against a dashboard in memory."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_one import OneToOneNat
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, DEFAULT_RULE, KEY, Fault, Memory, Rules
from ansible_collections.mxlab.ftp.tests.unit.plugins.mx_module import (
    FOREIGN,
    FOREIGN_FORWARDING,
    FOREIGN_NAT,
    HQ,
    SERVER12,
    SERVER13,
    SERVER14,
    Run,
)

READ_ALL = [("GET", "oneToOneNatRules"), ("GET", "oneToManyNatRules"), ("GET", "portForwardingRules")]


def written(resource: str) -> list[tuple[str, str]]:
    return [("PUT", resource), ("GET", resource)]


def requests_of(result: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(each["method"], each["path"].rpartition("/")[2], each["status"]) for each in result["requests"]]


def ours(memory: Memory) -> str:
    """Return all that is ours, as a text: rules behind the first twenty, and port rules behind the first."""
    added = [rule for kind in FOREIGN for rule in memory.rules(HQ, kind)[20:]]
    inside = [each for rule in memory.rules(HQ, "one_to_many_nat") for each in rule["portRules"][1:]]
    return json.dumps([added, inside])


def foreign(memory: Memory) -> dict[str, Rules]:
    """Return what is left of the lists without ours."""
    lists = {kind: memory.rules(HQ, kind)[:20] for kind in FOREIGN}
    for rule in lists["one_to_many_nat"]:
        del rule["portRules"][1:]
    return lists


def test_the_life_of_three_endpoints_among_sixty_rules_of_others(run: Run) -> None:
    memory = run.memory = Memory(None, **FOREIGN)
    at_first = dict(memory.lists)

    result = run(SERVER13, SERVER14, SERVER12)
    assert result["changed"]
    assert memory.log == [
        *READ_ALL,
        *written("oneToManyNatRules"),
        *written("oneToOneNatRules"),
        *written("portForwardingRules"),
    ]
    assert foreign(memory) == FOREIGN
    after = result["after"][HQ]
    assert [rule["name"] for rule in after["one_to_one_nat"][20:]] == ["server13 FTP"]
    assert [(rule["name"], rule["publicPort"]) for rule in after["port_forwarding"][20:]] == [
        ("server12 FTP control", "21"),
        ("server12 FTP passive", "61100-61199"),
        ("server12 FTP data", "20"),
    ]
    assert [(rule["name"], rule["publicPort"]) for rule in after["one_to_many_nat"][3]["portRules"]] == [
        ("web 3", 443),
        ("server14 FTP control", "21"),
        ("server14 FTP passive", "61200-61299"),
    ]

    memory.log.clear()
    result = run(SERVER13, SERVER14, SERVER12)
    assert (result["changed"], result["plan"], result["diff"], memory.log) == (False, [], [], READ_ALL)

    wider = [
        {**SERVER13, "passive_ports": "60000-60099"},
        {**SERVER14, "passive_ports": "60200-60299"},
        {**SERVER12, "passive_ports": "60100-60199"},
    ]
    assert [(step["network"], step["kind"], step["action"]) for step in run(*wider)["plan"]] == [
        (HQ, "one_to_one_nat", "change"),
        (HQ, "one_to_many_nat", "change"),
        (HQ, "port_forwarding", "change"),
    ]
    assert foreign(memory) == FOREIGN
    assert "61" not in ours(memory)

    memory.log.clear()
    assert not run(*wider)["changed"]
    assert memory.log == READ_ALL

    assert run(*wider, state="deleted")["changed"]
    assert memory.lists == at_first
    memory.log.clear()
    assert not run(*wider, state="deleted")["changed"]
    assert memory.log == READ_ALL


def test_only_a_list_that_changes_is_written(run: Run) -> None:
    run(SERVER12)
    assert run.memory.log == [*READ_ALL, *written("portForwardingRules")]


@pytest.mark.parametrize("state", ["merged", "deleted"])
def test_check_mode_predicts_the_run_and_writes_nothing(run: Run, state: str) -> None:
    if state == "deleted":
        run(SERVER13, SERVER12)
        run.memory.log.clear()
    before = dict(run.memory.lists)
    predicted = run(SERVER13, SERVER12, state=state, check=True)
    assert (run.memory.lists, run.memory.log) == (before, READ_ALL)
    done = run(SERVER13, SERVER12, state=state)
    for key in ("changed", "before", "after", "plan", "diff"):
        assert predicted[key] == done[key], key
    assert {kind: run.memory.rules(HQ, kind) for kind in FOREIGN} == done["after"][HQ]


def test_gathered_gives_the_lists_as_they_are(run: Run) -> None:
    run.memory = Memory(None, **FOREIGN)
    result = run(state="gathered")
    assert result["gathered"][HQ] == FOREIGN
    assert (result["changed"], run.memory.log) == (False, READ_ALL)


def test_rendered_needs_neither_key_nor_network_nor_api(run: Run) -> None:
    result = run(SERVER13, state="rendered", api_key=None, network=None)
    assert (result["changed"], result["requests"], run.memory.log) == (False, [], [])
    assert result["rendered"]["unnamed"]["port_forwarding"] == []
    assert [rule["name"] for rule in result["rendered"]["unnamed"]["one_to_one_nat"]] == ["server13 FTP"]


def test_names_cost_the_look_up_only(run: Run) -> None:
    assert run(SERVER13, network="Lab HQ", organization="Lab", check=True)["changed"]
    assert run.memory.log == [("GET", "organizations"), ("GET", "networks"), *READ_ALL]


def test_the_key_may_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERAKI_DASHBOARD_API_KEY", KEY)
    assert run(state="gathered", api_key=None)["requests"][0]["status"] == 200


def test_the_base_url_may_come_from_the_environment_and_the_option_wins(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MERAKI_BASE_URL", BASE)
    assert run(state="gathered", base_url=None)["requests"][0]["path"].startswith("/networks/")
    monkeypatch.setenv("MERAKI_BASE_URL", "no address")
    assert run(state="gathered")["requests"][0]["path"].startswith("/networks/")
    assert "'no address' is not a web address" in run(state="gathered", base_url=None)["msg"]


# (endpoints, other options, start of the message)
REFUSED_WITHOUT_A_REQUEST: list[tuple[list[dict[str, Any]], dict[str, Any], str]] = [
    (
        [{**SERVER13, "passive_ports": "61099-61000"}],
        {},
        "endpoints[0].passive_ports: '61099-61000' is inverted; write the lower port first",
    ),
    (
        [SERVER12, {**SERVER13, "public_address": "203.0.113.2"}],
        {},
        "endpoints[1].public_address: 203.0.113.2 is the MX's own address on internet1;",
    ),
    (
        [SERVER13],
        {"uplink_addresses": {"internet2": "203.0.113.13"}},
        "endpoints[0].public_address: 203.0.113.13 is the MX's own address on internet2;",
    ),
    ([{**SERVER13, "name": "x" * 128}], {}, "endpoints[0].name: 128 characters are too many"),
    ([SERVER13], {"base_url": "dashboard"}, "base_url: 'dashboard' is not a web address"),
    ([SERVER13], {"network": None}, "endpoints[0].network is missing; set it, or network for all endpoints"),
    ([SERVER13], {"network": ""}, "endpoints[0].network is missing; set it, or network for all endpoints"),
    ([], {"network": None, "state": "gathered"}, "state=gathered needs network or networks"),
    (
        [SERVER13, {**SERVER13, "network": "N_2"}],
        {"uplink_addresses": {"internet1": "203.0.113.2"}},
        "uplink_addresses: are those of one MX, but there are 2 networks",
    ),
    ([SERVER13], {"state": "overridden"}, "state=overridden removes all rules of others. Set confirm_override=true"),
    ([], {"state": "parsed"}, "state=parsed needs exported"),
    ([], {"state": "parsed", "exported": {"HQ": {"nat": []}}}, "exported.HQ: 'nat' is not a rule list"),
    (
        [],
        {"state": "parsed", "exported": {"one_to_one_nat": {"rule": []}}},
        'exported.one_to_one_nat: expected a list of rules or {"rules": [...]}',
    ),
    ([SERVER13], {"inbound_firewall": True}, "uplink_addresses.internet1: is missing; inbound_firewall needs"),
    ([], {"endpoints": None, "state": "deleted"}, "state=deleted needs endpoints"),
    (
        [SERVER13],
        {"api_key": None},
        "state=merged needs api_key; the key may also be in the environment variable MERAKI_DASHBOARD_API_KEY",
    ),
]


@pytest.mark.parametrize(("endpoints", "options", "message"), REFUSED_WITHOUT_A_REQUEST)
def test_bad_input_is_refused_before_any_request(
    run: Run, endpoints: list[dict[str, Any]], options: dict[str, Any], message: str
) -> None:
    result = run(*endpoints, **options)
    assert result["failed"]
    assert result["msg"].startswith(message)
    assert run.memory.log == []


# (options, parts of the message)
REFUSED_BY_THE_API: list[tuple[dict[str, Any], list[str]]] = [
    ({"api_key": "wrong"}, ['401: {"errors": ["Invalid API key"]}', "Check api_key"]),
    ({"network": "N_999"}, ['404: {"errors": ["Not Found"]}', "Check network"]),
    (
        {"network": "HQ"},
        ["network 'HQ' is unknown; this api_key sees: Lab HQ (N_100001). Set network (ftp_network) to one of these."],
    ),
    ({"network": "Lab HQ", "organization": "Lap"}, ["organization 'Lap' is unknown", "Lab (100001)"]),
]


@pytest.mark.parametrize(("options", "parts"), REFUSED_BY_THE_API)
def test_an_error_of_the_api_names_the_option(run: Run, options: dict[str, Any], parts: list[str]) -> None:
    result = run(SERVER13, **options)
    assert result["failed"]
    for part in parts:
        assert part in result["msg"]
    assert "PUT" not in dict(run.memory.log)


ACROSS = {**FOREIGN_FORWARDING[0], "name": "across", "publicPort": "61150", "localPort": "61150"}


def test_a_range_across_a_foreign_forward_is_refused_before_any_write(run: Run) -> None:
    run.memory = Memory(port_forwarding=[ACROSS])
    result = run(SERVER13, SERVER12)
    assert result["failed"]
    assert "across: tcp" in result["msg"]
    assert "server12 FTP passive: tcp internet1 port 61100-61199" in result["msg"]
    assert run.memory.log == READ_ALL


@pytest.mark.parametrize(
    ("policy", "names", "warning"),
    [
        (
            "replace",
            ["server12 FTP control", "server12 FTP passive", "server12 FTP data"],
            "The rule of others is removed.",
        ),
        ("keep", ["across", "server12 FTP control", "server12 FTP data"], "The endpoint's rule is left out."),
    ],
)
def test_conflict_policies_warn(run: Run, policy: str, names: list[str], warning: str) -> None:
    run.memory = Memory(port_forwarding=[ACROSS])
    result = run(SERVER12, on_conflict=policy)
    assert [rule["name"] for rule in result["after"][HQ]["port_forwarding"]] == names
    assert warning in json.dumps(result["warnings"])


def refused(_memory: Memory, method: str, _path: str, _rules: Rules | None) -> Response | None:
    texts = b'{"errors": ["Network is bound to a configuration template"]}'
    return Response(400, {}, texts) if method == "PUT" else None


def fails_before(_memory: Memory, method: str, _path: str, _rules: Rules | None) -> Response | None:
    return Response(502, {}, b"bad gateway") if method == "PUT" else None


def fails_after(memory: Memory, method: str, path: str, rules: Rules | None) -> Response | None:
    if method == "PUT":
        memory.serve(path, rules)
    return Response(0, {}, b"connection reset") if method == "PUT" else None


def ignored(_memory: Memory, method: str, _path: str, _rules: Rules | None) -> Response | None:
    return Response(200, {}, b"{}") if method == "PUT" else None


def edited_by_another(memory: Memory, method: str, path: str, _rules: Rules | None) -> Response | None:
    if method == "PUT":
        memory.put(path, FOREIGN_NAT[:1])
    return Response(200, {}, b"{}") if method == "PUT" else None


def never_read_back(memory: Memory, method: str, path: str, _rules: Rules | None) -> Response | None:
    written_already = memory.lists[path] != "[]"
    return Response(503, {}, b"busy") if method == "GET" and written_already else None


# (what happens, whether the run fails and has changed anything, part of its message)
FAULTS: list[tuple[Fault, bool, bool, str]] = [
    (refused, True, False, '400: {"errors": ["Network is bound to a configuration template"]}'),
    (fails_before, True, False, "The list was read back and has not changed. Run again."),
    (fails_after, False, True, ""),
    (edited_by_another, True, True, "The list was changed during this run"),
    (ignored, True, True, "The list was changed during this run"),
    (never_read_back, True, True, "The one_to_one_nat list was written but could not be read back. Run again."),
]


@pytest.mark.parametrize(("fault", "failed", "changed", "message"), FAULTS)
def test_a_write_is_believed_only_when_it_is_read_back(
    run: Run, fault: Fault, failed: bool, changed: bool, message: str
) -> None:
    run.memory.fault = fault
    result = run(SERVER13)
    assert (result.get("failed", False), result["changed"]) == (failed, changed)
    assert message in result.get("msg", "")
    assert bool(result["plan"]) is not failed
    assert [method for method, _resource in run.memory.log].count("PUT") == 1


def test_a_lost_update_shows_both_lists(run: Run) -> None:
    run.memory.fault = edited_by_another
    result = run(SERVER13)
    assert "Written (one_to_one_nat):\nserver13 FTP: " in result["msg"]
    assert "Read back:\nHost 0: " in result["msg"]
    assert result["failed_networks"].keys() == {HQ}
    assert result["after"][HQ]["one_to_one_nat"] == FOREIGN_NAT[:1]
    assert requests_of(result)[-2:] == [("PUT", "oneToOneNatRules", 200), ("GET", "oneToOneNatRules", 200)]


def test_what_was_written_before_a_failure_is_told(run: Run) -> None:
    def second_refused(memory: Memory, method: str, path: str, rules: Rules | None) -> Response | None:
        return refused(memory, method, path, rules) if path.endswith("portForwardingRules") else None

    run.memory.fault = second_refused
    result = run(SERVER13, SERVER12)
    assert result["failed"]
    assert "Lists that were already written: one_to_one_nat." in result["msg"]
    assert [step["endpoint"] for step in result["plan"]] == ["server13"]
    assert (len(result["after"][HQ]["one_to_one_nat"]), result["after"][HQ]["port_forwarding"]) == (1, [])


def test_one_to_many_nat_with_active_mode_works_and_warns(run: Run) -> None:
    warning = "active mode's data comes from the MX's own address"
    assert warning not in json.dumps(run(SERVER14))
    result = run({**SERVER14, "modes": ["active", "passive"]})
    assert result["changed"]
    assert warning in json.dumps(result["warnings"])
    (finding,) = result["findings"]
    assert (finding["network"], finding["endpoint"], finding["level"]) == (HQ, "server14", "warning")


INBOUND: dict[str, Any] = {"inbound_firewall": True, "uplink_addresses": {"internet1": "203.0.113.2"}}
ALLOWED = {**DEFAULT_RULE, "comment": "web", "policy": "allow", "destPort": "443"}


def test_the_inbound_firewall_is_read_and_written_only_when_asked(run: Run) -> None:
    run.memory = Memory(inbound_firewall=[ALLOWED])
    result = run(SERVER13, **INBOUND)
    assert [step["kind"] for step in result["plan"]] == ["one_to_one_nat", *["inbound_firewall"] * 3]
    rules = run.memory.rules(HQ, "inbound_firewall")
    assert rules[0] == ALLOWED
    assert [(rule["comment"], rule["destCidr"], rule["destPort"]) for rule in rules[1:]] == [
        ("server13 FTP control", "203.0.113.13,192.168.128.13,203.0.113.2", "21"),
        ("server13 FTP passive", "203.0.113.13,192.168.128.13,203.0.113.2", "61000-61099"),
        ("server13 FTP data", "203.0.113.13,192.168.128.13,203.0.113.2", "20"),
    ]
    assert not run(SERVER13, **INBOUND)["changed"]
    run(SERVER13, state="deleted", inbound_firewall=True)
    assert run.memory.rules(HQ, "inbound_firewall") == [ALLOWED]


def test_gathered_reads_the_firewalls_too_when_asked(run: Run) -> None:
    run.memory = Memory(inbound_firewall=[ALLOWED])
    result = run(state="gathered", inbound_firewall=True, l3_firewall=True)
    assert result["gathered"][HQ]["inbound_firewall"] == [ALLOWED, DEFAULT_RULE]
    assert result["gathered"][HQ]["l3_firewall"] == [DEFAULT_RULE]
    assert run.memory.log == [*READ_ALL, ("GET", "inboundFirewallRules"), ("GET", "l3FirewallRules")]


def test_replaced_removes_what_is_ours_and_not_given(run: Run) -> None:
    run.memory = Memory(None, **FOREIGN)
    run(SERVER13, SERVER14, SERVER12)
    result = run(SERVER12, state="replaced")
    assert [(step["kind"], step["endpoint"]) for step in result["plan"]] == [
        ("one_to_one_nat", "server13"),
        ("one_to_many_nat", "server14"),
    ]
    assert (foreign(run.memory), "server12" in ours(run.memory)) == (FOREIGN, True)
    assert not run(SERVER12, state="replaced")["changed"]
    assert run(state="replaced", networks=[HQ], network=None)["changed"]
    assert {kind: run.memory.rules(HQ, kind) for kind in FOREIGN} == FOREIGN


def test_overridden_leaves_nothing_else(run: Run) -> None:
    run.memory = Memory(None, **FOREIGN)
    options: dict[str, Any] = {"state": "overridden", "confirm_override": True}
    run({**SERVER13, "passive_ports": "60000-60099"}, SERVER12)
    result = run(SERVER13, SERVER14, SERVER12, **options)
    assert {kind: run.memory.rules(HQ, kind) for kind in FOREIGN} == run(
        SERVER13, SERVER14, SERVER12, state="rendered"
    )["rendered"][HQ]
    assert [step["action"] for step in result["plan"] if step["endpoint"] == "server13"] == ["change"]
    assert not run(SERVER13, SERVER14, SERVER12, **options)["changed"]


def test_parsed_gives_back_the_endpoints_that_were_merged(run: Run) -> None:
    endpoints = [SERVER13, SERVER14, SERVER12]
    run(*endpoints)
    gathered = run(state="gathered")["gathered"]
    run.memory.log.clear()
    parsed = run(state="parsed", exported=gathered, uplink_addresses={"internet1": "203.0.113.2"}, network=None)
    assert (parsed["gathered"], parsed["changed"], run.memory.log) == (gathered, False, [])
    assert [{key: found[key] for key in given} for given, found in zip(endpoints, parsed["endpoints"])] == endpoints
    assert not run(*parsed["endpoints"], network=None)["changed"]


def test_parsed_takes_what_the_api_gives(run: Run) -> None:
    exported = {"port_forwarding": {"rules": FOREIGN_FORWARDING}}
    result = run(state="parsed", exported=exported, network=None, api_key=None)
    assert result["gathered"] == {"unnamed": {"port_forwarding": FOREIGN_FORWARDING}}
    assert result["endpoints"] == []


SITES = {f"N_{n}": f"Site {n}" for n in range(30)}


def at(network: str, endpoint: dict[str, Any]) -> dict[str, Any]:
    return {**endpoint, "network": network}


def test_many_networks_cost_one_listing_and_nothing_more(run: Run) -> None:
    run.memory = Memory(SITES)
    result = run(*[at(name, SERVER13) for name in SITES.values()], network=None)
    assert list(result["after"]) == list(SITES.values())
    assert len(result["requests"]) == len(run.memory.log) == 2 + 5 * len(SITES)
    paths = {(each["network"], each["path"].split("/")[2]) for each in result["requests"] if each["network"]}
    assert paths == {(name, key) for key, name in SITES.items()}
    assert [len(run.memory.rules(key, "one_to_one_nat")) for key in SITES] == [1] * 30
    run.memory.log.clear()
    assert not run(*[at(key, SERVER13) for key in SITES], network=None)["changed"]
    assert len(run.memory.log) == 3 * len(SITES)


def test_a_failing_network_stops_no_other(run: Run) -> None:
    def one_breaks(memory: Memory, method: str, path: str, rules: Rules | None) -> Response | None:
        return refused(memory, method, path, rules) if "/N_7/" in path else None

    run.memory = Memory(SITES)
    run.memory.fault = one_breaks
    names = [*SITES.values(), "Site 99"]
    result = run(*[at(name, SERVER13) for name in names], network=None)
    assert result["failed"]
    assert result["changed"]
    assert result["msg"].startswith("2 of 31 networks failed.\nSite 7: PUT ")
    assert list(result["failed_networks"]) == ["Site 7", "Site 99"]
    assert "network 'Site 99' is unknown" in result["failed_networks"]["Site 99"]
    assert [step["network"] for step in result["plan"]] == [name for name in SITES.values() if name != "Site 7"]
    assert [key for key in SITES if not run.memory.rules(key, "one_to_one_nat")] == ["N_7"]


def test_a_fault_of_ours_is_told_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OneToOneNat, "wanted", lambda _kind, _endpoint: {}["absent"])
    result = run(SERVER13)
    assert "Unexpected, please report it: KeyError: 'absent' (" in result["failed_networks"][HQ]
    assert "Traceback" not in result["msg"]


def test_a_surprise_in_one_network_is_told_and_stops_no_other(run: Run) -> None:
    run.memory = Memory(SITES)
    run.memory.put(run.memory.path("N_7", "one_to_many_nat"), [{"portRules": [None]}])
    result = run(*[at(key, SERVER13) for key in SITES], network=None)
    assert list(result["failed_networks"]) == ["N_7"]
    assert "expected an object as rules[0].portRules[0], got null." in result["failed_networks"]["N_7"]
    assert [step["network"] for step in result["plan"]] == [key for key in SITES if key != "N_7"]


def test_two_names_of_one_network_are_refused(run: Run) -> None:
    result = run(at("Lab HQ", SERVER13), at(HQ, SERVER12))
    assert result["msg"] == "networks: 'Lab HQ' and 'N_100001' are the same network; name it once"
    assert [resource for _method, resource in run.memory.log] == ["organizations", "networks"]


def test_gathered_tells_what_it_could_not_read(run: Run) -> None:
    result = run(state="gathered", networks=[HQ, "N_404"], network=None)
    assert list(result["gathered"]) == [HQ]
    assert list(result["failed_networks"]) == ["N_404"]


PASSTHROUGH = {HQ: {"deployment_mode": "passthrough"}}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("state", ["merged", "replaced"])
def test_nothing_is_written_where_the_mx_cannot_deliver(run: Run, state: str, check: bool) -> None:
    result = run(SERVER13, state=state, facts=PASSTHROUGH, check=check)
    assert result["failed_networks"][HQ].startswith("The MX is in passthrough mode.")
    assert "on_undeliverable=warn" in result["msg"]
    assert (result["changed"], result["plan"]) == (False, [])
    assert {method for method, _resource in run.memory.log} == {"GET"}


def test_rules_are_written_nevertheless_if_asked_for_with_a_warning_and_no_request_more(run: Run) -> None:
    result = run(SERVER13, facts=PASSTHROUGH, on_undeliverable="warn")
    assert result["changed"]
    assert len(run.memory.log) == 5
    assert "passthrough mode" in json.dumps(result["warnings"])


def test_rules_are_removed_whatever_the_facts_are(run: Run) -> None:
    run(SERVER13)
    assert run(SERVER13, state="deleted", facts=PASSTHROUGH)["changed"]
    assert run.memory.rules(HQ, "one_to_one_nat") == []


def test_a_network_without_facts_is_not_written(run: Run) -> None:
    assert "missing in facts" in run(SERVER13, facts={"N_7": {}})["failed_networks"][HQ]


def test_no_words_about_a_rule_of_others_reach_the_terminal_as_commands(run: Run) -> None:
    name = "shop\x1b]0;owned\x07\x1b[2J\nserver12 FTP\u202e"
    rule = {"name": name, "publicIp": "203.0.113.13", "lanIp": "192.168.128.99", "uplink": "internet1"}
    run.memory.put(run.memory.path(HQ, "one_to_one_nat"), [rule])
    refused = run(SERVER13)
    assert "shop]0;owned[2J server12 FTP: internet1 203.0.113.13 <-> 192.168.128.99" in refused["msg"]
    assert refused["msg"].replace("\n", "").isprintable()
    shown = run(SERVER13, on_conflict="replace", _ansible_diff=True)
    assert [
        line for diff in shown["diff"] for line in diff["before"].splitlines() if "shop]0;owned[2J server12" in line
    ]
    assert all(line.isprintable() for diff in shown["diff"] for line in diff["before"].splitlines())
    assert "\x1b" not in json.dumps(shown["warnings"], ensure_ascii=False)
