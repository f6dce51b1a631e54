# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX of the emulator's tests: the lab's, with two uplinks."""

from __future__ import annotations

from typing import Any

import pytest
from mx_emulator.config import Network


@pytest.fixture
def hq() -> dict[str, Any]:
    """The network as the configuration file has it."""
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
    """The network as the program has it."""
    return Network.model_validate(hq)
