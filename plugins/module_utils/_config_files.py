# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of files: which differ, what must go, and a stage on which they can be looked at.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# One item of the module's option `files`.
File = Mapping[str, Any]
PARENT_MODE = 0o755


def text_of(path: str) -> str | None:
    """Give what a file holds; None where there is none."""
    file = Path(path)
    return file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else None


def differing(files: Sequence[File]) -> list[File]:
    """Give the files that are missing or hold something else."""
    return [file for file in files if text_of(file["path"]) != file["content"]]


def strangers(directories: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Give the files in the directories that are none of these paths."""
    found = [str(path) for directory in directories for path in sorted(Path(directory).glob("*")) if path.is_file()]
    return [path for path in found if path not in paths]


def difference(path: str, content: str) -> dict[str, str]:
    """Give what Ansible shows as the diff of a file."""
    return {"before_header": path, "after_header": path, "before": text_of(path) or "", "after": content}


@contextmanager
def staged(files: Sequence[File], directory: str) -> Iterator[dict[str, str]]:
    """Give where in a temporary folder below the directory each file is, by its path, for as long as it is needed."""
    with tempfile.TemporaryDirectory(dir=directory) as stage:
        places = {file["path"]: str(Path(stage, str(number))) for number, file in enumerate(files)}
        for file in files:
            place = Path(places[file["path"]])
            place.touch(0o600)
            place.write_text(file["content"], encoding="utf-8", errors="surrogateescape")
        yield places


def validation(command: str, path: str) -> list[str]:
    """Give the words of a command with the path for its %s; ValueError if that is missing."""
    words = shlex.split(command)
    if "%s" not in words:
        raise ValueError(f"validate is {command!r}; expected a command with %s as one of its words, for the file")
    return [path if word == "%s" else word for word in words]


def make_parents(path: str) -> None:
    """Make the directories that are missing above a file."""
    for parent in reversed(Path(path).parents):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(PARENT_MODE)
