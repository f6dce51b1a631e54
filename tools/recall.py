# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find in the output of a part which of its tasks and tests failed and why, for they are far up in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

MOST = 6
MOST_CHARACTERS = 1200
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_BEGIN = re.compile(r"➜ \w+: Executing$")
_END = re.compile(r"➜ \w+: Executed: Failed")
# Ansible's tasks, then the summary of pytest.
_FAILURE = re.compile(r"(fatal|failed): \[|(FAILED|ERROR) (?!- RETRYING)")


def failures(output: Iterable[str]) -> list[str]:
    """Return the last failures of the action that failed, each with its task, cut to a readable length.

    Failures that a playbook expects are among them: what ended the action is the last one.  Where nothing looks like a
    failure, these are the last lines.
    """
    seen: list[str] = []
    lines: list[str] = []
    task = ""
    rest = _until_the_end(output)
    for line in rest:
        lines.append(line)
        if _BEGIN.search(line):
            seen, task = [], ""
        elif line.startswith("TASK ["):
            task = line.rstrip(" *")
        elif _FAILURE.match(line):
            seen.append(f"{task} {_whole(line, rest)}".strip())
    return [line[:MOST_CHARACTERS] for line in (seen or [line for line in lines if line])[-MOST:]]


def _whole(line: str, rest: Iterator[str]) -> str:
    """Return a failure with the message of its result, which Ansible writes as JSON over the lines that follow."""
    if not line.endswith("=> {"):
        return line
    lines = []
    for following in rest:
        lines.append(following)
        if following == "}":
            break
    return f"{line[:-1]}{_message('{' + ' '.join(lines))}"


def _message(result: str) -> str:
    """Return what a result says of its failure, or all of it where it is cut or says nothing."""
    try:
        said = json.loads(result)
    except ValueError:
        return result
    return " ".join(str(said[key]) for key in ("msg", "stdout", "stderr") if said.get(key)) or result


def _until_the_end(output: Iterable[str]) -> Iterator[str]:
    """Pass the lines on without colours until an action of Molecule fails: what follows is its cleaning up."""
    ended = False
    for coloured in output:
        line = _COLOUR.sub("", coloured).rstrip()
        # The output is read to its end, or its writer would wait.
        ended = ended or bool(_END.search(line))
        if not ended:
            yield line
