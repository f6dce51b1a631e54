# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings of a page: what is wrong, why, what to change, and where it shows.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._html.changes import as_yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._html.element import cut, element
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import Finding, Occurrences, Row
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import address

# Lines of evidence that a page shows for one finding of one row; all are in the report.
_EVIDENCE = 4
_SHOWN = 4000


def findings(found: Sequence[Occurrences]) -> list[ET.Element]:
    """Return an article for each finding."""
    return [_article(number, each) for number, each in enumerate(found)]


def _article(number: int, each: Occurrences) -> ET.Element:
    finding = each.finding
    expected = element("span", {"class": "tag"}, "expected") if each.expected else None
    layer = element("span", {"class": "tag layer"}, finding["layer"])
    told = element(
        "div",
        {},
        element("h3", {}, cut(finding["message"])),
        element("p", {"class": "tags"}, layer, expected, _identity(finding)),
        *_texts(finding),
    )
    where = element("div", {"class": "where"}, *_where(each))
    return element("article", {"id": f"f{number}", "class": "finding"}, told, where)


def _identity(finding: Finding) -> ET.Element:
    identity = element("code", {}, cut(finding["id"]))
    return element("a", {"href": address(finding)}, identity) if address(finding) else identity


def _texts(finding: Finding) -> Iterator[ET.Element]:
    for name, heading in (("explanation", "Why"), ("remedy", "Remedy")):
        if finding[name]:
            yield element("h4", {}, heading)
            yield element("p", {}, cut(finding[name], _SHOWN))
    yield from _change(finding)
    if finding["next_step"]:
        yield element("h4", {}, "Next step")
        yield element("p", {}, cut(finding["next_step"], _SHOWN))
    if finding.get("sources"):
        yield element("p", {"class": "sources"}, f"Sources: {cut('; '.join(finding['sources']), _SHOWN)}")


def _change(finding: Finding) -> Iterator[ET.Element]:
    changes = as_yaml(finding["changes"])
    if changes:
        yield element("h4", {}, "The change to apply")
        copy = element("button", {"type": "button", "class": "copy", "hidden": ""}, "Copy")
        yield element("div", {"class": "change"}, element("pre", {}, element("code", {}, cut(changes, _SHOWN))), copy)


def _where(each: Occurrences) -> Iterator[ET.Element]:
    yield element("h4", {}, "Seen in")
    yield element("ul", {}, *(_place(row, finding) for row, finding in each.where))


def _place(row: Row, finding: Finding) -> ET.Element:
    modes = ", ".join(finding["vantages"][row.vantage])
    lines = [line for line in finding["evidence"] if not row.vantage or line.startswith(f"{row.vantage}: ")]
    evidence = [element("li", {}, cut(line)) for line in lines[:_EVIDENCE]]
    told = f": {modes}" if modes else ""
    return element("li", {}, element("b", {}, cut(row.title)), told, element("ul", {}, *evidence) if evidence else None)
