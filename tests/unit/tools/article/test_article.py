# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each statement of the article names cells of the matrix, with the verdict that it expects, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from article.pictures import PICTURES
from lab.common import ROOT
from matrix import situation

ENGLISH = ROOT / "docs" / "active_and_passive.md"
JAPANESE = ROOT / "docs" / "ja" / "active_and_passive.md"
BOTH = pytest.mark.parametrize("page", [ENGLISH, JAPANESE], ids=["en", "ja"])
SITUATIONS = situation.load()
PASSES = {"passes": True, "fails": False, "成功": True, "失敗": False}
CLAIM = re.compile(r"\[([\w-]+): ([^\]]+) (\S+)\]\(([^)]*situations/[^)]*)\)")


def claims(page: Path) -> list[tuple[str, str, bool]]:
    """Return what a page claims: the situation, its cells, and whether they pass."""
    return [(name, cells, PASSES[word]) for name, cells, word, _target in CLAIM.findall(page.read_text())]


def passing(name: str, cells: str) -> set[bool]:
    """Return whether the matrix expects the cells to pass, with any server."""
    mode, _space, protection = cells.partition(" ")
    modes = seen.MODES if mode == "all" else seen.modes_of([mode])
    where = SITUATIONS[name]
    assert modes and protection in ("", *seen.PROTECTIONS), cells
    return {
        verdict == situation.PASSED
        for expected in (where.expected, *where.exceptions.values())
        for each in modes
        for under in ([protection] if protection else seen.PROTECTIONS)
        for verdict in expected.verdicts(each, under)
    }


@BOTH
def test_the_matrix_expects_what_the_article_claims(page: Path) -> None:
    found = claims(page)
    assert len(found) > 40
    assert [claim for claim in found if passing(claim[0], claim[1]) != {claim[2]}] == []


@BOTH
def test_each_link_leads_to_a_file(page: Path) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).is_file()] == []
    named = [(name, Path(target).stem) for name, _cells, _word, target in CLAIM.findall(page.read_text())]
    assert [pair for pair in named if len(set(pair)) > 1] == []


@BOTH
def test_each_link_to_a_situation_is_a_claim(page: Path) -> None:
    text = page.read_text()
    assert text.count("matrix/situations/") == len(CLAIM.findall(text))


@BOTH
def test_each_picture_is_shown_once(page: Path) -> None:
    shown = re.findall(r"!\[[^\]]+\]\([^)]*pictures/([^)]*)\.svg\)", page.read_text())
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)


def test_both_languages_claim_the_same_in_the_same_order() -> None:
    assert claims(ENGLISH) == claims(JAPANESE)
    english, japanese = (re.findall(r"pictures/[\w-]+\.svg", page.read_text()) for page in (ENGLISH, JAPANESE))
    assert english == japanese
