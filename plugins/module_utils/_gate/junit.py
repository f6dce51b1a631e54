# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows as JUnit XML: a suite for each network, a case for each flow.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import PASSED, Row, findings_of, sentence
from ansible_collections.mxlab.ftp.plugins.module_utils._junit import totals, written
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts


def junit(rows: Sequence[Row]) -> str:
    """Return the text of a JUnit XML file, as GitLab, Jenkins and others read it.

    A flow that stops the gate is a failure, another one that is undetermined is skipped, and what cannot be judged is
    an error.
    """
    return written([_suite(row) for row in fit_texts(rows)])


def _suite(row: Row) -> ET.Element:
    suite = ET.Element("testsuite", {"name": row["name"]})
    for number, problem in enumerate(row["problems"], 1):
        case = _case(suite, row, row["name"], f"{row['verdict']} {number}")
        if row["passed"]:
            ET.SubElement(case, "skipped", {"message": problem})
        else:
            ET.SubElement(case, "error", {"type": row["verdict"], "message": problem})
    for flow in row["flows"]:
        _judge(_case(suite, row, f"{row['name']}.{flow['endpoint']}", flow["name"]), flow, row)
    suite.attrib.update(totals([suite]))
    return suite


def _case(suite: ET.Element, row: Row, where: str, name: str) -> ET.Element:
    place = {"classname": where, "name": name, "file": row["file"]}
    return ET.SubElement(suite, "testcase", {**place, "time": "0.000"})


def _judge(case: ET.Element, flow: Row, row: Row) -> None:
    if flow["verdict"] == PASSED:
        return
    if flow["passed"]:
        ET.SubElement(case, "skipped", {"message": flow["parts"][0]})
        return
    failure = ET.SubElement(case, "failure", {"type": flow["verdict"], "message": flow["parts"][0]})
    failure.text = "\n".join([*flow["parts"], *map(sentence, findings_of(row, flow["endpoint"]))])
