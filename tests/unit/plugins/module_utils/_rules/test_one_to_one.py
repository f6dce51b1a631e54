# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an endpoint's entry is kept if several rules would do, and what a rule opens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import applied
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_one import OneToOneNat, is_ftp, openings_of
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

NAT = OneToOneNat()
SERVER13 = shared.SERVER13
(OURS,) = NAT.wanted(SERVER13)
(FTP,) = OURS["allowedInbound"]
WEB = {"protocol": "tcp", "destinationPorts": ["80", "443"], "allowedIps": ["any"]}
THEIRS = {**OURS, "name": "web server", "allowedInbound": [WEB]}
ELSEWHERE = {**OURS, "name": "mail", "publicIp": "203.0.113.15", "lanIp": "192.168.128.15"}
MOVED = {**OURS, "publicIp": "203.0.113.19"}


def tcp(*ports: Any) -> Rule:
    return {"protocol": "tcp", "destinationPorts": list(ports), "allowedIps": ["any"]}


def holding(rule: Rule, *entries: Rule) -> Rule:
    return {**rule, "allowedInbound": list(entries)}


# (list, list afterwards)
HOMES: dict[str, tuple[list[Rule], list[Rule]]] = {
    "our rule follows a new address at its place": ([MOVED, ELSEWHERE], [OURS, ELSEWHERE]),
    "of two of ours the first stays": ([MOVED, ELSEWHERE, {**MOVED, "publicIp": "203.0.113.20"}], [OURS, ELSEWHERE]),
    "of two rules of the addresses the first gets the entry": (
        [THEIRS, ELSEWHERE, {**THEIRS, "name": "second"}],
        [holding(THEIRS, WEB, FTP), ELSEWHERE, {**THEIRS, "name": "second"}],
    ),
    "the entry leaves the second rule of the addresses": (
        [THEIRS, {**holding(THEIRS, FTP, WEB), "name": "second"}],
        [holding(THEIRS, WEB, FTP), {**THEIRS, "name": "second"}],
    ),
    "our rule of the addresses is preferred to an earlier one of ours": ([MOVED, OURS], [OURS]),
}


@pytest.mark.parametrize(("rules", "after"), HOMES.values(), ids=HOMES)
def test_the_entry_has_one_home(rules: list[Rule], after: list[Rule]) -> None:
    assert applied(rules, NAT.edits(rules, SERVER13, [OURS])) == after
    assert list(NAT.edits(after, SERVER13, [OURS])) == []


def from_(source: str | list[str], *ports: Any) -> Rule:
    return {**tcp(*ports), "allowedIps": [source] if isinstance(source, str) else source}


ALL_PORTS = ("20", "21", "61000-61099")
# (clients of the endpoint, entries)
SUFFICIENT: dict[str, tuple[tuple[str, ...], list[Rule]]] = {
    "any as a block": (("any",), [from_("0.0.0.0/0", *ALL_PORTS)]),
    "any in two halves": (("any",), [from_(["0.0.0.0/1", "128.0.0.0/1"], *ALL_PORTS)]),
    "a client in two halves": (("198.51.100.0/24",), [from_(["198.51.100.0/25", "198.51.100.128/25"], *ALL_PORTS)]),
    "halves of a client in two entries": (
        ("198.51.100.0/24",),
        [from_("198.51.100.0/25", *ALL_PORTS), from_("198.51.100.128/25", *ALL_PORTS)],
    ),
    "an entry for each client": (
        ("198.51.100.7", "192.0.2.0/24"),
        [from_("198.51.100.7/32", *ALL_PORTS), from_("192.0.2.0/24", *ALL_PORTS)],
    ),
    "ports cut otherwise for each client": (
        ("198.51.100.7", "192.0.2.7"),
        [from_("any", "20-21"), from_("198.51.100.7", "61000-61099"), from_("192.0.2.7", "61000-61049", "61050-61099")],
    ),
}


@pytest.mark.parametrize(("clients", "entries"), SUFFICIENT.values(), ids=SUFFICIENT)
def test_entries_that_together_let_every_client_in_suffice(clients: tuple[str, ...], entries: list[Rule]) -> None:
    endpoint = replace(SERVER13, allowed_ips=clients)
    assert list(NAT.edits([holding(OURS, *entries)], endpoint, NAT.wanted(endpoint))) == []


@pytest.mark.parametrize(
    "entries",
    [
        [from_("198.51.100.7", *ALL_PORTS), from_("192.0.2.7", "20-21", "61000-61098")],
        [from_("198.51.100.7", *ALL_PORTS), from_("192.0.2.8", *ALL_PORTS)],
        [from_(["198.51.100.7", "192.0.2.7", "host.example"], *ALL_PORTS)],
        [from_(["198.51.100.7", "192.0.2.0/24"], *ALL_PORTS)],
        [{**from_(["198.51.100.7", "192.0.2.7"], *ALL_PORTS), "protocol": "udp"}],
        [],
    ],
)
def test_entries_that_let_in_less_or_others_do_not_suffice(entries: list[Rule]) -> None:
    endpoint = replace(SERVER13, allowed_ips=("198.51.100.7", "192.0.2.7"))
    wanted = NAT.wanted(endpoint)
    (edit,) = NAT.edits([holding(OURS, *entries)], endpoint, wanted)
    assert edit.after is not None
    assert wanted[0]["allowedInbound"][0] in edit.after["allowedInbound"]


@pytest.mark.parametrize(("uplink", "read"), [(None, "internet1"), ("", "internet1"), ("internet2", "internet2")])
def test_the_uplink_that_a_rule_leaves_out_is_the_first(uplink: str | None, read: str) -> None:
    assert {opening.uplink for opening in NAT.openings({**OURS, "uplink": uplink})} == {read}


def test_of_two_entries_for_ftp_the_first_counts() -> None:
    rule = holding(OURS, WEB, tcp("21", "61000-61099"), tcp("2121", "2120"))
    assert [(opening.purpose, opening.ports) for opening in NAT.openings(rule)] == [
        ("control", "21"),
        ("passive", "61000-61099"),
    ]


@pytest.mark.parametrize(
    ("ports", "opened"),
    [
        (["20", "61000-61099", "21"], {"control": "21", "data": "20", "passive": "61000-61099"}),
        ([2121, 2120, 61000], {"control": "2121", "data": "2120", "passive": "61000"}),
        # Of two ports that stand alone, 21 is the control port; without it, it is the first.
        (["61000", "21"], {"control": "21", "passive": "61000"}),
        (["2121", "61000"], {"control": "2121", "passive": "61000"}),
        (["2121,2120", "61000-61009"], {"control": "2121", "data": "2120", "passive": "61000-61009"}),
        (["990"], {"control": "990"}),
    ],
)
def test_the_ports_of_an_entry_have_purposes(ports: list[Any], opened: dict[str, str]) -> None:
    assert openings_of(tcp(*ports)) == opened


@pytest.mark.parametrize(
    ("entries", "ours"),
    [
        ([tcp("2121")], [True]),
        ([tcp("2121"), WEB], [False, False]),
        ([tcp("21"), WEB], [True, False]),
        ([tcp("2121", "2120"), WEB], [True, False]),
        ([tcp("2121", "61000-61099"), WEB], [True, False]),
        ([tcp("2121", "61000"), WEB], [False, False]),
        ([{**tcp("21"), "protocol": "udp"}], [False]),
        ([tcp("21", "61000-61099", "62000-62099")], [False]),
        ([tcp("1-65535")], [False]),
    ],
)
def test_an_entry_of_a_rule_of_ours_is_ours_by_its_form(entries: list[Rule], ours: list[bool]) -> None:
    rule = holding(OURS, *entries)
    assert [is_ftp(entry, rule) for entry in entries] == ours
