# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflows of the forge call what is here; they themselves cannot run here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from release.supported import ROOT, cores

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each step, with the name of its file."""
    for file in FILES:
        for job in yaml.safe_load(file.read_text())["jobs"].values():
            for step in job["steps"]:
                yield file.name, step


COMMANDS = [(name, step["run"]) for name, step in steps() if "run" in step]
ACTIONS = sorted({step["uses"] for _name, step in steps() if "uses" in step})


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_a_command_is_a_target_or_a_script_of_the_checkout(name: str, command: str) -> None:
    first, *words = command.split()
    assert first in ("make", "gh") or (ROOT / first).is_file(), name
    assert first != "make" or set(words) <= TARGETS, name


def test_the_test_of_the_forge_is_that_of_continuous_integration() -> None:
    assert ("test.yml", ".ci/run") in COMMANDS
    assert ("release.yml", "make release-check") in COMMANDS


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_has_a_version(action: str) -> None:
    assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", action)


def test_the_pythons_are_those_of_the_table() -> None:
    wanted = sorted({core.python for core in cores()}, key=lambda each: int(each.split(".")[1]))
    lists = [
        step["with"]["python-version"].split() for _name, step in steps() if "setup-python" in step.get("uses", "")
    ]
    assert [found for found in lists if len(found) > 1] == [wanted, wanted]
