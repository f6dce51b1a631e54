# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types the commands of a page into one shell, as its reader does, and keeps what each of them says."""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutorials.page import Command, File, Step

# A page that hangs is ended.
SECONDS = 1200
# The command with which a page shows that the one before it has failed.
STATUS = "echo $?"
# The reader's home directory on the pages.
HOME = "/home/you"


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    command: Command
    status: int
    said: tuple[str, ...]


def replay(steps: Sequence[Step], folder: Path, environment: Mapping[str, str]) -> list[Outcome]:
    """Return the outcomes of the commands, up to one that fails where the page does not say so."""
    mark = uuid.uuid4().hex
    shell = ["timeout", "--kill-after=10", str(SECONDS), "bash", "--noprofile", "--norc"]
    run = subprocess.run(
        shell,
        input=script(steps, mark),
        cwd=folder,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    commands = (step for step in steps if isinstance(step, Command))
    said = run.stdout.replace(environment["HOME"], HOME)
    return list(map(_outcome, commands, _ended(said, run.returncode, mark)))


def script(steps: Sequence[Step], mark: str) -> str:
    """Return what the shell is given: each command without an input, and after it a line with mark and status."""
    return "".join(map(_typed, steps, [*steps[1:], None], [mark] * len(steps)))


def _typed(step: Step, following: Step | None, mark: str) -> str:
    if isinstance(step, File):
        return f"cat >{step.name} <<'{mark}'\n{step.text}{mark}\n"
    may_fail = isinstance(following, Command) and following.text == STATUS
    told = f"tutorial=$?\nprintf '\\n{mark} %d\\n' $tutorial\n"
    after = "(exit $tutorial)\n" if may_fail else "[ $tutorial -eq 0 ] || exit $tutorial\n"
    return f"{{ {step.text}\n}} </dev/null\n{told}{after}"


def _ended(output: str, status: int, mark: str) -> Iterator[tuple[int, str]]:
    """Yield status and output of each command that has ended, and of one that has ended the shell."""
    *parts, last = re.split(rf"\n{mark} (\d+)\n", output)
    yield from zip(map(int, parts[1::2]), parts[::2], strict=True)
    if status and last:
        yield status, last


def _outcome(command: Command, ended: tuple[int, str]) -> Outcome:
    return Outcome(command, ended[0], tuple(ended[1].splitlines()))
