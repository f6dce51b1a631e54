# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs that differ in what systems choose have one normal form; two that differ in more have two."""

from __future__ import annotations

import json
from typing import Any

import pytest
from article.normal import normal


def recording(start: float, client: int, passive: int, seq: int, name: str) -> dict[str, Any]:
    """Return a recording of PASV: the packets that open both connections, before and behind the MX."""
    high, low = divmod(passive, 256)
    lines = [
        (0.2, "client", "PASV"),
        (0.3, "server", f"227 Entering Passive Mode (203,0,113,21,{high},{low})."),
        (0.5, "client", f"STOR ftp_probe-{name}.tmp"),
    ]
    shown = {
        place: [
            packet(start + 0.1 + late, f"203.0.113.100.{client}", f"{server}.21", "S", seq),
            packet(start + 0.4 + late, f"203.0.113.100.{client + 9}", f"{server}.{passive}", "S", seq + 2**25),
            packet(start + 0.45 - late, f"{server}.{passive}", f"203.0.113.100.{client + 9}", "S.", 5, seq + 2**25 + 1),
            f"{start + 0.6 + late:.6f} IP 203.0.113.2 > 203.0.113.100:"
            f" ICMP {server} tcp port {passive} unreachable, length 9",
        ]
        for place, server, late in (("client", "203.0.113.21", 0.0), ("server", "192.168.128.21", 0.01))
    }
    return {
        "situation": "one-to-one-nat",
        "control_port": 21,
        "cell": {
            "mode": "PASV",
            "data_port": passive,
            "evidence": f"data connection to 203.0.113.21:{passive}: timeout",
            "session_reused": None,
            "replies": ["not kept"],
            "transcript": [{"at": start + at, "sender": sender, "text": text} for at, sender, text in lines],
        },
        "captures": shown,
    }


def packet(at: float, source: str, target: str, flags: str, seq: int, ack: int = 0) -> str:
    """Return a line as tcpdump prints it with -nn -tt -S."""
    told = f", ack {ack}" if ack else ""
    return f"{at:.6f} IP {source} > {target}: Flags [{flags}], seq {seq}{told}, win 64240, options [TS val 7], length 0"


FIRST = recording(1_700_000_000.0, 38100, 61096, 3_123_456, "0123456789abcdef")


def test_what_systems_choose_is_gone() -> None:
    other = recording(1_800_000_000.0, 52000, 61007, 900_000_000, "fedcba9876543210")
    assert normal(FIRST) == normal(other)
    text = json.dumps(normal(FIRST))
    assert not [
        word for word in ("38100", "61096", "38109", "3123456", "0123456789abcdef", "238,168", "win") if word in text
    ]
    assert normal(FIRST)["cell"]["data_port"] == 61001 and "203.0.113.21:61001: timeout" in text
    assert "(203,0,113,21,238,73)" in text and "tcp port 61001 unreachable" in text


def test_it_is_its_own_normal_form() -> None:
    assert normal(normal(FIRST)) == normal(FIRST)


def test_equal_numbers_stay_equal() -> None:
    shown = normal(FIRST)["captures"]
    syn, answer = shown["client"][1], shown["client"][2]
    assert ", seq 20000000," in syn and ", ack 20000001," in answer
    assert shown["server"][1].partition(": ")[2] == syn.partition(": ")[2]


@pytest.mark.parametrize(
    ("before", "after"),
    [("PASV", "EPSV"), ("203.0.113.21", "203.0.113.22"), ("[S.]", "[R.]"), ("203,0,113,21", "192,168,128,21")],
)
def test_all_else_stays(before: str, after: str) -> None:
    other = json.loads(json.dumps(FIRST).replace(before, after))
    assert normal(other) != normal(FIRST)
