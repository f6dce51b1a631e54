# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of files: which differ, which are purged, and a temporary folder in which they are checked.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARENT_MODE = 0o755


@dataclass(frozen=True)
class File:
    """One file as it should be.

    options: the item of the module's option `files`.  content: its bytes, so that line ends count.  secret: neither
    logged nor shown.
    """

    options: Mapping[str, Any]
    content: bytes
    secret: bool

    @property
    def path(self) -> str:
        """Return where the file is."""
        return str(self.options["path"])


def files_of(items: Sequence[Mapping[str, Any]], secrets: Mapping[str, str | None]) -> list[File]:
    """Return the items of `files` with the content that they, their sources or `secrets` give them.

    Raise ValueError if an item has no content or two, or a secret has no item; OSError if a source cannot be read.
    """
    unknown = sorted(secrets.keys() - {item["path"] for item in items})
    if unknown:
        raise ValueError(f"secrets has {', '.join(unknown)}, which no item of files has as its path; add such an item")
    return [_file(item, secrets) for item in items]


def _file(item: Mapping[str, Any], secrets: Mapping[str, str | None]) -> File:
    path, content, sources = item["path"], item["content"], item["sources"]
    if [content is not None, sources is not None, path in secrets].count(True) != 1:
        raise ValueError(f"{path}: expected its content in one of content, sources and secrets")
    if sources is not None:
        return File(item, b"".join(Path(source).read_bytes() for source in sources), secret=True)
    # Ansible makes None of a template that comes out empty.
    text = secrets[path] or "" if content is None else content
    return File(item, text.encode("utf-8", "surrogateescape"), secret=content is None)


def content_of(path: str) -> bytes | None:
    """Return the content of a file, None if it does not exist."""
    file = Path(path)
    return file.read_bytes() if file.is_file() else None


def differing(files: Sequence[File]) -> list[File]:
    """Return the files that are missing or have another content."""
    return [file for file in files if content_of(file.path) != file.content]


def strangers(directories: Sequence[str], files: Sequence[File]) -> list[str]:
    """Return what is in the directories and is neither a directory nor one of the files."""
    found = (path for directory in directories for path in sorted(Path(directory).glob("*")))
    paths = [file.path for file in files]
    return [str(path) for path in found if (path.is_symlink() or not path.is_dir()) and str(path) not in paths]


def difference(path: str, content: bytes) -> dict[str, str]:
    """Return what Ansible shows as the diff of a file."""
    before = content_of(path) or b""
    return {"before_header": path, "after_header": path, "before": _text(before), "after": _text(content)}


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


@contextmanager
def staged(files: Sequence[File], directory: str) -> Iterator[dict[str, str]]:
    """Yield where each file, by its path, is in a temporary folder below the directory."""
    with tempfile.TemporaryDirectory(dir=directory) as stage:
        places = {file.path: str(Path(stage, str(number))) for number, file in enumerate(files)}
        for file in files:
            Path(places[file.path]).write_bytes(file.content)
        yield places


def validation(command: str, path: str) -> list[str]:
    """Return the words of a command with the path for its %s; raise ValueError if it has no %s."""
    words = shlex.split(command)
    if "%s" not in words:
        raise ValueError(f"validate is {command!r}; expected a command with %s as one of its words, for the file")
    return [path if word == "%s" else word for word in words]


def make_parents(path: str) -> None:
    """Create the missing directories above a file."""
    for parent in reversed(Path(path).parents):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(PARENT_MODE)
