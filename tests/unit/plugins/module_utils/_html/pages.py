# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a page as a program does: its elements, and what it keeps compressed."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any


@dataclass
class Found:
    """One element: its name, its attributes, and the text in it and in the elements in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def classes(self) -> list[str]:
        """Return the classes of the element."""
        return self.attributes.get("class", "").split()


class Page(HTMLParser):
    """All elements of a page in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Found] = []
        self.open: list[Found] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Found(tag, {name: value or "" for name, value in attrs})
        self.elements.append(found)
        if tag not in ("meta", "wbr", "input"):
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for each in self.open:
            each.text += data

    def all(self, tag: str, name: str = "") -> list[Found]:
        """Return the elements with this tag, and with this class if there is a name."""
        return [each for each in self.elements if each.tag == tag and (not name or name in each.classes)]


def read(text: str) -> Page:
    """Return the page; every element that is opened is also closed."""
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open
    return page


def details(page: Page) -> list[dict[str, Any]]:
    """Return what the page keeps of each row."""
    kept = [each.text for each in page.all("script") if each.attributes.get("type") == "text/plain"]
    return [json.loads(zlib.decompress(base64.b64decode(text))) for text in kept]
