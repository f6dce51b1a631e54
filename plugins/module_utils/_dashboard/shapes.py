# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer of the API has to look like, and where it looks different.

A shape is a type (`str`, `int`, `bool`); a list of one shape, for a list of such items; a dictionary, for an object
with at least these fields; `Maybe` of a shape, for what may also be null or missing; `Either` of several shapes; or
`Such`, for a text of a form.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Deeper than any answer of the API, which has some six levels.
MAX_DEPTH = 50

_WORDS: Mapping[type, str] = {str: "a text", bool: "true or false", int: "a number", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class Maybe:
    """The shape of a field that may be null or missing."""

    shape: Any


@dataclass(frozen=True)
class Either:
    """The shape of what may have one of several shapes; a message names all of them."""

    shapes: tuple[Any, ...]


@dataclass(frozen=True)
class Such:
    """The shape of a text that is wholly a regular expression, and can be read; `expected` says so in words.

    The expression is what a JSON Schema says of the text. `read` finds more, and raises ValueError.
    """

    pattern: str
    expected: str
    read: Callable[[str], object] = str

    def accepts(self, value: Any) -> bool:
        """Tell whether a value is such a text."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            return False
        try:
            self.read(value)
        except ValueError:
            return False
        return True


@dataclass(frozen=True)
class Fault:
    """The first place at which a value has not the shape: its path, "" for the whole, and what was expected there."""

    path: str
    expected: str
    got: Any


def fault(value: Any, shape: Any) -> Fault | None:
    """Return where a value has not the shape, None if it has it."""
    return next(_faults(value, shape, ""), None)


def too_deep(value: Any) -> bool:
    """Tell whether a value is nested deeper than MAX_DEPTH."""
    level = [value]
    for _depth in range(MAX_DEPTH):
        inner = [each for each in level if isinstance(each, (dict, list))]
        level = [item for each in inner for item in (each.values() if isinstance(each, dict) else each)]
    return any(isinstance(each, (dict, list)) for each in level)


def _faults(value: Any, shape: Any, path: str) -> Iterator[Fault]:
    if isinstance(shape, Maybe):
        if value is not None:
            yield from _faults(value, shape.shape, path)
        return
    if isinstance(shape, Either):
        wrong = [fault(value, each) for each in shape.shapes]
        if None not in wrong:
            yield _worst(wrong, path)
        return
    if isinstance(shape, Such):
        if not shape.accepts(value):
            yield Fault(path, shape.expected, value)
        return
    kind: type[Any] = shape if isinstance(shape, type) else type(shape)
    # In Python, True is an int.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield Fault(path, _WORDS[kind], value)
    elif isinstance(shape, list):
        for index, item in enumerate(value):
            yield from _faults(item, shape[0], f"{path}[{index}]")
    elif isinstance(shape, dict):
        for key, inner in shape.items():
            if key in value or not isinstance(inner, Maybe):
                yield from _faults(value.get(key), inner, f"{path}.{key}".removeprefix("."))


def _worst(faults: Sequence[Fault | None], path: str) -> Fault:
    """Return one fault for a value that has none of several shapes: one inside of it, or else all that is allowed."""
    there = [each for each in faults if each is not None]
    inner = next((each for each in there if each.path), None)
    if inner is not None:
        return Fault(f"{path}{inner.path}", inner.expected, inner.got)
    return Fault(path, " or ".join(each.expected for each in there), there[0].got)
