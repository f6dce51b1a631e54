# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that take one export read its text as the gate reads a file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.from_export import FilterModule, from_export
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports


def test_an_export_is_read_with_a_byte_order_mark_and_without() -> None:
    text = json.dumps(exports.DOCUMENT)
    assert from_export(text) == from_export("\ufeff" + text) == exports.DOCUMENT


def test_what_no_task_takes_is_replaced() -> None:
    assert from_export('{"network": {"name": "a\\ud83d"}}') == {"network": {"name": "a\N{REPLACEMENT CHARACTER}"}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "$: not JSON (Expecting value, line 1, column 1); expected the document that mxlab.ftp.export writes"),
        ("[{}]", "$: list instead of an object"),
        ('{"vlans": NaN}', "$: NaN is not JSON"),
        ('{"vlans": [], "vlans": []}', "$: an object has the name 'vlans' twice"),
        ('{"vlans": %s}' % ("7" * 5000), "$: a number has 5000 digits"),
        *(("[" * depth + "]" * depth, "$: nested too deep") for depth in (20_000, 200_000)),
        ({}, "expected the text of an export, got dict"),
    ],
)
def test_any_other_text_is_refused_in_a_sentence(text: Any, problem: str) -> None:
    with pytest.raises(ValueError) as refused:
        from_export(text)
    assert str(refused.value).startswith(problem)


def test_ansible_finds_it() -> None:
    assert FilterModule().filters() == {"from_export": from_export}
