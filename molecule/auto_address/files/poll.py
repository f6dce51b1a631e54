# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New clients, one after the other, that ask a server for its address in 227; and one that stays in its session.

Runs on a machine of the lab, on standard input of its python3, with "host user password mark" as its arguments.
A session that the server ends to be begun again, as pyftpdlib does when it is reloaded, is no refused connection.
Makes the file MARK.begun after the first answer, ends when there is a file MARK.go, and prints what was seen as JSON.
"""

from __future__ import annotations

import ftplib
import json
import pathlib
import sys
import time

PATIENCE = 600

host, user, password, mark = sys.argv[1:]


def login() -> ftplib.FTP:
    """Return a new session."""
    ftp = ftplib.FTP(host, timeout=20)
    ftp.login(user, password)
    return ftp


def announced(ftp: ftplib.FTP) -> str:
    """Return the address that the server announces in this session."""
    return ftplib.parse227(ftp.sendcmd("PASV"))[0]


def kept(ftp: ftplib.FTP) -> str:
    """Return what a session that is older than the change gets: an address, or the end of the session."""
    try:
        return announced(ftp)
    except (OSError, EOFError, ftplib.Error) as error:
        return str(error) or type(error).__name__


begin = time.monotonic()
old = login()
seen: list[str] = []
changes: list[float] = []
refused: list[tuple[float, str]] = []
ended: list[tuple[float, str]] = []
while not pathlib.Path(f"{mark}.go").exists() and time.monotonic() < begin + PATIENCE:
    try:
        with login() as new:
            address = announced(new)
    except (OSError, EOFError, ftplib.Error) as error:
        failures = ended if str(error).startswith("421 The service has a new configuration") else refused
        failures.append((round(time.monotonic() - begin, 2), str(error)))
    else:
        if address not in seen[-1:]:
            seen.append(address)
            changes.append(round(time.monotonic() - begin, 2))
            pathlib.Path(f"{mark}.begun").touch()
    time.sleep(0.1)
print(json.dumps({"announced": seen, "at": changes, "refused": refused, "ended": ended, "kept": kept(old)}))
