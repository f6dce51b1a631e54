# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that come from a server, made fit to be shown: no secret, no control characters, no endless length.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote

# Characters of a server's text that a message shows.
SHOWN = 500
# A part of a secret of so many characters is as good as the secret in a log that is searched for it.
_PART = 8
# More of a text is not looked at; a secret that is cut off here is far behind what is shown.
_LOOKED_AT = 4 * SHOWN


def presentable(text: str, secret: str = "") -> str:
    """Return the text on one line, without the secret or a part of it, and cut after SHOWN characters."""
    line = " ".join(_printable(text[:_LOOKED_AT]).split())
    masked = _parts(secret).sub("********", line) if secret else line
    cut = len(masked) > SHOWN or len(text) > _LOOKED_AT
    return f"{masked[:SHOWN]}... ({len(text)} characters in all)" if cut else masked


def shown(value: Any, secret: str = "") -> str:
    """Return a value of a JSON answer as `presentable` shows it; only the beginning of it is written out."""
    if isinstance(value, (dict, list)):
        chunks, length = [], 0
        for chunk in json.JSONEncoder(ensure_ascii=False).iterencode(value):
            chunks.append(chunk)
            length += len(chunk)
            if length > _LOOKED_AT:
                break
        return presentable("".join(chunks), secret)
    return presentable(json.dumps(value, ensure_ascii=False), secret)


def clean(value: Any) -> Any:
    """Return a rule with each text in it on one line, for words that people read.

    Nothing else is changed or cut, so that a diff shows all of it.
    """
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return _printable(value) if isinstance(value, str) else value


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else _substitute(char) for char in text)


def _substitute(char: str) -> str:
    """Return a blank for what separates words, and nothing for what only a terminal sees."""
    return " " if char.isspace() else ""


@cache
def _parts(secret: str) -> re.Pattern[str]:
    """Return what finds every part of the secret that is long enough, plain, in a URL or in JSON."""
    forms = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
    size = min(_PART, max(1, (len(secret) + 1) // 2))
    parts = {form[start : start + size] for form in forms for start in range(len(form) - size + 1)}
    # A look-ahead finds parts that overlap; what it finds is then one run.
    return re.compile(rf"(?:(?={'|'.join(map(re.escape, sorted(parts)))}).)+.{{{size - 1}}}", re.IGNORECASE)
