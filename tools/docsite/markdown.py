# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Markdown file holds: links, anchors and blocks of code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from docsite.places import ROOT

# Folders that hold no documentation of ours.
_FOREIGN = {".ansible", ".cache", ".git", ".hypothesis", ".venv", "build", "node_modules"}
_ANCHOR = re.compile(r'<a (?:id|name)="([^"]+)"')
_HTML_LINK = re.compile(r'(?:href|src)="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block of code: its language, "" if it has none, its text, and the line of the file where it begins."""

    path: Path
    line: int
    language: str
    text: str

    def at(self) -> str:
        """Return where the block is."""
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def files() -> list[Path]:
    """Return the Markdown files of the checkout."""
    found = (path for path in ROOT.rglob("*.md") if not _FOREIGN & set(path.relative_to(ROOT).parts))
    return sorted(path for path in found if not any(part.startswith(".lab") for part in path.parts))


@cache
def tokens(path: Path) -> list[Token]:
    """Return the tokens of a Markdown file; those of lines are among them."""
    parsed = MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8"))
    return [each for token in parsed for each in (token, *(token.children or []))]


def links(path: Path) -> Iterator[str]:
    """Yield the targets of the links and pictures of a file."""
    for token in tokens(path):
        if token.type in ("html_inline", "html_block"):
            yield from _HTML_LINK.findall(token.content)
        yield from (str(token.attrs[key]) for key in ("href", "src") if key in token.attrs)


def anchors(path: Path) -> set[str]:
    """Return the anchors of a file: those of its headings, as forges make them, and those that it names itself."""
    texts = [token.content for before, token in zip(tokens(path), tokens(path)[1:]) if before.type == "heading_open"]
    seen: Counter[str] = Counter()
    found = set(_ANCHOR.findall(path.read_text("utf-8")))
    for slug in map(slug_of, texts):
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def slug_of(heading: str) -> str:
    """Return the anchor that forges give a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def blocks(path: Path) -> list[Block]:
    """Return the fenced blocks of a file."""
    return [
        Block(path, token.map[0] + 1 if token.map else 0, token.info.strip(), token.content)
        for token in tokens(path)
        if token.type == "fence"
    ]
