# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes of data that come back from outside: a result of ftp_probe that a playbook has changed, or a file has kept.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import reprlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Union

# Greater numbers are none of a result, and Python writes no number of more than 4300 digits.
_LARGEST = 10**15


@dataclass(frozen=True)
class Fields:
    """A dictionary with these fields, and perhaps others: name -> shape."""

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True)
class Items:
    """A list whose items have a shape."""

    shape: Shape


@dataclass(frozen=True)
class Named:
    """A dictionary of any names, whose values have a shape."""

    shape: Shape


Shape = Union[type, Fields, Items, Named, Callable[[Any], bool]]


def require(value: object, shape: Shape, what: str) -> None:
    """Raise ValueError that names the first part of the value, which is what, that has not the shape."""
    for path, found in _wrong(value, shape, ""):
        raise ValueError(f"expected {what}; {path.lstrip('.') or 'it'} is {found}")


def shown(value: object) -> str:
    """Return the value in a few words, whatever it is."""
    try:
        return reprlib.repr(value)
    except ValueError:
        # An integer of more digits than Python writes.
        return f"a very large {type(value).__name__}"


def number(value: object) -> bool:
    """Return whether the value is a number that a result may have: of seconds, of a port, or a reply's."""
    return isinstance(value, (int, float)) and -_LARGEST < value < _LARGEST


def moment(value: object) -> bool:
    """Return whether the value is a time as a certificate's: 2026-01-31T00:00:00Z."""
    try:
        return isinstance(value, str) and time.strptime(value, "%Y-%m-%dT%H:%M:%SZ").tm_year > 0
    except ValueError:
        return False


def _wrong(value: Any, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    """Yield path and content of each part that has not its shape."""
    if isinstance(shape, Items) and isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _wrong(item, shape.shape, f"{path}[{index}]")
    elif isinstance(shape, Named) and isinstance(value, Mapping):
        for name, item in value.items():
            yield from _wrong(item, shape.shape, f"{path}.{name}")
    elif isinstance(shape, Fields) and isinstance(value, Mapping):
        yield from _wrong_fields(value, shape, path)
    elif not _has(value, shape):
        yield path, shown(value)


def _wrong_fields(value: Mapping[str, Any], shape: Fields, path: str) -> Iterator[tuple[str, str]]:
    for name, expected in {**shape.required, **shape.optional}.items():
        if name in value:
            yield from _wrong(value[name], expected, f"{path}.{name}")
        elif name in shape.required:
            yield f"{path}.{name}", "missing"


def _has(value: Any, shape: Shape) -> bool:
    if isinstance(shape, (Fields, Items, Named)):
        return False
    return isinstance(value, shape) if isinstance(shape, type) else shape(value)
