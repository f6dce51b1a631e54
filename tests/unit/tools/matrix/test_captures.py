# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was captured during a run is told apart by probe: by machine, by time and by the addresses of its server."""

from __future__ import annotations

from matrix.captures import Record, _Interface

CLIENT = _Interface("client", "eth0", "203.0.113.100")
OTHER = _Interface("mobile", "eth0", "100.64.0.10")
WAN1 = _Interface("mx", "eth0", "203.0.113.2")
WAN2 = _Interface("mx", "eth1", "198.51.100.2")
LAN = _Interface("mx", "eth2", "192.168.128.1")


def line(at: float, source: str, destination: str) -> str:
    return f"{at} IP {source}.40000 > {destination}.21: Flags [S], seq 1, length 0"


RECORD = Record(
    {
        CLIENT: [line(1, "203.0.113.100", "203.0.113.21"), line(2, "203.0.113.100", "203.0.113.22")],
        OTHER: [line(1, "100.64.0.10", "203.0.113.21")],
        WAN1: [line(1.1, "203.0.113.100", "203.0.113.21"), line(9, "203.0.113.100", "203.0.113.21")],
        WAN2: [line(1.05, "198.51.100.100", "203.0.113.21")],
        LAN: [line(1.2, "203.0.113.100", "192.168.128.21"), line(1.3, "203.0.113.100", "192.168.128.211")],
    }
)


def test_each_place_has_the_packets_of_its_machine() -> None:
    seen = RECORD.of("client", ["203.0.113.21", "192.168.128.21"], (0, 5))
    assert {place: text.splitlines() for place, text in seen.items()} == {
        "client": [line(1, "203.0.113.100", "203.0.113.21")],
        "wan": [line(1.05, "198.51.100.100", "203.0.113.21"), line(1.1, "203.0.113.100", "203.0.113.21")],
        "lan": [line(1.2, "203.0.113.100", "192.168.128.21")],
    }


def test_what_came_before_or_later_is_left_out() -> None:
    seen = RECORD.of("client", ["203.0.113.21"], (8, 10))
    assert seen["wan"].splitlines() == [line(9, "203.0.113.100", "203.0.113.21")]
    assert seen["client"].strip() == ""
