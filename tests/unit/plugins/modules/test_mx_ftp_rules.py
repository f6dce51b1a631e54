# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module against a dashboard in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Callable

import pytest
import yaml
from ansible.module_utils.testing import patch_module_args
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import Response
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules

KEY = "key-of-the-lab"
BASE = "http://127.0.0.1:1/api/v1"
FIREWALL = "/networks/N_100001/appliance/firewall"
NAT_PATH, FORWARDING_PATH = f"{FIREWALL}/oneToOneNatRules", f"{FIREWALL}/portForwardingRules"

SERVER13 = {
    "name": "server13",
    "public_address": "203.0.113.13",
    "lan_address": "192.168.128.13",
    "passive_ports": "61000-61099",
}
SERVER12 = {
    "name": "server12",
    "public_address": "203.0.113.2",
    "lan_address": "192.168.128.12",
    "passive_ports": "61100-61199",
    "publish_by": "port_forwarding",
}
# Spellings and fields that somebody else's tools may have left behind.
FOREIGN_NAT = [
    {
        "uplink": "internet1",
        "name": f"Host {n}",
        "publicIp": f"198.51.100.{n}",
        "lanIp": f"192.168.128.{100 + n}",
        "allowedInbound": [{"protocol": "TCP", "allowedIps": ["Any"], "destinationPorts": [443, "21", "80"]}],
        "note": None,
    }
    for n in range(20)
]
FOREIGN_FORWARDING = [
    {
        "publicPort": 8000 + n,
        "localPort": str(8000 + n),
        "lanIp": "192.168.128.50",
        "protocol": "UDP" if n % 2 else "tcp",
        "allowedIps": ["Any"],
        "name": f"forward {20 - n}",
    }
    for n in range(20)
]

Rules = list[dict[str, Any]]
Fault = Callable[["Memory", str, Rules], "Response | None"]


class Memory:
    """A Dashboard API in memory: one organization, one network, two rule lists kept as the text that was put."""

    def __init__(self, nat: Rules, forwarding: Rules) -> None:
        self.lists = {NAT_PATH: json.dumps(nat), FORWARDING_PATH: json.dumps(forwarding)}
        self.log: list[tuple[str, str]] = []
        # What goes wrong with a PUT, before it has its effect; an answer takes the place of the effect.
        self.fault: Fault = lambda _memory, _path, _rules: None

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        path = url[len(BASE) :]
        self.log.append((method, path.rpartition("/")[2]))
        if headers["Authorization"] != f"Bearer {KEY}":
            return Response(401, {}, b'{"errors": ["Invalid API key"]}')
        if path == "/organizations":
            return Response(200, {}, b'[{"id": "100001", "name": "Lab"}]')
        if path == "/organizations/100001/networks":
            return Response(200, {}, b'[{"id": "N_100001", "name": "Lab HQ"}]')
        if path not in self.lists:
            return Response(404, {}, b'{"errors": ["Not Found"]}')
        if body is not None:
            rules = json.loads(body)["rules"]
            answer = self.fault(self, path, rules)
            if answer is not None:
                return answer
            self.put(path, rules)
        return Response(200, {}, f'{{"rules": {self.lists[path]}}}'.encode())

    def put(self, path: str, rules: Rules) -> None:
        self.lists[path] = json.dumps(rules)


class Run:
    """Runs the module in this process, against a Memory, and gives its result or failure."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.memory = Memory([], [])
        monkeypatch.setattr(mx_ftp_rules, "sender", lambda *_args: self.memory)
        monkeypatch.delenv("MERAKI_DASHBOARD_API_KEY", raising=False)

    def __call__(self, *endpoints: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        args = {"api_key": KEY, "base_url": BASE, "network": "N_100001", "endpoints": list(endpoints), **options}
        given = {name: value for name, value in args.items() if value is not None}
        with patch_module_args({**given, "_ansible_check_mode": check}), pytest.raises(SystemExit):
            mx_ftp_rules.main()
        output = self._capsys.readouterr().out
        assert KEY not in output
        result: dict[str, Any] = json.loads(output)
        return result


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


READ_BOTH = [("GET", "oneToOneNatRules"), ("GET", "portForwardingRules")]


def written(resource: str) -> list[tuple[str, str]]:
    return [("PUT", resource), ("GET", resource)]


def requests_of(result: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(each["method"], each["path"].rpartition("/")[2], each["status"]) for each in result["requests"]]


def test_the_life_of_two_endpoints_among_forty_rules_of_others(run: Run) -> None:
    memory = run.memory = Memory(FOREIGN_NAT, FOREIGN_FORWARDING)
    at_first = dict(memory.lists)

    def foreign() -> dict[str, str]:
        """Give the first twenty rules of each list, as texts: ours were added behind them."""
        return {path: json.dumps(json.loads(text)[:20]) for path, text in memory.lists.items()}

    result = run(SERVER13, SERVER12)
    assert result["changed"]
    assert memory.log == [*READ_BOTH, *written("oneToOneNatRules"), *written("portForwardingRules")]
    assert foreign() == at_first
    assert [rule["name"] for rule in result["after"]["one_to_one_nat"][20:]] == ["server13 FTP"]
    assert [(rule["name"], rule["publicPort"]) for rule in result["after"]["port_forwarding"][20:]] == [
        ("server12 FTP control", "21"),
        ("server12 FTP passive", "61100-61199"),
        ("server12 FTP data", "20"),
    ]

    memory.log.clear()
    result = run(SERVER13, SERVER12)
    assert (result["changed"], result["plan"], result["diff"], memory.log) == (False, [], [], READ_BOTH)

    wider = [{**SERVER13, "passive_ports": "60000-60099"}, {**SERVER12, "passive_ports": "60100-60199"}]
    assert [(step["kind"], step["action"]) for step in run(*wider)["plan"]] == [
        ("one_to_one_nat", "change"),
        ("port_forwarding", "change"),
    ]
    assert foreign() == at_first
    assert not any("61" in text for text in (json.dumps(json.loads(each)[20:]) for each in memory.lists.values()))

    memory.log.clear()
    assert not run(*wider)["changed"]
    assert memory.log == READ_BOTH

    assert run(*wider, state="deleted")["changed"]
    assert memory.lists == at_first
    memory.log.clear()
    assert not run(*wider, state="deleted")["changed"]
    assert memory.log == READ_BOTH


def test_only_a_list_that_changes_is_written(run: Run) -> None:
    run(SERVER12)
    assert run.memory.log == [*READ_BOTH, *written("portForwardingRules")]


@pytest.mark.parametrize("state", ["merged", "deleted"])
def test_check_mode_predicts_the_run_and_writes_nothing(run: Run, state: str) -> None:
    if state == "deleted":
        run(SERVER13, SERVER12)
        run.memory.log.clear()
    before = dict(run.memory.lists)
    predicted = run(SERVER13, SERVER12, state=state, check=True)
    assert (run.memory.lists, run.memory.log) == (before, READ_BOTH)
    done = run(SERVER13, SERVER12, state=state)
    for key in ("changed", "before", "after", "plan", "diff"):
        assert predicted[key] == done[key], key
    assert {path: json.loads(text) for path, text in run.memory.lists.items()} == {
        NAT_PATH: done["after"]["one_to_one_nat"],
        FORWARDING_PATH: done["after"]["port_forwarding"],
    }


def test_gathered_gives_the_lists_as_they_are(run: Run) -> None:
    run.memory = Memory(FOREIGN_NAT, FOREIGN_FORWARDING)
    result = run(state="gathered")
    assert result["gathered"] == {"one_to_one_nat": FOREIGN_NAT, "port_forwarding": FOREIGN_FORWARDING}
    assert (result["changed"], run.memory.log) == (False, READ_BOTH)


def test_rendered_needs_neither_key_nor_network_nor_api(run: Run) -> None:
    result = run(SERVER13, state="rendered", api_key=None, network=None)
    assert (result["changed"], result["requests"], run.memory.log) == (False, [], [])
    assert result["rendered"]["port_forwarding"] == []
    assert [rule["name"] for rule in result["rendered"]["one_to_one_nat"]] == ["server13 FTP"]


def test_names_cost_the_look_up_only(run: Run) -> None:
    assert run(SERVER13, network="Lab HQ", organization="Lab", check=True)["changed"]
    assert run.memory.log == [("GET", "organizations"), ("GET", "networks"), *READ_BOTH]


def test_the_key_may_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERAKI_DASHBOARD_API_KEY", KEY)
    assert run(state="gathered", api_key=None)["requests"][0]["status"] == 200


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
    ([SERVER13], {"base_url": "dashboard"}, "base_url: 'dashboard' is no web address"),
    ([SERVER13], {"network": None}, "state=merged needs network"),
    ([SERVER13], {"network": ""}, "state=merged needs network"),
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
    ({"api_key": "wrong"}, ['401: {"errors": ["Invalid API key"]}', "check api_key"]),
    ({"network": "N_999"}, ['404: {"errors": ["Not Found"]}', "check network"]),
    ({"network": "HQ"}, ["network 'HQ' is unknown; this api_key sees: Lab HQ (N_100001)."]),
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
    run.memory = Memory([], [ACROSS])
    result = run(SERVER13, SERVER12)
    assert result["failed"]
    assert "across: tcp" in result["msg"]
    assert "server12 FTP passive: tcp internet1 port 61100-61199" in result["msg"]
    assert run.memory.log == READ_BOTH


@pytest.mark.parametrize(
    ("policy", "names", "warning"),
    [
        ("replace", ["server12 FTP control", "server12 FTP passive", "server12 FTP data"], "The former is removed."),
        ("keep", ["across", "server12 FTP control", "server12 FTP data"], "The latter is left out."),
    ],
)
def test_conflict_policies_warn(run: Run, policy: str, names: list[str], warning: str) -> None:
    run.memory = Memory([], [ACROSS])
    result = run(SERVER12, on_conflict=policy)
    assert [rule["name"] for rule in result["after"]["port_forwarding"]] == names
    assert warning in json.dumps(result["warnings"])


def refused(_memory: Memory, _path: str, _rules: Rules) -> Response:
    return Response(400, {}, b'{"errors": ["Network is bound to a configuration template"]}')


def fails_before(_memory: Memory, _path: str, _rules: Rules) -> Response:
    return Response(502, {}, b"bad gateway")


def fails_after(memory: Memory, path: str, rules: Rules) -> Response:
    memory.put(path, rules)
    return Response(0, {}, b"connection reset")


def ignored(_memory: Memory, _path: str, _rules: Rules) -> Response:
    return Response(200, {}, b"{}")


def edited_by_another(memory: Memory, path: str, _rules: Rules) -> Response:
    memory.put(path, FOREIGN_NAT[:1])
    return Response(200, {}, b"{}")


# (what happens to the PUT, whether the run fails, part of its message)
FAULTS: list[tuple[Fault, bool, str]] = [
    (refused, True, '400: {"errors": ["Network is bound to a configuration template"]}'),
    (fails_before, True, "The list was read back and is as it was: run again."),
    (fails_after, False, ""),
    (edited_by_another, True, "Somebody else changed the list meanwhile"),
    (ignored, True, "Somebody else changed the list meanwhile"),
]


@pytest.mark.parametrize(("fault", "failed", "message"), FAULTS)
def test_a_write_is_believed_only_when_it_is_read_back(run: Run, fault: Fault, failed: bool, message: str) -> None:
    run.memory.fault = fault
    result = run(SERVER13)
    assert result.get("failed", False) is failed
    assert message in result.get("msg", "")
    assert [method for method, _resource in run.memory.log].count("PUT") == 1


def test_a_lost_update_shows_both_lists(run: Run) -> None:
    run.memory.fault = edited_by_another
    result = run(SERVER13)
    assert [rule["name"] for rule in result["wanted"]] == ["server13 FTP"]
    assert result["found"] == FOREIGN_NAT[:1]
    assert requests_of(result)[-2:] == [("PUT", "oneToOneNatRules", 200), ("GET", "oneToOneNatRules", 200)]


def test_the_documentation_has_the_same_options_as_the_code() -> None:
    def documented(options: dict[str, Any]) -> dict[str, Any]:
        kept = ("type", "elements", "choices", "default", "required")
        return {
            name: {
                **{key: option[key] for key in kept if key in option},
                **({"options": documented(option["suboptions"])} if "suboptions" in option else {}),
            }
            for name, option in options.items()
        }

    coded = {
        name: {key: value for key, value in spec.items() if key not in ("no_log", "fallback")}
        for name, spec in mx_ftp_rules.ARGUMENT_SPEC.items()
    }
    assert documented(yaml.safe_load(mx_ftp_rules.DOCUMENTATION)["options"]) == coded
