# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import PORT_FORWARDING, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import RuleKind, applied
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_one import OneToOneNat
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.port_forwarding import PortForwarding
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

NAT, FORWARDING = OneToOneNat(), PortForwarding()

SERVER13 = shared.SERVER13
SERVER12 = replace(SERVER13, name="server12", publish_by=PORT_FORWARDING)

FTP = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099", "20"], "allowedIps": ["any"]}
WEB = {"protocol": "tcp", "destinationPorts": ["80", "443"], "allowedIps": ["any"]}
OURS = {
    "name": "server13 FTP",
    "lanIp": "192.168.128.13",
    "publicIp": "203.0.113.13",
    "uplink": "internet1",
    "allowedInbound": [FTP],
}
CONTROL, PASSIVE, DATA = [
    {
        "name": f"server12 FTP {purpose}",
        "lanIp": "192.168.128.13",
        "uplink": "internet1",
        "publicPort": ports,
        "localPort": ports,
        "allowedIps": ["any"],
        "protocol": "tcp",
    }
    for purpose, ports in (("control", "21"), ("passive", "61000-61099"), ("data", "20"))
]


def edited(kind: RuleKind, rules: list[Rule], endpoint: Endpoint, wanted: list[Rule]) -> list[Rule]:
    """Carry out a kind's edits on a list."""
    return applied(rules, list(kind.edits(rules, endpoint, wanted)))


def ports(*texts: Any, protocol: str = "tcp") -> Rule:
    return {"protocol": protocol, "destinationPorts": list(texts), "allowedIps": ["any"]}


def test_kinds_have_names_of_their_own() -> None:
    assert [kind.name for kind in KINDS] == ["one_to_one_nat", "one_to_many_nat", "port_forwarding", "inbound_firewall"]
    assert [kind.resource for kind in KINDS] == [
        "oneToOneNatRules",
        "oneToManyNatRules",
        "portForwardingRules",
        "inboundFirewallRules",
    ]


def test_what_an_endpoint_wants() -> None:
    assert NAT.wanted(SERVER13) == [OURS]
    assert FORWARDING.wanted(SERVER12) == [CONTROL, PASSIVE, DATA]


SAME: list[tuple[RuleKind, Rule, Rule]] = [
    (FORWARDING, CONTROL, {**CONTROL, "publicPort": 21, "localPort": 21}),
    (FORWARDING, CONTROL, {**CONTROL, "allowedIps": ["Any"], "protocol": "TCP"}),
    (FORWARDING, {**CONTROL, "uplink": "both"}, {key: CONTROL[key] for key in CONTROL if key != "uplink"}),
    (FORWARDING, CONTROL, {key: CONTROL[key] for key in CONTROL if key != "allowedIps"}),
    (FORWARDING, {**CONTROL, "allowedIps": ["192.0.2.1"]}, {**CONTROL, "allowedIps": ["192.0.2.1/32"]}),
    (FORWARDING, CONTROL, {**CONTROL, "name": "server12 FTP control", "somethingNew": 1}),
    (NAT, OURS, {**OURS, "allowedInbound": [ports("20", 21, "61000-61099")]}),
    (NAT, OURS, {key: OURS[key] for key in OURS if key != "uplink"}),
    (NAT, {**OURS, "allowedInbound": [FTP, WEB]}, {**OURS, "allowedInbound": [WEB, {**FTP, "allowedIps": ["Any"]}]}),
    (NAT, {**OURS, "allowedInbound": []}, {**OURS, "allowedInbound": None}),
]
DIFFERENT: list[tuple[RuleKind, list[Rule], list[Rule]]] = [
    (FORWARDING, [CONTROL], [{**CONTROL, "publicPort": "22"}]),
    (FORWARDING, [CONTROL], [{**CONTROL, "uplink": "both"}]),
    (FORWARDING, [CONTROL], [{**CONTROL, "allowedIps": ["any", "198.51.100.1"]}]),
    (FORWARDING, [CONTROL, DATA], [DATA, CONTROL]),
    (FORWARDING, [CONTROL], [CONTROL, CONTROL]),
    (NAT, [OURS], [{**OURS, "allowedInbound": [ports("20", "21")]}]),
    (NAT, [OURS], [{**OURS, "lanIp": "192.168.128.14"}]),
]


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_spelling_makes_no_difference(kind: RuleKind, one: Rule, other: Rule) -> None:
    assert kind.same([one], [other])


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_meaning_and_order_of_rules_do(kind: RuleKind, one: list[Rule], other: list[Rule]) -> None:
    assert not kind.same(one, other)


FORWARD = {"name": "web", "lanIp": "192.168.128.50", "publicPort": "21", "localPort": "21", "protocol": "tcp"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"publicPort": 21}, True),
        ({"publicPort": "1-100"}, True),
        ({"publicPort": "80,21"}, True),
        ({"publicPort": "any"}, True),
        ({"publicPort": "22-100"}, False),
        ({"protocol": "TCP"}, True),
        ({"protocol": "udp"}, False),
        ({"uplink": "both"}, True),
        ({"uplink": "Internet1"}, True),
        ({"uplink": "internet2"}, False),
        ({"uplink": None}, True),
    ],
)
def test_a_forward_collides_on_the_same_port_protocol_and_uplink(changes: Rule, expected: bool) -> None:
    assert FORWARDING.collides({**FORWARD, **changes}, CONTROL) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"lanIp": "192.168.128.14"}, True),
        ({"uplink": "internet2"}, True),
        ({"uplink": None}, False),
        ({"publicIp": "203.0.113.14", "lanIp": "192.168.128.14"}, False),
    ],
)
def test_an_address_collides_unless_it_leads_the_same_way(changes: Rule, expected: bool) -> None:
    assert NAT.collides({**OURS, "name": "theirs", **changes}, OURS) is expected


OTHER_FORWARD = {**FORWARD, "publicPort": "8080", "localPort": "80"}

# (list, wanted, list afterwards)
FORWARDING_EDITS: dict[str, tuple[list[Rule], list[Rule], list[Rule]]] = {
    "new rules go to the end": (
        [OTHER_FORWARD],
        [CONTROL, PASSIVE],
        [OTHER_FORWARD, CONTROL, PASSIVE],
    ),
    "a changed rule stays at its place and keeps fields that we do not know": (
        [{**PASSIVE, "publicPort": "60000", "localPort": "60000", "extra": 1}, OTHER_FORWARD],
        [PASSIVE],
        [{**PASSIVE, "extra": 1}, OTHER_FORWARD],
    ),
    "what is not wanted any more goes": ([CONTROL, OTHER_FORWARD, DATA], [CONTROL], [CONTROL, OTHER_FORWARD]),
    "a second rule of the same name goes": ([CONTROL, OTHER_FORWARD, CONTROL], [CONTROL], [CONTROL, OTHER_FORWARD]),
    "another spelling stays": ([{**CONTROL, "publicPort": 21}], [CONTROL], [{**CONTROL, "publicPort": 21}]),
    "names that only look like ours are not": (
        [{**CONTROL, "name": "server12 FTP controls"}, {**CONTROL, "name": "Server12 FTP control"}],
        [],
        [{**CONTROL, "name": "server12 FTP controls"}, {**CONTROL, "name": "Server12 FTP control"}],
    ),
}


@pytest.mark.parametrize(("rules", "wanted", "after"), FORWARDING_EDITS.values(), ids=FORWARDING_EDITS)
def test_port_forwarding_edits(rules: list[Rule], wanted: list[Rule], after: list[Rule]) -> None:
    assert edited(FORWARDING, rules, SERVER12, wanted) == after


THEIRS = {**OURS, "name": "web server", "allowedInbound": [WEB]}
ELSEWHERE = {**OURS, "name": "mail", "publicIp": "203.0.113.15", "lanIp": "192.168.128.15"}


def holding(rule: Rule, *entries: Rule) -> Rule:
    return {**rule, "allowedInbound": list(entries)}


NAT_EDITS: dict[str, tuple[list[Rule], bool, list[Rule]]] = {
    "a new rule goes to the end": ([ELSEWHERE], True, [ELSEWHERE, OURS]),
    "our rule is changed at its place": ([holding(OURS, ports("21", "60000")), ELSEWHERE], True, [OURS, ELSEWHERE]),
    "our rule follows new addresses": ([{**OURS, "publicIp": "203.0.113.19"}], True, [OURS]),
    "our rule follows a new control port": ([holding(OURS, ports("2121", "2120", "60000-60009"))], True, [OURS]),
    "another's lone entry in our rule stays": ([holding(OURS, WEB)], True, [holding(OURS, WEB, FTP)]),
    "a shared rule gets our entry": ([THEIRS], True, [holding(THEIRS, WEB, FTP)]),
    "a shared rule without entries gets ours": ([holding(THEIRS)], True, [holding(THEIRS, FTP)]),
    "our entry in a shared rule is replaced where it is": (
        [holding(THEIRS, ports("21", "60000-60009"), WEB)],
        True,
        [holding(THEIRS, FTP, WEB)],
    ),
    "two entries of our form become one": (
        [holding(THEIRS, ports("21"), WEB, ports("21", "60000-60009"))],
        True,
        [holding(THEIRS, FTP, WEB)],
    ),
    "entries that open more are foreign": (
        [
            holding(
                THEIRS, ports("21", "80", "443"), ports("1-60999"), ports(protocol="any"), ports("21", "61050-61099")
            )
        ],
        False,
        [holding(THEIRS, ports("21", "80", "443"), ports("1-60999"), ports(protocol="any"))],
    ),
    "their entries that open too little are completed": (
        [holding(THEIRS, ports("21", "80", "443"), ports("1-60999"), ports(protocol="any"))],
        True,
        [holding(THEIRS, ports("21", "80", "443"), ports("1-60999"), ports(protocol="any"), FTP)],
    ),
    **{
        f"enough in another shape: {name}": ([holding(THEIRS, *entries)], True, [holding(THEIRS, *entries)])
        for name, entries in {
            "two entries": (ports("21", "20"), ports("61000-61099")),
            "three entries beside others": (WEB, ports("61000-61099"), ports("21"), ports("20")),
            "20-21": (ports("20-21", "61000-61099"),),
            "a range in parts": (ports("20", "21", "61000-61049", "61050-61099"),),
            "one text": ({**FTP, "destinationPorts": "20-21,61000-61099"},),
            "everything": (ports("1-65535"),),
            "any port of any protocol": (ports("any", protocol="any"),),
            "more than that": (ports("80", "20-21", "60000-62000"),),
            "from two halves of the Internet and all": ({**FTP, "allowedIps": ["0.0.0.0/1", "Any"]},),
        }.items()
    },
    **{
        f"not enough: {name}": ([holding(THEIRS, *entries)], True, [holding(THEIRS, *entries, FTP)])
        for name, entries in {
            "no data port": (ports("21-22", "61000-61099"),),
            "a gap": (ports("20-21", "61000-61049", "61051-61099"),),
            "some sources only": ({**ports("1-65535"), "allowedIps": ["198.51.100.0/24"]},),
            "no sources": ({**ports("1-65535"), "allowedIps": []},),
            "no ports": (ports(protocol="any"),),
            "a name for ports": (ports("ftp", "ftp-data", "high"),),
            "udp": (ports("1-65535", protocol="udp"),),
        }.items()
    },
    "ours in two entries stays": (
        [holding(OURS, ports("21", "20"), ports("61000-61099"))],
        True,
        [holding(OURS, ports("21", "20"), ports("61000-61099"))],
    ),
    "ours of which one entry opens too much changes": (
        [holding(OURS, ports("21", "20", "61000-61999"), ports("61000-61099"))],
        True,
        [holding(OURS, FTP, ports("61000-61099"))],
    ),
    "entries for udp are foreign": (
        [holding(THEIRS, ports("21", protocol="udp"))],
        True,
        [holding(THEIRS, ports("21", protocol="udp"), FTP)],
    ),
    "our rule of this pair is preferred to theirs": ([THEIRS, OURS], True, [THEIRS, OURS]),
    "our rule of another pair gives way to theirs": (
        [{**OURS, "publicIp": "203.0.113.19"}, THEIRS],
        True,
        [holding(THEIRS, WEB, FTP)],
    ),
    "deleted: our rule goes": ([ELSEWHERE, OURS], False, [ELSEWHERE]),
    "deleted: our rule with another's entry stays": ([holding(OURS, WEB, FTP)], False, [holding(OURS, WEB)]),
    "deleted: another's entry in our rule is not ours": (
        [holding(OURS, ports("990", "50000-50099"))],
        False,
        [holding(OURS, ports("990", "50000-50099"))],
    ),
    "deleted: our entry leaves a shared rule": ([holding(THEIRS, WEB, FTP)], False, [THEIRS]),
    "deleted: a shared rule stays even when empty": ([holding(THEIRS, FTP)], False, [holding(THEIRS)]),
    "deleted: nothing to do": ([ELSEWHERE, THEIRS], False, [ELSEWHERE, THEIRS]),
}


@pytest.mark.parametrize(("rules", "present", "after"), NAT_EDITS.values(), ids=NAT_EDITS)
def test_one_to_one_nat_edits(rules: list[Rule], present: bool, after: list[Rule]) -> None:
    wanted = NAT.wanted(SERVER13) if present else []
    assert edited(NAT, rules, SERVER13, wanted) == after
    assert list(NAT.edits(after, SERVER13, wanted)) == []


# (kind, rule, endpoints that it is ours for, what is left of it without server12's and server13's)
OWNERS: dict[str, tuple[RuleKind, Rule, set[str], Rule | None]] = {
    "a forward of ours": (FORWARDING, CONTROL, {"server12"}, None),
    "a forward of another endpoint": (
        FORWARDING,
        {**CONTROL, "name": "a FTP data FTP data"},
        {"a FTP data"},
        {**CONTROL, "name": "a FTP data FTP data"},
    ),
    "a forward of others": (FORWARDING, FORWARD, set(), FORWARD),
    "a forward without a name": (FORWARDING, {**CONTROL, "name": None}, set(), {**CONTROL, "name": None}),
    "our rule": (NAT, OURS, {"server13"}, None),
    "our rule with an only entry that proves nothing": (NAT, holding(OURS, ports("2121")), {"server13"}, None),
    "our rule with another's entry": (NAT, holding(OURS, WEB, FTP), {"server13"}, holding(OURS, WEB)),
    "our rule with entries that prove nothing": (
        NAT,
        holding(OURS, ports("2121"), WEB),
        {"server13"},
        holding(OURS, ports("2121"), WEB),
    ),
    "their rule with our entry": (NAT, holding(THEIRS, FTP), set(), holding(THEIRS, FTP)),
}


@pytest.mark.parametrize(("kind", "rule", "owners", "rest"), OWNERS.values(), ids=OWNERS)
def test_ownership_by_name(kind: RuleKind, rule: Rule, owners: set[str], rest: Rule | None) -> None:
    assert kind.owners(rule) == owners
    assert kind.without(rule, {"server12", "server13"}) == rest


def test_rules_in_words() -> None:
    assert FORWARDING.describe(PASSIVE) == (
        "server12 FTP passive: tcp internet1 port 61000-61099 -> 192.168.128.13 port 61000-61099, from any"
    )
    assert NAT.describe(holding(OURS, FTP, {"protocol": "icmp-ping"})) == (
        "server13 FTP: internet1 203.0.113.13 <-> 192.168.128.13\n"
        "  tcp 21, 61000-61099, 20 from any\n"
        "  icmp-ping any port from any"
    )
