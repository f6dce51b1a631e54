# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tcpdump prints, as packets."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import Packet, packets
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._timeline.dialogues import CLIENT, PUBLIC, line


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
    assert packets(text) == (expected,)


def test_what_is_no_beginning_and_no_end_is_passed_over() -> None:
    noise = (
        "reading from file wan.pcap, link-type EN10MB (Ethernet)\n"
        f"1.5 IP {CLIENT}.40000 > {PUBLIC}.21: Flags [P.], seq 1:7, ack 1, length 6\n"
        f"1.6 IP {PUBLIC}.21 > {CLIENT}.40000: Flags [.], ack 7, length 0\n"
        "1.7 ARP, Request who-has 192.168.128.13 tell 192.168.128.1, length 28\n"
    )
    assert packets(noise) == ()
