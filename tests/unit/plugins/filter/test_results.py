# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that are given something else than they expect say so in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter import flow_diagram, gate
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._gate.networks import ROWS

FILTERS: dict[str, Callable[..., str]] = {
    **gate.FilterModule().filters(),
    **flow_diagram.FilterModule().filters(),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize(
    ("value", "got"),
    [
        ({"flows": [], "networks": []}, "got dict"),
        ("text", "got str"),
        (None, "got NoneType"),
        ([7], "got int as item 0"),
        ([{}], "got item 0 without "),
    ],
)
def test_what_is_no_result_is_refused(name: str, value: Any, got: str) -> None:
    with pytest.raises(ValueError) as refused:
        FILTERS[name](value)
    expected = "the list flows in the result of mx_reach" if name == "flow_diagram" else "the list networks in the"
    assert str(refused.value).startswith(f"expected {expected}")
    assert got in str(refused.value)


@pytest.mark.parametrize("name", gate.FilterModule().filters())
def test_networks_that_another_filter_has_chosen_are_taken(name: str) -> None:
    chosen = [row for row in ROWS if not row["passed"]]
    assert FILTERS[name](each for each in chosen) == FILTERS[name](chosen)
