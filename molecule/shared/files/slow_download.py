# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A download that stops in the middle until it is told to go on.

Runs on a machine of the lab, on standard input of its python3, with "host user password path mark" as its arguments.
Makes the file MARK.begun when data flows, waits for the file MARK.go, and prints the SHA-256 of what it got.
"""

from __future__ import annotations

import ftplib
import hashlib
import pathlib
import sys
import time

PATIENCE = 600

host, user, password, path, mark = sys.argv[1:]
ftp = ftplib.FTP(host, timeout=60)
ftp.login(user, password)
ftp.voidcmd("TYPE I")
digest = hashlib.sha256()
with ftp.transfercmd(f"RETR {path}") as data:
    digest.update(data.recv(1000))
    pathlib.Path(f"{mark}.begun").touch()
    end = time.monotonic() + PATIENCE
    while not pathlib.Path(f"{mark}.go").exists():
        if time.monotonic() > end:
            sys.exit("nobody said that it may go on")
        time.sleep(0.1)
    while piece := data.recv(1 << 16):
        digest.update(piece)
ftp.voidresp()
print(digest.hexdigest())
