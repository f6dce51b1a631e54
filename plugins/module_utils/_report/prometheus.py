# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as metrics, in the text format that Prometheus' node_exporter collects from files.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import (
    Report,
    cells_of,
    findings_of,
    report,
    services,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import VERDICTS

_HELP = {
    "ftp_probe_up": "Whether the service could be probed (1) or not (0).",
    "ftp_probe_passed": "Whether every mode works and there is no finding.",
    "ftp_probe_cell": "1 for the verdict on a mode with a protection, 0 for the other verdicts.",
    "ftp_probe_finding": "1 for each finding.",
    "ftp_probe_certificate_not_after_seconds": "End of the certificate's validity, in seconds since 1970.",
}

_Sample = tuple[str, dict[str, str], int]


def prometheus(results: Mapping[str, Any]) -> str:
    """Return the text of a file for the textfile collector ("Exposition formats" of Prometheus' documentation).

    results: service -> a report, or what ftp_probe returned.  All metrics carry the labels service and vantage.
    """
    return _exposition(
        (name, {"service": service, "vantage": vantage, **labels}, value)
        for service, result in services(results).items()
        for vantage in result["vantages"]
        for name, labels, value in _samples(result, vantage)
    )


def metrics_of(result: Mapping[str, Any]) -> str:
    """Return the same metrics of one result of ftp_probe, for a scrape: Prometheus itself adds which target it is."""
    one = report({"": result})
    return _exposition(_samples(one, ""))


def _exposition(samples: Iterable[_Sample]) -> str:
    given = list(samples)
    return "".join(line for metric in _HELP for line in _family(metric, given))


def _family(metric: str, samples: list[_Sample]) -> Iterator[str]:
    """Yield all samples of a metric, which must stand together and be one for each set of labels; or nothing."""
    values = ((tuple(labels.items()), value) for name, labels, value in samples if name == metric)
    found: dict[tuple[tuple[str, str], ...], int] = {}
    for labels, value in values:
        found[labels] = max(value, found.get(labels, value))
    if found:
        yield f"# HELP {metric} {_HELP[metric]}\n# TYPE {metric} gauge\n"
    for labels, value in found.items():
        named = ",".join(f"{key}={_quoted(text)}" for key, text in labels)
        yield f"{metric}{{{named}}} {value}\n" if named else f"{metric} {value}\n"


def _samples(result: Report, vantage: str) -> Iterator[_Sample]:
    own = result["vantages"][vantage]
    findings = findings_of(result, vantage)
    yield "ftp_probe_up", {}, int(not own["error"])
    if own["error"]:
        return
    cells = cells_of(result, vantage)
    yield "ftp_probe_passed", {}, int(own["passed"] and not findings and {cell.verdict for cell in cells} == {"passed"})
    for cell in cells:
        for verdict in VERDICTS:
            yield "ftp_probe_cell", {**_cell(cell), "verdict": verdict}, int(cell.verdict == verdict)
    for finding in findings:
        yield "ftp_probe_finding", {"id": finding["id"], "layer": finding["layer"]}, 1
    certificate = (own.get("tls") or {}).get("certificate")
    if certificate and certificate.get("not_after"):
        yield "ftp_probe_certificate_not_after_seconds", {}, _seconds(certificate["not_after"])


def _cell(cell: JudgedCell) -> dict[str, str]:
    return {
        "mode": cell.mode,
        "protection": cell.protection,
        "ip": "6" if cell.ipv6 else "4",
    }


def _seconds(moment: str) -> int:
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
