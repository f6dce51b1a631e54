# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as a process on loopback."""

from __future__ import annotations

import ftplib
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIBRARY = Path(__file__).parents[4] / "roles" / "pyftpdlib" / "files"
LOGIN = ("transfer", "lab-password")
PATIENCE = 20
# The seconds for which the server waits for a data connection are the library's, not of the configuration.
SERVER = """
from mxlab_ftpd import __main__, data_channels
data_channels.PassiveChannel.timeout = data_channels.ActiveChannel.timeout = {}
{}
__main__.main()
"""


class Running:
    """The server as a process that tells this object when it is ready, as it tells systemd."""

    def __init__(self, folder: Path, configuration: dict[str, Any], patience: int = 30, before: str = "") -> None:
        self.path = folder / "server.json"
        self.port = configuration["control_port"]
        self.write(configuration)
        self.readiness = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.readiness.bind(str(folder / "notify"))
        self.readiness.settimeout(PATIENCE)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(LIBRARY), os.environ.get("PYTHONPATH", "")])}
        environment["NOTIFY_SOCKET"] = str(folder / "notify")
        self.log = folder / "log"
        with self.log.open("w") as log:
            command = [sys.executable, "-c", SERVER.format(patience, before), str(self.path)]
            self.process = subprocess.Popen(command, env=environment, stderr=log)
        self.readiness.recv(100)

    def write(self, configuration: dict[str, Any]) -> None:
        self.path.write_text(json.dumps(configuration))

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)
        self.readiness.recv(100)

    def connect(self) -> ftplib.FTP:
        client = ftplib.FTP(timeout=PATIENCE)
        client.connect("127.0.0.1", self.port)
        return client

    def login(self) -> ftplib.FTP:
        client = self.connect()
        client.login(*LOGIN)
        return client

    def secure(self, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ftplib.FTP_TLS:
        """Return a session with TLS of this version, on data connections, too."""
        client = ftplib.FTP_TLS(timeout=PATIENCE, context=trusting(version))
        client.connect("127.0.0.1", self.port)
        client.login(*LOGIN)
        client.prot_p()
        return client

    def figure(self, name: str) -> int:
        """Return a figure of the process, such as VmRSS in KiB (proc_pid_status(5))."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(f"{name}:")))

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.readiness.close()


def data_connection(client: ftplib.FTP, command: str) -> socket.socket:
    """Return a plain data connection of a transfer that has begun."""
    client.voidcmd("TYPE I")
    plain = ftplib.FTP.ntransfercmd(client, command)[0]
    plain.settimeout(PATIENCE)
    return plain


def reset(plain: socket.socket) -> None:
    """Close a connection so that its other end sees a reset."""
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    plain.close()


def trusting(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a client's context that takes any certificate and speaks this version only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    return context


def until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; fail if it never does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
