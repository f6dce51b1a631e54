# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the twin: one page that asks for nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ansible_collections.mxlab.ftp.plugins.module_utils._html.element import cut, element, hidden
from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import whole

from twin.rows import FAILS, PARTLY, WORKS, Outcome, Row
from twin.words import Answer, sections

# Longer than a reason of mx_reach.
_LONGEST = 2000
_STYLE = "td.words, .scrolled td.words { text-align: left; padding: .3rem .8rem; } li { margin-bottom: .35rem; }"
_CLASSES = {WORKS: "works", PARTLY: "undetermined", FAILS: "fails"}
_SIGNS = {WORKS: "✓", PARTLY: "½", FAILS: "✗"}
_HEADS = ("Service", "Works today", "mx_reach", "After the change", "mx_reach", "Effect")


def page(found: Answer, title: str) -> str:
    """Return the page of an answer."""
    fine = found.good and not found.disagreements
    header = element(
        "header",
        {},
        element("h1", {"class": "fine" if fine else "wrong"}, found.headline),
        element("p", {"class": "title"}, cut(title)),
    )
    parts = [element("section", {}, element("h2", {}, "Works today, after the change"), _table(found))]
    for heading, items in sections(found):
        told = [element("li", {}, cut(item, _LONGEST)) for item in items]
        parts.append(element("section", {}, element("h2", {}, heading), element("ul", {}, *told)))
    footer = element(
        "footer", {}, element("p", {}, "Made by the collection mxlab.ftp from packets through its emulator.")
    )
    return whole(f"{title}: {found.headline}", [header, element("main", {}, *parts), footer], _STYLE)


def _table(found: Answer) -> ET.Element:
    head = element("thead", {}, element("tr", {}, *(element("th", {"scope": "col"}, text) for text in _HEADS)))
    table = element("table", {}, head, element("tbody", {}, *map(_row, found.rows)))
    label = {"class": "scrolled", "role": "region", "aria-label": "The table", "tabindex": "0"}
    return element("div", label, table)


def _row(row: Row) -> ET.Element:
    name = element("th", {"scope": "row"}, cut(row.subject), element("small", {}, cut(row.what)))
    cells = [part for each in (row.today, row.after) for part in (_cell(each), _words(each.judged))]
    return element("tr", {}, name, *cells, _words(row.effect))


def _cell(outcome: Outcome) -> ET.Element:
    told = ": ".join(filter(None, (outcome.state, outcome.seen)))
    sign = element("span", {"class": f"cell {_CLASSES[outcome.state]}", "title": cut(told)}, _SIGNS[outcome.state])
    return element("td", {}, sign, hidden(outcome.state))


def _words(text: str) -> ET.Element:
    return element("td", {"class": "words"}, text)
