# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a cell's timeline explains it: the commands up to the first transfer, and the packets that open connections.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Union, cast

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Line
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline import capture
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.places import PLACES, Moved
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import (
    Row,
    announced,
    between,
    timeline,
)

_ANNOUNCES = ("PASV", "EPSV", "PORT", "EPRT")
_COMMANDS = ("USER", "AUTH", *_ANNOUNCES, "STOR")
# The last line of a reply: RFC 959 section 4.2.
_REPLY = re.compile("[1-5][0-9]{2}( |$)")
_DOES = {capture.OPENS: "opens", capture.ANSWERS: "accepts", capture.REFUSES: "refuses"}
_OUTCOMES = {
    seen.TIMEOUT: "no answer",
    seen.NO_NEIGHBOUR: "no host has this address",
    seen.NO_ROUTE: "no route to it",
}
# A hostile server may refuse without an end.
_MOST = 24


@dataclass(frozen=True)
class Said:
    """A line of the dialogue, with what it means; hidden: whether TLS hides it from routers."""

    at: float
    line: Line
    note: str = ""
    hidden: bool = False

    @property
    def refused(self) -> bool:
        """Return whether the line refuses a command."""
        return self.line.sender == "server" and self.line.text[:1] in ("4", "5")


@dataclass(frozen=True)
class Sent:
    """A packet that opens, accepts or refuses a connection: the data connection, or the control connection.

    row: None if no capture shows what the cell tells.  failed: whether it was lost, or led to no data connection.
    """

    at: float
    note: str
    to_server: bool
    data: bool
    row: Row | None = None
    failed: bool = False


@dataclass(frozen=True)
class Note:
    """What a router reports, or what is wrong with the captures."""

    at: float
    note: str


Step = Union[Said, Sent, Note]


def steps(cell: Cell, captures: Mapping[str, str], control_port: int = 21) -> list[Step]:
    """Return what explains the cell, in the order of time: captures and control_port are as timeline takes them.

    These are the control connection, the commands up to the end of the first transfer, its data connection, and all
    refusals.  Raise ValueError as timeline does.
    """
    rows = timeline([cell], captures, control_port)
    begin, end = _first_transfer(cell)
    path = [place for place in PLACES if place in captures]
    data = [row for row in _first_data(cell, rows, control_port) if row.at <= end]
    found: list[Step] = [
        *_notes(row for row in rows if not row.seen or begin <= row.at <= end or math.isinf(begin)),
        *(_packet(same, path, data=False) for same in _alike(_control(cell, rows, control_port))),
        *_lines(cell, end),
        *_data(cell, [_packet(same, path, data=True) for same in _alike(data)], end),
    ]
    return sorted(found, key=lambda step: step.at)[:_MOST]


def _first_transfer(cell: Cell) -> tuple[float, float]:
    """Return when the first transfer was prepared, and when the server said that it was done; infinite if never."""
    begin = _first(cell, "client", "|".join(_ANNOUNCES))
    return begin, _first(cell, "server", "2", _first(cell, "client", "STOR"))


def _first(cell: Cell, sender: str, beginning: str, after: float = -math.inf) -> float:
    """Return when the sender first said a line with that beginning, a pattern, after that time; infinite if never."""
    lines = (line for line in cell.transcript if line.sender == sender and line.at > after)
    return min((line.at for line in lines if re.match(beginning, line.text)), default=math.inf)


def _notes(rows: Iterator[Row]) -> list[Note]:
    """Return each report of a router, and each wrong capture point, once."""
    texts = {row.text: row.at for row in rows if row.line is None and row.packet is None}
    return [Note(at, text) for text, at in texts.items()]


def _lines(cell: Cell, end: float) -> Iterator[Said]:
    """Yield the lines that matter up to a time, and all refusals with the command that is refused."""
    upgraded = any(line.text.startswith("AUTH") for line in cell.transcript)
    hidden = bool(cell.tls_version) and not upgraded
    said = None
    for line in cell.transcript:
        word = said.line.text.split(" ")[0] if said else ""
        if line.sender == "client":
            said = Said(line.at, line, _meaning(cell, line), hidden)
            if line.at <= end and line.text.split(" ")[0] in _COMMANDS:
                yield said
        elif line.sender == "server" and _REPLY.match(line.text):
            reply = Said(line.at, line, _meaning(cell, line), hidden)
            if said and reply.refused and (word not in _COMMANDS or said.at > end):
                yield said
            if reply.refused or (line.at <= end and word in _COMMANDS and word != "USER"):
                yield reply
            hidden = hidden or line.text.startswith("234")


def _meaning(cell: Cell, line: Line) -> str:
    """Return what an important line means for somebody who does not know FTP, "" for others."""
    where = announced(line)
    if where and line.sender == "client":
        return f"client: open the data connection to {_end(*where)}"
    if where:
        other = f", not to {cell.control_address}" if where[0] not in ("", cell.control_address) else ""
        return f"server: open the data connection to {_end(where[0] or cell.control_address, where[1])}{other}"
    encrypted = line.sender == "server" and line.text.startswith("234")
    return "from here on encrypted: no router can read or change it" if encrypted else ""


def _first_data(cell: Cell, rows: Sequence[Row], control_port: int) -> list[Row]:
    """Return the packets that open or refuse the first data connection that was announced.

    Other cells of the run, and the check of the passive range, may use the same port before and afterwards.
    """
    named = [(line.at, found[1]) for line in cell.transcript if (found := announced(line))]
    at, port = min(named, default=(math.inf, 0))
    opening = [(row, row.packet.ports) for row in rows if row.packet and row.packet.kind in _DOES and row.at >= at]
    data = [(row, ports) for row, ports in opening if port in ports and control_port not in ports]
    other = data[0][1] - {port} if data else set()
    return [row for row, ports in data if ports & other]


def _control(cell: Cell, rows: Sequence[Row], control_port: int) -> list[Row]:
    """Return the packet that opens the control connection; and what became of it if no word was said.

    The cells of a run differ here in nothing but the client's port, which no line tells: the last call before the
    first line is taken.
    """
    opening = [(row, row.packet) for row in rows if row.packet and control_port in row.packet.ports]
    first = min((line.at for line in cell.transcript), default=math.inf)
    calls = [(row, packet) for row, packet in opening if packet.kind == capture.OPENS and row.at <= first]
    if cell.transcript or not calls:
        return [row for row, packet in calls[-1:]]
    ports = calls[0][1].ports - {control_port}
    return [row for row, packet in opening if packet.kind in _DOES and packet.ports & ports]


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows with what a host repeats together."""
    alike: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        alike.setdefault((row.text, row.lost), []).append(row)
    return list(alike.values())


def _packet(same: Sequence[Row], path: Sequence[str], *, data: bool) -> Sent:
    """Return a packet and its repetitions as one step."""
    row, packet = same[0], cast(Moved, same[0].packet)
    kind, to_server = packet.kind, packet.to_server
    words = [f"{_sender(row, packet, path)} {_DOES[kind]} the {'data' if data else 'control'} connection: {kind}"]
    words += [f"sent {len(same)} times"] if len(same) > 1 else []
    words += [f"stopped by {row.stopped_by}"] if row.lost else []
    return Sent(row.at, ", ".join(words), to_server, data, row, bool(row.lost))


def _sender(row: Row, packet: Moved, path: Sequence[str]) -> str:
    """Return who sent a packet: a refusal that shows only at later places was made by what is before these."""
    way = path if packet.to_server else [*reversed(path)]
    before = way[: way.index(row.seen[0])][-1:]
    if packet.kind == capture.REFUSES and before:
        return between(before[0], row.seen[0])
    return "client" if packet.to_server else "server"


def _data(cell: Cell, packets: Sequence[Sent], end: float) -> Iterator[Step]:
    """Yield the packets of the data connection; or, where no capture shows any, what the cell tells of it."""
    yield from packets
    stored = _first(cell, "client", "STOR")
    if packets and cell.outcome == seen.FOREIGN:
        yield Note(packets[-1].at, f"the client does not take it: {_foreign(cell)}")
    elif not packets and (stored < math.inf or cell.stage == seen.DATA):
        failed = math.isinf(end) and cell.stage == seen.DATA
        passive = cell.mode not in seen.ACTIVE_MODES
        at = _first(cell, "server", "2", _first_transfer(cell)[0]) if passive else stored
        words = f"{'client' if passive else 'server'} opens the data connection"
        yield Sent(at, words + (f": {_why(cell)}" if failed else ""), passive, data=True, failed=failed)


def _why(cell: Cell) -> str:
    """Return what became of a data connection that did not work."""
    return _foreign(cell) if cell.outcome == seen.FOREIGN else _OUTCOMES.get(cell.outcome, cell.outcome)


def _foreign(cell: Cell) -> str:
    """Return how the other end of the data connection differs from the server that the client has called."""
    if cell.mode in seen.ACTIVE_MODES:
        return f"it comes from {cell.data_peer}, not from {cell.control_address}"
    return f"it would go to {cell.data_address}, not to {cell.control_address}"


def _end(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
