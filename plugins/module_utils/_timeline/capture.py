# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Captures: the lines that tcpdump prints, as packets that open, refuse or end a connection.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit

# tcpdump(1), "The following is a description of the format of tcpdump's output": -tt gives the time, -nn the numbers,
# -S absolute sequence numbers.  On the device any, the name and the direction of an interface stand before "IP".
COMMAND = "tcpdump -nn -tt -S"
_BEGIN = r"(?P<at>\d+\.\d+) (?:\S+ +\w+ +)?IP6? (?P<source>\S+) > (?P<destination>\S+): "
_TCP = re.compile(
    _BEGIN + r"Flags \[(?P<flags>[^\]]+)\](?:.*?, seq (?:\d+:)?(?P<seq>\d{1,10})\b)?(?:.*?, ack (?P<ack>\d{1,10})\b)?"
)
_ICMP = re.compile(_BEGIN + r"ICMP6?,? (?P<what>.*unreachable.*?)(?:, length \d+)?$")

OPENS = "SYN"
ANSWERS = "SYN-ACK"
REFUSES = "RST"
ENDS = "FIN"
REPORTS = "ICMP"


@dataclass(frozen=True)
class Packet:
    """A packet as one capture shows it.

    at: seconds since 1970.  kind: OPENS, ANSWERS, REFUSES, ENDS, or REPORTS, which has no ports (0) and says what.
    mark, ack: the last sequence number and the acknowledged one, which a router keeps when it changes addresses; "" if
    tcpdump shows none.
    """

    at: float
    kind: str
    source: str
    source_port: int
    destination: str
    destination_port: int
    mark: str = ""
    ack: str = ""
    what: str = ""


@lru_cache(maxsize=8)
def packets(text: str) -> tuple[Packet, ...]:
    """Return the packets of those kinds in the output of `tcpdump -nn -tt -S`; skip all other lines.

    Segments with only data or acknowledgements are left out: hosts and interfaces cut and join them, so captures at
    two places do not show the same ones.  The captures of one run are read once for all of its cells.
    Raise ValueError for names in place of numbers.
    """
    found = (_packet(line.strip()) for line in text.splitlines())
    return tuple(packet for packet in found if packet is not None)


def _packet(line: str) -> Packet | None:
    report = _ICMP.match(line)
    if report:
        return Packet(float(report["at"]), REPORTS, report["source"], 0, report["destination"], 0, what=report["what"])
    segment = _TCP.match(line)
    kind = _kind(segment["flags"]) if segment else ""
    if segment is None or not kind:
        return None
    source, source_port = _endpoint(segment["source"])
    destination, destination_port = _endpoint(segment["destination"])
    numbers = (segment["seq"] or "", segment["ack"] or "")
    return Packet(float(segment["at"]), kind, source, source_port, destination, destination_port, *numbers)


def _kind(flags: str) -> str:
    if "S" in flags:
        return ANSWERS if "." in flags else OPENS
    if "R" in flags:
        return REFUSES
    return ENDS if "F" in flags else ""


def _endpoint(text: str) -> tuple[str, int]:
    address, _dot, port = text.rpartition(".")
    if not port.isdecimal() or len(port) > len("65535"):
        raise ValueError(f"a capture has {fit(text)[:80]!r} where address and port belong: make it with {COMMAND}")
    return address, int(port)
