# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a forward opens, as an export or the API spells it."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Opening
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.port_forwarding import PortForwarding, takes_port

RULE = {"name": "server12 FTP control", "protocol": "tcp", "publicPort": 21, "lanIp": "192.168.128.12"}
OPENED = Opening("port_forwarding", "server12", "control", "21", None, "192.168.128.12", "both", ["any"])


@pytest.mark.parametrize(
    ("changes", "opened"),
    [
        ({}, [OPENED]),
        ({"uplink": None}, [OPENED]),
        ({"uplink": "internet2"}, [Opening(**{**vars(OPENED), "uplink": "internet2"})]),
        ({"allowedIps": ["192.0.2.7", "Any"]}, [Opening(**{**vars(OPENED), "allowed_ips": ["192.0.2.7", "any"]})]),
        ({"name": "web"}, []),
        ({"name": None}, []),
    ],
)
def test_what_a_forward_opens(changes: Rule, opened: list[Opening]) -> None:
    """Without the field uplink, the MX forwards on all of its uplinks."""
    assert list(PortForwarding().openings({**RULE, **changes})) == opened


@pytest.mark.parametrize(
    ("foreign", "ports", "taken"),
    [
        ({"protocol": "tcp", "publicPort": "61000-61010"}, "61010-61099", True),
        ({"protocol": "tcp", "publicPort": "61000-61009"}, "61010-61099", False),
        ({"protocol": "tcp", "publicPort": "80, 443,61050"}, "61000-61099", True),
        ({"protocol": "tcp"}, "21", True),
        ({"protocol": "udp", "publicPort": "21"}, "21", False),
        ({"publicPort": "21"}, "21", False),
    ],
)
def test_ports_are_taken_for_tcp_and_one_that_is_no_number_may_be_any(foreign: Rule, ports: str, taken: bool) -> None:
    assert takes_port(foreign, ports) is taken
