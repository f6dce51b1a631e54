# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as JUnit XML: a suite for each service and vantage, a case for each cell.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._junit import totals, written
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import (
    NOT_PASSED,
    Report,
    cells_of,
    findings_of,
    message,
    services,
    title,
)


def junit(results: Mapping[str, Any]) -> str:
    """Return the text of a JUnit XML file, as Jenkins, GitLab and others read it.

    results: service -> a report, or what ftp_probe returned.  A finding is a failure of the cells that show it, or of a
    case of its own; an undetermined cell is a skipped case; a vantage that was not probed is an error.
    """
    reports = services(results)
    suites = [_suite(name, vantage, found) for name, found in reports.items() for vantage in found["vantages"]]
    return written(suites)


def _suite(service: str, vantage: str, result: Report) -> ET.Element:
    suite = ET.Element("testsuite", {"name": title(service, vantage)})
    where = f"{service}.{vantage}" if vantage else service
    own = result["vantages"][vantage]
    if own["error"]:
        ET.SubElement(_case(suite, where, "probe"), "error", {"type": "not-probed", "message": own["error"]})
    _judge_all(suite, where, cells_of(result, vantage), findings_of(result, vantage), vantage)
    if not own["passed"] and not any(len(case) for case in suite):
        ET.SubElement(_case(suite, where, "passed"), "failure", {"type": "unexplained", "message": NOT_PASSED})
    suite.attrib.update(totals([suite]))
    return suite


def _judge_all(
    suite: ET.Element,
    where: str,
    cells: Sequence[JudgedCell],
    findings: Sequence[Mapping[str, Any]],
    vantage: str,
) -> None:
    """Add a case for each cell, and one for each finding that none of them shows."""
    for cell in cells:
        shown = [finding for finding in findings if cell.label in finding["vantages"][vantage]]
        _judge(_case(suite, where, cell.label, _seconds(cell)), cell, shown)
    labels = {cell.label for cell in cells}
    for finding in findings:
        if labels.isdisjoint(finding["vantages"][vantage]):
            _fail(_case(suite, where, finding["id"]), [finding])


def _case(suite: ET.Element, where: str, name: str, seconds: float = 0.0) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"classname": where, "name": name, "time": f"{seconds:.3f}"})


def _judge(case: ET.Element, cell: JudgedCell, findings: Sequence[Mapping[str, Any]]) -> None:
    if cell.verdict == "undetermined":
        ET.SubElement(case, "skipped", {"message": cell.description})
    elif findings:
        _fail(case, findings)
    elif cell.verdict == "failed":
        ET.SubElement(case, "failure", {"type": "unexplained", "message": cell.description})


def _fail(case: ET.Element, findings: Sequence[Mapping[str, Any]]) -> None:
    """Add one failure for all findings: some readers take only one from a case."""
    first = findings[0]
    failure = ET.SubElement(case, "failure", {"type": first["id"], "message": message(first)})
    failure.text = "\n\n".join(_details(finding) for finding in findings)


def _details(finding: Mapping[str, Any]) -> str:
    return "\n".join([message(finding), *finding["evidence"], finding["explanation"], finding["remedy"]])


def _seconds(cell: JudgedCell) -> float:
    times = [line.at for line in cell.transcript]
    return max(times) - min(times) if times else 0.0
