# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a page: what works at a glance, and which clients would work.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from itertools import groupby

from ansible_collections.mxlab.ftp.plugins.module_utils._html.element import Anchors, breakable, cut, element, hidden
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import (
    AS_EXPECTED,
    DIFFERS,
    FAILS,
    UNDETERMINED,
    WORKS,
    Row,
    columns,
    counts,
    mode_of,
)

# What a cell shows besides its colour.
SIGNS = {WORKS: "✓", FAILS: "✗", UNDETERMINED: "?", AS_EXPECTED: "✗", DIFFERS: "!"}
KIND_WORDS = {
    WORKS: "works",
    FAILS: "fails",
    UNDETERMINED: "undetermined",
    AS_EXPECTED: "fails, as expected",
    DIFFERS: "not as expected",
}
_PROTECTIONS = {"": "clear", seen.CONTROL_ONLY: "PROT C", seen.PRIVATE: "PROT P"}
_BEGINS = {"class": "begins"}
_CLIENT_SIGNS = {"works": "✓", "fails": "✗", "hangs": "…", "unknown": "?"}


def legend(shown: Sequence[Row]) -> ET.Element:
    """Return the number of cells of each kind that there is, which also explains the signs."""
    found = counts(shown)
    items = [
        element("li", {}, _sign(kind), element("b", {}, str(found[kind])), f" {KIND_WORDS[kind]}")
        for kind in (WORKS, AS_EXPECTED, FAILS, UNDETERMINED, DIFFERS)
        if found[kind]
    ]
    return element("ul", {"class": "legend"}, *items)


def matrix(shown: Sequence[Row], anchors: Anchors) -> ET.Element:
    """Return the table; each cell leads to its first finding."""
    names = columns(shown)
    caption = element("caption", {"class": "heard"}, "Verdict of each mode, for each service and place")
    bodies = [
        element("tbody", {}, *_group(rows, len(names)), *(_row(number, row, names, anchors) for number, row in rows))
        for rows in _groups(shown)
    ]
    return element("table", {"id": "matrix"}, caption, _head(names), *bodies)


def clients(shown: Sequence[Row]) -> ET.Element | None:
    """Return the table of clients; None if no vantage was probed."""
    rows = [row for row in shown if row.own["clients"]]
    names = list(dict.fromkeys(client["client"] for row in rows for client in row.own["clients"]))
    if not rows:
        return None
    head = [element("th", {"scope": "col"}, element("span", {}, name)) for name in names]
    body = [
        element("tr", {}, element("th", {"scope": "row"}, *breakable(cut(row.title, 120))), *_answers(row, names))
        for row in rows
    ]
    return element(
        "table",
        {"id": "clients"},
        element("caption", {"class": "heard"}, "Clients with their default settings, for each service and place"),
        element("thead", {}, element("tr", {}, element("td"), *head)),
        element("tbody", {}, *body),
    )


def _answers(row: Row, names: Sequence[str]) -> Iterator[ET.Element]:
    verdicts = {client["client"]: client["verdict"] for client in row.own["clients"]}
    for name in names:
        verdict = verdicts.get(name, "")
        sign = element("span", {"aria-hidden": "true"}, _CLIENT_SIGNS.get(verdict, ""))
        yield element("td", {"class": f"client {verdict}"}, sign, hidden(verdict))


def _groups(shown: Sequence[Row]) -> list[list[tuple[int, Row]]]:
    """Return the rows with their numbers, those of one situation together."""
    return [list(rows) for _name, rows in groupby(enumerate(shown), key=lambda each: each[1].about.situation)]


def _group(rows: Sequence[tuple[int, Row]], width: int) -> list[ET.Element]:
    about = rows[0][1].about
    if not about.situation:
        return []
    told = [element("b", {}, about.title or about.situation), element("span", {}, about.teaches)]
    cell = element("th", {"scope": "rowgroup", "colspan": str(width + 1)}, element("div", {}, *told))
    return [element("tr", {"class": "group"}, cell)]


def _head(names: Sequence[str]) -> ET.Element:
    groups = [(mode, len(list(labels))) for mode, labels in groupby(names, key=mode_of)]
    modes = [element("th", {"scope": "colgroup", "colspan": str(width), **_BEGINS}, mode) for mode, width in groups]
    words = [name.partition(" ")[2] for name in names]
    protections = [
        element("th", {"scope": "col", **_begin(names, column)}, _PROTECTIONS.get(word, word))
        for column, word in enumerate(words)
    ]
    return element(
        "thead",
        {},
        element("tr", {}, element("td", {"rowspan": "2"}), *modes),
        element("tr", {}, *protections),
    )


def _row(number: int, row: Row, names: Sequence[str], anchors: Anchors) -> ET.Element:
    attributes = {"id": f"r{number}", "data-server": row.about.server, "data-situation": row.about.situation}
    cells = [
        element("td", _begin(names, column), _cell(f"c{number}-{column}", name, row, anchors))
        for column, name in enumerate(names)
    ]
    return element("tr", attributes, _service(number, row), *cells)


def _service(number: int, row: Row) -> ET.Element:
    name = row.about.server if row.about.situation and row.about.server else row.service
    place = f"from {row.vantage}" if row.vantage else ""
    link = element("a", {"href": f"#r{number}", "class": "service"}, *breakable(cut(name, 120)))
    problem = element("span", {"class": "problem"}, cut(row.problem)) if row.problem else None
    small = element("small", {}, cut(place, 120)) if place else None
    return element("th", {"scope": "row"}, link, small, problem)


def _cell(identity: str, name: str, row: Row, anchors: Anchors) -> ET.Element:
    shown = row.cells.get(name)
    if shown is None:
        return hidden("not asked for")
    leads_to = [anchors[row.title, finding["id"]] for finding in shown.findings]
    attributes = {
        "id": identity,
        "href": f"#{[*leads_to, identity][0]}",
        "class": f"cell {shown.kind}",
        "aria-label": f"{name}: {shown.words}",
        "data-layer": " ".join(dict.fromkeys(finding["layer"] for finding in shown.findings)),
    }
    return element("a", attributes, SIGNS[shown.kind])


def _begin(names: Sequence[str], column: int) -> dict[str, str]:
    """Return the attributes of a column: the first of each mode is set apart from those of the mode before."""
    return _BEGINS if column == 0 or mode_of(names[column]) != mode_of(names[column - 1]) else {}


def _sign(kind: str) -> ET.Element:
    return element("span", {"class": f"cell {kind}", "aria-hidden": "true"}, SIGNS[kind])
