# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what the probes of a situation report with what the situation expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import cells_of, findings_of, report

from matrix.ground import Server
from matrix.situation import Situation

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What one probe reports, beside what it should.

    report: as probe_report returns it, of the situation's vantage alone.  wrong: a line for each difference.
    """

    situation: Situation
    server: Server
    report: Result
    cells: tuple[JudgedCell, ...]
    expected: Mapping[str, tuple[str, ...]]
    wrong: tuple[str, ...]

    @property
    def unexpected(self) -> list[str]:
        """Return the labels of the cells whose verdict is another than expected."""
        return [cell.label for cell in self.cells if cell.verdict not in self.expected[cell.label]]

    @property
    def name(self) -> str:
        """Return the name of the outcome in reports."""
        return f"{self.situation.name} {self.server.software}"


def judge(situation: Situation, server: Server, results: Mapping[str, Result]) -> Outcome:
    """Return the outcome of a situation.

    results: vantage -> what ftp_probe returned there: the situation's own, and the one that it is compared with.
    """
    client = situation.client
    whole = report(results, {client: situation.place}, situation.firmware)
    findings = findings_of(whole, client)
    mine = {
        **whole,
        "passed": not findings and bool(results[client].get("passed")),
        "cells": [cell for cell in whole["cells"] if cell["vantage"] == client],
        "findings": [{**finding, "vantages": {client: finding["vantages"][client]}} for finding in findings],
        "vantages": {client: whole["vantages"][client]},
    }
    cells = cells_of(mine)
    expected = {cell.label: situation.expects(server.software).verdicts(cell.mode, cell.protection) for cell in cells}
    return Outcome(situation, server, mine, cells, expected, tuple(_wrong(situation, server, mine, cells, expected)))


def _wrong(
    situation: Situation,
    server: Server,
    mine: Result,
    cells: tuple[JudgedCell, ...],
    expected: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    if not cells:
        yield mine["vantages"][situation.client]["error"]
        return
    for cell in cells:
        if cell.verdict not in expected[cell.label]:
            yield f"{cell.label} {cell.verdict}, expected {' or '.join(expected[cell.label])}: {cell.description}"
    wanted = situation.expects(server.software)
    found = {finding["id"] for finding in mine["findings"]}
    if found - set(wanted.perhaps) != set(wanted.findings) - set(wanted.perhaps):
        yield f"findings {', '.join(sorted(found)) or 'none'}; expected {', '.join(wanted.findings) or 'none'}"
