# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows as Markdown, for the summary of a job or a comment: what does not pass, then one line for each network.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import (
    NO_ENDPOINTS,
    PASSED,
    Row,
    findings_of,
    sentence,
    wrong,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts, one_line

# GitHub takes 65,536 characters in a comment; a text never has more characters than bytes of UTF-8.
LIMIT = 60_000
# So many characters of one text are shown.
_SHOWN = 400
_TABLE = ("| verdict | network | what |", "| --- | --- | --- |")


@dataclass(frozen=True)
class _Section:
    """Lines of which the body may be cut."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    tail: tuple[str, ...] = ()

    def within(self, room: int) -> str:
        """Return the section in so many bytes; what is left out is counted."""
        used = sum(map(_size, (*self.head, *self.tail))) + _size(_more(len(self.body)))
        kept = 0
        while kept < len(self.body) and used + _size(self.body[kept]) <= room:
            used += _size(self.body[kept])
            kept += 1
        left = [_more(len(self.body) - kept)] if kept < len(self.body) else []
        return "".join(f"{line}\n" for line in (*self.head, *self.body[:kept], *left, *self.tail))


def markdown(rows: Sequence[Row]) -> str:
    """Return a text of not much more than LIMIT bytes at most; what does not fit is counted in it."""
    found = fit_texts(rows)
    fine = list(filter(_fine, found))
    # What stops the gate comes before what is only undetermined.
    other = sorted((row for row in found if not _fine(row)), key=lambda row: row["passed"])
    text = f"### {_headline(found)}\n"
    for section in _sections(other, fine):
        text += section.within(LIMIT - _size(text))
    return text


def _headline(rows: Sequence[Row]) -> str:
    passing = sum(row["passed"] for row in rows)
    unknown = sum(row["passed"] and not _fine(row) for row in rows)
    told = f", {unknown} of them undetermined" if unknown else ""
    return f"FTP: {passing} of {len(rows)} networks pass{told}"


def _fine(row: Row) -> bool:
    return row["verdict"] in (PASSED, NO_ENDPOINTS)


def _sections(other: Sequence[Row], fine: Sequence[Row]) -> Iterator[_Section]:
    if other:
        yield _Section(("", *_TABLE), tuple(map(_line, other)))
        yield _Section(("",), tuple(line for row in other for line in _details(row)))
    if fine:
        head = ("", f"<details><summary>{len(fine)} networks pass</summary>", "", *_TABLE)
        yield _Section(head, tuple(map(_line, fine)), ("", "</details>"))


def _line(row: Row) -> str:
    return f"| {row['verdict']} | {_code(row['name'])} | {_code(row['summary'])} |"


def _details(row: Row) -> Iterator[str]:
    """Yield what is wrong in one network, and the findings about it."""
    yield f"- {_code(row['name'])}: {_code(row['file'])}"
    yield from (f"  - {_code(problem)}" for problem in row["problems"])
    yield from (f"  - {_code(flow['endpoint'])}: {_code(part)}" for flow in wrong(row) for part in flow["parts"])
    endpoints = dict.fromkeys(flow["endpoint"] for flow in wrong(row))
    told = dict.fromkeys(sentence(each) for endpoint in endpoints for each in findings_of(row, endpoint))
    yield from (f"  - {_code(text)}" for text in told)


def _code(text: str) -> str:
    """Return a text of others as code, in which nothing is markup, a link or the name of a user to be notified.

    GitHub and GitLab look for those in what Markdown has become, but not in the element code. So the escapes alone
    would not do, and neither would the element, in which Markdown is still read.
    """
    line = one_line(text)
    cut = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
    return f"<code>{re.sub('[!-,./:-@[-`{-~]', lambda found: f'&#{ord(found[0])};', cut)}</code>"


def _more(count: int) -> str:
    return f"\n{count} more lines do not fit here. The log has a line for each network, the SARIF file every problem."


def _size(text: str) -> int:
    return len(text.encode()) + 1
