# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.parse import exported_lists, recognised

RULE = {"name": "web"}


@pytest.mark.parametrize(
    ("exported", "lists"),
    [
        ({"port_forwarding": [RULE]}, {"here": {"port_forwarding": [RULE]}}),
        ({"port_forwarding": {"rules": [RULE]}}, {"here": {"port_forwarding": [RULE]}}),
        ({"HQ": {"l3_firewall": [RULE]}, "Branch": {}}, {"HQ": {"l3_firewall": [RULE]}, "Branch": {}}),
        ({"portForwardingRules": {"rules": [RULE]}}, {"here": {"port_forwarding": [RULE]}}),
        (
            {"oneToOneNat": [RULE], "oneToManyNat": [], "l3FirewallRules": [], "inbound_firewall": []},
            {"here": {"one_to_one_nat": [RULE], "one_to_many_nat": [], "l3_firewall": [], "inbound_firewall": []}},
        ),
        ({"HQ": {"inboundFirewallRules": [RULE]}}, {"HQ": {"inbound_firewall": [RULE]}}),
        ({}, {}),
    ],
)
def test_lists_of_one_network_or_of_many(exported: dict[str, Any], lists: dict[str, Lists]) -> None:
    assert exported_lists(exported, "here") == lists


@pytest.mark.parametrize(
    ("exported", "message"),
    [
        ({"port_forwarding": [], "forwarding": []}, "exported: 'forwarding' is not a rule list; write one of: "),
        ({"HQ": []}, "exported.HQ: expected rule lists by name"),
        ({"HQ": {"port_forwarding": "none"}}, "exported.HQ.port_forwarding: expected a list of rules"),
        ({"port_forwarding": ["rule"]}, "exported.port_forwarding: expected a list of rules"),
        ({"port_forwarding": {"errors": []}}, "exported.port_forwarding: expected a list of rules"),
        (
            {"oneToOneNat": [], "one_to_one_nat": []},
            "exported: 'one_to_one_nat' is the list 'one_to_one_nat' once more; give it once",
        ),
        (
            {"HQ": {"oneToOneNatRules": [{"allowedInbound": [None]}]}},
            r"exported.HQ.one_to_one_nat\[0\].allowedInbound\[0\]: expected an object, got null",
        ),
        ({"one_to_one_nat": [{"allowedInbound": {}}]}, r"one_to_one_nat\[0\].allowedInbound: expected a list, got {}"),
        (
            {"one_to_one_nat": [{"allowedInbound": [{"destinationPorts": [None]}]}]},
            r"\[0\].allowedInbound\[0\].destinationPorts\[0\]: expected a text or a number, got null",
        ),
        (
            {"one_to_one_nat": [{"allowedInbound": [{"destinationPorts": {}}]}]},
            r"destinationPorts: expected a list or a text or a number, got {}",
        ),
        ({"one_to_many_nat": [{"portRules": 7}]}, r"one_to_many_nat\[0\].portRules: expected a list, got 7"),
        ({"port_forwarding": [{"allowedIps": "any"}]}, r"\[0\].allowedIps: expected a list, got \"any\""),
        ({"port_forwarding": [{"publicPort": [21]}]}, r"\[0\].publicPort: expected a text or a number, got \[21\]"),
        ({"port_forwarding": [{"name": True}]}, r"\[0\].name: expected a text or a number, got true"),
    ],
)
def test_what_is_no_export_is_named(exported: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        exported_lists(exported, "here")


def nat(*port_lists: list[Any], name: str = "files FTP") -> Lists:
    entries = [{"protocol": "tcp", "destinationPorts": ports, "allowedIps": ["Any"]} for ports in port_lists]
    rule = {"name": name, "publicIp": "203.0.113.13", "lanIp": "192.168.128.13", "allowedInbound": entries}
    return {"one_to_one_nat": [rule]}


def forwards(**ports: Any) -> Lists:
    rules = [
        {"name": f"files FTP {purpose}", "lanIp": "192.168.128.13", "publicPort": port, "uplink": "internet1"}
        for purpose, port in ports.items()
    ]
    return {"port_forwarding": rules}


BOTH = (21, "61000-61099", ["active", "passive"])
# (lists, control port, passive ports and modes of the one endpoint in them; None: there is none)
RECOGNISED: dict[str, tuple[Lists, tuple[int, str | None, list[str]] | None]] = {
    "all": (nat(["21", "61000-61099", "20"]), (21, "61000-61099", ["active", "passive"])),
    "in any order": (nat(["61000", 2120, "2121"]), (2121, "61000", ["active", "passive"])),
    "passive only": (nat(["61000-61099", "2121"]), (2121, "61000-61099", ["passive"])),
    "one passive port": (nat(["21", "61000"]), (21, "61000", ["passive"])),
    "active without an opened data port": (nat(["2121"]), (2121, None, ["active"])),
    "beside an entry of others": (nat(["443", "80"], ["21", "20"]), (21, None, ["active"])),
    "a rule that others have named": (nat(["21", "20"], name="files"), None),
    "two entries": (nat(["21", "20"], ["61000-61099"]), (21, "61000-61099", ["active", "passive"])),
    "three entries in another order": (nat(["61000-61099"], ["2120"], ["2121"]), None),
    "three entries": (nat(["20"], ["61000-61099"], ["21"]), (21, "61000-61099", ["active", "passive"])),
    "the range in an entry of its own": (nat(["21"], ["61000-61099"]), (21, "61000-61099", ["passive"])),
    "20-21": (nat(["20-21", "61000-61099"]), (21, "61000-61099", ["active", "passive"])),
    "20-21 and a range": (nat(["20-21"], ["61000-61099"]), (21, "61000-61099", ["active", "passive"])),
    "data port and range in the second": (
        nat(["21"], ["20", "61000-61099"]),
        (21, "61000-61099", ["active", "passive"]),
    ),
    "a web server beside": (
        nat(["21", "20"], ["80", "443"], ["61000-61099"]),
        (21, "61000-61099", ["active", "passive"]),
    ),
    "a single port beside": (nat(["21", "20"], ["8080"]), (21, None, ["active"])),
    "everything beside": (nat(["21", "20"], ["any"], ["1-65535"]), (21, None, ["active"])),
    "a range in two parts": (nat(["21"], ["61050-61099"], ["61000-61049"]), (21, "61000-61099", ["passive"])),
    "a range in two parts of one entry": (nat(["21", "61000-61049", "61050-61099"]), (21, "61000-61099", ["passive"])),
    "a second range beside": (nat(["21", "61000-61099"], ["62000-62099"]), (21, "61000-61099", ["passive"])),
    "forwards": (forwards(control=21, passive="61000-61099"), (21, "61000-61099", ["passive"])),
    "a forward without ports beside": (forwards(control=21, passive=None), (21, None, ["active"])),
    "forwards without a control port": (forwards(passive="61000-61099"), None),
    "a control port in other digits": (forwards(control="²", passive="61000-61099"), None),
    "a control port that is too high": (forwards(control=70000, passive="61000-61099"), None),
    "a control port that is none": (forwards(control="21-22", passive="61000-61099"), None),
}


@pytest.mark.parametrize(("lists", "expected"), RECOGNISED.values(), ids=RECOGNISED)
def test_endpoints_are_recognised(lists: Lists, expected: tuple[int, str | None, list[str]] | None) -> None:
    found = [
        (endpoint["control_port"], endpoint.get("passive_ports"), endpoint["modes"])
        for endpoint in recognised("HQ", lists, {})
    ]
    assert found == ([] if expected is None else [expected])


def test_a_forwards_public_address_is_the_mx_own() -> None:
    (unknown,) = recognised("HQ", forwards(control=21), {})
    (known,) = recognised("HQ", forwards(control=21), {"internet1": "203.0.113.2"})
    assert known == {**unknown, "public_address": "203.0.113.2"}
    assert "public_address" not in unknown


@pytest.mark.parametrize("missing", [None, ""])
def test_an_address_that_a_rule_does_not_hold_is_left_out(missing: str | None) -> None:
    many = {
        "publicIp": missing,
        "portRules": [{"name": "files FTP control", "publicPort": "21", "localIp": "10.0.0.2"}],
    }
    lists = nat(["21"])
    lists["one_to_one_nat"][0]["publicIp"] = missing
    for each in (lists, {"one_to_many_nat": [many]}):
        (endpoint,) = recognised("HQ", each, {})
        assert "public_address" not in endpoint


@pytest.mark.parametrize("missing", [None, ""])
def test_a_rule_without_a_server_publishes_none(missing: str | None) -> None:
    lists = {**nat(["21"]), **forwards(control=21)}
    lists["one_to_one_nat"][0]["lanIp"] = lists["port_forwarding"][0]["lanIp"] = missing
    many = {"publicIp": "203.0.113.13", "portRules": [{"name": "files FTP control", "publicPort": "21"}]}
    assert recognised("HQ", {**lists, "one_to_many_nat": [many]}, {}) == []
