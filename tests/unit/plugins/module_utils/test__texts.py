# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that every output can take."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit, fit_texts, one_line

GONE = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31m\x00\x7f\x9b", f"{GONE}[31m{GONE}{GONE}{GONE}"),
        ("\ud800\ufffe\uffff\u2028\u202e\u2066", 6 * GONE),
        ("\N{GRINNING FACE} \N{LATIN SMALL LETTER U WITH DIAERESIS}\N{NO-BREAK SPACE}\\x1b", None),
    ],
)
def test_what_no_output_can_take_is_replaced(text: str, expected: str | None) -> None:
    assert fit(text) == (text if expected is None else expected)


def test_one_line_is_one_line() -> None:
    assert one_line("\r\n a \t b\x1b\n") == f"a b{GONE}"


def test_texts_are_found_wherever_they_are() -> None:
    found = fit_texts({"a\x00": ["\x01", {"b": ("\x02", 3, None, True)}]})
    assert found == {f"a{GONE}": [GONE, {"b": [GONE, 3, None, True]}]}
