# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.snapshot_problem import FilterModule

snapshot_problem = FilterModule().filters()["snapshot_problem"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty or cannot be read"),
        (" \n", "is empty or cannot be read"),
        ("not JSON", "is not JSON (Expecting value: line 1 column 1"),
        ('{"before": {}, "plan": []', "is not JSON ("),
        ("---\nbefore: {}\nplan: []\n", "is not JSON ("),
        ("[" * 100_000, "is not JSON ("),
        ("[]", "has no before and plan"),
        ("null", "has no before and plan"),
        ("{}", "does not say what to undo (reverts: expected before and plan, as an earlier run returned them)"),
        ('{"before": {}, "plan": [{}]}', "does not say what to undo (reverts.plan[0]: expected a change"),
        ('{"before": {"N_1": {"rules": []}}, "plan": []}', "does not say what to undo (reverts.before.N_1: 'rules' is"),
    ],
)
def test_what_is_no_snapshot_is_told(text: str, words: str) -> None:
    assert snapshot_problem(text).startswith(words)


@pytest.mark.parametrize(
    "text", ['{"before": {}, "plan": []}', '{"before": {"N_1": {"one_to_one_nat": []}}, "plan": []}']
)
def test_a_snapshot_has_no_problem(text: str) -> None:
    assert snapshot_problem(text) == ""
