# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of FileZilla Server's files: what it holds, what it should hold, and the change, checked in advance.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.problems import limit_problems, setting_problems
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.settings import (
    groups_tree,
    listening,
    other_trees,
    reload_is_logged,
    settings_tree,
    tls_files,
    users_tree,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.xml_text import (
    Tree,
    admin_password,
    document,
    known_passwords,
    locked_tree,
    password_tree,
    redacted,
)

# They hold hashes, and the server asks for no more than that its own account, root, can read them.
MODE = 0o600
STAGE = ".mxlab-ftp-"
NOTE = "Written by Ansible, mxlab.ftp.filezilla_server_config: what is changed here or by the administration is lost"

# The code, the output and the error of a command.
Run = Callable[[Sequence[str]], tuple[int, str, str]]


class Folder:
    """The server's configuration directory."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def exists(self) -> bool:
        """Return whether the directory exists."""
        return self.path.is_dir()

    def text(self, name: str) -> str:
        """Return the text of a file, "" if it does not exist."""
        file = self.path / name
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""

    def changed(self, wanted: Mapping[str, str]) -> list[str]:
        """Return the names of the files whose text, owner or mode differ from what is wanted."""
        return [name for name, text in wanted.items() if self.text(name) != text or not self._is_ours(self.path / name)]

    def _is_ours(self, file: Path) -> bool:
        status = file.stat()
        return status.st_uid == os.geteuid() and status.st_mode & 0o777 == MODE

    def difference(self, name: str, text: str) -> dict[str, str]:
        """Return what Ansible shows as the diff of a file."""
        header = str(self.path / name)
        return {
            "before_header": header,
            "after_header": header,
            "before": redacted(self.text(name)),
            "after": redacted(text),
        }

    @contextmanager
    def staged(self, wanted: Mapping[str, str]) -> Iterator[Path]:
        """Yield a temporary directory beside this one that holds the files.

        Beside it, for the server takes none whose parents belong to others, as those of temporary files may do.
        What a run that was killed has left there goes: it holds hashes.
        """
        for left in self.path.parent.glob(f"{STAGE}*"):
            shutil.rmtree(left)
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=self.path.parent))
        try:
            for name, text in wanted.items():
                (stage / name).touch(MODE)
                (stage / name).write_text(text, encoding="utf-8")
            yield stage
        finally:
            shutil.rmtree(stage)

    def take(self, stage: Path, names: Sequence[str]) -> None:
        """Move the files of the stage to their places, each in one step."""
        for name in names:
            (stage / name).replace(self.path / name)


@dataclass(frozen=True)
class Configuration:
    """What the server is to be configured with.

    files: the texts of its files, by their names.  listening: where it then listens, as ss(8) writes addresses.
    reload_is_logged: whether it says on its standard error that it has reloaded.
    """

    files: Mapping[str, str]
    listening: list[str]
    reload_is_logged: bool


def configuration(options: Mapping[str, Any], folder: Folder, may_miss: bool) -> Configuration:
    """Return the configuration; `may_miss` says that certificates and keys may not exist yet.

    Raise ValueError with a line for each setting that is wrong.
    """
    settings = settings_tree(options, locked_tree(admin_password(folder.text("settings.xml")), os.urandom))
    problems = [*setting_problems(settings), *limit_problems(options), *([] if may_miss else _missing(settings))]
    if problems:
        raise ValueError("\n".join(problems))
    known = known_passwords(folder.text("users.xml"))
    passwords = {
        user["name"]: password_tree(user["password"], known.get(user["name"], {}), os.urandom)
        for user in options["users"]
    }
    trees = {"users": users_tree(options, passwords), "groups": groups_tree(options), **other_trees()}
    files = {f"{name}.xml": document(tree, NOTE) for name, tree in trees.items()}
    files = {"settings.xml": document(settings, NOTE, *_certificates(options)), **files}
    return Configuration(files, listening(settings), reload_is_logged(settings))


def _missing(settings: Tree) -> Iterator[str]:
    """Yield a line for each certificate and key that is not there: the server would make a certificate of its own."""
    for path, place in {path: place for place, path in reversed([*tls_files(settings)])}.items():
        if not Path(path).is_file():
            yield (
                f"{place}: the file {path} does not exist, and the server would make a certificate of its own. Create"
                " the file first, or correct certificate, key, admin_certificate, admin_key or extra_options"
            )


def _certificates(options: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each certificate that changes with it, so that a renewed one is a changed configuration.

    Without the path, which may hold what a comment may not: the name of a host under IDNA has two hyphens.
    """
    for name in filter(options.get, ("certificate", "admin_certificate")):
        path = Path(options[name])
        if path.is_file():
            yield f"{name} {sha256(path.read_bytes()).hexdigest()}"


def checked(run: Run, server: str | None, stage: Path) -> None:
    """Check the staged files with the server; raise ValueError, with its output, if it does not accept them."""
    if server is None:
        return
    code, output, error = run([server, "--config-dir", str(stage), "--config-version-check", "error"])
    if code != 0:
        raise ValueError(f"FileZilla Server rejects this configuration: {(error or output).strip()}")
