# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files differ from where the branch began, and which of all files ansible-lint has to read for that.

These are the files that differ, and those that name a role or plugin that differs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
EVERYTHING = ["."]
# What a file in one of these says is about that file and those that name it.
KNOWN = ("changelogs/", "docs/", "molecule/", "playbooks/", "plugins/", "roles/", "tests/", "tools/")
NAMED = ("roles/", "plugins/modules/", "plugins/filter/", "plugins/test/")
LINTED = {".yml", ".yaml"}


def changed() -> list[str] | None:
    """Return the files that differ from where the branch began, untracked ones too; None where git does not say."""
    base = _first("merge-base HEAD @{upstream}", "merge-base HEAD main", "rev-parse HEAD")
    tracked = base and _git(f"diff --name-only --no-renames {base.strip()}")
    untracked = _git("ls-files --others --exclude-standard")
    if not base or tracked is None or untracked is None:
        return None
    return [*tracked.splitlines(), *untracked.splitlines()]


def scope(differing: list[str]) -> list[str]:
    """Return what is to be linted when these files differ: all, where one of them may concern every other file."""
    if any(concerns_all(path) for path in differing):
        return EVERYTHING
    naming = [path for name in sorted(names(differing)) for path in (_git(f"grep -lFw {name}") or "").splitlines()]
    return linted([*differing, *naming])


def concerns_all(path: str) -> bool:
    """Tell whether the file may change what is found in any other: settings, and files of which nothing is known."""
    known = path.startswith(KNOWN) or path.endswith(".md")
    return not known or path in {"tools/changed.py", "tools/checks.py"} or path.startswith("plugins/doc_fragments/")


def names(differing: Iterable[str]) -> set[str]:
    """Return the names by which other files use the roles and plugins among the differing files."""
    named = [path for path in differing if path.startswith(NAMED)]
    return {f"mxlab.ftp.{Path(_below(path)).stem}" for path in named}


def linted(paths: Iterable[str]) -> list[str]:
    """Return those of the files that are there and that ansible-lint reads, each once."""
    return sorted({path for path in paths if Path(path).suffix in LINTED and (ROOT / path).exists()})


def _below(path: str) -> str:
    """Return the part of the path that is the name of a role or a plugin."""
    (prefix,) = (prefix for prefix in NAMED if path.startswith(prefix))
    return path.removeprefix(prefix).split("/")[0]


def _first(*commands: str) -> str | None:
    return next((answer for command in commands if (answer := _git(command))), None)


def _git(command: str) -> str | None:
    """Return what git prints, or None where it fails."""
    done = subprocess.run(["git", *command.split()], cwd=ROOT, check=False, capture_output=True, text=True)
    return None if done.returncode else done.stdout
