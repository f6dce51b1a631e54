# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report for monitoring systems with Nagios' plugin interface: a state and its text.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import (
    NOT_PASSED,
    Report,
    cells_of,
    message,
    services,
    title,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import VERDICTS

# "Plugin Return Codes" of the Monitoring Plugins Development Guidelines.
OK, WARNING, CRITICAL, UNKNOWN = range(4)
_NAMES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
# A certain failure counts more than an unknown state.
_WORST_FIRST = (CRITICAL, UNKNOWN, WARNING, OK)
# "Nagios will only read the first 4 KB of data that a plugin returns" (plugin API): a long text in the first line must
# not push the performance data out of them.  A character has up to 4 bytes.
_LONGEST = 900


def nagios(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the exit code of a check, and what it prints.

    results: service -> a report, or what ftp_probe returned.
    code: CRITICAL if a cell failed, UNKNOWN if a vantage could not be probed, WARNING if there is a finding although no
    cell failed, or an undetermined cell, else OK.  text: the line of the state with performance data, then one line for
    each finding.
    """
    reports = services(results)
    states = {name: _state(result) for name, result in reports.items()}
    code = next((state for state in _WORST_FIRST if state in states.values()), UNKNOWN)
    words = [_summary(name, result) for name, result in reports.items() if states[name] != OK]
    line = _plain("; ".join(words) or f"{', '.join(reports) or 'no service'}: all cells work")
    details = [_plain(f"{name}: {text}") for name, result in reports.items() for text in _details(result)]
    return {"code": code, "text": "\n".join([f"FTP {_NAMES[code]} - {line} | {_counts(reports)}", *details])}


def _state(result: Report) -> int:
    verdicts = {cell.verdict for cell in cells_of(result)}
    if "failed" in verdicts:
        return CRITICAL
    if any(vantage["error"] for vantage in result["vantages"].values()):
        return UNKNOWN
    return OK if result["passed"] and verdicts == {"passed"} and not result["findings"] else WARNING


def _summary(name: str, result: Report) -> str:
    cells = cells_of(result)
    wrong = [cell for cell in cells if cell.verdict != "passed"]
    errors = [title("not probed", name) for name, vantage in result["vantages"].items() if vantage["error"]]
    counted = [f"{len(wrong)} of {len(cells)} cells do not pass"] if wrong else []
    reasons = [*counted, *errors, *(finding["id"] for finding in result["findings"])]
    return f"{name}: {', '.join(reasons) or NOT_PASSED}"


def _details(result: Report) -> Iterator[str]:
    for vantage in result["vantages"].values():
        if vantage["error"]:
            yield str(vantage["error"])
    for finding in result["findings"]:
        yield f"{message(finding)}. {finding['remedy']}"


def _counts(reports: Mapping[str, Report]) -> str:
    verdicts = [cell.verdict for result in reports.values() for cell in cells_of(result)]
    return " ".join(f"{verdict}={verdicts.count(verdict)};;;0;{len(verdicts)}" for verdict in VERDICTS)


def _plain(text: str) -> str:
    """Return the text as one line without the bar, which begins performance data, and not longer than it may be."""
    line = " ".join(text.replace("|", "/").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
