# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as Markdown, for the summary of a job or an issue: what works at a glance, then the findings.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._markdown import Section, code, written
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import (
    AS_EXPECTED,
    WORKS,
    Occurrences,
    Row,
    columns,
    headline,
    occurrences,
    rows,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import address

_ELSEWHERE = "The JUnit file has every cell."


def markdown(results: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> str:
    """Return a text of some 60,000 bytes at most, which counts what does not fit.

    results: service -> a report, or what ftp_probe returned.  context: service -> the fields of About.
    """
    shown = rows(results, context)
    return written(headline(shown), _sections(shown), _ELSEWHERE)


def _sections(shown: Sequence[Row]) -> Iterator[Section]:
    names = columns(shown)
    if shown:
        head = ("", _line(["service", *map(code, names)]), _line(["---"] * (len(names) + 1)))
        # What is wrong comes first: it is not cut.
        ordered = sorted(shown, key=lambda row: row.passed)
        yield Section(head, tuple(_line([code(row.title), *_words(row, names)]) for row in ordered))
    problems = [f"- {code(row.title)}: {code(row.problem)}" for row in shown if row.problem]
    findings = [line for each in occurrences(shown) for line in _finding(each)]
    yield from (Section(("",), tuple(lines)) for lines in (problems, findings) if lines)


def _words(row: Row, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        cell = row.cells.get(name)
        yield "" if cell is None else cell.words if cell.kind in (WORKS, AS_EXPECTED) else f"**{cell.words}**"


def _line(words: Sequence[str]) -> str:
    return f"| {' | '.join(words)} |"


def _finding(each: Occurrences) -> Iterator[str]:
    """Yield a finding with its remedy, and below it where it shows."""
    finding = each.finding
    expected = " (expected)" if each.expected else ""
    identity = f"[{code(finding['id'])}]({address(finding)})" if address(finding) else code(finding["id"])
    yield f"- {identity}{expected}, {code(finding['layer'])}: {code(finding['message'])}"
    yield from (f"  - {code(finding[kind])}" for kind in ("explanation", "remedy", "next_step") if finding[kind])
    yield from (f"  - {code(_where(row, found))}" for row, found in each.where)


def _where(row: Row, finding: Mapping[str, Any]) -> str:
    modes = finding["vantages"][row.vantage]
    return f"{row.title}: {', '.join(modes)}" if modes else row.title
