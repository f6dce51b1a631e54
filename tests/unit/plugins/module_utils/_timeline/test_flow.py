# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell as a picture: its hosts, the addresses before and behind each translation, and where a packet ends."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.flow import STYLE, flow_svg
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import ACTS, KEPT, TEXTS
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._timeline.dialogues import (
    ANSWER_IN,
    ANSWER_LAN,
    ANSWER_WAN,
    CLIENT,
    LAN,
    PASV,
    PUBLIC,
    SYN_LAN,
    SYN_OUT,
    SYN_WAN,
    cell,
    line,
    result,
)
from hypothesis import given

SVG = "{http://www.w3.org/2000/svg}"
WELL = {
    "client": SYN_OUT + ANSWER_IN,
    "wan": SYN_WAN + ANSWER_WAN,
    "lan": SYN_LAN + ANSWER_LAN,
    "server": SYN_LAN + ANSWER_LAN,
}
STOPPED = {"client": SYN_OUT, "wan": SYN_WAN, "lan": "", "server": ""}
HOME = "192.168.50.10"
AT_HOME = {
    **WELL,
    "client": (SYN_OUT + ANSWER_IN).replace(CLIENT, HOME),
}
PORT = cell(
    "PORT",
    (100.1, "client", "PORT 203,0,113,100,156,65"),
    (100.2, "server", "200 fine"),
    (100.25, "client", "STOR a"),
)


class Picture:
    """A picture as somebody sees it."""

    def __init__(self, cell: Cell, captures: dict[str, str]) -> None:
        self.root = ET.fromstring(flow_svg(cell, captures))
        shown = list(self.root.iter(f"{SVG}text"))
        self.texts = [str(one.text) for one in shown]
        self.all = " ".join(self.texts)
        # The ends that a router has changed.
        self.translated = [str(one.text) for one in shown if "n" in one.attrib["class"].split()]
        self.hosts = {
            str(one.text): float(one.attrib["x"]) for one in shown if one.text in ("client", "NAT", "MX", "server")
        }

    def drawn(self, kind: str) -> list[list[float]]:
        """Return where the arrows, or marks, of a kind begin."""
        paths = (one for one in self.root.iter(f"{SVG}path") if kind in one.get("class", "").split())
        return [[float(number) for number in re.findall(r"-?[\d.]+", one.attrib["d"])] for one in paths]


def test_both_ends_before_and_behind_the_translation() -> None:
    picture = Picture(PASV, WELL)
    assert list(picture.hosts) == ["client", "MX", "server"]
    assert f"{PUBLIC}:61000" in picture.texts and f"{CLIENT}:40000" in picture.texts
    assert picture.translated == [f"{LAN}:61000", f"{PUBLIC}:61000"]
    client, mx, server = picture.hosts.values()
    arrows = [(path[0], path[2]) for path in picture.drawn("d")]
    assert arrows == [(client, mx), (mx, server), (server, mx), (mx, client)]
    assert picture.drawn("x") == []


def test_a_router_in_front_of_the_client_is_a_host_of_its_own() -> None:
    picture = Picture(PASV, AT_HOME)
    assert list(picture.hosts) == ["client", "NAT", "MX", "server"]
    assert picture.translated[0] == f"{CLIENT}:40000"
    assert HOME in picture.texts and CLIENT in picture.texts


def test_the_address_of_the_mx_is_the_one_that_it_puts_in() -> None:
    """Out of its LAN, where the server is what it is."""
    outside = {place: text.replace(LAN, PUBLIC).replace(CLIENT, "192.168.128.50") for place, text in WELL.items()}
    outside |= {place: outside[place].replace("192.168.128.50", CLIENT) for place in ("lan", "server")}
    shown = Picture(PASV, outside).texts
    at = shown.index("client")
    assert shown[at : at + 6] == ["client", "192.168.128.50", "MX", CLIENT, "server", PUBLIC]


@pytest.mark.parametrize(
    ("places", "hosts"),
    [
        ((), ["client", "server"]),
        (("client",), ["client", "server"]),
        (("client", "server"), ["client", "MX", "server"]),
        (("lan",), ["client", "MX", "server"]),
    ],
)
def test_hosts_are_those_that_the_captures_show(places: tuple[str, ...], hosts: list[str]) -> None:
    assert list(Picture(PASV, {place: WELL[place] for place in places}).hosts) == hosts


def test_what_no_capture_shows_is_dotted() -> None:
    picture = Picture(PASV, {"client": WELL["client"], "wan": WELL["wan"]})
    assert [path[0] for path in picture.drawn("u")] == [picture.hosts["MX"], picture.hosts["server"]]
    assert len(picture.drawn("d")) == 4


def test_a_packet_ends_at_what_stopped_it() -> None:
    again = {place: text + text.replace("100.3", "101.3") for place, text in STOPPED.items()}
    picture = Picture(replace(PASV, stage="data", outcome="timeout"), again)
    assert "client opens the data connection: SYN, sent 2 times" in picture.all
    assert "stopped by the MX" in picture.all
    ((x, *_rest),) = picture.drawn("x")
    assert x + 6 == picture.hosts["MX"]
    assert [path[0] for path in picture.drawn("d")] == [picture.hosts["client"]]


def test_a_packet_that_does_not_reach_the_mx_ends_in_front_of_it() -> None:
    picture = Picture(PASV, {"client": SYN_OUT, "wan": "", "lan": ""})
    ((x, *_rest),) = picture.drawn("x")
    assert x + 6 == (picture.hosts["client"] + picture.hosts["MX"]) / 2
    assert "stopped by the client's network or the Internet" in picture.all


REFUSAL = f"100.31 IP {PUBLIC}.61000 > {CLIENT}.40000: Flags [R.], seq 0, ack 8, win 0, length 0\n"


def test_a_refusal_of_the_mx_does_not_begin_at_the_server() -> None:
    captures = {"client": SYN_OUT + REFUSAL, "wan": SYN_WAN + REFUSAL, "lan": "", "server": ""}
    picture = Picture(replace(PASV, stage="data", outcome="refused"), captures)
    assert "the MX refuses the data connection: RST" in picture.texts
    assert [path[0] for path in picture.drawn("d")] == [picture.hosts["client"], picture.hosts["MX"]]


def test_a_refusal_of_the_server() -> None:
    behind = REFUSAL.replace(PUBLIC, LAN)
    picture = Picture(
        PASV,
        {"client": SYN_OUT + REFUSAL, "wan": SYN_WAN + REFUSAL, "lan": SYN_LAN + behind, "server": SYN_LAN + behind},
    )
    assert "server refuses the data connection: RST" in picture.texts


def test_another_address_that_the_server_announces() -> None:
    private = cell(
        "PASV", (100.1, "client", "PASV"), (100.2, "server", "227 Entering Passive Mode (192,168,128,13,238,72).")
    )
    picture = Picture(replace(private, stage="data", outcome="foreign", data_address=LAN, data_port=61000), {})
    assert f"server: open the data connection to {LAN}:61000, not to {PUBLIC}" in picture.all
    assert f"client opens the data connection: it would go to {LAN}, not to {PUBLIC}" in picture.all
    assert len(picture.drawn("x")) == 1


def test_data_that_comes_from_another_address() -> None:
    inside, outside = (
        line(100.3, f"{LAN}.20", f"{CLIENT}.40001", "S", 5),
        line(100.3, "203.0.113.2.20", f"{CLIENT}.40001", "S", 5),
    )
    foreign = replace(PORT, stage="data", outcome="foreign", data_peer="203.0.113.2:20")
    picture = Picture(foreign, {"client": outside, "wan": outside, "lan": inside})
    assert picture.translated == ["203.0.113.2:20"]
    assert f"the client does not take it: it comes from 203.0.113.2:20, not from {PUBLIC}" in picture.all
    assert f"it comes from 203.0.113.2:20, not from {PUBLIC}" in Picture(foreign, {}).all


def test_what_tls_hides_is_dashed() -> None:
    told = cell(
        "PASV",
        (99.0, "client", "AUTH TLS"),
        (99.1, "server", "234 go"),
        *((one.at, one.sender, one.text) for one in PASV.transcript),
    )
    picture = Picture(told, {})
    assert "from here on encrypted: no router can read or change it" in picture.texts
    assert (len(picture.drawn("c")), len(picture.drawn("h"))) == (4, 2)
    implicit = Picture(replace(PASV, tls_version="TLSv1.3"), {})
    assert len(implicit.drawn("c")) == len(implicit.drawn("h")) == 2


def test_long_addresses_keep_their_ports() -> None:
    long = "2001:db8:1234:5678:9abc:def0:1234:5678"
    texts = Picture(PASV, {place: text.replace(PUBLIC, long) for place, text in WELL.items()}).texts
    assert [text for text in texts if text.endswith(":61000") and "…" in text and len(text) <= 24]


def test_a_refusal_is_shown_with_its_command_whatever_that_is() -> None:
    refused = cell("PASV", (99.0, "client", "TYPE I"), (99.1, "server", "504 no"), (99.2, "client", "NOOP"))
    texts = Picture(refused, {}).texts
    assert "TYPE I" in texts and "504 no" in texts and "NOOP" not in texts


def test_the_first_transfer_stands_for_the_others() -> None:
    done = cell(
        "PASV",
        *((one.at, one.sender, one.text) for one in PASV.transcript),
        *((101.0, "client", "STOR a"), (101.1, "server", "150 go"), (101.2, "server", "226 done")),
        *((102.0, "client", "PASV"), (102.1, "server", "227 (203,0,113,13,238,73)")),
        *((103.0, "client", "RETR a"), (103.1, "server", "550 gone")),
    )
    later = {place: text + text.replace("100.3", "102.3").replace("61000", "61001") for place, text in WELL.items()}
    picture = Picture(done, later)
    assert f"{PUBLIC}:61000" in picture.texts and ":61001" not in picture.all
    assert "226 done" in picture.texts and "550 gone" in picture.texts and "RETR a" in picture.texts


def test_other_cells_that_use_the_same_ports_are_left_out() -> None:
    """Those of the second transfer, before it; and that of the first one, after another cell got it."""
    again = ((one.at + 2, one.sender, one.text.replace(",72)", ",73)")) for one in PASV.transcript)
    told = cell("PASV", *((one.at, one.sender, one.text) for one in PASV.transcript), *again)
    others = {
        place: text.replace(".40000", ".40007").replace("100.3", "100.4")
        + text.replace(".40000", ".40008").replace(".61000", ".61001")
        for place, text in WELL.items()
    }
    picture = Picture(told, {place: text + others[place] for place, text in WELL.items()})
    assert len(picture.drawn("d")) == 4
    assert ":40007" not in picture.all and ":40008" not in picture.all


def test_what_the_probe_tried_before_the_dialogue_is_left_out() -> None:
    """As the check of the passive range, which connects to the same ports."""
    before = {place: text.replace("100.3", "99.3").replace("40000", "39999") for place, text in WELL.items()}
    assert "39999" not in Picture(PASV, {place: before[place] + WELL[place] for place in WELL}).all


def test_one_control_connection_of_all_that_the_cells_of_a_run_open() -> None:
    calls = "".join(
        line(at, f"{CLIENT}.{port}", f"{PUBLIC}.21", "S", port) for at, port in ((99.0, 41000), (99.1, 41001))
    )
    picture = Picture(PASV, {"client": calls})
    assert picture.all.count("opens the control connection") == 1
    assert "4100" not in picture.all


def test_a_control_connection_that_nobody_answers() -> None:
    call = line(99.0, f"{CLIENT}.41000", f"{PUBLIC}.21", "S", 7)
    dead = Cell("PASV", stage="control", outcome="timeout", control_address=PUBLIC)
    other = call.replace("99.0", "99.5").replace("41000", "41001")
    picture = Picture(dead, {"client": call + call.replace("99.0", "98.0") + other, "wan": ""})
    assert "client opens the control connection: SYN, sent 2 times" in picture.all
    assert len(picture.drawn("x")) == 1 and picture.all.count("control connection: SYN") == 1


def test_reports_and_wrong_capture_points_are_told() -> None:
    report = f"100.4 IP 203.0.113.2 > {CLIENT}: ICMP host {PUBLIC} unreachable, length 68\n"
    told = Picture(PASV, {"client": SYN_OUT + report, "wan": SYN_OUT + report}).all
    assert told.count(f"ICMP 203.0.113.2 > {CLIENT}: host {PUBLIC}") == 1
    assert "wrong capture point lan" in Picture(PASV, {**WELL, "lan": ""}).all


def test_the_verdict_is_that_of_the_result() -> None:
    (judged,) = parse_cells(result(PASV)["cells"])
    assert Picture(judged, {}).texts[:2] == [f"PASV: {judged.verdict}", judged.description]
    assert "PASV: failed" in Picture(PASV, {}).texts
    passed = replace(PASV, stage="delete", outcome="ok", data_address=PUBLIC, data_port=61001)
    assert Picture(passed, {}).texts[:2] == ["PASV: passed", "upload, download and delete fine"]


def test_for_those_who_cannot_see_it() -> None:
    root = Picture(PASV, STOPPED).root
    assert root.attrib["role"] == "img"
    title, description = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None and title.text == "PASV: failed"
    assert description is not None and "stopped by the MX" in str(description.text)


def test_several_pictures_have_room_in_one_page() -> None:
    """No ids, and no color but those of the style, which a page can replace."""
    for one in Picture(PASV, WELL).root.iter():
        assert not {"id", "fill", "stroke", "style"} & set(one.attrib)


def luminance(color: str) -> float:
    """Return the relative luminance of a color, as WCAG 2.2 defines it."""
    digits = color if len(color) == 6 else "".join(2 * digit for digit in color)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", re.findall(r"\.flow\{(--[^}]*)\}", STYLE), ids=["light", "dark"])
def test_texts_can_be_read(scheme: str) -> None:
    """The least contrast of WCAG 2.2 for texts, level AA: 4.5."""
    colors = {name: luminance(color) for name, color in re.findall(r"--(\w+):#(\w+)", scheme)}
    paper = colors.pop("paper")
    assert set(colors) == {"ink", "quiet", "control", "data", "bad"}
    for name, color in colors.items():
        light, dark = sorted((color, paper), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


@KEPT
@given(TEXTS, TEXTS)
def test_hostile_texts(said: str, address: str) -> None:
    told = f"100.4 IP {address} > {CLIENT}: ICMP {PUBLIC} tcp port 61000 {said} unreachable, length 68\n"
    lines = [(100.0 + number, "server", f"500 {said}") for number in range(99)]
    hostile = cell("PASV", *lines, (200.0, "client", f"PASV {address}"), (201.0, "client", f"EPRT |1|{said}|7|"))
    svg = flow_svg(replace(hostile, control_address=address, reply=said), {"client": SYN_OUT + told, "wan": told})
    assert len(svg) < 20_000
    assert not ACTS.search(svg.removesuffix("\n"))
    root = ET.fromstring(svg.encode())
    assert {one.tag for one in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "rect", "text", "path")
    }
