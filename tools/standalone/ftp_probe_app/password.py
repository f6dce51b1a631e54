# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password: from a file, the environment or a prompt, never from the command line."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from ftp_probe_app.usage import Usage

VARIABLE = "FTP_PROBE_PASSWORD"


def password(file: str, user: str, host: str) -> str:
    """Return the password; file: "" if none is named.  Raise Usage if there is none, or if it cannot be read."""
    if file:
        return _first_line(Path(file).expanduser())
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if not sys.stdin.isatty():
        raise Usage(f"there is no password, and no terminal to ask for it; set --password-file or {VARIABLE}")
    try:
        return getpass.getpass(f"Password of {user} on {host}: ")
    except EOFError as error:
        raise Usage("no password was typed") from error


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise Usage(f"--password-file {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not lines or not lines[0]:
        raise Usage(f"--password-file {path} has no password in its first line")
    return lines[0]
