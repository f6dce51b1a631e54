# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A good configuration, as the file has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
        "users": [
            {**user, "name": "transfer", "read_only": False},
            {**user, "name": "reader", "read_only": True},
        ],
        "handler": {},
    }
