# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mx_ftp_rules costs for many networks: `python tests/bench/rules.py [--networks 1 50 500]`.

It publishes one endpoint in each network of an emulated organization and then runs again with nothing to do. The floor
is what no client can do better: the requests needed, at 10 a second, less the 10 that the API lends at first. The time
is the module's own, without Ansible's start. The emulator needs FastAPI and uvicorn, but neither root nor a lab.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".ansible/collections"))

from ansible.module_utils.testing import patch_module_args  # noqa: E402
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules  # noqa: E402

KEY = "key-of-the-bench"
RATE, LENT = 10, 10
# Three lists are read; in the first run one of them is written and read back.
NEEDED = {"publish": 5, "nothing to do": 3}


@dataclass(frozen=True)
class Measured:
    """One run: networks, what it did, requests made and needed, how many were turned away, and seconds taken."""

    networks: int
    what: str
    requests: int
    needed: int
    limited: int
    seconds: float

    @property
    def floor(self) -> float:
        return max(0.0, (self.needed - LENT) / RATE)

    def row(self) -> str:
        ratio = f"{self.seconds / self.floor:6.2f}" if self.floor else "     -"
        return (
            f"{self.networks:8} {self.what:14} {self.requests:8} {self.needed:8} {self.limited:5}"
            f" {self.seconds:8.1f} {self.floor:8.1f} {ratio}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, nargs="+", default=[1, 50, 500], help="sizes of the fleets")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that the API takes for each answer")
    parser.add_argument("--emulator", type=Path, default=ROOT / "roles/mx_emulator/files", help="where it is")
    options = parser.parse_args()
    print(f"API with {RATE} requests/s and {options.latency} s latency")
    print("networks run            requests   needed   429  seconds    floor  ratio")
    for count in options.networks:
        with emulator(options.emulator, count, options.latency) as base_url:
            for what in NEEDED:
                print(measure(base_url, count, what).row(), flush=True)


def measure(base_url: str, count: int, what: str) -> Measured:
    """Run the module on all networks, after a rest that fills the API's bucket."""
    time.sleep(LENT / RATE)
    start = time.monotonic()
    result = run_module({"api_key": KEY, "base_url": base_url, "endpoints": [endpoint(n) for n in range(count)]})
    seconds = time.monotonic() - start
    if result.get("failed") or result["changed"] is not (what == "publish"):
        sys.exit(f"{what}: {json.dumps(result)[:2000]}")
    limited = sum(request["status"] == 429 for request in result["requests"])
    return Measured(count, what, len(result["requests"]), NEEDED[what] * count, limited, seconds)


def run_module(options: dict[str, Any]) -> dict[str, Any]:
    output = io.StringIO()
    with patch_module_args(options), redirect_stdout(output), suppress(SystemExit):
        mx_ftp_rules.main()
    result: dict[str, Any] = json.loads(output.getvalue())
    return result


def endpoint(number: int) -> dict[str, Any]:
    return {
        "network": f"N_{number}",
        "name": "files",
        "public_address": "203.0.113.13",
        "lan_address": "192.168.128.13",
        "passive_ports": "61000-61099",
    }


@contextmanager
def emulator(program: Path, networks: int, latency: float) -> Iterator[str]:
    """Start an emulated organization on a free port of loopback, and give the address of its API."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        config = Path(folder, "config.json")
        config.write_text(json.dumps(configuration(networks, port)))
        command = [sys.executable, "-m", "mx_emulator", str(config), str(Path(folder, "state.json"))]
        path = os.pathsep.join([str(program), os.environ.get("PYTHONPATH", "")])
        with subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                await_port(process, port)
                slow_down(port, latency)
                yield f"http://127.0.0.1:{port}/api/v1"
            finally:
                process.terminate()


def configuration(networks: int, port: int) -> dict[str, Any]:
    """Give an organization of networks that exist in the API only."""
    return {
        "listen_port": port,
        "api_keys": [KEY],
        "organizations": [{"id": "1", "name": "Bench", "networks": [network(number) for number in range(networks)]}],
    }


def network(number: int) -> dict[str, Any]:
    return {
        "id": f"N_{number}",
        "name": f"Site {number}",
        "serial": f"Q2XX-{number // 10000:04}-{number % 10000:04}",
        "lan_subnets": ["192.168.128.0/24"],
        "uplinks": [{"address": "203.0.113.2/24"}],
        "data_plane": False,
    }


def await_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the emulator listens; ends the bench if it does not."""
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    sys.exit("The emulator does not start: it needs fastapi and uvicorn, and to know data_plane.")


def slow_down(port: int, latency: float) -> None:
    """Let every answer of the API take so long, by the emulator's fault controls."""
    body = json.dumps({"path": "/api/v1/.*", "count": None, "delay": latency}).encode()
    url = f"http://127.0.0.1:{port}/emulator/faults"
    urlopen(Request(url, body, {"Content-Type": "application/json"})).close()


if __name__ == "__main__":
    main()
