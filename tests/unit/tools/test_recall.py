# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import recall

# As Molecule and pytest write it.
OUTPUT = """\
\x1b[36mINFO    \x1b[0m \x1b[32mfaults\x1b[0m ➜ \x1b[33mconverge\x1b[0m: \x1b[36mExecuting\x1b[0m
TASK [One that is to fail] *****************************************************
\x1b[31mfatal: [server12]: FAILED! => {"msg": "refused"}\x1b[0m
...ignoring
\x1b[36mINFO    \x1b[0m \x1b[32mfaults\x1b[0m ➜ \x1b[33mverify\x1b[0m: \x1b[36mExecuting\x1b[0m
TASK [Hear the probe] **********************************************************
FAILED - RETRYING: [server13 -> client]: Hear the probe (119 retries left).
ok: [server13]
TASK [The fault must be named] *************************************************
\x1b[31mfatal: [server13]: FAILED! => {"msg": "found nothing"}\x1b[0m
FAILED test_matrix.py::test_cell - AssertionError
\x1b[31mERROR   \x1b[0m \x1b[32mfaults\x1b[0m ➜ \x1b[33mverify\x1b[0m: \x1b[31mExecuted: Failed\x1b[0m (code was 2)
\x1b[36mINFO    \x1b[0m \x1b[32mfaults\x1b[0m ➜ \x1b[33mcleanup\x1b[0m: \x1b[36mExecuting\x1b[0m
TASK [Clean up] ****************************************************************
failed: [server13] (item=1) => {"msg": "absent"}
...ignoring
"""


def test_failures_of_the_action_that_failed_are_kept_with_their_tasks() -> None:
    assert recall.failures(OUTPUT.splitlines(keepends=True)) == [
        'TASK [The fault must be named] fatal: [server13]: FAILED! => {"msg": "found nothing"}',
        "TASK [The fault must be named] FAILED test_matrix.py::test_cell - AssertionError",
    ]


def test_a_result_over_several_lines_is_recalled_by_its_message() -> None:
    output = [
        "TASK [Judge] ****",
        "fatal: [server13]: FAILED! => {",
        '    "changed": false,',
        '    "msg": "red:\\nPASV"',
        "}",
        "x",
    ]
    assert recall.failures(output) == ["TASK [Judge] fatal: [server13]: FAILED! => red:\nPASV"]


def test_a_result_that_is_cut_off_is_recalled_as_it_is() -> None:
    assert recall.failures(["fatal: [mx]: FAILED! => {", '    "changed": false,']) == [
        'fatal: [mx]: FAILED! => {    "changed": false,'
    ]


def test_the_last_lines_are_recalled_where_nothing_looks_like_a_failure() -> None:
    lines = [f"line {n}" for n in range(recall.MOST + 1)]
    assert recall.failures([*lines, "", ""]) == lines[1:]
