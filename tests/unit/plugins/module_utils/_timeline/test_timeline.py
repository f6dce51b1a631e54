# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures and dialogue in one order, and where packets died."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Line
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import Packet, packets
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.render import probe_timeline
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import Row, timeline

CLIENT, PUBLIC, LAN = "203.0.113.100", "203.0.113.13", "192.168.128.13"


def line(at: float, source: str, destination: str, flags: str, seq: int) -> str:
    """As tcpdump 4.99 prints it with -nn -tt -S."""
    return (
        f"{at:.6f} IP {source} > {destination}: Flags [{flags}], seq {seq}, win 64240,"
        " options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0\n"
    )


def cell(mode: str, *lines: tuple[float, str, str]) -> Cell:
    return Cell(mode, control_address=PUBLIC, transcript=tuple(Line(*each) for each in lines))


def result(*cells: Cell) -> dict[str, Any]:
    return judge(Evidence(cells))


PASV = cell(
    "PASV",
    (100.1, "client", "PASV"),
    (100.2, "server", "227 Entering Passive Mode (203,0,113,13,238,72)."),
)
EPRT = cell("EPRT", (100.1, "client", f"EPRT |1|{CLIENT}|40001|"), (100.2, "server", "200 fine"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line(1.5, f"{CLIENT}.40000", f"{PUBLIC}.21", "S", 7), Packet(1.5, "SYN", CLIENT, 40000, PUBLIC, 21, "7")),
        (line(1.5, f"{PUBLIC}.21", f"{CLIENT}.40000", "S.", 9), Packet(1.5, "SYN-ACK", PUBLIC, 21, CLIENT, 40000, "9")),
        (
            f"1.5 IP {PUBLIC}.21 > {CLIENT}.40000: Flags [FP.], seq 10:20, ack 8, win 1, length 10",
            Packet(1.5, "FIN", PUBLIC, 21, CLIENT, 40000, "20", "8"),
        ),
        (
            f"1.5 IP {PUBLIC}.21 > {CLIENT}.40000: Flags [R.], cksum 0x1 (correct), seq 0, ack 8, win 0, length 0",
            Packet(1.5, "RST", PUBLIC, 21, CLIENT, 40000, "0", "8"),
        ),
        (
            f"1.5 eth0  Out IP {CLIENT}.40000 > {PUBLIC}.21: Flags [S], seq 7, win 1, length 0",
            Packet(1.5, "SYN", CLIENT, 40000, PUBLIC, 21, "7"),
        ),
        (
            "1.5 IP6 fd00::1.40000 > fd00::2.21: Flags [S], seq 7, length 0",
            Packet(1.5, "SYN", "fd00::1", 40000, "fd00::2", 21, "7"),
        ),
        (
            f"1.5 IP 203.0.113.2 > {CLIENT}: ICMP host {PUBLIC} unreachable, length 68",
            Packet(1.5, "ICMP", "203.0.113.2", 0, CLIENT, 0, what=f"host {PUBLIC} unreachable"),
        ),
    ],
)
def test_lines_of_tcpdump(text: str, expected: Packet) -> None:
    assert packets(text) == [expected]


def test_what_is_no_beginning_and_no_end_is_passed_over() -> None:
    noise = (
        "reading from file wan.pcap, link-type EN10MB (Ethernet)\n"
        f"1.5 IP {CLIENT}.40000 > {PUBLIC}.21: Flags [P.], seq 1:7, ack 1, length 6\n"
        f"1.6 IP {PUBLIC}.21 > {CLIENT}.40000: Flags [.], ack 7, length 0\n"
        "1.7 ARP, Request who-has 192.168.128.13 tell 192.168.128.1, length 28\n"
    )
    assert packets(noise) == []


def seen(rows: list[Row]) -> list[tuple[tuple[str, ...], str, str]]:
    return [(row.seen, row.lost, row.culprit) for row in rows if row.seen]


SYN_OUT = line(100.3, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 7)
SYN_WAN = line(100.31, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 7)
SYN_LAN = line(100.32, f"{CLIENT}.40000", f"{LAN}.61000", "S", 7)
ANSWER_LAN = line(100.33, f"{LAN}.61000", f"{CLIENT}.40000", "S.", 9)
ANSWER_WAN = line(100.34, f"{PUBLIC}.61000", f"{CLIENT}.40000", "S.", 9)
ANSWER_IN = line(100.35, f"{PUBLIC}.61000", f"{CLIENT}.40000", "S.", 9)

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


def test_text() -> None:
    text = probe_timeline(result(PASV, EPRT), {"client": SYN_OUT, "wan": SYN_WAN, "lan": ""}, ["PASV"])
    assert text == (
        "    0.000                  PASV > PASV\n"
        "    0.100                  PASV < 227 Entering Passive Mode (203,0,113,13,238,72).\n"
        f"    0.200  client > wan x  SYN {CLIENT}:40000 > {PUBLIC}:61000: not seen at lan, stopped by the MX\n"
    )


def test_picture() -> None:
    odd = cell("PASV", (100.0, "server", "220 <script>&"))
    captures = {"client": SYN_OUT.replace(".61000", ".21"), "wan": ""}
    root = ET.fromstring(probe_timeline(result(odd), captures, form="svg"))
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:2] == ["client", "wan"]
    assert "PASV < 220 <script>&" in texts
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert any("stopped by" in text for text in texts)


def test_what_a_capture_shows_of_commands_stays_out() -> None:
    told = (
        f"100.15 IP {CLIENT}.40000 > {PUBLIC}.21: Flags [P.], seq 1:15, ack 1, length 14: FTP, length: 14\n"
        "\tPASS s3cret-pass\n"
        f"100.16 IP {CLIENT}.40000 > {PUBLIC}.21: Flags [FP.], seq 15:29, length 14: FTP: PASS s3cret-pass\n"
    )
    text = probe_timeline(result(PASV), {"client": told})
    assert "FIN" in text and "s3cret" not in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"form": "png"}, "'png'; expected text, svg"),
        ({"modes": ["EPSV"]}, r"modes is \['EPSV'\]; the cells are \['PASV'\]"),
        ({"captures": {"dmz": ""}}, "'dmz'; expected client, wan, lan, server"),
    ],
)
def test_bad_input(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        probe_timeline(result(PASV), **options)
