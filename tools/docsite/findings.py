# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the findings about rules, from the tables that give them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import PAGE, FindingRow
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.findings import CASE_ROWS, SITE_ROWS

Rows = Sequence[FindingRow[Any]]
_INTRODUCTION = """\
# Findings about rules

The modules `mx_reach`, `mx_ftp_rules` and `mx_gate` return these findings about an MX and its rules. They connect to
no server. The `url` of a finding leads to its section here. What the probe finds with real transfers is a
[cause](causes/index.md).
"""


def pages() -> dict[str, str]:
    """Return the page of the findings: path on the site -> text."""
    return {f"{PAGE}.md": "\n".join([_INTRODUCTION, *(_section(rows) for rows in by_id().values())])}


def by_id() -> dict[str, Rows]:
    """Return the rows of all tables by the id of their finding, in the order of the tables."""
    rows: Rows = [*SITE_ROWS, *CASE_ROWS]
    return {identity: [row for row in rows if row.id == identity] for identity in dict.fromkeys(row.id for row in rows)}


def _section(rows: Rows) -> str:
    """Return what is said of one finding; it has a paragraph for each cause."""
    paragraphs = dict.fromkeys(f"{row.explanation}\n\n**Remedy.** {row.remedy}\n" for row in rows)
    return "\n".join([f"## {rows[0].id}\n", f"Level: {rows[0].level}.\n", *_numbered(list(paragraphs))])


def _numbered(paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs, with a heading for each if there are several."""
    for number, paragraph in enumerate(paragraphs, 1):
        yield f"**Cause {number} of {len(paragraphs)}.** {paragraph}" if paragraphs[1:] else paragraph
