# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page as steps: the commands that it tells the reader to type, and the files that it tells the reader to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PROMPT, GOES_ON = "$ ", "> "
_FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_NAMED = re.compile(r"# ([\w.-]+)\n")


@dataclass(frozen=True)
class Command:
    """What is typed after one prompt, and what the page shows after it."""

    line: int
    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A file of the reader."""

    line: int
    name: str
    text: str


Step = Command | File


def steps(markdown: str) -> list[Step]:
    """Return the steps of a page; raises ValueError for a block that is no step, as nothing on a page goes untested."""
    fences = list(_FENCE.finditer(markdown))
    if len(fences) * 2 != markdown.count("```"):
        raise ValueError("each block has to begin and end with three backticks at the beginning of a line")
    return [step for fence in fences for step in _steps(fence, markdown.count("\n", 0, fence.start(2)) + 1)]


def _steps(fence: re.Match[str], line: int) -> Iterator[Step]:
    language, text = fence.groups()
    if language == "console":
        yield from _commands(text, line)
    elif named := _NAMED.match(text):
        yield File(line, named[1], text)
    else:
        raise ValueError(f"line {line}: expected a block console, or a file whose first line is '# NAME', got {text!r}")


def _commands(text: str, first: int) -> Iterator[Command]:
    """Yield the commands of a block console: each begins at a prompt, and goes on as long as lines begin with "> "."""
    if not text.startswith(PROMPT):
        raise ValueError(f"line {first}: a block console begins with '{PROMPT}' and a command")
    line = first
    for part in re.split(rf"^{re.escape(PROMPT)}", text, flags=re.MULTILINE)[1:]:
        typed, *rest = part.splitlines()
        end = _leading(rest)
        further = (more.removeprefix(GOES_ON) for more in rest[:end])
        yield Command(line, "\n".join([typed, *further]), tuple(rest[end:]))
        line += part.count("\n")


def _leading(lines: list[str]) -> int:
    """Return how many lines at the beginning go on with the command."""
    return next((index for index, line in enumerate(lines) if not line.startswith(GOES_ON)), len(lines))
