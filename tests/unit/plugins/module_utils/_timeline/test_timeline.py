# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures and dialogue in one order, and where packets died."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import Row, timeline
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._timeline.dialogues import (
    ANSWER_IN,
    ANSWER_LAN,
    ANSWER_WAN,
    CLIENT,
    EPRT,
    LAN,
    PASV,
    PUBLIC,
    SYN_LAN,
    SYN_OUT,
    SYN_WAN,
    cell,
    line,
)


def seen(rows: list[Row]) -> list[tuple[tuple[str, ...], str, str]]:
    return [(row.seen, row.lost, row.stopped_by) for row in rows if row.seen]


DEATHS = {
    "all the way and back": (
        {"client": SYN_OUT + ANSWER_IN, "wan": SYN_WAN + ANSWER_WAN, "lan": SYN_LAN + ANSWER_LAN},
        [(("client", "wan", "lan"), "", ""), (("lan", "wan", "client"), "", "")],
    ),
    "the MX has no rule": (
        {"client": SYN_OUT, "wan": SYN_WAN, "lan": ""},
        [(("client", "wan"), "lan", "the MX")],
    ),
    "nothing arrives at the MX": (
        {"client": SYN_OUT, "wan": "", "lan": ""},
        [(("client",), "wan", "the client's network or the Internet")],
    ),
    "the answer goes astray": (
        {"client": SYN_OUT, "wan": SYN_WAN, "lan": SYN_LAN + ANSWER_LAN},
        [(("client", "wan", "lan"), "", ""), (("lan",), "wan", "the MX")],
    ),
    "no capture between": (
        {"client": SYN_OUT, "server": ""},
        [(("client",), "server", "the client's network or the Internet or the MX or the server's LAN")],
    ),
    "a place between that has missed it proves nothing": (
        {"client": SYN_OUT, "wan": "", "lan": SYN_LAN},
        [(("client", "lan"), "", "")],
    ),
    "each try is a packet of its own": (
        {"client": SYN_OUT + SYN_OUT.replace("100.3", "101.3"), "wan": SYN_WAN},
        [(("client", "wan"), "", ""), (("client",), "wan", "the client's network or the Internet")],
    ),
    "somebody else's connection": (
        {"client": SYN_OUT.replace(".61000", ".443"), "wan": ""},
        [],
    ),
    "one capture says nothing of loss": ({"wan": SYN_WAN}, [(("wan",), "", "")]),
}


@pytest.mark.parametrize(("captures", "expected"), DEATHS.values(), ids=DEATHS)
def test_where_a_packet_died(captures: dict[str, str], expected: list[Any]) -> None:
    assert seen(timeline([PASV], captures)) == expected


def test_active_data_begins_at_the_server() -> None:
    syn = line(100.3, f"{LAN}.20", f"{CLIENT}.40001", "S", 5)
    rows = timeline([EPRT], {"client": "", "wan": "", "lan": syn})
    assert seen(rows) == [(("lan",), "wan", "the MX")]


@pytest.mark.parametrize("flags", ["F.", "R."])
def test_nobody_is_blamed_for_the_end_of_a_connection(flags: str) -> None:
    end = line(100.3, f"{CLIENT}.40000", f"{PUBLIC}.21", flags, 7)
    # An ALG that has made what was said three bytes longer.
    rows = timeline([PASV], {"client": end, "wan": end, "lan": end.replace("seq 7", "seq 10")})
    assert seen(rows) == [(("client", "wan"), "", ""), (("lan",), "", "")]


def test_the_last_bytes_come_with_the_end_at_one_place_and_before_it_at_another() -> None:
    """Hosts and interfaces join segments and cut them: what counts is the number of the end itself."""
    begin = f"IP {CLIENT}.40000 > {PUBLIC}.21: Flags"
    joined = f"100.3 {begin} [FP.], seq 10:20, ack 8, win 1, length 10: FTP: QUIT\n"
    cut = f"100.31 {begin} [P.], seq 10:20, ack 8, win 1, length 10\n100.32 {begin} [F.], seq 20, ack 8, length 0\n"
    again = joined.replace("100.3 ", "100.9 ")
    rows = timeline([PASV], {"client": joined + again, "wan": cut, "lan": cut})
    assert seen(rows) == [(("client", "wan", "lan"), "", ""), (("client",), "", "")]


def test_data_from_another_address_than_expected_is_not_lost() -> None:
    syn = line(100.3, f"{LAN}.20", f"{CLIENT}.40001", "S", 5)
    other = syn.replace(f"{LAN}.20", "203.0.113.2.1037")
    rows = timeline([EPRT], {"client": other, "wan": other, "lan": syn})
    assert seen(rows) == [(("lan", "wan", "client"), "", "")]


def test_refusals_are_told_apart_by_what_they_acknowledge() -> None:
    first, second = (
        f"100.{at} IP {PUBLIC}.21 > {CLIENT}.{at}: Flags [R.], seq 0, ack {at}, win 0, length 0\n"
        for at in (40000, 40001)
    )
    rows = timeline([PASV], {"client": second, "wan": first + second})
    assert seen(rows) == [(("wan",), "", ""), (("wan", "client"), "", "")]


@pytest.mark.parametrize(
    "command", ["PORT 203,0,113,100,1********", "EPRT |1|203.0.113.100|5********|", "EPRT", "PORT 1"]
)
def test_a_masked_port_is_none(command: str) -> None:
    assert len(timeline([cell("PORT", (100.1, "client", command))], {})) == 1


@pytest.mark.parametrize(
    ("told", "about", "shown"), [(CLIENT, PUBLIC, True), ("203.0.113.99", PUBLIC, False), (CLIENT, "192.0.2.9", False)]
)
def test_reports_about_others_are_passed_over(told: str, about: str, shown: bool) -> None:
    report = f"100.4 IP 203.0.113.2 > {told}: ICMP {about} tcp port 61000 unreachable, length 68\n"
    assert any("ICMP" in row.text for row in timeline([PASV], {"client": SYN_OUT + report})) == shown


def test_dialogue_and_packets_are_in_the_order_of_time() -> None:
    rows = timeline([PASV], {"client": SYN_OUT + line(100.15, f"{CLIENT}.39999", f"{PUBLIC}.21", "F.", 3)})
    assert [row.text.split(" ")[0] for row in rows] == ["PASV", "FIN", "PASV", "SYN"]
