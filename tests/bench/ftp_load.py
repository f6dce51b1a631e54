# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client's part of servers.py: `python3 ftp_load.py load|exhaust HOST MODE COUNT SECONDS MEBIBYTES`.

It needs Python's own library only, stops by itself, and prints one JSON object.
"""

from __future__ import annotations

import ftplib
import io
import json
import socket
import sys
import threading
import time
from typing import Any

USER, PASSWORD = "transfer", "lab-password"
FILE = "bench.bin"
MEBIBYTE = 1024 * 1024
# Of one client in one run: a server that lets nobody in any more is not asked for ever.
FAILURES = 100


def session(host: str, mode: str) -> ftplib.FTP:
    """Log in, with ftplib as it comes: it takes but the port from 227, so that clients in the LAN go straight."""
    ftp = ftplib.FTP(timeout=20)
    ftp.connect(host, 21)
    ftp.login(USER, PASSWORD)
    ftp.voidcmd("TYPE I")
    ftp.set_pasv(mode == "passive")
    return ftp


class Client(threading.Thread):
    """One client that downloads the same file until the time is over, every time by a data connection of its own.

    It is logged in before the time begins: fifty at once would measure how many calls the server lets wait.  After a
    failure it logs in again, so that the load stays what it is.
    """

    def __init__(self, host: str, mode: str, size: int) -> None:
        super().__init__(daemon=True)
        self.host, self.mode, self.size, self.end = host, mode, size, 0.0
        self.transfers = self.bytes = 0
        self.failures: list[str] = []
        self.ftp: ftplib.FTP | None = session(host, mode)

    def run(self) -> None:
        while time.monotonic() < self.end and len(self.failures) < FAILURES:
            try:
                self.ftp = self.ftp or session(self.host, self.mode)
                with self.ftp as ftp:
                    while time.monotonic() < self.end:
                        self.download(ftp)
            except ftplib.all_errors as error:
                self.failures.append(f"{type(error).__name__}: {error}")
                self.ftp = None

    def download(self, ftp: ftplib.FTP) -> None:
        size = 0

        def count(block: bytes) -> None:
            nonlocal size
            size += len(block)

        ftp.retrbinary(f"RETR {FILE}", count, 65536)
        if size != self.size:
            raise ftplib.Error(f"{size} bytes of {self.size}")
        self.transfers += 1
        self.bytes += size


def load(host: str, mode: str, count: int, seconds: float, size: int) -> dict[str, Any]:
    """Let many clients download for a while; return transfers, failures, and throughput in MB/s."""
    store(host, size)
    clients = [Client(host, mode, size) for _client in range(count)]
    begin = time.monotonic()
    for client in clients:
        client.end = begin + seconds
        client.start()
    for client in clients:
        client.join(seconds + 60)
    elapsed = time.monotonic() - begin
    return {
        "transfers": sum(client.transfers for client in clients),
        "failures": [failure for client in clients for failure in client.failures],
        "hanging": sum(client.is_alive() for client in clients),
        "rate": sum(client.bytes for client in clients) / elapsed / 1e6,
    }


def exhaust(host: str, mode: str, count: int, size: int) -> dict[str, Any]:
    """Ask for COUNT ports at once, idle or with a transfer under way on each; return what each client was told."""
    store(host, size)
    sessions: list[tuple[ftplib.FTP, socket.socket | None]] = []
    told = [attempt(host, mode == "transfers", sessions) for _client in range(count)]
    for ftp, data in sessions:
        if data:
            data.close()
        ftp.close()
    wait_for_room(host)
    return {"told": told}


def wait_for_room(host: str) -> None:
    """Return when the server has noticed that its clients are gone, and lets one in again; fail after ten seconds."""
    end = time.monotonic() + 10
    while True:
        try:
            session(host, "passive").quit()
            return
        except ftplib.all_errors:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def attempt(host: str, transfer: bool, sessions: list[tuple[ftplib.FTP, socket.socket | None]]) -> str:
    """Open one more session and its port, and keep both; return what became of it, in the server's words."""
    try:
        ftp = session(host, "passive")
        address, port = ftplib.parse227(ftp.sendcmd("PASV"))
        data = None
        if transfer:
            data = socket.create_connection((address, port), timeout=5)
            ftp.sendcmd(f"RETR {FILE}")
            data.recv(1)
        sessions.append((ftp, data))
        return f"port {port}"
    except ftplib.all_errors as error:
        return f"{type(error).__name__}: {error}"


def store(host: str, size: int) -> None:
    """Put the file there that is then downloaded."""
    with session(host, "passive") as ftp:
        ftp.storbinary(f"STOR {FILE}", io.BytesIO(bytes(size)), 65536)


def main() -> None:
    what, host, mode, count, seconds, mebibytes = sys.argv[1:]
    size = int(mebibytes) * MEBIBYTE
    if what == "load":
        print(json.dumps(load(host, mode, int(count), float(seconds), size)))
    else:
        print(json.dumps(exhaust(host, mode, int(count), size)))


if __name__ == "__main__":
    main()
