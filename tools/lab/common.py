# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the lab keeps things, and how it says what it does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A second lab of the same checkout has another suffix, and with it a folder and an engine of its own.
SUFFIX = os.environ.get("MXLAB_LAB", "")
STATE = ROOT / f".lab{SUFFIX}"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mxlab-ftp"
# Names what a lab has on the machine: no other lab of this or of another checkout has the same.
IDENTITY = hashlib.sha256(f"{ROOT}{SUFFIX}".encode()).hexdigest()[:8]
CALLBACKS = ROOT / "tools" / "lab" / "callbacks"
# What makes the workers of an ansible-playbook cheaper.
CHEAP_WORKERS = {"ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS), "ANSIBLE_CALLBACKS_ENABLED": "lab_workers"}


class LabError(Exception):
    """The lab cannot go on; the text says what was seen and what helps."""


def say(text: str) -> None:
    """Print one line of progress at once, so that it keeps its place among the output of other programs."""
    print(f"==> {text}", flush=True)


def run(command: list[str], **options: object) -> None:
    """Run a program in the foreground; a LabError names it when it fails."""
    code = subprocess.run(command, check=False, **options).returncode  # type: ignore[call-overload]
    if code:
        raise LabError(ending(command, code))


def ending(command: list[str], code: int) -> str:
    """Return how a program has ended, in words."""
    return f"'{' '.join(command[:4])} ...' ended with status {code}; its output is above"


def processes(wanted: Callable[[list[str]], bool]) -> list[str]:
    """Return the pids of the processes whose command line, word by word, is the wanted one.

    They are found by what they run and not by a pid in a file, which an interruption can lose and the machine can
    give to another program.
    """
    return [process.name for process in Path("/proc").glob("[0-9]*") if wanted(_command_line(process))]


def _command_line(process: Path) -> list[str]:
    """Return the words that a process was started with: one empty word if it has ended, or is the kernel's."""
    try:
        return (process / "cmdline").read_text(errors="replace").removesuffix("\0").split("\0")
    except OSError:
        return [""]


def as_root(command: list[str]) -> list[str]:
    """Return the command in a form that runs as root."""
    return [str(ROOT / "tools" / "as_root.sh"), *command]


def venv_bin() -> str:
    """Return the folder of the programs of the virtual environment that runs this."""
    return str(Path(sys.executable).parent)
