# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still at work in the lab when it is taken down, such as the children of a command that was killed.

It would use what is removed, or start it again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from lab.common import ROOT, STATE, SUFFIX, processes

STARTERS = ("lab up", "lab test", "matrix", "article", "gallery")
# make test takes its labs down when it is told to end, for which it needs time; everything else ends at once.
SIGNALS = {signal.SIGTERM: 30, signal.SIGKILL: 5}


def end() -> None:
    """End what is at work in this lab, and wait until it has ended."""
    for number, seconds in SIGNALS.items():
        told: set[int] = set()
        deadline = time.monotonic() + seconds
        while (pids := at_work()) and time.monotonic() < deadline:
            for pid in pids - told:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            told |= pids
            time.sleep(0.1)


def at_work() -> set[int]:
    """Return the pids of what is at work in this lab, without the processes that have started this one."""
    starting = [pid for pid in processes(starts_labs) if starts_this(Path("/proc", pid))]
    working = [pid for pid in processes(works_in_a_lab) if works_here(Path("/proc", pid))]
    return {int(pid) for pid in starting + working} - ancestors()


def starts_labs(words: list[str]) -> bool:
    """Tell whether a command line is that of a target of the Makefile that starts labs, or of Molecule."""
    return words[1:2] == ["-m"] and " ".join(words[2:]).startswith(STARTERS) or is_program(words, "molecule")


def works_in_a_lab(words: list[str]) -> bool:
    """Tell whether a command line is that of a program that is told which lab to work in."""
    return words[1:4] == ["-m", "lab", "start"] or is_program(words, "ansible-playbook", "pytest")


def is_program(words: list[str], *names: str) -> bool:
    """Tell whether a command line is that of a program with one of the names, as such or as Python's script."""
    return any(Path(word).name in names for word in words[:2])


def starts_this(process: Path) -> bool:
    """Tell whether what starts labs, by its folder in /proc, starts this one: it does so from the checkout."""
    with contextlib.suppress(OSError):
        return (process / "cwd").readlink() == ROOT and variables(process).get("MXLAB_LAB", "") == SUFFIX
    return False


def works_here(process: Path) -> bool:
    """Tell whether what works in a lab, by its folder in /proc, works in this one."""
    with contextlib.suppress(OSError):
        return Path(variables(process).get("MXLAB_STATE", "/")).resolve() == STATE
    return False


def variables(process: Path) -> dict[str, str]:
    """Return the variables that a process was started with; raises OSError if it is another user's, or has ended."""
    lines = (process / "environ").read_text(errors="replace").split("\0")
    return {name: value for name, _equals, value in (line.partition("=") for line in lines)}


def ancestors() -> set[int]:
    """Return the pids of this process and of those that have started it."""
    found = {pid := os.getpid()}
    while pid > 1:
        # proc_pid_stat(5): the name of the program, which is in brackets, may have spaces.
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        found.add(pid)
    return found
