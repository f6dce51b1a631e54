# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A timeline as text and as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.render import probe_timeline
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.hostile import ACTS, KEPT, TEXTS
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._timeline.dialogues import (
    CLIENT,
    EPRT,
    PASV,
    PUBLIC,
    SYN_OUT,
    SYN_WAN,
    cell,
    result,
)
from hypothesis import given

SVG = "{http://www.w3.org/2000/svg}"


def test_text() -> None:
    text = probe_timeline(result(PASV, EPRT), {"client": SYN_OUT, "wan": SYN_WAN, "lan": ""}, ["PASV"])
    assert text == (
        "    0.000                  PASV > PASV\n"
        "    0.100                  PASV < 227 Entering Passive Mode (203,0,113,13,238,72).\n"
        f"    0.200  client > wan x  SYN {CLIENT}:40000 > {PUBLIC}:61000: not seen at lan, stopped by the MX\n"
    )


def test_a_picture_for_each_cell_one_below_the_other() -> None:
    root = ET.fromstring(probe_timeline(result(PASV, EPRT), {"client": SYN_OUT, "wan": ""}, form="svg"))
    pictures = root.findall(f"{SVG}svg")
    assert [str(one.findtext(f"{SVG}title")).split(":", maxsplit=1)[0] for one in pictures] == ["PASV", "EPRT"]
    first, second = (float(one.attrib["height"]) for one in pictures)
    assert (float(pictures[1].attrib["y"]), float(root.attrib["height"])) == (first, first + second)
    assert "stopped by" in "".join(pictures[0].itertext())
    assert "stopped by" not in "".join(pictures[1].itertext())


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
        ({"control_port": "ftp"}, "control_port is 'ftp'; expected the number of a port"),
        ({"captures": {"dmz": ""}}, "'dmz'; expected client, wan, lan, server"),
    ],
)
def test_bad_input(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        probe_timeline(result(PASV), **options)


@KEPT
@given(TEXTS, TEXTS)
def test_hostile_texts(said: str, address: str) -> None:
    """The text has a line for each row; the picture is XML, with nothing that acts."""
    told = f"100.4 IP {address} > {CLIENT}: ICMP {PUBLIC} tcp port 61000 {said} unreachable, length 68\n"
    hostile = result(PASV, cell("EPSV", (100.0, "server", said), (100.1, "client", address)))
    captures = {"client": SYN_OUT + told, "wan": told}
    lines = probe_timeline(hostile, captures).split("\n")
    assert not [one for one in lines if ACTS.search(one)]
    assert lines.pop() == "" and len(lines) >= 5
    picture = probe_timeline(hostile, captures, form="svg")
    assert not ACTS.search(picture.removesuffix("\n"))
    assert [one.tag for one in ET.fromstring(picture.encode())] == [f"{SVG}svg"] * 2


@pytest.mark.parametrize("form", ["text", "svg"])
@pytest.mark.parametrize("wrong", [None, [], "x", {"cells": None}, {"cells": [7]}, {"cells": [{"mode": 7}]}])
def test_a_result_of_another_shape_has_one_error(wrong: Any, form: str) -> None:
    with pytest.raises(ValueError, match="expected .* as ftp_probe returns it"):
        probe_timeline(wrong, form=form)


@pytest.mark.parametrize("wrong", [["lan"], "x", {"lan": None}, {"lan": ["x"]}])
def test_captures_are_texts_by_places(wrong: Any) -> None:
    with pytest.raises(ValueError, match="expected captures as places, each with the output of tcpdump -nn -tt -S"):
        probe_timeline(result(PASV), wrong)


def test_names_in_place_of_numbers_say_how_to_capture() -> None:
    with pytest.raises(ValueError, match="'ftp.example.com.ftp' .* make it with tcpdump -nn -tt -S"):
        probe_timeline(result(PASV), {"lan": SYN_OUT.replace(f"{PUBLIC}.61000", "ftp.example.com.ftp")})


def test_a_port_may_be_a_text_as_on_the_command_line() -> None:
    control = SYN_OUT.replace(".61000", ".2121")
    assert " SYN " in probe_timeline(result(PASV), {"client": control}, control_port="2121")  # type: ignore[arg-type]
