# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline: what client and server said, and the packets of captures at several places, in one order.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Line
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.reply import Reply, extended_port, passive_address
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline import capture
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import Packet
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.places import (
    PLACES,
    Answers,
    Moved,
    misplaced,
)

_BETWEEN = {
    ("client", "wan"): "the client's network or the Internet",
    ("wan", "lan"): "the MX",
    ("lan", "server"): "the server's LAN",
}


@dataclass(frozen=True)
class Row:
    """A moment: a line of the dialogue, a packet, or what is wrong with the captures, which comes first.

    at: seconds since 1970.  seen: the places that show the packet, in the order of its path; none for a line.
    lost: the place that should have seen it next, "" if it arrived, if it was answered, or if that is unknown.
    line, packet: what the row is about; neither for a report of a router and for what is wrong with the captures.
    """

    at: float
    text: str
    seen: tuple[str, ...] = ()
    lost: str = ""
    line: Line | None = None
    packet: Moved | None = None

    @property
    def stopped_by(self) -> str:
        """Return what is between the last place that shows the packet and the next one; "" if the packet arrived."""
        if not self.lost:
            return ""
        return between(self.seen[-1], self.lost)


def between(one: str, other: str) -> str:
    """Return what is between two different places."""
    begin, end = sorted((PLACES.index(one), PLACES.index(other)))
    return " or ".join(_BETWEEN[step] for step in zip(PLACES[begin:end], PLACES[begin + 1 : end + 1]))


@dataclass(frozen=True)
class _Ports:
    """The ports that tell the packets of a dialogue from others: those on the server's side and on the client's.

    used: those of connections that did what they were made for, as the dialogue says.
    """

    server: frozenset[int]
    client: frozenset[int]
    used: frozenset[int]

    def to_server(self, packet: Packet) -> bool | None:
        """Return whether a packet goes to the server; None if it is not part of the dialogue."""
        if packet.destination_port in self.server or packet.source_port in self.client:
            return True
        if packet.source_port in self.server or packet.destination_port in self.client:
            return False
        return None


def timeline(cells: Sequence[Cell], captures: Mapping[str, str], control_port: int = 21) -> list[Row]:
    """Return what the cells said and what the captures show of their connections, in the order of time.

    captures: place, one of PLACES, -> output of `tcpdump -nn -tt -S` there.  The places' clocks must agree.
    A packet is the same at two places if its kind and sequence number are the same.  A router changes addresses and
    ports, but not these, unless an ALG has changed the length of the dialogue before.  So the end of a connection may
    show as two rows, and only the start of a connection is ever reported as lost.  It is not if it was answered, or if
    captures contradict each other or the dialogue: then the first rows say which capture is in a wrong place.
    Raise ValueError for another place, and for a capture that is none of tcpdump.
    """
    for place in captures:
        if place not in PLACES:
            raise ValueError(f"captures has {place!r}; expected {', '.join(PLACES)}")
    rows = [row for cell in cells for row in _said(cell)]
    path = [place for place in PLACES if place in captures]
    shown = {place: capture.packets(captures[place]) for place in path}
    ports = _ports(cells, control_port)
    packets = _moved(path, shown, ports)
    wrong = list(misplaced(packets, path, any(cell.replies for cell in cells)))
    answers = Answers.of(packets)
    rows += [_row(path, packet, bool(wrong) or _arrived(packet, answers, ports)) for packet in packets]
    rows += _reported(shown, ports)
    rows.sort(key=lambda row: row.at)
    return [*(Row(rows[0].at, text) for text in wrong), *rows]


def _said(cell: Cell) -> Iterator[Row]:
    for line in cell.transcript:
        sign = ">" if line.sender == "client" else "<"
        yield Row(line.at, f"{cell.label} {sign} {line.text}", line=line)


def _ports(cells: Sequence[Cell], control_port: int) -> _Ports:
    """Return the control port and all data ports that were announced."""
    lines = [(cell, line.sender, announced(line)) for cell in cells for line in cell.transcript]
    named = [(cell, sender, found[1]) for cell, sender, found in lines if found]
    used = {port for cell, _sender, port in named if cell.passed}
    return _Ports(
        server=frozenset({control_port, *(port for _cell, sender, port in named if sender == "server")}),
        client=frozenset(port for _cell, sender, port in named if sender != "server"),
        used=frozenset(used | ({control_port} if cells and all(cell.passed for cell in cells) else set())),
    )


def announced(line: Line) -> tuple[str, int] | None:
    """Return where a line says that data is awaited, None if it says nothing of this.

    The address is "" in a 229 reply, which names only the port.  A port in which the transcript masks what looks like
    the password is none.
    """
    try:
        return (_announced_by_server if line.sender == "server" else _announced_by_client)(line.text)
    except (ValueError, IndexError):
        return None


def _announced_by_server(line: str) -> tuple[str, int] | None:
    if line.startswith("227"):
        return passive_address(Reply(227, (line,)))
    return ("", extended_port(Reply(229, (line,)))) if line.startswith("229") else None


def _announced_by_client(line: str) -> tuple[str, int] | None:
    command, _space, words = line.partition(" ")
    if command == "PORT":
        *address, high, low = words.split(",")[:6]
        return ".".join(address), int(high) * 256 + int(low)
    return (words.split("|")[2], int(words.split("|")[3])) if command == "EPRT" else None


def _moved(path: Sequence[str], shown: Mapping[str, Sequence[Packet]], ports: _Ports) -> list[Moved]:
    """Return the packets of the dialogue, each of which one or several places show.

    What a host repeats has the same number: the first of them at one place is the first at the others.
    """
    moving: dict[tuple[bool, str, str, str, int], dict[str, Packet]] = {}
    for place in path:
        times: dict[tuple[bool, str, str, str], int] = {}
        for packet in shown[place]:
            to_server = None if packet.kind == capture.REPORTS else ports.to_server(packet)
            if to_server is None:
                continue
            # Each refusal of a SYN has the number 0 (RFC 9293, section 3.10.7.1).
            key = (to_server, packet.kind, packet.mark, packet.ack if packet.kind == capture.REFUSES else "")
            times[key] = times.get(key, 0) + 1
            moving.setdefault((*key, times[key]), {})[place] = packet
    return [Moved(to_server, by_place) for (to_server, *_rest), by_place in moving.items()]


def _arrived(packet: Moved, answers: Answers, ports: _Ports) -> bool:
    """Return whether something shows that the packet, or another try of it, reached the other host."""
    return bool(packet.ports & ports.used) or answers.has(packet)


def _row(path: Sequence[str], packet: Moved, arrived: bool) -> Row:
    """Return the row of a packet.

    If a place does not show the packet, but places before and behind it do, its capture missed the packet.
    """
    way = list(path) if packet.to_server else list(reversed(path))
    seen = tuple(place for place in way if place in packet.by_place)
    beyond = way[way.index(seen[-1]) + 1 :]
    first = packet.by_place[seen[0]]
    starts = first.kind in (capture.OPENS, capture.ANSWERS)
    lost = beyond[0] if beyond and starts and not arrived else ""
    return Row(first.at, f"{first.kind} {' = '.join(_forms(packet, seen))}", seen, lost, packet=packet)


def _forms(packet: Moved, seen: Sequence[str]) -> Iterator[str]:
    """Yield both ends of a packet, and again at each place behind which a router has changed them."""
    before = ""
    for place in seen:
        ends = _ends(packet.by_place[place])
        if ends != before:
            yield f"{ends} at {place}" if before else ends
        before = ends


def _reported(shown: Mapping[str, Sequence[Packet]], ports: _Ports) -> Iterator[Row]:
    """Yield what routers report to the hosts of the dialogue about one another."""
    for place, found in shown.items():
        ours = [packet for packet in found if packet.kind != capture.REPORTS and ports.to_server(packet) is not None]
        hosts = {address for packet in ours for address in (packet.source, packet.destination)}
        for packet in found:
            told = packet.kind == capture.REPORTS and packet.destination in hosts
            if told and hosts & set(re.split("[ ,]+", packet.what)):
                yield Row(packet.at, f"ICMP {packet.source} > {packet.destination}: {packet.what}", (place,))


def _ends(packet: Packet) -> str:
    return f"{packet.source}:{packet.source_port} > {packet.destination}:{packet.destination_port}"
