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
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import (
    AS_EXPECTED,
    DIFFERS,
    FAILS,
    UNDETERMINED,
    Row,
    Shown,
    rows,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import NOT_PASSED, address, message


def junit(results: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> str:
    """Return the text of a JUnit XML file, as Jenkins, GitLab and others read it.

    results: service -> a report, or what ftp_probe returned.  A finding is a failure of the cells that show it, or of a
    case of its own; an undetermined cell is a skipped case; a vantage that was not probed is an error.
    context: service -> the fields of About.  Where something is expected, only what differs from it is a failure.
    """
    return written([_suite(row) for row in rows(results, context)])


def _suite(row: Row) -> ET.Element:
    suite = ET.Element("testsuite", {"name": row.title})
    where = f"{row.service}.{row.vantage}" if row.vantage else row.service
    if row.own["error"]:
        ET.SubElement(_case(suite, where, "probe"), "error", {"type": "not-probed", "message": row.own["error"]})
    for label, shown in row.cells.items():
        _judge(_case(suite, where, label, _seconds(shown.cell)), shown)
    _judge_rest(suite, where, row)
    suite.attrib.update(totals([suite]))
    return suite


def _judge_rest(suite: ET.Element, where: str, row: Row) -> None:
    """Add a case for each thing that is wrong beside the cells."""
    if row.about.expected_findings is not None:
        if row.problem and not row.own["error"]:
            _differ(_case(suite, where, "findings"), row.problem)
        return
    for finding in row.beside:
        _fail(_case(suite, where, finding["id"]), [finding])
    explained = row.about.expects or any(len(case) for case in suite)
    if not row.own["passed"] and not explained:
        ET.SubElement(_case(suite, where, "passed"), "failure", {"type": "unexplained", "message": NOT_PASSED})


def _case(suite: ET.Element, where: str, name: str, seconds: float = 0.0) -> ET.Element:
    return ET.SubElement(suite, "testcase", {"classname": where, "name": name, "time": f"{seconds:.3f}"})


def _judge(case: ET.Element, shown: Shown) -> None:
    description = shown.cell.description if shown.cell else ""
    if shown.kind == DIFFERS:
        _differ(case, f"{shown.words}: {description}" if description else shown.words)
    elif shown.kind == UNDETERMINED:
        ET.SubElement(case, "skipped", {"message": description})
    elif shown.kind != AS_EXPECTED and shown.findings:
        _fail(case, shown.findings)
    elif shown.kind == FAILS:
        ET.SubElement(case, "failure", {"type": "unexplained", "message": description})


def _differ(case: ET.Element, text: str) -> None:
    ET.SubElement(case, "failure", {"type": "not-as-expected", "message": text})


def _fail(case: ET.Element, findings: Sequence[Mapping[str, Any]]) -> None:
    """Add one failure for all findings: some readers take only one from a case."""
    first = findings[0]
    failure = ET.SubElement(case, "failure", {"type": first["id"], "message": message(first)})
    failure.text = "\n\n".join(_details(finding) for finding in findings)


def _details(finding: Mapping[str, Any]) -> str:
    texts = [message(finding), *finding["evidence"], finding["explanation"], finding["remedy"], address(finding)]
    return "\n".join(filter(None, texts))


def _seconds(cell: JudgedCell | None) -> float:
    times = [line.at for line in cell.transcript] if cell else []
    return max(times) - min(times) if times else 0.0
