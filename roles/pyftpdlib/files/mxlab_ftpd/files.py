# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a user: nothing outside the home directory is told, and nothing is written there."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from pyftpdlib.filesystems import AbstractedFS


class HomeDirectory(AbstractedFS):
    """The home directory of a user; pyftpdlib checks the path of a command, but not what a listing or STOU finds."""

    def stat(self, path: str) -> os.stat_result:
        """Return the status of the file that a link leads to.  Raise PermissionError if it lies outside."""
        self._require_inside(path)
        return Path(path).stat()

    def readlink(self, path: str) -> str:
        """Return the target of a link as the user sees it.  Raise PermissionError if it lies outside."""
        self._require_inside(path)
        target = Path(path).readlink()
        return str(self.fs2ftp(self.realpath(path))) if target.is_absolute() else str(target)

    def mkstemp(self, suffix: str = "", prefix: str = "", dir: Any = None, mode: str = "wb") -> Any:
        """Create a file with a name of its own.  Raise PermissionError if the directory lies outside."""
        self._require_inside(dir)
        return super().mkstemp(suffix, prefix, dir, mode)

    def _require_inside(self, path: str) -> None:
        if not self.validpath(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
