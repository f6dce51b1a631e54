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
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_report import cell_facts, describe, facts, row

CAUSES = CONTROL_CAUSES + DATA_CAUSES


def judge(evidence: Evidence) -> dict[str, Any]:
    """The result that the module documents: plain lists, dicts, strings and numbers."""
    causes = [_cause(cell, evidence) for cell in evidence.cells]
    findings = [
        _finding(cause, [cell for cell, its_cause in zip(evidence.cells, causes) if its_cause is cause], evidence)
        for cause in CAUSES
        if cause in causes or (cause is RANGE_NOT_FORWARDED and _edges_dropped(evidence))
    ]
    verdicts = [_verdict(cell, cause) for cell, cause in zip(evidence.cells, causes)]
    return {
        "passed": not findings and all(cell.passed for cell in evidence.cells),
        "cells": [{"verdict": verdict, **cell_facts(cell)} for cell, verdict in zip(evidence.cells, verdicts)],
        "findings": findings,
        "table": [row(cell.label, verdict, describe(cell)) for cell, verdict in zip(evidence.cells, verdicts)],
        **facts(evidence),
    }


def _cause(cell: Cell, evidence: Evidence) -> Cause | None:
    return next((cause for cause in CAUSES if cause.fits(cell, evidence)), None)


def _verdict(cell: Cell, cause: Cause | None) -> str:
    return "passed" if cell.passed else cause.verdict if cause else "failed"


def _edges_dropped(evidence: Evidence) -> bool:
    """A dead control port explains dead edges; where it lives, they are a cause even if all cells were lucky."""
    return any(cell.stage != seen.CONTROL for cell in evidence.cells) and any(
        edge.outcome in RANGE_NOT_FORWARDED.outcomes for edge in evidence.edges
    )


def _finding(cause: Cause, cells: list[Cell], evidence: Evidence) -> dict[str, Any]:
    return {
        "id": cause.id,
        "layer": cause.layer,
        "modes": [cell.label for cell in cells],
        "evidence": [*_grouped(cells), *(_edge(edge) for edge in evidence.edges if cause.with_edges)],
        "explanation": cause.explanation,
        "remedy": cause.remedy,
    }


def _grouped(cells: list[Cell]) -> Iterator[str]:
    """One line for all the modes that saw the same."""
    modes: dict[str, list[str]] = {}
    for cell in cells:
        modes.setdefault(describe(cell), []).append(cell.label)
    return (f"{', '.join(names)}: {line}" for line, names in modes.items())


def _edge(edge: Edge) -> str:
    return f"connection to port {edge.port} of the passive range: {edge.outcome}"
