# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real clients make of a server, as they come and told to use TLS: each sends a file, gets it and compares it.

Usage: real_clients.py HOST PORT USER PASSWORD.  Prints JSON: client, with " and TLS" if told to use it -> "works",
"fails" or "hangs".
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
LIMIT_SECONDS = 10


@dataclass(frozen=True)
class Service:
    host: str
    port: str
    user: str
    password: str


def curl(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    """Both transfers by one command: the first one that fails ends it."""
    url = f"ftp://{service.host}:{service.port}/{sent.name}"
    options = "-sS --ssl-reqd" if tls else "-sS"
    both = f'curl {options} -u "$1" -T "$2" "$3" && curl {options} -u "$1" -o "$4" -Q "-DELE ${{2##*/}}" "$3"'
    return ["sh", "-c", both, "sh", f"{service.user}:{service.password}", str(sent), url, str(back)]


def lftp(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    """Have lftp reconnect at once: by default it waits 30 seconds, also when it reconnects to change to active mode."""
    settings = "set net:reconnect-interval-base 1;" + (" set ftp:ssl-force true;" if tls else "")
    transfers = f"{settings} put {sent} && get {sent.name} -o {back} && rm {sent.name}; exit"
    return ["lftp", "-p", service.port, "-u", f"{service.user},{service.password}", "-e", transfers, service.host]


def python_ftplib(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    words = (service.host, service.port, service.user, service.password)
    return [sys.executable, __file__, "--ftplib-tls" if tls else "--ftplib", *words, str(sent), str(back)]


CLIENTS = {"curl": curl, "lftp": lftp, "Python ftplib": python_ftplib}
ASKED = {f"{name}{told}": (name, bool(told)) for name in CLIENTS for told in ("", " and TLS")}


def verdict(name: str, tls: bool, service: Service) -> str:
    with tempfile.TemporaryDirectory() as folder:
        sent, back = Path(folder) / f"real-{uuid.uuid4().hex}", Path(folder) / "back"
        sent.write_bytes(os.urandom(50000))
        # A session of its own, so that whatever the client has started ends with it.
        client = subprocess.Popen(
            CLIENTS[name](service, tls, sent, back),
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


def transfer_by_ftplib(ftp: ftplib.FTP, service: Service, sent: Path, back: Path) -> None:
    with ftp:
        ftp.connect(service.host, int(service.port))
        ftp.login(service.user, service.password)
        if isinstance(ftp, ftplib.FTP_TLS):
            ftp.prot_p()
        with sent.open("rb") as source:
            ftp.storbinary(f"STOR {sent.name}", source)
        with back.open("wb") as target:
            ftp.retrbinary(f"RETR {sent.name}", target.write)
        ftp.delete(sent.name)


def all_verdicts(service: Service) -> dict[str, str]:
    with ThreadPoolExecutor(len(ASKED)) as pool:
        return dict(zip(ASKED, pool.map(lambda client: verdict(*client, service), ASKED.values())))


def main() -> None:
    if sys.argv[1].startswith("--ftplib"):
        *words, sent, back = sys.argv[2:]
        ftp = ftplib.FTP_TLS() if sys.argv[1] == "--ftplib-tls" else ftplib.FTP()
        transfer_by_ftplib(ftp, Service(*words), Path(sent), Path(back))
        return
    print(json.dumps(all_verdicts(Service(*sys.argv[1:]))))


if __name__ == "__main__":
    main()
