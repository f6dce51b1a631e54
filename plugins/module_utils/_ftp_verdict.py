# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement: evidence in, verdicts, findings and a table out; no sockets.

Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils import _ftp_evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_cause import Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_causes_control import CONTROL_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_causes_data import DATA_CAUSES, RANGE_NOT_FORWARDED
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_evidence import Cell, Edge, Evidence

CAUSES = CONTROL_CAUSES + DATA_CAUSES
TABLE_WIDTH = 100


def judge(evidence: Evidence) -> dict[str, Any]:
    """The result that the module documents: plain lists, dicts, strings and numbers."""
    causes = [_cause(cell, evidence) for cell in evidence.cells]
    findings = [
        _finding(cause, [cell for cell, its_cause in zip(evidence.cells, causes) if its_cause is cause], evidence)
        for cause in CAUSES
        if cause in causes or (cause is RANGE_NOT_FORWARDED and _edges_dropped(evidence))
    ]
    cells = [_cell(cell, cause) for cell, cause in zip(evidence.cells, causes)]
    return {
        "passed": not findings and all(cell.passed for cell in evidence.cells),
        "cells": cells,
        "range": [{"port": edge.port, "outcome": edge.outcome} for edge in evidence.edges],
        "findings": findings,
        "table": [_row(cell["mode"], cell["verdict"], cell["evidence"]) for cell in cells],
    }


def describe(cell: Cell) -> str:
    """One line that says how far the cell came and what was seen there."""
    control = f"{cell.control_address}:{cell.control_port}"
    data = f"{cell.data_address}:{cell.data_port}"
    active = cell.mode in seen.ACTIVE_MODES
    if cell.passed:
        way = f"from {cell.data_peer}" if active else f"to {data}"
        return f"upload, download and delete fine; data connection {way}"
    if cell.stage == seen.CONTROL:
        return f"control connection to {control}: {cell.outcome}"
    if cell.stage == seen.DATA and cell.outcome == seen.FOREIGN:
        way = f"came from {cell.data_peer}" if active else f"offered at {data}"
        return f"called at {control}; data connection {way}"
    if cell.stage == seen.DATA and cell.outcome != seen.REJECTED:
        return f"data connection {'awaited at' if active else 'to'} {data}: {cell.outcome}"
    return f"{cell.stage} {cell.outcome}" + (f": {cell.reply}" if cell.reply else "")


def _cause(cell: Cell, evidence: Evidence) -> Cause | None:
    return next((cause for cause in CAUSES if cause.fits(cell, evidence)), None)


def _edges_dropped(evidence: Evidence) -> bool:
    """A dead control port explains dead edges; where it lives, they are a cause even if all cells were lucky."""
    return any(cell.stage != seen.CONTROL for cell in evidence.cells) and any(
        edge.outcome in RANGE_NOT_FORWARDED.outcomes for edge in evidence.edges
    )


def _cell(cell: Cell, cause: Cause | None) -> dict[str, Any]:
    return {
        "mode": cell.mode,
        "verdict": "passed" if cell.passed else cause.verdict if cause else "failed",
        "evidence": describe(cell),
        "control_address": cell.control_address,
        "data_address": cell.data_address,
        "data_port": cell.data_port,
        "data_peer": cell.data_peer,
        "replies": list(cell.replies),
    }


def _finding(cause: Cause, cells: list[Cell], evidence: Evidence) -> dict[str, Any]:
    return {
        "id": cause.id,
        "layer": cause.layer,
        "modes": [cell.mode for cell in cells],
        "evidence": [*_grouped(cells), *(_edge(edge) for edge in evidence.edges if cause.with_edges)],
        "explanation": cause.explanation,
        "remedy": cause.remedy,
    }


def _grouped(cells: list[Cell]) -> Iterator[str]:
    """One line for all the modes that saw the same."""
    modes: dict[str, list[str]] = {}
    for cell in cells:
        modes.setdefault(describe(cell), []).append(cell.mode)
    return (f"{', '.join(names)}: {line}" for line, names in modes.items())


def _edge(edge: Edge) -> str:
    return f"connection to port {edge.port} of the passive range: {edge.outcome}"


def _row(mode: str, verdict: str, evidence: str) -> str:
    row = f"{mode:<9}  {verdict:<12}  {evidence}"
    return row if len(row) <= TABLE_WIDTH else f"{row[: TABLE_WIDTH - 3]}..."
