# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module mx_ftp_rules as tests run it, endpoints to give it, and lists that it may find."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import api as dashboard
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock, Memory, Rules
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

HQ = "N_100001"
SERVER13, SERVER12, SERVER14 = shared.OPTIONS13, shared.OPTIONS12, shared.OPTIONS14
# Spellings and fields that the tools of others may have left behind.
FOREIGN_NAT: Rules = [
    {
        "uplink": "internet1",
        "name": f"Host {n}",
        "publicIp": f"198.51.100.{n}",
        "lanIp": f"192.168.128.{100 + n}",
        "allowedInbound": [{"protocol": "TCP", "allowedIps": ["Any"], "destinationPorts": [443, "21", "80"]}],
        "note": None,
    }
    for n in range(20)
]
FOREIGN_FORWARDING: Rules = [
    {
        "publicPort": 8000 + n,
        "localPort": str(8000 + n),
        "lanIp": "192.168.128.50",
        "protocol": "UDP" if n % 2 else "tcp",
        "allowedIps": ["Any"],
        "name": f"forward {20 - n}",
    }
    for n in range(20)
]
FOREIGN_ONE_TO_MANY: Rules = [
    {
        "uplink": "internet1",
        "publicIp": "203.0.113.14" if n == 3 else f"198.51.100.{100 + n}",
        "portRules": [
            {
                "publicPort": 443,
                "protocol": "TCP",
                "localIp": "192.168.128.60",
                "localPort": "8443",
                "allowedIps": ["Any"],
                "name": f"web {n}",
                "note": None,
            }
        ],
    }
    for n in range(20)
]
FOREIGN: dict[str, Rules] = {
    "one_to_one_nat": FOREIGN_NAT,
    "one_to_many_nat": FOREIGN_ONE_TO_MANY,
    "port_forwarding": FOREIGN_FORWARDING,
}


class Run:
    """Runs the module in this process, against a Memory, and gives its result or failure."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.memory = Memory()
        monkeypatch.setattr(mx_ftp_rules, "sender", lambda *_args: self.memory)
        monkeypatch.setattr(dashboard, "RateLimit", Clock().limit)
        for name in ("MERAKI_DASHBOARD_API_KEY", "MERAKI_BASE_URL"):
            monkeypatch.delenv(name, raising=False)

    def __call__(self, *endpoints: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
        args = {"api_key": KEY, "base_url": BASE, "network": HQ, "endpoints": list(endpoints), **options}
        given = {name: value for name, value in args.items() if value is not None}
        result, printed = run_module(mx_ftp_rules, {**given, "_ansible_check_mode": check})
        assert KEY not in printed
        return result
