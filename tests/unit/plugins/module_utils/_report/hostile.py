# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that break careless writers, and results that are made of them or of another shape."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

# The same examples in each run: a failure is found again.
KEPT = settings(derandomize=True, database=None, deadline=None, max_examples=60)
PIECES = (
    *("\x00", "\x07", "\x1b[31m", "\x1b]0;a\x07", "\x7f", "\x85", "\x9b", "\r", "\n", "\r\n", "\t", "\u2028", "\u202e"),
    *("\ud800", "\udfff", "\ufffe", "\uffff", "\U0010ffff", "\N{GRINNING FACE}", "\N{NO-BREAK SPACE}", "a", " "),
    *('"', "'", "`", "\\", "|", "/", ";", "=", "<", ">", "&", "#", "%", "%%{init: {}}%%", "{", "}", "[", "]", "(", ")"),
    *("]]>", "<!--", "<script>", "&#0;", "#34;", "\nend\n", "# TYPE a gauge\n", "} 1\n", "--> x", "x" * 3000),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join) | st.text(max_size=20)
# What a terminal, or a reader of lines, takes for more than a character.
ACTS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Fields whose words the programs know: a text of a server never gets into them.
_OURS = {"mode", "protection", "stage", "outcome", "verdict", "variant", "sender", "not_after", "place"}


def spoiled(value: Any, texts: Iterator[str], name: str = "") -> Any:
    """Return a result, or a report, in which every text of others is the next of the texts."""
    if isinstance(value, str):
        return value if name in _OURS else next(texts)
    if isinstance(value, list):
        return value if name == "modes" else [spoiled(item, texts, name) for item in value]
    if isinstance(value, dict):
        return {key: spoiled(item, texts, key) for key, item in value.items()}
    return value


def parts(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all parts of a result."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in pairs for found in parts(item, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return the value with another part at the path; without that part if new is Ellipsis."""
    if not path:
        return new
    made = copy.copy(value)
    if new is Ellipsis and len(path) == 1:
        del made[path[0]]
    else:
        made[path[0]] = changed(value[path[0]], path[1:], new)
    return made
