# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands on the machines of the running lab."""

from __future__ import annotations

import functools
import os
import subprocess

from lab import description
from lab.common import LabError


@functools.cache
def _lab() -> tuple[dict[str, str], dict[str, str]]:
    """Return the containers by the names of their machines, and the environment of Docker's client."""
    lab = description.read()
    containers = {machine["name"]: machine["container"] for machine in lab["machines"]}
    return containers, os.environ | {"DOCKER_HOST": lab["engine"]}


def run(machine: str, script: str, text: str = "") -> str:
    """Run a bash script on a machine, and return what it prints; raise LabError if it fails."""
    done = subprocess.run(
        exec_command(machine, "bash", "-c", script),
        input=text,
        env=_lab()[1],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LabError(f"on {machine}, this failed: {script.strip()}\n{done.stdout}{done.stderr}")
    return done.stdout


def begin(machine: str, *command: str) -> subprocess.Popen[bytes]:
    """Start a program on a machine, with its standard input and output as pipes."""
    return subprocess.Popen(
        exec_command(machine, *command), env=_lab()[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def exec_command(machine: str, *command: str) -> list[str]:
    """Return the command of Docker's client that runs a command on a machine."""
    return ["docker", "exec", "-i", _lab()[0][machine], *command]
