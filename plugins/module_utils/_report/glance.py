# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What works, at a glance: a row for each service and vantage, a column for each mode and protection.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report.context import About, contexts
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import (
    NOT_PASSED,
    Report,
    cells_of,
    findings_of,
    services,
    title,
)

Finding = Mapping[str, Any]
# How a cell is shown: by itself, or held against what is expected of it.
WORKS = "works"
FAILS = "fails"
UNDETERMINED = "undetermined"
AS_EXPECTED = "as-expected"
DIFFERS = "differs"
# What makes two findings one; the rest says where they show.
_SAME = ("id", "message", "explanation", "remedy", "next_step", "changes")
KINDS = (DIFFERS, FAILS, UNDETERMINED, AS_EXPECTED, WORKS)
# Verdicts as people say them; "" is that of a cell that was expected and not probed.
_WORDS = {"passed": WORKS, "failed": FAILS, "undetermined": UNDETERMINED, "": "not probed"}
_EXPECTED = {"passed": "to work", "failed": "to fail", "undetermined": "undetermined"}


@dataclass(frozen=True)
class Shown:
    """One cell at a glance.

    cell is None if it was expected and not probed.  expected is "" if nothing is expected of it.
    findings: those that show in the cell.
    """

    cell: JudgedCell | None
    expected: str
    findings: Sequence[Finding] = ()

    @property
    def verdict(self) -> str:
        """Return the verdict of the probe, "" without one."""
        return self.cell.verdict if self.cell else ""

    @property
    def kind(self) -> str:
        """Return how to show the cell, one of KINDS."""
        if self.expected and self.verdict != self.expected:
            return DIFFERS
        if self.expected and self.verdict != "passed":
            return AS_EXPECTED
        return _WORDS[self.verdict]

    @property
    def words(self) -> str:
        """Return in words what was seen, and what was expected."""
        word = _WORDS[self.verdict]
        if self.kind == DIFFERS:
            return f"{word}, expected {_EXPECTED[self.expected]}"
        return f"{word}, as expected" if self.kind == AS_EXPECTED else word


@dataclass(frozen=True)
class Row:
    """What was seen of one service from one vantage: name of a cell -> cell."""

    service: str
    vantage: str
    about: About
    result: Report
    cells: Mapping[str, Shown]

    @property
    def own(self) -> Mapping[str, Any]:
        """Return what the vantage keeps for itself."""
        found: Mapping[str, Any] = self.result["vantages"][self.vantage]
        return found

    @property
    def title(self) -> str:
        """Return for people which service was probed from where."""
        return title(self.service, self.vantage)

    @property
    def beside(self) -> list[Finding]:
        """Return the findings of the vantage that show in none of its cells."""
        inside = {finding["id"] for shown in self.cells.values() for finding in shown.findings}
        return [finding for finding in findings_of(self.result, self.vantage) if finding["id"] not in inside]

    @property
    def problem(self) -> str:
        """Return what is wrong beside the cells, as a sentence; "" if nothing is."""
        if self.own["error"]:
            return f"not probed: {self.own['error']}"
        if self.about.expected_findings is not None:
            return self._other_findings()
        explained = self.about.expects or findings_of(self.result, self.vantage) or self._wrong
        return "" if self.own["passed"] or explained else NOT_PASSED

    @property
    def passed(self) -> bool:
        """Return whether the row is as it should be: as expected where anything is, else without any failure."""
        if self.problem or self._wrong:
            return False
        return self.about.expects or (self.own["passed"] is True and not findings_of(self.result, self.vantage))

    @property
    def _wrong(self) -> bool:
        return any(shown.kind not in (WORKS, AS_EXPECTED) for shown in self.cells.values())

    def _other_findings(self) -> str:
        expected, found = set(self.about.expected_findings or ()), {each["id"] for each in self.result["findings"]}
        lacking, more = sorted(expected - found), sorted(found - expected)
        told = [f"finding expected and missing: {', '.join(lacking)}"] * bool(lacking)
        return "; ".join(told + [f"finding not expected: {', '.join(more)}"] * bool(more))


@dataclass(frozen=True)
class Occurrences:
    """A finding, and where it shows: each row with the finding as its service has it."""

    finding: Finding
    where: Sequence[tuple[Row, Finding]]

    @property
    def expected(self) -> bool:
        """Return whether the finding is expected wherever it shows."""
        return all(self.finding["id"] in (row.about.expected_findings or ()) for row, _finding in self.where)


def rows(results: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> list[Row]:
    """Return a row for each service and vantage.

    results: service -> a report, or what ftp_probe returned.  context: service -> the fields of About.
    Raise ValueError for anything else.
    """
    reports = services(results)
    known = contexts(context or {}, {name: report["vantages"] for name, report in reports.items()})
    return [
        Row(name, vantage, known[name], report, _cells(report, vantage, known[name].expected))
        for name, report in reports.items()
        for vantage in report["vantages"]
    ]


def columns(shown: Sequence[Row]) -> list[str]:
    """Return the names of all cells of the rows: by mode, each first over IPv4, and then by protection."""
    return sorted({label for row in shown for label in row.cells}, key=_place)


def mode_of(label: str) -> str:
    """Return the mode in the name of a cell, with the sign of IPv6."""
    return label.split(" ")[0]


def counts(shown: Sequence[Row]) -> dict[str, int]:
    """Return how many cells are of each of KINDS."""
    kinds = [cell.kind for row in shown for cell in row.cells.values()]
    return {kind: kinds.count(kind) for kind in KINDS}


def headline(shown: Sequence[Row]) -> str:
    """Return in one or two sentences what works."""
    if not any(row.cells for row in shown):
        return "Nothing was probed."
    unprobed = sum(bool(row.own["error"]) for row in shown)
    problems = sum(bool(row.problem) for row in shown if not row.own["error"])
    told = [_expected(shown) if any(row.about.expects for row in shown) else _verdict(shown)]
    told += [f"{_number(unprobed, 'probe')} did not run."] * bool(unprobed)
    told += [f"{_number(problems, 'probe')} {'has' if problems == 1 else 'have'} another problem."] * bool(problems)
    return " ".join(told)


def _cells(report: Report, vantage: str, expected: Mapping[str, str]) -> dict[str, Shown]:
    """Return the cells of a vantage by their names, also those that were expected and not probed."""
    found = findings_of(report, vantage)
    cells = {cell.label: cell for cell in cells_of(report, vantage)}
    return {
        label: Shown(
            cells.get(label),
            expected.get(label, ""),
            [finding for finding in found if label in finding["vantages"][vantage]],
        )
        for label in sorted({*cells, *expected}, key=_place)
    }


def _place(label: str) -> tuple[Any, ...]:
    mode, _space, protection = label.partition(" ")
    known, ipv6 = mode.rstrip("6"), mode.endswith("6")
    protections = ("", *seen.PROTECTIONS)
    return (
        seen.MODES.index(known) if known in seen.MODES else len(seen.MODES),
        ipv6,
        protections.index(protection) if protection in protections else len(protections),
        label,
    )


def _verdict(shown: Sequence[Row]) -> str:
    found = counts(shown)
    whole = sum(found.values())
    if found[WORKS] < whole:
        begin = "FTP does not work" if not found[WORKS] else "FTP does not work everywhere"
        unknown = f", {found[UNDETERMINED]} undetermined" if found[UNDETERMINED] else ""
        return f"{begin}: {found[WORKS]} of {_number(whole, 'cell')} work, {_fails(found[FAILS])}{unknown}."
    proven = "FTP works" if all(row.passed for row in shown) else "FTP works, with findings"
    begin = "FTP is not proven everywhere" if any(row.problem for row in shown) else proven
    return f"{begin}: {'all ' * (whole > 1)}{_works(whole)}."


def _expected(shown: Sequence[Row]) -> str:
    found = counts(shown)
    whole = sum(found.values())
    wrong = whole - found[WORKS] - found[AS_EXPECTED]
    if wrong:
        return f"{wrong} of {_number(whole, 'cell')} {'is' if wrong == 1 else 'are'} not as expected."
    begin = "Everything is as expected" if all(row.passed for row in shown) else "All cells are as expected"
    failing = f", {_fails(found[AS_EXPECTED])}" if found[AS_EXPECTED] else ""
    return f"{begin}: {_works(found[WORKS])}{failing}."


def occurrences(shown: Sequence[Row]) -> list[Occurrences]:
    """Return each finding once, what is not expected first; those with the same texts are one."""
    merged: dict[str, list[tuple[Row, Finding]]] = {}
    for row in shown:
        for finding in findings_of(row.result, row.vantage):
            merged.setdefault(repr([finding[name] for name in _SAME]), []).append((row, finding))
    return sorted((Occurrences(found[0][1], found) for found in merged.values()), key=lambda each: each.expected)


def _works(count: int) -> str:
    return f"{_number(count, 'cell')} work{'s' * (count == 1)}"


def _fails(count: int) -> str:
    return f"{count} fail{'s' * (count == 1)}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
