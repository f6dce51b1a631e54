# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of modules as filters get them: what a user gave instead is said in a sentence.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any


def items_of(value: Any, fields: Collection[str], expected: str) -> list[Mapping[str, Any]]:
    """Return the items of a list in a result; raises ValueError that says what is `expected` for anything else."""
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise ValueError(f"expected {expected}, got {type(value).__name__}")
    items = list(value)
    for index, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise ValueError(f"expected {expected}, got {type(item).__name__} as item {index}")
        lacks = [field for field in fields if field not in item]
        if lacks:
            raise ValueError(f"expected {expected}, got item {index} without {', '.join(lacks)}")
    return items
