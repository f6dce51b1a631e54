# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows as Markdown, for the summary of a job or a comment: what does not pass, then one line for each network.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import (
    NO_ENDPOINTS,
    PASSED,
    Row,
    findings_of,
    sentence,
    wrong,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._markdown import Section, code, written
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts

_TABLE = ("| verdict | network | what |", "| --- | --- | --- |")
_ELSEWHERE = "The log has a line for each network, the SARIF file every problem."


def markdown(rows: Sequence[Row]) -> str:
    """Return a text of not much more than LIMIT bytes at most; what does not fit is counted in it."""
    found = fit_texts(rows)
    fine = list(filter(_fine, found))
    # What stops the gate comes before what is only undetermined.
    other = sorted((row for row in found if not _fine(row)), key=lambda row: row["passed"])
    return written(_headline(found), _sections(other, fine), _ELSEWHERE)


def _headline(rows: Sequence[Row]) -> str:
    passing = sum(row["passed"] for row in rows)
    unknown = sum(row["passed"] and not _fine(row) for row in rows)
    told = f", {unknown} of them undetermined" if unknown else ""
    return f"FTP: {passing} of {len(rows)} networks pass{told}"


def _fine(row: Row) -> bool:
    return row["verdict"] in (PASSED, NO_ENDPOINTS)


def _sections(other: Sequence[Row], fine: Sequence[Row]) -> Iterator[Section]:
    if other:
        yield Section(("", *_TABLE), tuple(map(_line, other)))
        yield Section(("",), tuple(line for row in other for line in _details(row)))
    if fine:
        head = ("", f"<details><summary>{len(fine)} networks pass</summary>", "", *_TABLE)
        yield Section(head, tuple(map(_line, fine)), ("", "</details>"))


def _line(row: Row) -> str:
    return f"| {row['verdict']} | {code(row['name'])} | {code(row['summary'])} |"


def _details(row: Row) -> Iterator[str]:
    """Yield what is wrong in one network, and the findings about it."""
    yield f"- {code(row['name'])}: {code(row['file'])}"
    yield from (f"  - {code(problem)}" for problem in row["problems"])
    yield from (f"  - {code(flow['endpoint'])}: {code(part)}" for flow in wrong(row) for part in flow["parts"])
    endpoints = dict.fromkeys(flow["endpoint"] for flow in wrong(row))
    told = dict.fromkeys(sentence(each) for endpoint in endpoints for each in findings_of(row, endpoint))
    yield from (f"  - {code(text)}" for text in told)
