# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a value must be, and the first part of it that is something else."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import (
    Fields,
    Items,
    Named,
    moment,
    number,
    require,
)

SHAPE = Fields({"a": Items(str)}, {"b": Named(Fields({"c": number})), "at": moment})


@pytest.mark.parametrize(
    "value",
    [{"a": []}, {"a": ("x",), "other": 1}, {"a": ["x"], "b": {"x": {"c": 1.5}}, "at": "2026-01-31T00:00:00Z"}],
)
def test_a_value_that_has_the_shape(value: Any) -> None:
    require(value, SHAPE, "a thing")


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, "it is None"),
        ([], r"it is \[\]"),
        ({}, "a is missing"),
        ({"a": "x"}, "a is 'x'"),
        ({"a": ["x", 1]}, r"a\[1\] is 1"),
        ({"a": [], "b": [1]}, r"b is \[1\]"),
        ({"a": [], "b": {"x": {}}}, "b.x.c is missing"),
        ({"a": [], "b": {"x": {"c": float("nan")}}}, "b.x.c is nan"),
        ({"a": [], "b": {"x": {"c": 10**5000}}}, "b.x.c is a very large int"),
        ({"a": [], "at": "2026-02-31T00:00:00Z"}, "at is '2026-02-31T00:00:00Z'"),
    ],
)
def test_the_first_part_that_is_something_else(value: Any, error: str) -> None:
    with pytest.raises(ValueError, match=f"^expected a thing; {error}$"):
        require(value, SHAPE, "a thing")
