# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ctrl-C leaves on the screen: one line, and no traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest
from parts import ROOT

INTERRUPTED = """
import runpy, sys, parts
def run(*words, **options):
    raise KeyboardInterrupt
parts.run = run
sys.argv[:] = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)
"""


@pytest.mark.parametrize("words", [["checks", "lint"], ["release"]])
def test_a_program_says_that_it_was_interrupted(words: list[str]) -> None:
    command = [sys.executable, "-c", INTERRUPTED, *words]
    done = subprocess.run(command, cwd=ROOT / "tools", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr in ("checks: interrupted\n", "release-check: interrupted\n")
