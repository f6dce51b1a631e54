# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report: the results of ftp_probe at one or several vantages, in the form that every output takes.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import page_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import WEAKENS
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell, parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Items, Named, require
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import ALL_CHAPTERS, VANTAGE_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._report.conditions import VantageCause
from ansible_collections.mxlab.ftp.plugins.module_utils._report.oracle import client_oracle
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import (
    CELL,
    FINDING,
    INTERNET,
    KEPT,
    PLACES,
    Comparison,
    View,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit, fit_texts, one_line

# What each vantage keeps for itself.  Cells and findings are merged; the rest of a result is Ansible's own.
OF_EACH_VANTAGE = ("table", "range", "trials", "tls", "server", "announced", "exhaustion")
# The vantage of a result that names none.
_NAMELESS = ""
# What renderers say of a result in which nothing else explains why it has not passed.
NOT_PASSED = "the result says that it has not passed"
_CLIENT = Fields({"client": str, "verdict": str})
SHAPE = Fields(
    {
        "passed": bool,
        "cells": Items(Fields({**CELL.required, "vantage": str})),
        "findings": Items(Fields({**FINDING.required, "vantages": Named(Items(str))}, FINDING.optional)),
        "vantages": Named(Fields({"passed": bool, "error": str, "clients": Items(_CLIENT)}, KEPT)),
    }
)

Report = Mapping[str, Any]


_KNOWN = frozenset(cause.id for causes in ALL_CHAPTERS.values() for cause in causes)


@dataclass(frozen=True)
class _Shown:
    """A cause that shows only beside other vantages, the vantage that suffers from it, and its cells."""

    row: VantageCause
    view: View
    cells: Sequence[JudgedCell]

    def finding(self) -> dict[str, Any]:
        """Return the finding in the form of ftp_probe's findings."""
        cause = self.row.cause
        return {
            "id": cause.id,
            "layer": cause.layer,
            "message": cause.message,
            "modes": [cell.label for cell in self.cells],
            "evidence": [f"{cell.label}: {cell.description}" for cell in self.cells],
            "explanation": cause.explanation,
            "remedy": cause.remedy,
            "changes": list(self._changes()),
            "next_step": cause.next_step,
            "sources": list(cause.sources),
            "url": page_of(cause.id),
        }

    def explains(self, view: View, finding: Mapping[str, Any]) -> bool:
        """Return whether this cause explains a finding that the vantage has made of the same cells alone."""
        mine = {cell.label for cell in self.cells}
        return view is self.view and finding["id"] in self.row.cause.explains and mine.issuperset(finding["modes"])

    def _changes(self) -> Iterator[Mapping[str, Any]]:
        if self.row.changes_stay:
            for finding in self.view.result["findings"]:
                yield from finding["changes"] if self.explains(self.view, finding) else ()


def report(
    results: Mapping[str, Any], places: Mapping[str, str] | None = None, firmware: str | None = None
) -> dict[str, Any]:
    """Return what several vantages saw of one service, and what only all of them together show.

    results: vantage -> what ftp_probe returned there; one without cells counts as not probed.
    places: vantage -> one of PLACES; INTERNET for those that it does not name.
    firmware: of the MX that OUTBOUND vantages are behind, as mx_info tells it.
    The report has passed, cells and findings as ftp_probe does, each with its vantage or vantages (and their modes),
    and vantages with all the rest.  Its texts are fit for every output.
    Raise ValueError for an unknown place or vantage, and for a result that has cells but is none of ftp_probe.
    """
    given, stands = _by_name(results), places or {}
    _check_places(given, stands)
    views = [View.parse(name, stands.get(name, INTERNET), result) for name, result in given.items()]
    findings = _findings(views, firmware)
    return {
        "passed": bool(views) and not findings and all(view.passed for view in views),
        "cells": [{"vantage": view.name, **cell} for view in views for cell in view.result.get("cells", ())],
        "findings": findings,
        "vantages": {view.name: _rest(view) for view in views},
    }


def services(results: Mapping[str, Any]) -> dict[str, Report]:
    """Return reports by the names of their services, from reports or from results of ftp_probe.

    A report that was kept in a file is taken as it is, with its texts fit for every output.
    Raise ValueError for anything else.
    """
    return {
        name: _kept(result) if "vantages" in result else report({_NAMELESS: result})
        for name, result in _by_name(results).items()
    }


def title(service: str, vantage: str) -> str:
    """Return for people which service was probed from where."""
    return f"{service} from {vantage}" if vantage else service


def cells_of(result: Report, vantage: str | None = None) -> tuple[JudgedCell, ...]:
    """Return the cells of one vantage, or of all."""
    return parse_cells([cell for cell in result["cells"] if vantage in (None, cell["vantage"])])


def findings_of(result: Report, vantage: str) -> list[Mapping[str, Any]]:
    """Return the findings that show at one vantage."""
    return [finding for finding in result["findings"] if vantage in finding["vantages"]]


def message(finding: Mapping[str, Any]) -> str:
    """Return a finding in one line, without its remedy."""
    return f"{finding['id']} ({finding['layer']}): {finding['message']}"


def address(finding: Mapping[str, Any]) -> str:
    """Return the address of the page about a finding, "" if this collection does not know the finding."""
    return page_of(finding["id"]) if finding["id"] in _KNOWN else ""


def _by_name(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the results by names that are fit for every output.

    Raise ValueError for anything but a dictionary of dictionaries, and for two names that would become one.
    """
    if not isinstance(results, Mapping) or not all(isinstance(result, Mapping) for result in results.values()):
        raise ValueError("expected a dictionary of names, each with a result of ftp_probe or probe_report")
    named = {fit(str(name)): result for name, result in results.items()}
    if len(named) < len(results):
        raise ValueError(f"expected names that differ in what can be printed; got {list(results)}")
    return named


def _kept(result: Report) -> Report:
    """Return a report that was made before, each vantage without cells as one that was not probed."""
    require(result, SHAPE, "a report as probe_report returns it")
    found: Report = fit_texts(result)
    cells_of(found)
    probed = {cell["vantage"] for cell in found["cells"]}
    vantages = {
        name: own if name in probed else {**own, "error": one_line(own["error"]) or "no result"}
        for name, own in (found["vantages"] or report({_NAMELESS: {}})["vantages"]).items()
    }
    return {**found, "vantages": vantages}


def _check_places(results: Mapping[str, Any], places: Mapping[str, str]) -> None:
    for name, place in places.items():
        if name not in results:
            raise ValueError(f"places has {name!r}; the vantages are {', '.join(results)}")
        if place not in PLACES:
            raise ValueError(f"places.{name} is {place!r}; expected one of {', '.join(PLACES)}")


def _findings(views: Sequence[View], firmware: str | None) -> list[dict[str, Any]]:
    """Return what the vantages show together, then what each has found alone, unless the former explains it."""
    together = [shown for view in views for shown in _shown(view, views, firmware)]
    merged: dict[str, dict[str, Any]] = {}
    for shown in together:
        _add(merged, shown.view.name, shown.finding())
    for view in views:
        for finding in view.result.get("findings", ()):
            if not any(shown.explains(view, finding) for shown in together):
                _add(merged, view.name, finding)
    return list(merged.values())


def _shown(view: View, views: Sequence[View], firmware: str | None) -> Iterator[_Shown]:
    """Yield the causes of the failed cells; each cell shows the first row that it fits."""
    comparison = Comparison(view, [other for other in views if other is not view], firmware)
    failed = [cell for cell in view.cells if cell.verdict == "failed"]
    roots = [next((row for row in VANTAGE_CAUSES if _fits(row, cell, comparison)), None) for cell in failed]
    for row in VANTAGE_CAUSES:
        cells = [cell for cell, root in zip(failed, roots) if root is row]
        if cells:
            yield _Shown(row, view, cells)


def _fits(row: VantageCause, cell: JudgedCell, comparison: Comparison) -> bool:
    return comparison.view.place in row.places and row.shows(cell, comparison)


def _add(merged: dict[str, dict[str, Any]], vantage: str, finding: Mapping[str, Any]) -> None:
    """Add a finding, or its vantage to the finding if another vantage has it already."""
    begin: dict[str, Any] = {**finding, "modes": [], "evidence": [], "changes": [], "vantages": {}}
    known = merged.setdefault(finding["id"], begin)
    known["vantages"][vantage] = list(finding["modes"])
    for name in ("modes", "changes"):
        known[name] += [value for value in finding[name] if value not in known[name]]
    known["evidence"] += [f"{vantage}: {line}" if vantage else line for line in finding["evidence"]]
    # A vantage that proves more also names changes that weaken security: their price has to be there, too.
    for last_resort in finding["remedy"].split(f" {WEAKENS}")[1:]:
        if last_resort not in known["remedy"]:
            known["remedy"] += f" {WEAKENS}{last_resort}"


def _rest(view: View) -> dict[str, Any]:
    return {
        "place": view.place,
        "passed": view.passed,
        "error": view.error,
        "clients": client_oracle(view.result) if view.cells else [],
        **{name: view.result[name] for name in OF_EACH_VANTAGE if name in view.result},
    }
