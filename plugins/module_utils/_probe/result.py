# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence as the module returns it: plain lists, dicts, strings and numbers, and lines of text.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence, Line
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import (
    Fields,
    Items,
    number,
    require,
    shown,
)

TABLE_WIDTH = 100
MIN_LABEL_WIDTH = 9
_KEPT = (
    "mode",
    "protection",
    "control_address",
    "data_address",
    "data_port",
    "data_peer",
    "tls_version",
    "data_tls_version",
    "retried",
    "idle",
    "keepalive",
)
# What a variant does that has passed, where that is not an upload and a download.
_TRANSFERS = {**dict.fromkeys(seen.LONG_TRANSFERS, "upload"), seen.SESSIONS: "upload, two downloads"}
# What the parser reads of a cell, where the cell has it.
_LINE = Fields({"at": number, "sender": str, "text": str})
_SESSION = Fields({"command": str, "offered": bool, "resumed": bool, "code": number, "expired": bool})
CELL = Fields(
    {"mode": str},
    {
        **dict.fromkeys(("protection", "stage", "outcome", "verdict", "variant", "evidence"), str),
        **dict.fromkeys(("control_address", "data_address", "data_peer", "tls_version", "data_tls_version"), str),
        **dict.fromkeys(("data_port", "code", "idle", "keepalive"), number),
        "transcript": Items(_LINE),
        "sessions": Items(_SESSION),
    },
)


@dataclass(frozen=True)
class JudgedCell(Cell):
    """A cell as a result of ftp_probe tells it: with its verdict, and with the line that describes it.

    A result does not hold everything that the probe saw: control_port and tls_error are empty.
    """

    verdict: str = ""
    description: str = ""


def parse_cells(cells: Sequence[Mapping[str, Any]]) -> tuple[JudgedCell, ...]:
    """Return the cells, or trials, of a result as what they were made of.

    Raise ValueError for anything but a list, for a cell without a mode, and for a field of another type.
    """
    if not isinstance(cells, (list, tuple)):
        raise ValueError(f"expected a list of cells as ftp_probe returns it; got {shown(cells)}")
    return tuple(map(_parse_cell, cells))


def _parse_cell(cell: Mapping[str, Any]) -> JudgedCell:
    if not isinstance(cell, Mapping) or "mode" not in cell:
        raise ValueError(f"expected a cell as ftp_probe returns it, with a mode; got {shown(cell)}")
    require(cell, CELL, "a cell as ftp_probe returns it")
    kept = {name: cell[name] for name in (*_KEPT, "stage", "outcome", "code", "verdict", "variant") if name in cell}
    transcript = tuple(Line(line["at"], line["sender"], line["text"]) for line in cell.get("transcript", ()))
    sessions = tuple(
        seen.Session(**{name: each[name] for name in _SESSION.required}) for each in cell.get("sessions", ())
    )
    return JudgedCell(**kept, description=cell.get("evidence", ""), transcript=transcript, sessions=sessions)


def facts(evidence: Evidence) -> dict[str, Any]:
    """Return everything that was seen besides the cells."""
    return {
        "range": [dataclasses.asdict(edge) for edge in evidence.edges],
        "trials": [{"variant": trial.variant, **cell_facts(trial)} for trial in evidence.trials],
        "tls": _tls(evidence.tls) if evidence.tls else {},
        "server": {name: list(lines) for name, lines in dataclasses.asdict(evidence.server).items()},
        "announced": list(evidence.announced),
        "exhaustion": _exhaustion(evidence.exhaustion) if evidence.exhaustion else {},
    }


def cell_facts(cell: Cell) -> dict[str, Any]:
    """Return one cell without its verdict."""
    return {
        **{name: getattr(cell, name) for name in (*_KEPT, "session_reused")},
        "sessions": [dataclasses.asdict(session) for session in cell.sessions],
        "stage": cell.stage,
        "outcome": cell.outcome,
        "code": cell.code,
        "evidence": describe(cell),
        "replies": list(cell.replies),
        "transcript": [dataclasses.asdict(line) for line in cell.transcript],
    }


def describe(cell: Cell) -> str:
    """Return one line that says how far the cell came and what was seen there."""
    control = _endpoint(cell.control_address, cell.control_port)
    data = _endpoint(cell.data_address, cell.data_port)
    active = cell.mode in seen.ACTIVE_MODES
    if cell.idle:
        kept = f" but for a TCP keepalive every {cell.keepalive} s" if cell.keepalive else ""
        return f"control connection idle for {cell.idle} s{kept}; {describe(dataclasses.replace(cell, idle=0.0))}"
    if cell.passed:
        way = f"from {cell.data_peer}" if active else f"to {data}"
        done = _TRANSFERS.get(cell.variant, "upload, download")
        return f"{done} and delete fine; data connection {way}{_all_sessions(cell)}"
    if cell.taken_over and cell.variant == seen.SESSIONS:
        return f"not tried: a handshake with {cell.tls_version} alone: {cell.outcome}"
    if cell.stage == seen.CONTROL:
        return f"control connection to {control}: {cell.outcome}"
    if cell.stage == seen.DATA and cell.outcome == seen.FOREIGN:
        way = f"came from {cell.data_peer}" if active else f"offered at {data}"
        return f"called at {control}; data connection {way}"
    if cell.stage == seen.DATA and cell.outcome != seen.REJECTED:
        return f"data connection {'awaited at' if active else 'to'} {data}: {cell.outcome}"
    if cell.stage == seen.REPLY:
        return f"transfer complete, reply never came: {cell.outcome}"
    detail = cell.tls_error if cell.outcome in (seen.NO_TLS, seen.UNTRUSTED) else cell.reply
    late = f"; PWD was then answered with: {cell.late_reply}" if cell.late_reply else ""
    return f"{cell.stage} {cell.outcome}" + (f": {detail}" if detail else "") + _last_session(cell) + late


def _all_sessions(cell: Cell) -> str:
    """Return how each data connection of the trial SESSIONS came to its TLS session; "" for other cells."""
    if cell.variant != seen.SESSIONS:
        return ""
    return "; TLS sessions of the data connections: " + ", ".join(map(_session, cell.sessions))


def _last_session(cell: Cell) -> str:
    """Return how the data connection whose transfer was refused, or cut off, came to its TLS session."""
    last = cell.last_session
    if last is None or cell.outcome not in (seen.REJECTED, seen.CLOSED):
        return ""
    return f" (TLS session of data connection {len(cell.sessions)}: {_session(last)})"


def _session(session: seen.Session) -> str:
    if session.resumed:
        return "resumed"
    if session.expired:
        return "expired, not offered"
    return "offered, not resumed" if session.offered else "none offered"


def table(cells: Sequence[Cell], verdicts: Sequence[str]) -> list[str]:
    """Return a line for each cell and its verdict, cut to TABLE_WIDTH."""
    width = max([MIN_LABEL_WIDTH, *(len(cell.label) for cell in cells)])
    lines = [f"{cell.label:<{width}}  {verdict:<12}  {describe(cell)}" for cell, verdict in zip(cells, verdicts)]
    return [line if len(line) <= TABLE_WIDTH else f"{line[: TABLE_WIDTH - 3]}..." for line in lines]


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _tls(tls: seen.Tls) -> dict[str, Any]:
    certificate = dataclasses.asdict(tls.certificate) if tls.certificate else {}
    names = {"names": list(tls.certificate.names)} if tls.certificate else {}
    return {
        "certificate": {**certificate, **names},
        "trusted": tls.trusted,
        "trust_error": tls.trust_error,
        "versions": dict(tls.versions),
    }


def _exhaustion(exhaustion: seen.Exhaustion) -> dict[str, Any]:
    found = dataclasses.asdict(exhaustion)
    return {**found, "inside": list(exhaustion.inside), "outside": list(exhaustion.outside)}
