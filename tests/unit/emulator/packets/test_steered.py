# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way packets take: back to the LAN (hairpin), and by which of two uplinks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mx_emulator.config import Network
from mx_emulator.rules import OneToManyRule, OneToOneRule, PortForwardingRule, PortRule

SERVER, OTHER, FAR = "192.168.128.13", "192.168.128.12", "192.0.2.50"
FORWARD = PortForwardingRule(
    lan_ip=OTHER, public_port="2121", local_port="21", allowed_ips=["192.0.2.0/24"], protocol="tcp"
)
MAPPING = OneToOneRule(lan_ip=SERVER, public_ip="198.51.100.13", uplink="internet2")
PORT_RULE = PortRule(local_ip=OTHER, protocol="tcp", public_port="21", local_port="21", allowed_ips=["192.0.2.0/24"])
MANY = OneToManyRule(public_ip="203.0.113.14", uplink="internet1", port_rules=[PORT_RULE])


@pytest.fixture
def gateways(hq: dict[str, Any]) -> dict[str, Any]:
    """Return the lab's network with the client as the gateway of both uplinks."""
    uplinks = [{"address": f"{net}.2/24", "gateway": f"{net}.100"} for net in ("203.0.113", "198.51.100")]
    return {**hq, "uplinks": uplinks}


@pytest.fixture
def far(lab: Any) -> Iterator[str]:
    """Return an address of the client that is in neither uplink's subnet."""
    lab.run("client", "ip", "address", "add", f"{FAR}/32", "dev", "lo")
    yield FAR
    lab.run("client", "ip", "address", "del", f"{FAR}/32", "dev", "lo")


@pytest.mark.parametrize(
    ("host", "port", "answer"),
    [
        ("198.51.100.13", 21, f"{SERVER}:21 < 192.168.128.1"),
        ("203.0.113.14", 21, f"{OTHER}:21 < 192.168.128.1"),
        ("203.0.113.2", 2121, f"{OTHER}:21 < 192.168.128.1"),
        ("198.51.100.2", 2121, f"{OTHER}:21 < 192.168.128.1"),
        ("203.0.113.2", 61000, "silent"),
    ],
)
def test_hairpin_comes_from_the_mx(lab: Any, gateways: dict[str, Any], host: str, port: int, answer: str) -> None:
    network = Network.model_validate(gateways)
    lab.route(network)
    lab.put(network, FORWARD, MAPPING, MANY)
    assert lab.connect("server", host, port, OTHER) == answer


@pytest.mark.parametrize(
    ("primary", "source", "seen"),
    [
        ("internet1", OTHER, "203.0.113.2"),
        ("internet2", OTHER, "198.51.100.2"),
        ("internet1", SERVER, "203.0.113.2"),
        ("internet2", SERVER, "198.51.100.13"),
    ],
)
@pytest.mark.parametrize("host", [FAR, "203.0.113.100", "198.51.100.100"])
def test_the_primary_uplink_carries_what_begins_inside(
    lab: Any, gateways: dict[str, Any], far: str, primary: str, source: str, seen: str, host: str
) -> None:
    network = Network.model_validate({**gateways, "primary_uplink": primary})
    lab.route(network)
    lab.put(network, MAPPING)
    assert lab.connect("server", host, 61000, source) == f"{host}:61000 < {seen}"


@pytest.mark.parametrize("own", ["203.0.113.2", "198.51.100.2"])
def test_answers_leave_by_the_uplink_where_the_question_came(
    lab: Any, gateways: dict[str, Any], far: str, own: str
) -> None:
    network = Network.model_validate(gateways)
    lab.route(network)
    lab.put(network, FORWARD)
    assert lab.connect("client", own, 2121, far) == f"{OTHER}:21 < {far}"


def test_routing_tables_can_be_made_again(lab: Any, gateways: dict[str, Any]) -> None:
    network = Network.model_validate(gateways)
    lab.route(network)
    once = lab.run("mx", "ip", "rule")
    lab.route(network)
    assert lab.run("mx", "ip", "rule") == once
    assert once.count("fwmark") == 2
