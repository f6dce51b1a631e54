# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A good configuration, as the file has it, and the server as a process on loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.plugins.certificates import make_certificate
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import Running

# Of the password "lab-password".
HASH = "$6$mxlabftp$dZYw.eqv2x36oOGWbSISRF7EIaTT4TFIz.ZFw82tLbKP/8rfuR4QYjnfPzZmk/4h2bKlQhWtday32YpnbY5d30"


@pytest.fixture
def raw(tmp_path: Path) -> dict[str, Any]:
    user = {"password_hash": HASH, "home": str(tmp_path)}
    return {
        "control_port": 21,
        "passive_ports": "61000-61001",
        "masquerade_address": "203.0.113.13",
        "lan_address": "127.0.0.1",
        "lan_networks": ["192.168.128.0/24"],
        "modes": ["active", "passive"],
        "tls": "disabled",
        "tls_certificate": "",
        "tls_key": "",
        "tls_ciphers": ["ECDHE-RSA-AES128-GCM-SHA256"],
        "max_clients": 50,
        "max_per_ip": 50,
        "idle_timeout": 300,
        "login_timeout": 60,
        "log_commands": False,
        "users": [
            {**user, "name": "transfer", "read_only": False},
            {**user, "name": "reader", "read_only": True},
        ],
        "handler": {},
    }


@pytest.fixture
def free_ports() -> list[int]:
    """Return a control port and three passive ports, in a row and free just now; other workers use other ports."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for first in range(20000 + worker * 400, 20400 + worker * 400, 4):
        try:
            for port in range(first, first + 4):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return list(range(first, first + 4))
    pytest.fail("no four free ports in a row")


@pytest.fixture
def start(raw: dict[str, Any], free_ports: list[int], tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def starting(patience: int = 30, before: str = "", **changes: Any) -> Running:
        ports = {"control_port": free_ports[0], "passive_ports": f"{free_ports[1]}-{free_ports[2]}"}
        raw.update(ports, **changes)
        started.append(Running(tmp_path, raw, patience, before))
        return started[0]

    yield starting
    for running in started:
        running.stop()


@pytest.fixture
def tls(tmp_path: Path) -> dict[str, Any]:
    """Return what the configuration says of optional TLS, with a certificate."""
    path = tmp_path / "certificate.pem"
    path.write_bytes(make_certificate()[0])
    return {
        "tls": "optional",
        "tls_certificate": str(path),
        "tls_key": str(path),
        "tls_ciphers": ["ECDHE-ECDSA-AES128-GCM-SHA256"],
    }


@pytest.fixture
def home(tmp_path: Path, raw: dict[str, Any]) -> Path:
    """Return a home directory that has nothing else in it."""
    path = tmp_path / "home"
    path.mkdir()
    for user in raw["users"]:
        user["home"] = str(path)
    return path
