# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of a page: a search, and a choice for each property in which its cells differ.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._html.element import element
from ansible_collections.mxlab.ftp.plugins.module_utils._html.table import KIND_WORDS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import Row, columns, mode_of


def filters(shown: Sequence[Row]) -> ET.Element:
    """Return the filters, which the script of the page shows and uses."""
    cells = [cell for row in shown for cell in row.cells.values()]
    situations = {row.about.situation: row.about.title or row.about.situation for row in shown}
    kinds = dict.fromkeys(cell.kind for cell in cells)
    choices = [
        _choice("Server", "server", _same(row.about.server for row in shown)),
        _choice("Situation", "situation", situations),
        _choice("Mode", "mode", _same(map(mode_of, columns(shown)))),
        _choice("Layer", "layer", _same(finding["layer"] for cell in cells for finding in cell.findings)),
        _choice("Verdict", "verdict", {kind: KIND_WORDS[kind] for kind in kinds}),
    ]
    search = element("label", {}, "Search", element("input", {"type": "search", "name": "text", "autocomplete": "off"}))
    count = element("output", {"id": "count"})
    return element("div", {"id": "filters", "role": "search", "hidden": ""}, search, *choices, count)


def _choice(heading: str, name: str, options: dict[str, str]) -> ET.Element | None:
    """Return a choice of one option or all; None where there is nothing to choose."""
    if len(options) < 2:
        return None
    all_of = element("option", {"value": ""}, "all")
    shown = [element("option", {"value": value}, text or "none") for value, text in options.items()]
    return element("label", {}, heading, element("select", {"name": name}, all_of, *shown))


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}
