# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each cause has a Japanese text, of the English text that it has today."""

from __future__ import annotations

import re

import pytest
import troubleshooting
import troubleshooting_ja
from gallery import set_ups

TEXTS = troubleshooting_ja.texts()
CAUSES = TEXTS["causes"]
BOTH_FIELDS = pytest.mark.parametrize("field", troubleshooting_ja.JAPANESE)
KANA_OR_KANJI = re.compile("[ぁ-んァ-ヶ一-龠]")


def test_the_page_is_not_stale() -> None:
    assert troubleshooting_ja.PAGE.read_text() == troubleshooting_ja.page(TEXTS), "run: make troubleshooting"


def test_each_cause_chapter_and_layer_has_a_japanese_text_and_nothing_else_has() -> None:
    assert list(CAUSES) == list(set_ups.KNOWN)
    assert list(TEXTS["chapters"]) == list(troubleshooting.CHAPTERS)
    assert set(TEXTS["layers"]) == {cause.layer for cause in set_ups.KNOWN.values()}


def test_the_english_text_that_was_translated_is_the_one_of_today() -> None:
    now = {id_: {"title": cause.message, "remedy": cause.remedy} for id_, cause in set_ups.KNOWN.items()}
    translated = {id_: {field: text[field] for field in troubleshooting_ja.ENGLISH} for id_, text in CAUSES.items()}
    assert translated == now, "read the Japanese texts of docs/ja/causes.yml again, then copy the English ones"


@BOTH_FIELDS
def test_each_text_is_japanese(field: str) -> None:
    assert [id_ for id_, text in CAUSES.items() if not KANA_OR_KANJI.search(text[field])] == []


def test_a_symptom_names_the_reply_codes_of_the_english_title() -> None:
    codes = {id_: re.findall(r"\b[2-5]\d\d\b", cause.message) for id_, cause in set_ups.KNOWN.items()}
    assert [id_ for id_ in codes if not all(code in CAUSES[id_]["symptom"] for code in codes[id_])] == []


@BOTH_FIELDS
def test_what_is_quoted_is_in_the_english_section_word_for_word(field: str) -> None:
    sections = re.split(r'^<a id="([^"]+)"', troubleshooting.page(), flags=re.MULTILINE)[1:]
    english = dict(zip(sections[::2], sections[1::2], strict=True))
    quoted = [(id_, quote) for id_, text in CAUSES.items() for quote in re.findall(r"`([^`]+)`", text[field])]
    assert quoted
    assert [(id_, quote) for id_, quote in quoted if quote not in english[id_]] == []


def test_each_link_to_a_cause_leads_to_its_section() -> None:
    entry = re.compile(r'<a id="([^"]+)"></a>.*?\(\.\./\.\./TROUBLESHOOTING\.md#([^)]+)\)', re.DOTALL)
    assert entry.findall(troubleshooting_ja.page(TEXTS)) == [(id_, id_) for id_ in set_ups.KNOWN]
