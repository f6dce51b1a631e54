# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of tcpdump and dialogues, for the tests of timelines."""

from __future__ import annotations

from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Line

CLIENT, PUBLIC, LAN = "203.0.113.100", "203.0.113.13", "192.168.128.13"


def line(at: float, source: str, destination: str, flags: str, seq: int) -> str:
    """Return a line as tcpdump 4.99 prints it with -nn -tt -S."""
    return (
        f"{at:.6f} IP {source} > {destination}: Flags [{flags}], seq {seq}, win 64240,"
        " options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0\n"
    )


def cell(mode: str, *lines: tuple[float, str, str]) -> Cell:
    """Return a cell with these lines: when, who, what."""
    return Cell(mode, control_address=PUBLIC, transcript=tuple(Line(*each) for each in lines))


def result(*cells: Cell) -> dict[str, Any]:
    """Return the result of ftp_probe with these cells."""
    return judge(Evidence(cells))


PASV = cell(
    "PASV",
    (100.1, "client", "PASV"),
    (100.2, "server", "227 Entering Passive Mode (203,0,113,13,238,72)."),
)
EPRT = cell("EPRT", (100.1, "client", f"EPRT |1|{CLIENT}|40001|"), (100.2, "server", "200 fine"))
SYN_OUT = line(100.3, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 7)
SYN_WAN = line(100.31, f"{CLIENT}.40000", f"{PUBLIC}.61000", "S", 7)
SYN_LAN = line(100.32, f"{CLIENT}.40000", f"{LAN}.61000", "S", 7)
ANSWER_LAN = line(100.33, f"{LAN}.61000", f"{CLIENT}.40000", "S.", 9)
ANSWER_WAN = line(100.34, f"{PUBLIC}.61000", f"{CLIENT}.40000", "S.", 9)
ANSWER_IN = line(100.35, f"{PUBLIC}.61000", f"{CLIENT}.40000", "S.", 9)
