# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of links: those of all Markdown files, and those of the built site.  Nothing is asked of a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from docsite import markdown
from docsite.places import ROOT

_HOST = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


def of_files() -> Iterator[str]:
    """Yield what is wrong with the links of the Markdown files."""
    for path in markdown.files():
        for link in markdown.links(path):
            problem = wrong(link) or unresolved(link, path)
            if problem:
                yield f"{path.relative_to(ROOT)}: {link}: {problem}"


def wrong(link: str) -> str:
    """Return what is wrong with the form of a link, "" if nothing is."""
    address = urlsplit(link)
    if address.scheme in ("http", "https"):
        return "" if _HOST.fullmatch(address.hostname or "") else "expected a public host name"
    if address.scheme == "mailto":
        return "" if "@" in address.path else "expected an e-mail address"
    if address.scheme or link.startswith("/"):
        return "expected an address of the web or a relative path"
    return ""


def unresolved(link: str, path: Path) -> str:
    """Return what of an internal link does not exist, "" if all of it does; path: the file that holds the link."""
    address = urlsplit(link)
    if address.scheme:
        return ""
    target = (path.parent / unquote(address.path)).resolve() if address.path else path
    if not target.exists() or not target.is_relative_to(ROOT):
        return "no such file"
    anchor = unquote(address.fragment)
    return f"no heading has the anchor {anchor}" if _lacks(target, anchor) else ""


def _lacks(target: Path, anchor: str) -> bool:
    return bool(anchor) and target.suffix == ".md" and anchor not in markdown.anchors(target)


class _Page(HTMLParser):
    """The targets and the anchors of a page of the site."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag links to, and its anchor."""
        given = {name: value for name, value in attrs if value}
        self.targets |= {given[name] for name in ("href", "src") if name in given}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}


@cache
def _page(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    return page


def of_site(folder: Path) -> Iterator[str]:
    """Yield what is wrong with the links of a built site."""
    for path in sorted(folder.rglob("*.html")):
        for link in sorted(_page(path).targets):
            problem = _missing(link, path, folder)
            if problem:
                yield f"{path.relative_to(folder)}: {link}: {problem}"


def _missing(link: str, path: Path, folder: Path) -> str:
    address = urlsplit(link)
    if address.scheme or address.netloc:
        return "" if address.scheme in ("data", "javascript") else wrong(link)
    target = (path.parent / unquote(address.path)).resolve() if address.path else path
    if not target.is_file() or not target.is_relative_to(folder.resolve()):
        return "no such file"
    anchor = unquote(address.fragment)
    lacking = anchor and target.suffix == ".html" and anchor not in _page(target).anchors
    return f"no such anchor: {anchor}" if lacking else ""
