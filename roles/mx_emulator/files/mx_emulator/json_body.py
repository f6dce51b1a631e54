# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of a request as JSON (RFC 8259), and what a body must not be."""

from __future__ import annotations

import json
from typing import Any

# Far more than any body of the API has, and less than any reader's limit.
DEEPEST = 64


def parse(body: bytes) -> Any:
    """Return what the body says; raise ValueError, whose text is for the client, for anything that is no JSON text."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise ValueError("The request body is not in UTF-8") from None
    except ValueError:
        raise ValueError("The request body is not JSON") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _refuse_what_cannot_be_answered(value)
    return value


_TOO_DEEP = f"The request body has arrays or objects that are nested more than {DEEPEST} deep"


def _no_number(text: str) -> float:
    # NaN and Infinity are Python's own.
    raise ValueError(text)


def _refuse_what_cannot_be_answered(value: Any) -> None:
    """Raise ValueError for what JSON can express, but no answer in UTF-8."""
    layer, depth = [value], 0
    while layer:
        for item in layer:
            _refuse(item)
        inside = (item for item in layer if isinstance(item, (dict, list)))
        layer = [part for item in inside for part in ([*item, *item.values()] if isinstance(item, dict) else item)]
        depth += 1
        if depth > DEEPEST + 1:
            raise ValueError(_TOO_DEEP)


def _refuse(item: Any) -> None:
    if isinstance(item, float) and item in (float("inf"), float("-inf")):
        raise ValueError("The request body has a number that is too large")
    if isinstance(item, str) and not _is_text(item):
        raise ValueError("The request body has half of a surrogate pair, which is no character")


def _is_text(item: str) -> bool:
    try:
        item.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
