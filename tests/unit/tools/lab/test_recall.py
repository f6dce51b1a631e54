# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lab import recall
from lab.common import LabError

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
PLAY RECAP *********************************************************************
"""


def test_failures_of_the_last_action_are_kept_with_their_tasks() -> None:
    assert recall.failures(OUTPUT.splitlines(keepends=True)) == [
        'TASK [The fault must be named] fatal: [server13]: FAILED! => {"msg": "found nothing"}',
        "TASK [The fault must be named] FAILED test_matrix.py::test_cell - AssertionError",
    ]


def test_a_run_that_fails_ends_with_what_failed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "output").write_text(OUTPUT, encoding="utf-8")

    with pytest.raises(LabError, match="ended with status 3"):
        recall.run(["sh", "-c", "cat output; exit 3"], env={"PATH": "/bin:/usr/bin"}, cwd=tmp_path)

    shown = capfd.readouterr().out
    assert shown.startswith(OUTPUT)
    assert shown.endswith("test_cell - AssertionError\n")


def test_a_run_that_passes_adds_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    recall.run([sys.executable, "-c", "print('fatal: [server13]')"], env={}, cwd=tmp_path)

    assert capfd.readouterr().out == "fatal: [server13]\n"
