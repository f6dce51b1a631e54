# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Molecule, and says once more which of its tasks and tests failed and why, for they are far up in its output."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from recall import failures

from lab.common import LabError, ending


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


def _shown(output: Iterable[bytes]) -> Iterator[str]:
    """Pass the lines on as they are, whatever bytes a machine of the lab has said."""
    for line in output:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        yield line.decode(errors="replace")
