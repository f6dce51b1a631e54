# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of others, made fit for every output.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from typing import Any

# Control characters, which act on terminals; separators that end a line; marks that turn the direction of a line (UAX
# #9); surrogates, which no encoding has (RFC 3629 section 3); and code points that XML 1.0 lacks (section 2.2).
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def fit(text: str) -> str:
    """Return the text with U+FFFD for each character that a terminal, an XML file or a file in UTF-8 cannot take.

    Tabs and line feeds stay; a line feed stands for CR, and for CR and LF.
    """
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return a fit text in one line, each run of white space as one blank."""
    return " ".join(fit(text).split())


def flat(text: str) -> str:
    """Return a fit text in one line, with a blank for each tab and line feed."""
    return re.sub(r"\s", " ", fit(text))


def fit_texts(value: Any) -> Any:
    """Return lists and dictionaries with all their texts fit, keys too; anything else as it is."""
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, (list, tuple)):
        return [fit_texts(item) for item in value]
    if isinstance(value, dict):
        return {fit_texts(key): fit_texts(item) for key, item in value.items()}
    return value
