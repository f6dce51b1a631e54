# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells as a result tells them, and the way back."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Line, Session
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import cell_facts, describe, parse_cells, table

CELL = Cell(
    "PASV",
    seen.DATA,
    seen.FOREIGN,
    227,
    "227 Entering Passive Mode (192,168,128,13,238,72).",
    "203.0.113.13",
    21,
    "192.168.128.13",
    61000,
    transcript=(Line(1.0, "client", "PASV"), Line(1.5, "server", "227 Entering Passive Mode (192,168,128,13,238,72).")),
    protection=seen.PRIVATE,
    tls_version="TLSv1.3",
    sessions=(Session("STOR", True, False, 226), Session("RETR", False, False, 425, True)),
    retried=True,
)
# What a result does not tell, or tells only in the line that describes the cell.
LOST = {"control_port": 0, "tls_error": "", "reply": "", "taken_over": False}


def test_a_cell_comes_back_from_a_result() -> None:
    (back,) = parse_cells([{"verdict": "failed", **cell_facts(CELL)}])
    expected = replace(CELL, **LOST)  # type: ignore[arg-type]
    assert {each.name: getattr(back, each.name) for each in fields(Cell)} == {
        each.name: getattr(expected, each.name) for each in fields(Cell)
    }
    assert (back.verdict, back.description, back.label) == ("failed", describe(CELL), "PASV P")
    assert back.replies == CELL.replies


def test_a_trial_comes_back_with_its_variant() -> None:
    (back,) = parse_cells([{"variant": seen.NO_REUSE, **cell_facts(CELL)}])
    assert back.label == "PASV P no-reuse"


def test_what_is_no_cell_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a cell as ftp_probe returns it, with a mode; got \{'verdict'"):
        parse_cells([{"verdict": "passed"}])


def test_a_line_of_the_table_is_cut() -> None:
    (line,) = table([replace(CELL, outcome=seen.REJECTED, reply="x" * 200)], ["failed"])
    assert line.startswith("PASV P     failed        data rejected: xxx") and line.endswith("...")
    assert len(line) == 100
