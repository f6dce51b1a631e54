# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as one page of HTML that needs nothing else: table, findings, and what opens on demand.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import base64
import hashlib
import pkgutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._html.details import packed
from ansible_collections.mxlab.ftp.plugins.module_utils._html.element import cut, element, serialized
from ansible_collections.mxlab.ftp.plugins.module_utils._html.filters import filters
from ansible_collections.mxlab.ftp.plugins.module_utils._html.findings import findings
from ansible_collections.mxlab.ftp.plugins.module_utils._html.table import clients, legend, matrix
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import shown as in_words
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import (
    DIFFERS,
    Occurrences,
    Row,
    columns,
    headline,
    occurrences,
    rows,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.flow import STYLE

# So many links to what is not as expected are at the top.
_LOOK_FIRST = 8
# Each mode in a sentence, for who has never read an RFC.
_MODES = {
    "PASV": "Passive. The server announces address and port; the client connects there.",
    "PASV-peer": "Passive. The client ignores the announced address and connects to the one that it already uses.",
    "EPSV": "Passive. The server announces only a port.",
    "PORT": "Active. The client announces address and port; the server connects there.",
    "EPRT": "Active. As PORT, also for IPv6.",
    "clear": "No TLS.",
    "PROT C": "TLS protects the commands, not the files.",
    "PROT P": "TLS protects commands and files.",
}


def html(results: Mapping[str, Any], context: Mapping[str, Any] | None = None, title: str = "FTP report") -> str:
    """Return the page.

    results: service -> a report, or what ftp_probe returned.  context: service -> the fields of About.
    title: of the page.  Raise ValueError for anything else.
    """
    if not isinstance(title, str):
        raise ValueError(f"title is {in_words(title)}; expected a text")
    shown = rows(results, context)
    script = _beside("page.js")
    body = [*_body(shown, one_line(title)), element("script", {}, script)]
    return whole(f"{one_line(title)}: {headline(shown)}", body, STYLE, script)


def whole(title: str, body: Sequence[ET.Element], style: str = "", script: str = "") -> str:
    """Return a page that asks for nothing, in the style of the reports.

    title: of the page. style: more of it. script: what the page runs, which has to be in the body.
    """
    style = f"{style}\n{_beside('page.css')}"
    head = element(
        "head",
        {},
        element("meta", {"charset": "utf-8"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": _policy(script, style)}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", {}, title),
        element("style", {}, style),
    )
    page = element("html", {"lang": "en"}, head, element("body", {}, *body))
    return f"<!DOCTYPE html>\n{serialized(page)}\n"


def _beside(name: str) -> str:
    """Return the text of a file beside this one, which may be in a zip file."""
    return (pkgutil.get_data(__name__, name) or b"").decode("utf-8")


def _policy(script: str, style: str) -> str:
    """Return a policy that allows exactly this script and this style, and no request at all."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}';"
        " base-uri 'none'; form-action 'none'"
    )


def _body(shown: Sequence[Row], title: str) -> Iterator[ET.Element]:
    found, names = occurrences(shown), columns(shown)
    anchors = {(row.title, each["id"]): f"f{number}" for number, one in enumerate(found) for row, each in one.where}
    yield element("a", {"href": "#findings", "class": "skip"}, "Skip to the findings")
    yield element("header", {}, *_header(shown, title))
    yield element(
        "main",
        {},
        _region("glance", "At a glance", filters(shown), _scrolled("The table", matrix(shown, anchors)), _key()),
        _findings(found),
        _clients(shown),
    )
    yield element("footer", {}, element("p", {}, "Made by the collection mxlab.ftp from real transfers."))
    yield element("dialog", {"id": "detail", "aria-labelledby": "detail-title"})
    for number, row in enumerate(shown):
        yield element("script", {"type": "text/plain", "id": f"d{number}"}, packed(row, names, anchors))


def _header(shown: Sequence[Row], title: str) -> Iterator[ET.Element]:
    passed = bool(shown) and all(row.passed for row in shown)
    yield element("h1", {"class": "fine" if passed else "wrong"}, headline(shown))
    when = _when(shown)
    yield element("p", {"class": "title"}, cut(title), f" · {when}" if when else "")
    yield legend(shown)
    places = list(_unexpected(shown))
    if places:
        more = len(places) - _LOOK_FIRST
        told = [element("li", {}, f"{more} more, see the table")] if more > 0 else []
        yield element("ul", {"class": "look", "aria-label": "Look first at"}, *places[:_LOOK_FIRST], *told)


def _unexpected(shown: Sequence[Row]) -> Iterator[ET.Element]:
    """Yield links to what is not as expected, which a large table may hide: to the cells, then to the rows."""
    names = columns(shown)
    for number, row in enumerate(shown):
        for column, name in enumerate(names):
            cell = row.cells.get(name)
            if cell and cell.kind == DIFFERS:
                yield _link(f"c{number}-{column}", f"{row.title}, {name}: {cell.words}")
        if row.problem:
            yield _link(f"r{number}", f"{row.title}: {row.problem}")


def _link(identity: str, text: str) -> ET.Element:
    return element("li", {}, element("a", {"href": f"#{identity}"}, cut(text)))


def _when(shown: Sequence[Row]) -> str:
    """Return when the first cell began, "" if no cell tells a time that there can be."""
    times = [line.at for row in shown for each in row.cells.values() if each.cell for line in each.cell.transcript]
    try:
        return datetime.fromtimestamp(min(times), timezone.utc).strftime("%Y-%m-%d %H:%M UTC") if times else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _key() -> ET.Element:
    pairs = [part for name, text in _MODES.items() for part in (element("dt", {}, name), element("dd", {}, text))]
    return element(
        "details", {"class": "key"}, element("summary", {}, "What the columns mean"), element("dl", {}, *pairs)
    )


def _findings(found: Sequence[Occurrences]) -> ET.Element:
    none = None if found else element("p", {}, "There is no finding.")
    return _region("findings", "Findings", none, *findings(found))


def _clients(shown: Sequence[Row]) -> ET.Element | None:
    table = clients(shown)
    if table is None:
        return None
    told = element("p", {}, "With their default settings, as the cells show: ✓ works, ✗ fails, … hangs, ? unknown.")
    return _region("which-clients", "Clients", told, _scrolled("The table of clients", table))


def _region(identity: str, heading: str, *parts: ET.Element | None) -> ET.Element:
    title = f"{identity}-title"
    return element(
        "section",
        {"id": identity, "aria-labelledby": title},
        element("h2", {"id": title}, heading),
        *parts,
    )


def _scrolled(label: str, table: ET.Element) -> ET.Element:
    return element("div", {"class": "scrolled", "role": "region", "aria-label": label, "tabindex": "0"}, table)
