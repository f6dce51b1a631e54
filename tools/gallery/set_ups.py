# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The broken set-ups of molecule/faults, by name and by the problem that they show.

A problem is the id of a cause.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from typing import Any

import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES
from lab.common import ROOT, LabError

FOLDER = ROOT / "molecule" / "faults" / "set_ups"
# Id -> cause, in the order of TROUBLESHOOTING.md.
KNOWN: dict[str, Cause] = {cause.id: cause for cause in (*CAUSES, *(row.cause for row in VANTAGE_CAUSES))}
VSFTPD = "vsftpd"
_NEAR = 5

SetUp = dict[str, Any]


@functools.cache
def read() -> dict[str, SetUp]:
    """Return the set-ups by name."""
    files = [yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))]
    return {name: set_up for file in files for name, set_up in file.items()}


def showing(problem: str) -> list[str]:
    """Return the names of the set-ups that show a problem, the plainest one first."""
    return sorted((name for name, set_up in read().items() if problem in set_up["findings"]), key=_plainness)


def problems() -> dict[str, str]:
    """Return the problems that the lab can show, each with the name of the set-up that is shown for it."""
    return {problem: names[0] for problem in KNOWN if (names := showing(problem))}


def chosen(problem: str) -> str:
    """Return the name of the set-up for a problem, or for the name of a set-up.

    Raise LabError for anything else; it says what is near.
    """
    if problem in problems():
        return problems()[problem]
    if problem in read() and read()[problem]["findings"]:
        return problem
    raise LabError(_unknown(problem))


def _plainness(name: str) -> tuple[bool, bool, bool, str]:
    """Return a key that sorts what is like the lab of make lab, and what has a remedy, before the others."""
    set_up = read()[name]
    return (server_of(set_up) != VSFTPD, "by_hand" in set_up, "run" in set_up, name)


def server_of(set_up: SetUp) -> str:
    """Return the name of the server that the set-up needs."""
    return str(set_up.get("ftp_server", VSFTPD))


def _unknown(problem: str) -> str:
    if problem in KNOWN:
        return (
            f"the lab has no set-up for PROBLEM={problem}; TROUBLESHOOTING.md#{problem} explains it."
            " make explain lists the problems that the lab can show"
        )
    near = _near(problem, [*problems(), *read()])
    hint = f"near it: {', '.join(near)}. " if near else ""
    return f"PROBLEM={problem} is unknown. {hint}make explain lists all problems"


def _near(word: str, names: Iterable[str]) -> list[str]:
    """Return the names that hold the word, then those that are written like it."""
    given = list(names)
    holding = [name for name in given if word in name]
    return list(dict.fromkeys([*holding, *difflib.get_close_matches(word, given, _NEAR)]))[:_NEAR]
