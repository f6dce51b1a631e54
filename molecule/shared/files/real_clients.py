# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real clients, as they come, make of a server: each sends a file, gets it back and compares it.

Usage: real_clients.py HOST USER PASSWORD [tls].  Prints JSON: client -> "works", "fails" or "hangs".
"""

from __future__ import annotations

import ftplib
import json
import os
import signal
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Longer than the kernel takes to find that nobody is at an address, and than the lab takes for a transfer.
LIMIT_SECONDS = 12


def curl(host: str, user: str, password: str, tls: bool, sent: Path, back: Path) -> list[str]:
    """Both transfers by one command: the first argument that fails ends it."""
    url = f"ftp://{host}/{sent.name}"
    options = f"curl -sS --user '{user}:{password}'" + (" --ssl-reqd" if tls else "")
    return ["sh", "-c", f"{options} -T {sent} {url} && {options} -o {back} -Q '-DELE {sent.name}' {url}"]


def lftp(host: str, user: str, password: str, tls: bool, sent: Path, back: Path) -> list[str]:
    force = "set ftp:ssl-force true; " if tls else ""
    transfers = f"{force}put {sent} && get {sent.name} -o {back} && rm {sent.name}; exit"
    return ["lftp", "-u", f"{user},{password}", "-e", transfers, host]


def python_ftplib(host: str, user: str, password: str, tls: bool, sent: Path, back: Path) -> list[str]:
    return [sys.executable, __file__, "--ftplib", host, user, password, "tls" if tls else "", str(sent), str(back)]


CLIENTS = {"curl": curl, "lftp": lftp, "Python ftplib": python_ftplib}


def verdict(name: str, host: str, user: str, password: str, tls: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        sent, back = Path(folder) / f"real-{uuid.uuid4().hex}", Path(folder) / "back"
        sent.write_bytes(os.urandom(50000))
        command = CLIENTS[name](host, user, password, tls, sent, back)
        # A session of its own, so that whatever the client has started ends with it.
        client = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            client.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(client.pid, signal.SIGKILL)
            client.wait()
            return "hangs"
        return "works" if back.exists() and back.read_bytes() == sent.read_bytes() else "fails"


def transfer_by_ftplib(host: str, user: str, password: str, tls: bool, sent: Path, back: Path) -> None:
    with (ftplib.FTP_TLS if tls else ftplib.FTP)(host, user, password) as ftp:
        if isinstance(ftp, ftplib.FTP_TLS):
            ftp.prot_p()
        with sent.open("rb") as source:
            ftp.storbinary(f"STOR {sent.name}", source)
        with back.open("wb") as target:
            ftp.retrbinary(f"RETR {sent.name}", target.write)
        ftp.delete(sent.name)


def main() -> None:
    if sys.argv[1] == "--ftplib":
        host, user, password, tls, sent, back = sys.argv[2:]
        transfer_by_ftplib(host, user, password, bool(tls), Path(sent), Path(back))
        return
    host, user, password, *tls_words = sys.argv[1:]
    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        found = pool.map(lambda name: verdict(name, host, user, password, bool(tls_words)), CLIENTS)
        print(json.dumps(dict(zip(CLIENTS, found))))


if __name__ == "__main__":
    main()
