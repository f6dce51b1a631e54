# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real clients make of a server, as they come and told to use TLS: each sends a file, gets it and compares it.

Usage: real_clients.py HOST PORT USER PASSWORD.  Prints JSON: client, with " and TLS" if told to use it -> "works",
"fails" or "hangs".  A client that is not installed, or cannot be told, is left out.
"""

from __future__ import annotations

import asyncio
import ftplib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
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


def tnftp(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    url = f"ftp://{service.user}:{service.password}@{service.host}:{service.port}/{sent.name}"
    return ["sh", "-c", 'tnftp -u "$1" "$2" && tnftp -o "$3" "$1"', "sh", url, str(sent), str(back)]


def ncftp(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    """Have it copy to the standard output: it would name the file by itself."""
    login = '-u "$1" -p "$2" -P "$3"'
    both = f'ncftpput {login} "$4" . "$5" && ncftpget -c {login} "$4" "${{5##*/}}" >"$6"'
    words = (service.user, service.password, service.port, service.host)
    return ["sh", "-c", both, "sh", *words, str(sent), str(back)]


def wget(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    url = f"{service.host}:{service.port}/{sent.name}"
    return ["wget", "-q", "--user", service.user, "--password", service.password, "-O", str(back), f"ftp://{url}"]


def aioftp(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    words = (service.host, service.port, service.user, service.password)
    return [sys.executable, __file__, "--aioftp", *words, str(sent), str(back)]


def basic_ftp(service: Service, tls: bool, sent: Path, back: Path) -> list[str]:
    words = (service.host, service.port, service.user, service.password, "tls" if tls else "", str(sent), str(back))
    return ["node", "-e", NODE, *words]


# What a user of basic-ftp writes; an exception ends Node.js.
NODE = """
const [host, port, user, password, tls, sent, back] = process.argv.slice(1);
const client = new (require("basic-ftp").Client)();
(async () => {
  const secureOptions = {rejectUnauthorized: true};
  await client.access({host, port: Number(port), user, password, secure: Boolean(tls), secureOptions});
  const name = sent.split("/").pop();
  await client.uploadFrom(sent, name);
  await client.downloadTo(back, name);
  await client.remove(name);
})().finally(() => client.close());
"""
CLIENTS = {
    "curl": curl,
    "lftp": lftp,
    "Python ftplib": python_ftplib,
    "tnftp": tnftp,
    "ncftp": ncftp,
    "wget": wget,
    "aioftp": aioftp,
    "basic-ftp": basic_ftp,
}
# The program of a client whose name is another.
PROGRAMS = {"ncftp": "ncftpput", "basic-ftp": "node"}
# Those that are told to use TLS as well.
TOLD = dict.fromkeys(("curl", "lftp", "Python ftplib"), (" and TLS",))
# wget cannot upload, so its file has to be there: in a lab, no client can put it there for sure.
DOWNLOADS_ONLY = ("wget",)


@cache
def installed(name: str) -> bool:
    """Return whether the client can be run here."""
    if name in ("Python ftplib", "aioftp"):
        return find_spec(name.split()[-1]) is not None
    if shutil.which(PROGRAMS.get(name, name)) is None:
        return False
    library = ["node", "-e", 'require("basic-ftp")']
    return name != "basic-ftp" or subprocess.run(library, stderr=subprocess.DEVNULL, check=False).returncode == 0


def verdict(name: str, tls: bool, service: Service, home: Path | None = None, limit: float = LIMIT_SECONDS) -> str:
    """Return what the client meets; one that only downloads gets its file from the server's folder."""
    with tempfile.TemporaryDirectory() as folder:
        sent, back = Path(folder) / f"real-{uuid.uuid4().hex}", Path(folder) / "back"
        sent.write_bytes(os.urandom(50000))
        if home is not None and name in DOWNLOADS_ONLY:
            shutil.copy(sent, home)
        # A session of its own, so that whatever the client has started ends with it.
        client = subprocess.Popen(
            CLIENTS[name](service, tls, sent, back),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            client.wait(limit)
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


async def transfer_by_aioftp(service: Service, sent: Path, back: Path) -> None:
    import aioftp

    login = (service.user, service.password)
    async with aioftp.Client.context(service.host, int(service.port), *login) as client:
        await client.upload(sent, sent.name, write_into=True)
        await client.download(sent.name, back, write_into=True)
        await client.remove(sent.name)


def asked() -> dict[str, tuple[str, bool]]:
    """Return the clients to ask, by what they are called in the answer."""
    here = [name for name in CLIENTS if name not in DOWNLOADS_ONLY and installed(name)]
    return {f"{name}{told}": (name, bool(told)) for name in here for told in ("", *TOLD.get(name, ()))}


def all_verdicts(service: Service) -> dict[str, str]:
    clients = asked()
    with ThreadPoolExecutor(len(clients)) as pool:
        return dict(zip(clients, pool.map(lambda client: verdict(*client, service), clients.values())))


def main() -> None:
    if sys.argv[1] == "--aioftp":
        *words, sent, back = sys.argv[2:]
        asyncio.run(transfer_by_aioftp(Service(*words), Path(sent), Path(back)))
        return
    if sys.argv[1].startswith("--ftplib"):
        *words, sent, back = sys.argv[2:]
        ftp = ftplib.FTP_TLS() if sys.argv[1] == "--ftplib-tls" else ftplib.FTP()
        transfer_by_ftplib(ftp, Service(*words), Path(sent), Path(back))
        return
    print(json.dumps(all_verdicts(Service(*sys.argv[1:]))))


if __name__ == "__main__":
    main()
