# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Japanese pages show the commands and outputs of the English ones, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lab.common import ROOT

FOLDER = ROOT / "docs" / "ja"
PAGES = sorted(FOLDER.glob("*.md"))
# Japanese page -> the English pages that its blocks are from, one after the other, and which of their blocks.
ENGLISH = {
    "active_and_passive.md": {"docs/active_and_passive.md": slice(None)},
    "quick_start.md": {"docs/lab.md": slice(1), "docs/tutorials/ten_minutes.md": slice(None)},
    "troubleshooting.md": {"TROUBLESHOOTING.md": slice(None)},
}
EACH = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(page: Path) -> list[str]:
    """Return the fenced blocks of a page."""
    return re.findall(r"^```.*?^```$", page.read_text(), re.MULTILINE | re.DOTALL)


@EACH
def test_commands_and_outputs_are_those_of_the_english_page(page: Path) -> None:
    sources = ENGLISH.get(page.name, {})
    assert blocks(page) == [block for name, part in sources.items() for block in blocks(ROOT / name)[part]]


@EACH
def test_each_link_leads_to_a_file(page: Path) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)", page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).is_file()] == []


@EACH
def test_each_link_to_a_page_that_is_not_japanese_says_so(page: Path) -> None:
    links = re.findall(r"\[([^\]]+)\]\((\.\./[^)#]*\.md)[^)]*\)(.{0,5})", page.read_text())
    english = [(text, after) for text, target, after in links if "TROUBLESHOOTING" not in target and text != "English"]
    assert [text for text, after in english if after != " (英語)"] == []


@EACH
def test_each_page_is_reached_from_the_index(page: Path) -> None:
    assert page.name == "index.md" or f"]({page.name})" in (FOLDER / "index.md").read_text()


def test_the_index_names_each_guide_by_its_title() -> None:
    index = (FOLDER / "index.md").read_text()
    guides = sorted((ROOT / "docs" / "guides").glob("*.md"))
    titles = {guide.name: guide.read_text().partition("\n")[0].removeprefix("# ") for guide in guides}
    assert [name for name, title in titles.items() if f"[{title}](../guides/{name}) (英語)" not in index] == []
