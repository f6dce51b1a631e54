# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Molecule, and says once more which of its tasks and tests failed and why, for they are far up in its output."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from lab.common import LabError, ending

MOST = 6
MOST_CHARACTERS = 1200
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BEGIN = re.compile(r"➜ \w+: Executing$")
_END = re.compile(r"➜ \w+: Executed: Failed")
# Ansible's tasks, then the summary of pytest.
_FAILURE = re.compile(r"(fatal|failed): \[|(FAILED|ERROR) (?!- RETRYING)")


def run(command: list[str], env: dict[str, str], cwd: Path) -> None:
    """Run Molecule in the foreground; a LabError has the last failures when it fails."""
    # Behind a pipe nobody uses colours unasked.
    colours = {"FORCE_COLOR": "1"} if sys.stdout.isatty() and "NO_COLOR" not in env else {}
    pipe, same = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(command, env=env | colours, cwd=cwd, stdout=pipe, stderr=same) as molecule:
        assert molecule.stdout
        seen = failures(_shown(molecule.stdout))
    if molecule.returncode:
        raise LabError("\n".join([f"{ending(command, molecule.returncode)}, the last failures once more:", *seen]))


def failures(output: Iterable[str]) -> list[str]:
    """Return the last failures of the action that failed, each with its task, cut to a readable length.

    Failures that a playbook expects are among them: what ended the action is the last one.
    """
    seen: list[str] = []
    task = ""
    ended = False
    for coloured in output:
        line = _COLOUR.sub("", coloured).rstrip()
        # Molecule goes on to clean up; its output is to be read to the end.
        ended = ended or bool(_END.search(line))
        if ended:
            continue
        if _BEGIN.search(line):
            seen, task = [], ""
        elif line.startswith("TASK ["):
            task = line.rstrip(" *")
        elif _FAILURE.match(line):
            seen.append(f"{task} {line}".strip()[:MOST_CHARACTERS])
    return seen[-MOST:]


def _shown(output: Iterable[bytes]) -> Iterator[str]:
    """Pass the lines on as they are, whatever bytes a machine of the lab has said."""
    for line in output:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        yield line.decode(errors="replace")
