# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the FTP servers of an inventory: mxlab_ftpd with their ports and announced addresses."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from lab.common import ROOT

from twin.common import TwinError
from twin.places import Place

USER, PASSWORD = "twin", "twin"
# The hash of PASSWORD; no network reaches the server.
_HASH = "$6$twin$gvdFrPIF8Ml0pJMryILO9EJBU3kJazI/KaWsbDU24mx8Xo6WimstBPkH2tDt1XfHYCNDVITkG1lk3F6WPAe561"
# Ports for an endpoint without passive mode: the server wants some, and opens none of them.
_UNUSED = "61000-61001"
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
    with listener:
        command = [sys.executable, "-m", "mxlab_ftpd", "--listener", str(listener.fileno()), str(file)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["nsenter", f"--net={place.path}", *command],
                env={**os.environ, "PYTHONPATH": str(_PROGRAM)},
                pass_fds=[listener.fileno()],
                stdout=log,
                stderr=log,
            )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _configuration(endpoint: Endpoint, lan_networks: Sequence[str], home: Path) -> Mapping[str, Any]:
    modes = [*(["active"] if endpoint.active else []), *(["passive"] if endpoint.passive_ports else [])]
    return {
        "control_port": endpoint.control_port,
        "passive_ports": str(endpoint.passive_ports or _UNUSED),
        "masquerade_address": endpoint.announced_address or endpoint.public_address,
        "lan_address": endpoint.lan_address,
        "lan_networks": list(lan_networks),
        "modes": modes,
        "tls": "disabled",
        "tls_certificate": "",
        "tls_key": "",
        "tls_ciphers": [],
        "max_clients": 50,
        "max_per_ip": 50,
        "idle_timeout": 60,
        "login_timeout": 60,
        "users": [{"name": USER, "password_hash": _HASH, "home": str(home), "read_only": False}],
        "handler": {},
    }
