# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the FTP servers of an inventory: mxlab_ftpd with their ports and announced addresses."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from lab.common import ROOT

from twin.common import TwinError
from twin.places import Place

USER, PASSWORD = "twin", "twin"
# The hash of PASSWORD; no network reaches the server.
_HASH = "$6$twin$gvdFrPIF8Ml0pJMryILO9EJBU3kJazI/KaWsbDU24mx8Xo6WimstBPkH2tDt1XfHYCNDVITkG1lk3F6WPAe561"
# An item of ftp_users.
ACCOUNT = {"name": USER, "password": PASSWORD, "password_hash": _HASH}
# A stand-in has no certificate. This is a value of ftp_tls.
NO_TLS = "disabled"
# Ports for an endpoint without passive mode: the server wants some, and opens none of them.
_UNUSED = PortRange(61000, 61001)
# A busy machine may need long to start Python.
_START_SECONDS = 60
_POLL_SECONDS = 0.2
_PROGRAM = ROOT / "roles" / "pyftpdlib" / "files"


@contextmanager
def stand_in(endpoint: Endpoint, lan_networks: Sequence[str], place: Place, folder: Path) -> Iterator[None]:
    """Run a stand-in while this is open; raise TwinError if it cannot serve at its address."""
    home = folder / "home"
    home.mkdir(parents=True)
    file = folder / "server.json"
    file.write_text(json.dumps(_configuration(endpoint, lan_networks, home)), encoding="utf-8")
    try:
        with place.inside():
            listener = socket.create_server((endpoint.lan_address, endpoint.control_port))
    except OSError as error:
        where = f"{endpoint.lan_address} port {endpoint.control_port}"
        raise TwinError(f"{endpoint.name}: no server can listen at {where}: {error}") from error
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as readiness:
        readiness.bind(str(folder / "notify"))
        with listener, (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "mxlab_ftpd", "--listener", str(listener.fileno()), str(file)]
            process = subprocess.Popen(
                ["nsenter", f"--net={place.path}", *command],
                env={**os.environ, "PYTHONPATH": str(_PROGRAM), "NOTIFY_SOCKET": str(folder / "notify")},
                pass_fds=[listener.fileno()],
                stdout=log,
                stderr=log,
            )
        try:
            _await(readiness, process, endpoint.name, folder / "log")
            yield
        finally:
            process.terminate()
            process.wait()


def _await(readiness: socket.socket, process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    """Wait until the server says that it serves, as it tells systemd; raise TwinError if it does not."""
    readiness.settimeout(_POLL_SECONDS)
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            readiness.recv(100)
            return
    said = log.read_text(errors="replace").strip().rpartition("\n")[2]
    raise TwinError(f"{name}: its stand-in does not serve: {said or f'nothing was said for {_START_SECONDS} s'}")


def _configuration(endpoint: Endpoint, lan_networks: Sequence[str], home: Path) -> Mapping[str, Any]:
    ports = endpoint.passive_ports or _UNUSED
    modes = [*(["active"] if endpoint.active else []), *(["passive"] if endpoint.passive_ports else [])]
    return {
        "control_port": endpoint.control_port,
        "passive_ports": f"{ports.first}-{ports.last}",
        "masquerade_address": endpoint.announced_address or endpoint.public_address,
        "lan_address": endpoint.lan_address,
        "lan_networks": list(lan_networks),
        "modes": modes,
        "tls": NO_TLS,
        "tls_certificate": "",
        "tls_key": "",
        "tls_ciphers": [],
        "max_clients": 50,
        "max_per_ip": 50,
        "idle_timeout": 60,
        "login_timeout": 60,
        "users": [{"name": USER, "password_hash": _HASH, "home": str(home), "read_only": False}],
        "handler": {},
        "log_commands": False,
    }
