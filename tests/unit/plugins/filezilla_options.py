# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of filezilla_server_config as its tests give them."""

from __future__ import annotations

from typing import Any

LOCKED = {"@index": 1, "hash": "aGFzaA", "salt": "c2FsdA", "iterations": 100000}
OPTIONS: dict[str, Any] = {
    "control_port": 21,
    "passive_ports": "61000-61099",
    "masquerade_address": "203.0.113.13",
    "lan_clients": False,
    "tls": "optional",
    "certificate": "/etc/ssl/certs/ftp.pem",
    "key": "/etc/ssl/private/ftp.key",
    "admin_certificate": "/etc/admin.pem",
    "admin_key": "/etc/admin.key",
    "users": [{"name": "alice", "password": "s3cret-Passw0rd", "home": None, "read_only": False}],
    "account": "ftpvirt",
    "max_sessions": 10,
    "idle_timeout": 300,
    "extra_options": {},
}
