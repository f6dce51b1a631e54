# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report for people: lines that fit a terminal.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import TABLE_WIDTH
from ansible_collections.mxlab.ftp.plugins.module_utils._report.oracle import WORKS, label
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import (
    Report,
    address,
    cells_of,
    message,
    services,
    title,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat


def table(results: Mapping[str, Any]) -> list[str]:
    """Return lines of at most TABLE_WIDTH columns: what works from where, for which clients, and the findings.

    results: service -> a report, or what ftp_probe returned.
    """
    return [line for name, result in services(results).items() for line in _service(name, result)]


def _service(name: str, result: Report) -> Iterator[str]:
    for vantage, own in result["vantages"].items():
        if own["error"]:
            yield from wrapped(f"{title(name, vantage)}: not probed: {own['error']}")
            continue
        cells = cells_of(result, vantage)
        passed = sum(cell.verdict == "passed" for cell in cells)
        yield from wrapped(f"{title(name, vantage)}: {passed} of {len(cells)} cells work")
        yield from (flat(line)[:TABLE_WIDTH] for line in own.get("table", ()))
        yield from wrapped(f"clients with default settings: {_clients(own['clients'])}", 2)
    for finding in result["findings"]:
        yield from _finding(name, finding)


def _clients(clients: list[dict[str, Any]]) -> str:
    """Return which clients would work, and which would not; versions only where they differ."""
    groups: dict[str, list[str]] = {}
    for name, rows in groupby(clients, key=itemgetter("client")):
        same = [*rows]
        alike = len({row["verdict"] for row in same}) == 1
        for row in same[:1] if alike else same:
            groups.setdefault(row["verdict"], []).append(name if alike else label(row))
    order = sorted(groups, key=lambda verdict: verdict != WORKS)
    return "; ".join(f"{verdict}: {', '.join(groups[verdict])}" for verdict in order)


def _finding(name: str, finding: Mapping[str, Any]) -> Iterator[str]:
    yield from wrapped(f"{name}: {message(finding)}")
    for kind in ("explanation", "remedy", "next_step"):
        if finding[kind]:
            yield from wrapped(f"{kind.replace('_', ' ')}: {finding[kind]}", 2)
    # In one piece, so that terminals make a link of it.
    if address(finding):
        yield f"  page: {address(finding)}"


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Return the text in lines of the table's width; indent: columns before the first, the others have two more."""
    return textwrap.wrap(
        text,
        TABLE_WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_on_hyphens=False,
    )
