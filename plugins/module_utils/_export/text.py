# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of an export: read the same by the gate and by the playbooks that take one file.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# How JSONPath (RFC 9535 section 1.3) writes the whole document.
ROOT = "$"
_EXPECTED = "expected the document that mxlab.ftp.export writes, or answers of the Dashboard API by their names"


def object_in(content: bytes | str) -> Mapping[str, Any]:
    """Return the object in a JSON text (RFC 8259), which may begin with a byte order mark.

    Raises ValueError for anything else, with the path that JSONPath has for the document.
    """
    try:
        text = content if isinstance(content, str) else content.decode()
        value = json.loads(
            text.removeprefix("\ufeff"), parse_constant=_refuse, parse_int=_number, object_pairs_hook=_once
        )
    except RecursionError:
        raise ValueError(f"{ROOT}: nested too deep; {_EXPECTED}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{ROOT}: not JSON ({error.msg}, {place}); {_EXPECTED}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{ROOT}: not UTF-8 (byte {error.start}); {_EXPECTED}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{ROOT}: {type(value).__name__} instead of an object; {_EXPECTED}")
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"{ROOT}: {word} is not JSON; {_EXPECTED}")


def _number(digits: str) -> int:
    """Return a whole number; raises ValueError if it has more digits than Python reads (4,300 by default)."""
    try:
        return int(digits)
    except ValueError:
        raise ValueError(f"{ROOT}: a number has {len(digits)} digits; {_EXPECTED}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raises ValueError for a name that it has twice, of which readers take one or the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{ROOT}: an object has the name {twice!r} twice; give it once")
    return found
