# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shutil

from checks import SLOW, fast_units, lints
from parts import ROOT


def test_every_check_is_a_program_of_the_toolchain() -> None:
    parts = lints(["molecule/site/converge.yml"])
    assert {part.name for part in parts} >= {"ansible-lint", "mypy", "ruff", "shellcheck", "yamllint"}
    assert [part.name for part in parts if shutil.which(part.command[0]) is None] == []


def test_without_files_ansible_lint_would_read_everything_and_is_left_out() -> None:
    assert [part.name for part in lints([]) if part.name == "ansible-lint"] == []


def test_shellcheck_reads_every_script() -> None:
    (shellcheck,) = [part for part in lints([]) if part.name == "shellcheck"]
    assert set(shellcheck.command) >= {"tools/setup.sh", "tools/lab/offline_repository.sh", ".ci/run"}


def test_what_the_fast_loop_leaves_out_is_there() -> None:
    command = list(fast_units().command)
    assert [command[command.index(path) - 1] for path in SLOW] == ["--ignore"] * len(SLOW)
    assert all((ROOT / path).exists() for path in SLOW)
