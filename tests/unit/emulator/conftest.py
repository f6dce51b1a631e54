# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX of the emulator's tests: the lab's, with two uplinks; and its API, with a data plane that only records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from mx_emulator.app import create_app
from mx_emulator.config import Config, Network
from mx_emulator.emulator import Emulator
from mx_emulator.state import Site, Store

Json = dict[str, Any]
Start = Callable[..., TestClient]


class Plane:
    """A data plane that records what it was told to put in force, and fails with error if that is set."""

    def __init__(self) -> None:
        self.applied: list[list[Site]] = []
        self.error: Exception | None = None

    def __call__(self, sites: Sequence[Site]) -> None:
        if self.error is not None:
            raise self.error
        self.applied.append(list(sites))


class Clock:
    """A clock that stands still until it is moved; seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hq() -> dict[str, Any]:
    """Return the network as the configuration file has it."""
    return {
        "id": "N_100001",
        "name": "Lab HQ",
        "serial": "Q2LB-0000-0001",
        "lan_subnets": ["192.168.128.0/24"],
        "uplinks": [
            {"address": "203.0.113.2/24", "gateway": "203.0.113.1"},
            {"address": "198.51.100.2/24", "public_ip": "192.0.2.9"},
        ],
    }


@pytest.fixture
def network(hq: dict[str, Any]) -> Network:
    """Return the network as the program has it."""
    return Network.model_validate(hq)


@pytest.fixture
def plane() -> Plane:
    return Plane()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@pytest.fixture
def start(plane: Plane, clock: Clock, state_file: Path) -> Start:
    """Start an emulator with the given networks on the test's one state file."""

    def started(*networks: Json) -> TestClient:
        organization = {"id": "100001", "name": "Lab", "networks": networks}
        config = Config.model_validate({"api_keys": ["good-key"], "organizations": [organization]})
        app = create_app(Emulator(config, Store(state_file), plane, clock))
        here = {"Authorization": "Bearer good-key"}
        return TestClient(app, headers=here, follow_redirects=False, client=("127.0.0.1", 50000))

    return started


@pytest.fixture
def api(start: Start, hq: Json) -> TestClient:
    """Return the lab's network, and one that is bound to a template."""
    bound = {"id": "N_100002", "serial": "Q2LB-0000-0002", "is_bound_to_config_template": True}
    return start(hq, {**hq, **bound})
