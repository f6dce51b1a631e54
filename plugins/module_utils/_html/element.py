# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Elements of a page, in which every text of others is a text and nothing else.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Union

Part = Union[str, ET.Element, None]
# Title of a row and id of a finding -> where the finding is on the page.
Anchors = Mapping[tuple[str, str], str]
# In characters: what a page shows of one text.
LONGEST = 400


def element(tag: str, attributes: dict[str, str] | None = None, *parts: Part) -> ET.Element:
    """Return an element with attributes, and with texts and elements in it; None stands for no part."""
    made = ET.Element(tag, attributes or {})
    last = None
    for part in parts:
        if isinstance(part, str):
            _append(made, last, part)
        elif part is not None:
            made.append(part)
            last = part
    return made


def hidden(text: str) -> ET.Element:
    """Return a text for screen readers only."""
    return element("span", {"class": "heard"}, text)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return the begin of a text that is too long, and how much is left out."""
    left = len(text) - longest
    return text if left <= 0 else f"{text[:longest]}... ({left} more characters)"


def breakable(text: str) -> list[Part]:
    """Return a name that may be broken behind its dots, slashes and signs."""
    words = re.findall(r"[^./_@-]*[./_@-]?", text)
    return [part for word in words if word for part in (word, element("wbr"))][:-1]


def serialized(root: ET.Element) -> str:
    """Return the HTML of an element."""
    encoded: bytes = ET.tostring(root, encoding="utf-8", method="html")
    return encoded.decode()


def _append(made: ET.Element, last: ET.Element | None, text: str) -> None:
    if last is None:
        made.text = (made.text or "") + text
    else:
        last.tail = (last.tail or "") + text
