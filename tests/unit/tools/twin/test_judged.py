# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where packets and mx_reach say something else, the twin says so; what is undetermined contradicts nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from twin.judged import contradiction, contradictions
from twin.rows import BROKEN, CLOSED, DOUBTFUL, FAILS, FINE, MENDED, PARTLY, STILL_WRONG, UNCHANGED, WORKS, Outcome, Row
from twin.tries import Arrival

ARRIVED = Arrival("10.10.0.13", 21, "192.0.2.7", 40001)
ENDPOINT = Endpoint(
    name="files",
    public_address="203.0.113.13",
    lan_address="10.10.0.13",
    control_port=21,
    passive_ports=PortRange(61000, 61099),
    active=True,
    allowed_ips=("any",),
    publish_by="one_to_one_nat",
    uplink="internet1",
    inbound_data_port=False,
)
AFTER = {"destination": "10.10.0.13", "ports": "21", "source": "192.0.2.7"}


@pytest.mark.parametrize(
    ("verdict", "translated", "arrival", "expected"),
    [
        ("admitted", AFTER, ARRIVED, ""),
        ("admitted", AFTER, None, "mx_reach says admitted, the packets do not arrive"),
        ("admitted", {**AFTER, "source": None}, ARRIVED, ""),
        ("admitted", {**AFTER, "destination": "10.10.0.31"}, ARRIVED, "destination 10.10.0.31, the packets have"),
        ("stopped", None, None, ""),
        ("stopped", None, ARRIVED, "mx_reach says stopped, the packets arrive at 10.10.0.13 port 21"),
        ("undetermined", None, ARRIVED, ""),
        ("undetermined", None, None, ""),
    ],
)
def test_a_connection_contradicts_or_not(verdict: str, translated: Any, arrival: Arrival | None, expected: str) -> None:
    row = {"verdict": verdict, "translated": translated, "direction": "inbound"}
    found = contradiction(row, arrival, {})
    assert expected in found
    assert bool(found) == bool(expected)


def outbound(source: str) -> dict[str, Any]:
    after = {"source": source, "destination": "192.0.2.7", "ports": "50000"}
    return {"verdict": "admitted", "direction": "outbound", "source": "10.10.0.13", "translated": after}


@pytest.mark.parametrize(("source", "wrong"), [("10.10.0.13", False), ("203.0.113.13", True)])
def test_nothing_answers_an_address_of_the_lan(source: str, wrong: bool) -> None:
    assert bool(contradiction(outbound(source), None, {})) == wrong


def test_the_router_in_front_translates_once_more() -> None:
    arrival = Arrival("192.0.2.7", 50000, "203.0.113.2", 20)
    assert contradiction(outbound("192.168.1.2"), arrival, {"192.168.1.2": "203.0.113.2"}) == ""
    assert contradiction(outbound("192.168.1.2"), arrival, {}) != ""


def rows(control: bool, *passive: bool, verdict: str = "admitted") -> list[dict[str, Any]]:
    flows = [("control", control), *(("passive", each) for each in passive)]
    return [{"name": name, "passed": passed, "verdict": verdict} for name, passed in flows]


def cell(stage: str, **seen: Any) -> dict[str, Any]:
    verdict = "passed" if stage == "delete" else "failed"
    ended = {"verdict": verdict, "stage": stage, "outcome": "timeout", "code": 0, "evidence": "seen"}
    return {"mode": "PASV", **ended, "data_peer": "", "data_address": "", "data_port": 0, **seen}


@pytest.mark.parametrize(
    ("judged", "stage", "wrong"),
    [
        (rows(True, True), "delete", False),
        (rows(True, True), "control", True),
        (rows(True, True), "greeting", True),
        (rows(True, True), "data", True),
        # What the server refuses, the MX has let through.
        (rows(True, True), "tls", False),
        (rows(True, True), "login", False),
        (rows(True, True), "data-tls", False),
        (rows(True, True), "upload", False),
        (rows(True, False), "data", False),
        (rows(True, False), "login", False),
        (rows(True, False), "data-tls", True),
        (rows(True, False), "delete", True),
        (rows(False, True), "delete", True),
        # Chance decides which port a server announces.
        (rows(True, True, False), "data", False),
        (rows(True, True, False), "delete", False),
        (rows(True, False, verdict="undetermined"), "delete", False),
    ],
)
def test_a_transfer_contradicts_or_not(judged: list[dict[str, Any]], stage: str, wrong: bool) -> None:
    assert bool([*contradictions(judged, ENDPOINT, {"cells": [cell(stage)]})]) == wrong


@pytest.mark.parametrize(
    ("ended", "wrong"),
    [
        # No MX says a word, nor does it refuse a connection.
        (cell("greeting", outcome="rejected", code=421), False),
        (cell("control", outcome="refused"), False),
        (cell("greeting", outcome="closed"), False),
        (cell("data", mode="PORT", outcome="rejected", code=550), False),
        (cell("data", mode="PORT", outcome="rejected", code=425), True),
        (cell("data", data_address="203.0.113.13", data_port=61000), True),
        # What a server announces besides is none of the connections that mx_reach was asked for.
        (cell("data", data_address="10.10.0.13", data_port=61000, outcome="foreign"), False),
        (cell("data", data_address="203.0.113.13", data_port=50000), False),
    ],
)
def test_what_the_server_does_is_no_contradiction(ended: dict[str, Any], wrong: bool) -> None:
    admitted = [*rows(True, True), {"name": "active", "passed": True, "verdict": "admitted"}]
    assert bool([*contradictions(admitted, ENDPOINT, {"cells": [ended]})]) == wrong


def test_ports_besides_the_endpoints_may_be_open() -> None:
    elsewhere = cell("delete", data_address="203.0.113.13", data_port=50000)
    assert [*contradictions(rows(True, False), ENDPOINT, {"cells": [elsewhere]})] == []


@pytest.mark.parametrize(
    ("today", "after", "needed", "closable", "effect"),
    [
        (WORKS, WORKS, True, False, FINE),
        (FAILS, WORKS, True, False, MENDED),
        (FAILS, PARTLY, True, False, STILL_WRONG),
        (FAILS, FAILS, True, False, STILL_WRONG),
        (FAILS, FAILS, False, False, UNCHANGED),
        (WORKS, PARTLY, False, False, BROKEN),
        (WORKS, FAILS, False, True, CLOSED),
    ],
)
def test_the_effect_of_a_change(today: str, after: str, needed: bool, closable: bool, effect: str) -> None:
    row = Row("files", "passive mode", Outcome(today), Outcome(after), needed, closable)
    assert row.effect == effect
    assert row.good == (effect not in (BROKEN, STILL_WRONG))


def test_what_is_needed_and_undetermined_is_not_good() -> None:
    assert not Row("files", "passive mode", Outcome(WORKS), Outcome(WORKS, DOUBTFUL), needed=True).good


@pytest.mark.parametrize("judged", [PARTLY, FAILS])
def test_what_works_for_those_that_were_tried_only_is_unproven(judged: str) -> None:
    row = Row("files", "active mode", Outcome(WORKS, judged), Outcome(WORKS, judged), True)
    assert row.unproven
    assert not row.good
