# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what commands have said with what a page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutorials.page import Command, Step
from tutorials.replay import STATUS, Outcome

# A line of the page that stands for any number of lines.
OMITTED = "[...]"
# What differs from run to run, or from release to release, and what both sides have in its place.
VARIES = {
    r"\b\d{8}T\d{6}Z": "TIME",
    r"(data connection to [\d.]+):\d+": r"\1:PORT",
    r"\bmxlab\.ftp:\d+\.\d+\.\d+": "mxlab.ftp:VERSION",
}


def problems(steps: Sequence[Step], outcomes: Sequence[Outcome]) -> list[str]:
    """Return what is wrong on the page, a text for each command."""
    commands = [step for step in steps if isinstance(step, Command)]
    missing = [f"line {command.line}: not run: {command.text}" for command in commands[len(outcomes) :]]
    following = [*(command.text for command in commands[1:]), ""]
    return [*(text for pair in zip(outcomes, following, strict=False) for text in _problems(*pair)), *missing]


def _problems(outcome: Outcome, following: str) -> Iterator[str]:
    if outcome.status and following != STATUS:
        yield _told(outcome, f"ended with status {outcome.status}")
    elif (lacking := lacks(outcome.command.shown, outcome.said)) is not None:
        yield _told(outcome, "\n".join(["the page shows there:", *(lacking or ["(nothing)"])]))


def _told(outcome: Outcome, problem: str) -> str:
    said = "\n".join(outcome.said)
    return f"line {outcome.command.line}: {outcome.command.text}\n{problem}\n--- it said:\n{said}"


def lacks(shown: Sequence[str], said: Sequence[str]) -> list[str] | None:
    """Return the first lines of the page, between two omissions, that are not in the output at their place."""
    first, *others = _between_omissions(shown)
    lines = [normal(line) for line in said]
    if lines[: len(first)] != first or (not others and lines != first):
        return first
    return _lacks(others, lines[len(first) :])


def _lacks(parts: Sequence[list[str]], lines: Sequence[str]) -> list[str] | None:
    """Return the first of the parts behind omissions that does not follow; the last one has to end the lines."""
    for part in parts[:-1]:
        at = _find(part, lines)
        if at is None:
            return part
        lines = lines[at + len(part) :]
    ending = list(lines[max(len(lines) - len(parts[-1]), 0) :]) if parts else []
    return parts[-1] if parts and ending != parts[-1] else None


def _between_omissions(shown: Sequence[str]) -> list[list[str]]:
    """Return the parts of the page's lines; one that begins or ends with an omission has an empty part there."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == OMITTED:
            parts.append([])
        else:
            parts[-1].append(normal(line))
    return parts


def _find(part: Sequence[str], lines: Sequence[str]) -> int | None:
    places = range(len(lines) - len(part) + 1)
    return next((at for at in places if list(lines[at : at + len(part)]) == list(part)), None)


def normal(line: str) -> str:
    """Return the line with a word in place of all that varies."""
    for pattern, word in VARIES.items():
        line = re.sub(pattern, word, line)
    return line.rstrip()
