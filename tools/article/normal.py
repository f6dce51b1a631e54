# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording without what differs from run to run: times, ports that systems choose, sequence numbers, file names.

Equal numbers stay equal, different ones stay different, and what happened first still does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Line
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline import capture
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import Packet
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import announced

# The port of active data, which servers do not choose (RFC 959 section 5.2).
_DATA_PORT = 20
# Where numbers begin: ports of clients, ports that servers announce, and the sequence numbers of a connection.
_CLIENT, _PASSIVE, _SEQUENCE = 40001, 61001, 10_000_000
# The bytes of a dialogue are fewer than lie between the first numbers of two connections.
_BYTES = 1 << 20
_FLAGS = {capture.OPENS: "S", capture.ANSWERS: "S.", capture.REFUSES: "R.", capture.ENDS: "F."}
# What the drawing reads of a cell.
_FIELDS = (
    *("mode", "protection", "stage", "outcome", "verdict", "code", "evidence"),
    *("control_address", "data_address", "data_port", "data_peer"),
    *("tls_version", "data_tls_version", "session_reused"),
)


def normal(recording: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recording in normal form.

    recording: cell, as ftp_probe returns it; captures, place -> lines of tcpdump; control_port.
    """
    cell = recording["cell"]
    lines = [Line(line["at"], line["sender"], line["text"]) for line in cell["transcript"]]
    shown = {place: capture.packets("\n".join(text)) for place, text in recording["captures"].items()}
    packets = sorted((one for found in shown.values() for one in found), key=lambda one: one.at)
    at = _ranks([*(line.at for line in lines), *(one.at for one in packets)], 0)
    ports = _ports(lines, packets, {_DATA_PORT, recording["control_port"]})
    numbers = _numbers(packets)
    said = [{"at": at[line.at] / 1000, "sender": line.sender, "text": _line(line, ports)} for line in lines]
    told = {name: _told(cell[name], ports) for name in _FIELDS if name in cell}
    return {
        **recording,
        "cell": {**told, "transcript": said},
        "captures": {
            place: [_packet(replace(one, at=at[one.at] / 1000), ports, numbers) for one in found]
            for place, found in shown.items()
        },
    }


def _ranks(values: Iterable[Any], first: int) -> dict[Any, int]:
    """Return the place of each value among the different ones."""
    return {value: number for number, value in enumerate(sorted(set(values)), first)}


def _ports(lines: Sequence[Line], packets: Sequence[Packet], fixed: set[int]) -> dict[int, int]:
    """Return a new port for each that a system has chosen, in the order in which they show."""
    named = [(line.sender, found[1]) for line in lines if (found := announced(line))]
    passive = dict.fromkeys(port for sender, port in named if sender == "server")
    seen = (port for one in packets for port in (one.source_port, one.destination_port) if port)
    others = dict.fromkeys([*(port for sender, port in named if sender == "client"), *seen])
    clients = [port for port in others if port not in fixed and port not in passive]
    return {port: _PASSIVE + number for number, port in enumerate(passive)} | {
        port: _CLIENT + number for number, port in enumerate(clients)
    }


def _numbers(packets: Sequence[Packet]) -> Callable[[str], str]:
    """Return a function from a sequence number to the new one: that of its connection, and its rank there."""
    starts = dict.fromkeys(int(one.mark) for one in packets if one.kind in (capture.OPENS, capture.ANSWERS))
    found = {int(text) for one in packets for text in (one.mark, one.ack) if text}
    new: dict[int, int] = {}
    for number, start in enumerate(starts, 1):
        offsets = _ranks((one for one in found if 0 <= one - start < _BYTES), number * _SEQUENCE)
        new = {**offsets, **new}
    return lambda text: str(new.get(int(text), 0)) if text else ""


def _line(line: Line, ports: Mapping[int, int]) -> str:
    """Return a line with its new port, and without the random part of the probe's file name."""
    text = re.sub("ftp_probe-[0-9a-f]{16}", "ftp_probe", line.text)
    found = announced(line)
    if not found:
        return text
    old, new = found[1], ports.get(found[1], found[1])
    comma, plain = (",".join(map(str, divmod(port, 256))) for port in (old, new))
    return re.sub(rf"\b{comma}\b", plain, re.sub(rf"\|{old}\|", f"|{new}|", text))


def _told(value: object, ports: Mapping[int, int]) -> object:
    """Return a field of the cell with new ports: a port alone, or behind each address in a text."""
    if isinstance(value, str):
        return re.sub(r"(?<=:)\d+\b", lambda found: str(ports.get(int(found[0]), int(found[0]))), value)
    return ports.get(value, value) if isinstance(value, int) and not isinstance(value, bool) else value


def _packet(packet: Packet, ports: Mapping[int, int], number: Callable[[str], str]) -> str:
    """Return a packet as tcpdump prints it."""
    if packet.kind == capture.REPORTS:
        what = re.sub(r"(?<=port )\d+", lambda found: str(ports.get(int(found[0]), int(found[0]))), packet.what)
        return f"{packet.at:.3f} IP {packet.source} > {packet.destination}: ICMP {what}, length 0"
    source, target = (
        f"{address}.{ports.get(port, port)}"
        for address, port in ((packet.source, packet.source_port), (packet.destination, packet.destination_port))
    )
    ack = f", ack {number(packet.ack)}" if packet.ack else ""
    begin = f"{packet.at:.3f} IP {source} > {target}: Flags [{_FLAGS[packet.kind]}]"
    return f"{begin}, seq {number(packet.mark)}{ack}, length 0"
