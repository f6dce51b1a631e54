# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulated organization on loopback: many networks, answers that take their time, and a log of all requests."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import sender

KEY = "key-of-the-bench"
# Somebody else's, in every network.
FOREIGN_RULE: dict[str, Any] = {
    "name": "shop",
    "lanIp": "192.168.128.50",
    "publicIp": "203.0.113.50",
    "uplink": "internet1",
    "allowedInbound": [{"protocol": "tcp", "destinationPorts": ["443"], "allowedIps": ["any"]}],
}


class Api:
    """The running emulator's Dashboard API, at `base_url`."""

    def __init__(self, port: int, state: Path) -> None:
        self._state = state
        self.host = f"127.0.0.1:{port}"
        self.base_url = f"http://{self.host}/api/v1"

    def log_since(self, begin: str) -> list[dict[str, Any]]:
        """Give the requests since a time in ISO 8601, newest first, without those for the log."""
        dashboard = Dashboard(self.base_url, KEY, sender(30, True, None))
        entries = dashboard.pages(f"/organizations/1/apiRequests?perPage=1000&t0={begin}", {})
        return [entry for entry in entries if not entry["path"].endswith("/apiRequests")]

    def state(self) -> Any:
        """Return the rules of all networks as the emulator keeps them, without a request."""
        return json.loads(self._state.read_text())


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextmanager
def emulator(program: Path, networks: int, latency: float, rules: list[dict[str, Any]]) -> Iterator[Api]:
    """Start an organization of networks with these 1:1 NAT rules, whose API takes `latency` seconds an answer."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        config, state = Path(folder, "config.json"), Path(folder, "state.json")
        config.write_text(json.dumps(_configuration(networks, port)))
        state.write_text(
            json.dumps({"networks": {f"N_{number}": {"oneToOne": {"rules": rules}} for number in range(networks)}})
        )
        path = os.pathsep.join([str(program), os.environ.get("PYTHONPATH", "")])
        with subprocess.Popen(
            [sys.executable, "-m", "mx_emulator", str(config), str(state)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _await_port(process, port)
                _slow_down(port, latency)
                yield Api(port, state)
            finally:
                process.terminate()


def _configuration(networks: int, port: int) -> dict[str, Any]:
    """Give an organization of networks that exist in the API only."""
    return {
        "listen_port": port,
        "api_keys": [KEY],
        "organizations": [{"id": "1", "name": "Bench", "networks": [_network(number) for number in range(networks)]}],
    }


def _network(number: int) -> dict[str, Any]:
    return {
        "id": f"N_{number}",
        "name": f"Site {number}",
        "serial": f"Q2XX-{number // 10000:04}-{number % 10000:04}",
        "lan_subnets": ["192.168.128.0/24"],
        "uplinks": [{"address": "203.0.113.2/24"}],
        "data_plane": False,
    }


def _await_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the emulator listens; ends the bench if it does not."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    sys.exit("The emulator does not start: it needs fastapi and uvicorn, and to know data_plane.")


def _slow_down(port: int, latency: float) -> None:
    """Let every answer of the API take so long, by the emulator's fault controls."""
    body = json.dumps({"path": "/api/v1/.*", "count": None, "delay": latency}).encode()
    url = f"http://127.0.0.1:{port}/emulator/faults"
    urlopen(Request(url, body, {"Content-Type": "application/json"})).close()
