# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import pairwise

import pytest
from checks import SLOW, SLOWEST, fast_units, lints
from parts import ROOT


def test_every_check_is_a_program_of_the_toolchain() -> None:
    parts = lints(["molecule/site/converge.yml"])
    assert {part.name for part in parts} >= {"ansible-lint", "mypy", "ruff", "shellcheck", "yamllint"}
    assert [part.name for part in parts if shutil.which(part.command[0]) is None] == []


def test_without_files_a_linter_of_files_would_read_everything_and_is_left_out() -> None:
    assert {part.name for part in lints([])} & {"ansible-lint", "yamllint"} == set()


def test_shellcheck_reads_every_script() -> None:
    (shellcheck,) = [part for part in lints([]) if part.name == "shellcheck"]
    assert set(shellcheck.command) >= {"tools/setup.sh", "tools/lab/offline_repository.sh", ".ci/run"}


def ignored(differing: Sequence[str] | None) -> list[str]:
    """Return what the fast loop leaves out when these files differ."""
    command = fast_units(differing).command
    return [after for word, after in pairwise(command) if word == "--ignore"]


def test_what_the_fast_loop_leaves_out_is_there_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    left = [*SLOW, *SLOWEST]
    assert ignored([]) == left
    assert capsys.readouterr().out == f"==> Left to make test: {', '.join(left)}\n"
    assert all((ROOT / path).exists() for path in [*left, *(file for tested in SLOW.values() for file in tested)])


@pytest.mark.parametrize("tested", sorted({tested for row in SLOW.values() for tested in row}))
def test_the_fast_loop_has_the_slow_tests_of_what_differs(tested: str) -> None:
    assert ignored([tested]) == [*(path for path, row in SLOW.items() if not tested.startswith(row)), *SLOWEST]


@pytest.mark.parametrize(("differing", "given"), [([], False), (["tests/faults/x.yml"], True), (None, True)])
def test_the_fast_loop_is_not_given_what_it_leaves_out(differing: Sequence[str] | None, given: bool) -> None:
    """Pytest does not ignore a folder that it is given."""
    command = fast_units(differing).command
    assert ("tests/faults" in command[: command.index("--ignore")]) is given


def test_the_fast_loop_has_the_slow_tests_where_git_does_not_say_what_differs() -> None:
    assert ignored(None) == SLOWEST
