# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An IIS that nobody manages: the exact rules for it, with a warning."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ONE_TO_ONE_NAT, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import plan_rendered

IIS = {
    "name": "iis",
    "public_address": "203.0.113.14",
    "lan_address": "192.168.128.14",
    "control_port": 21,
    "passive_ports": "1024-65535",
    "modes": ["active", "passive"],
    "allowed_ips": ["any"],
    "publish_by": ONE_TO_ONE_NAT,
    "uplink": "internet1",
    "inbound_data_port": True,
}


def plan(**changes: Any) -> Plan:
    return plan_rendered([ONE_TO_ONE_NAT], parse_endpoints([{**IIS, **changes}], {}))


def ports(rendered: Plan) -> set[str]:
    (rule,) = rendered.after[ONE_TO_ONE_NAT]
    return {port for entry in rule["allowedInbound"] for port in entry["destinationPorts"]}


def test_the_range_of_the_article_gets_its_exact_rules_and_a_warning() -> None:
    rendered = plan()
    assert ports(rendered) == {"20", "21", "1024-65535"}
    (warning,) = rendered.warnings
    assert warning.startswith("iis: passive_ports is 1024-65535.")
    assert "3389" in warning
    assert "set passive_ports to it, like 61000-61099" in warning


def test_iis_6_is_unfit_for_passive_mode() -> None:
    rendered = plan(server="iis6", passive_ports="5001-5100")
    assert ports(rendered) == {"20", "21", "5001-5100"}
    (warning,) = rendered.warnings
    assert warning.startswith("iis: server is iis6 and modes contains passive. IIS 6 is unfit for passive mode")
    assert "externalIp4Address" in warning


@pytest.mark.parametrize(
    "changes",
    [
        {"passive_ports": "61000-61099"},
        {"passive_ports": "1025-65535"},
        {"modes": ["active"]},
        {"modes": ["active"], "server": "iis6"},
        {"passive_ports": "61000-61099", "server": "iis_ftp"},
        {"passive_ports": "61000-61099", "server": None},
    ],
)
def test_no_warning_without_a_reason(changes: dict[str, Any]) -> None:
    assert plan(**changes).warnings == ()
