# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real clients, as they come, make of a server: each sends a file, gets it back and compares it.

Usage: real_clients.py HOST PORT USER PASSWORD.  Prints JSON: client -> "works", "fails" or "hangs".
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
from dataclasses import dataclass
from pathlib import Path

# Longer than the kernel takes to find that nobody is at an address, and than the lab takes for a transfer.
LIMIT_SECONDS = 6


@dataclass(frozen=True)
class Service:
    host: str
    port: str
    user: str
    password: str


def curl(service: Service, sent: Path, back: Path) -> list[str]:
    """Both transfers by one command: the first one that fails ends it."""
    url = f"ftp://{service.host}:{service.port}/{sent.name}"
    both = 'curl -sS -u "$1" -T "$2" "$3" && curl -sS -u "$1" -o "$4" -Q "-DELE ${2##*/}" "$3"'
    return ["sh", "-c", both, "sh", f"{service.user}:{service.password}", str(sent), url, str(back)]


def lftp(service: Service, sent: Path, back: Path) -> list[str]:
    """It waits 30 seconds before it connects again, also where it does so to become active: that is too long here."""
    transfers = f"set net:reconnect-interval-base 1; put {sent} && get {sent.name} -o {back} && rm {sent.name}; exit"
    return ["lftp", "-p", service.port, "-u", f"{service.user},{service.password}", "-e", transfers, service.host]


def python_ftplib(service: Service, sent: Path, back: Path) -> list[str]:
    words = (service.host, service.port, service.user, service.password)
    return [sys.executable, __file__, "--ftplib", *words, str(sent), str(back)]


CLIENTS = {"curl": curl, "lftp": lftp, "Python ftplib": python_ftplib}


def verdict(name: str, service: Service) -> str:
    with tempfile.TemporaryDirectory() as folder:
        sent, back = Path(folder) / f"real-{uuid.uuid4().hex}", Path(folder) / "back"
        sent.write_bytes(os.urandom(50000))
        # A session of its own, so that whatever the client has started ends with it.
        client = subprocess.Popen(
            CLIENTS[name](service, sent, back),
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


def transfer_by_ftplib(service: Service, sent: Path, back: Path) -> None:
    with ftplib.FTP() as ftp:
        ftp.connect(service.host, int(service.port))
        ftp.login(service.user, service.password)
        with sent.open("rb") as source:
            ftp.storbinary(f"STOR {sent.name}", source)
        with back.open("wb") as target:
            ftp.retrbinary(f"RETR {sent.name}", target.write)
        ftp.delete(sent.name)


def all_verdicts(service: Service) -> dict[str, str]:
    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        return dict(zip(CLIENTS, pool.map(lambda name: verdict(name, service), CLIENTS)))


def main() -> None:
    if sys.argv[1] == "--ftplib":
        *words, sent, back = sys.argv[2:]
        transfer_by_ftplib(Service(*words), Path(sent), Path(back))
        return
    print(json.dumps(all_verdicts(Service(*sys.argv[1:]))))


if __name__ == "__main__":
    main()
