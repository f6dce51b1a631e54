# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows: those that an endpoint needs, those that a user gives, and the uplinks that they take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import (
    departure_uplink,
    endpoint_flows,
    parse_flow,
    uplink_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.tests.unit.plugins.endpoints import SERVER13

BOTH = {
    "internet1": {"address": "203.0.113.2", "status": "active"},
    "internet2": {"address": "192.0.2.2", "status": "ready"},
}
FLOW: dict[str, Any] = {
    "name": None,
    "direction": "inbound",
    "source": "any",
    "source_ports": "any",
    "destination": "203.0.113.13",
    "protocol": "tcp",
    "ports": "1-19",
    "uplink": "internet1",
    "expect": None,
}


@pytest.mark.parametrize(
    ("changes", "flows"),
    [
        ({}, {"control": "admitted", "passive": "admitted", "active": "admitted", "data": None}),
        ({"active": False}, {"control": "admitted", "passive": "admitted"}),
        ({"passive_ports": None}, {"control": "admitted", "active": "admitted", "data": None}),
    ],
)
def test_an_endpoint_needs_the_flows_of_its_modes(changes: dict[str, Any], flows: dict[str, str | None]) -> None:
    found = list(endpoint_flows(replace(SERVER13, **changes), Mx.of({})))
    assert {flow.name: flow.expect for flow in found} == flows
    assert {flow.name: flow.direction for flow in found} == {
        name: "outbound" if name == "active" else "inbound" for name in flows
    }


@pytest.mark.parametrize(
    ("uplink", "public_address", "expected"),
    [
        ("internet2", "203.0.113.2", "internet2"),
        ("both", "192.0.2.2", "internet2"),
        ("both", "203.0.113.13", "internet1"),
    ],
)
def test_clients_arrive_on_the_uplink_of_the_endpoint(uplink: str, public_address: str, expected: str) -> None:
    endpoint = replace(SERVER13, uplink=uplink, public_address=public_address)
    assert uplink_of(endpoint, Mx.of({"uplinks": BOTH})) == expected


@pytest.mark.parametrize(("uplink", "expected"), [("internet1", "internet1"), ("internet2", "internet1")])
def test_servers_leave_by_an_active_uplink(uplink: str, expected: str) -> None:
    assert departure_uplink(uplink, Mx.of({"uplinks": BOTH})) == expected
    assert departure_uplink(uplink, Mx.of({})) == uplink


def test_a_flow_without_a_name_has_its_place() -> None:
    assert parse_flow(FLOW, 3).name == "flow 3"


def test_the_uplink_of_a_flow_has_the_name_of_rules() -> None:
    assert parse_flow({**FLOW, "uplink": "wan2"}, 0).uplink == "internet2"


@pytest.mark.parametrize("suboption", ["source", "source_ports", "destination", "ports", "uplink"])
def test_what_is_not_readable_is_named(suboption: str) -> None:
    with pytest.raises(ValueError, match=rf"^flows\[3\].{suboption}: "):
        parse_flow({**FLOW, suboption: "no such thing"}, 3)
