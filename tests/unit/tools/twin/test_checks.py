# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The twin tries one connection of each class that rules and endpoints can tell apart."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from twin import checks
from twin.openings import Opening


def endpoint(**fields: Any) -> Endpoint:
    given = {
        "name": "files",
        "public_address": "203.0.113.13",
        "lan_address": "10.10.0.13",
        "control_port": 21,
        "passive_ports": PortRange(61000, 61099),
        "active": True,
        "allowed_ips": ("any",),
        "publish_by": "one_to_one_nat",
        "uplink": "internet1",
        "inbound_data_port": False,
    }
    return Endpoint(**{**given, **fields})


@pytest.mark.parametrize(
    ("ranges", "others", "expected"),
    [
        ([(21, 21)], [], [(21, 21)]),
        ([(100, 199), (150, 150)], [], [(100, 149), (150, 150), (151, 199)]),
        ([(100, 199)], [(180, 300)], [(100, 179), (180, 199)]),
        ([(100, 199), (300, 399)], [], [(100, 199), (300, 399)]),
    ],
)
def test_ports_are_divided_at_the_edges_of_ranges(
    ranges: list[tuple[int, int]], others: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert checks.parts([PortRange(*each) for each in ranges], [PortRange(*each) for each in others]) == expected


def test_clients_in_the_same_blocks_are_one_class() -> None:
    found = checks.sources(["192.0.2.0/24", "192.0.2.0/25", "any"], [])
    inside = [each for each in found if each.startswith("192.0.2.")]
    assert sorted(int(each.rpartition(".")[2]) > 127 for each in inside) == [False, True]
    assert len(found) == 3


def test_no_client_has_an_address_of_the_lan() -> None:
    found = checks.sources(["10.10.0.0/16"], [IPv4Network("10.10.0.0/24")])
    assert len(found) == 2
    assert not any(each.startswith("10.10.0.") for each in found)


def test_a_class_of_clients_is_tried_at_each_class_of_ports() -> None:
    opened = Opening("camera", "internet1", "203.0.113.13", PortRange(61050, 61050), ("192.0.2.7",), "10.20.0.9")
    nothing = checks.Named((), ())
    found = checks.inbound([opened], [("internet1", endpoint())], nothing, [])
    assert sorted({each.port for each in found}) == [21, 61000, 61049, 61050, 61051, 61099]
    assert len([each for each in found if each.port == 61050]) == 2
    assert len([each for each in found if each.port == 61000]) == 1


def test_firewall_lists_divide_addresses_and_ports() -> None:
    rule = {"srcCidr": "Any", "srcPort": "Any", "destCidr": "192.0.2.0/24,OBJ(1)", "destPort": "25,5000-5010"}
    lists = {
        "inboundFirewallRules": {"rules": []},
        "l3FirewallRules": {"rules": [rule]},
        "l7FirewallRules": {"rules": [{"type": "ipRange", "value": "198.51.100.0/25:8080"}, {"value": "21"}]},
    }
    found = checks.named(lists, [{"cidr": "198.51.100.9"}])
    assert set(found.blocks) == {"192.0.2.0/24", "198.51.100.9", "198.51.100.0/25"}
    assert set(map(str, found.ports)) == {"25", "5000-5010", "8080", "21"}


@pytest.mark.parametrize(
    ("allowed", "source", "expected"),
    [
        (("any",), "192.0.2.7", True),
        (("any",), "100.64.9.10", False),
        (("192.0.2.0/24",), "192.0.2.7", True),
        (("192.0.2.0/24",), "198.51.100.7", False),
    ],
)
def test_an_endpoint_is_for_its_clients_only(allowed: tuple[str, ...], source: str, expected: bool) -> None:
    assert checks.counts(endpoint(allowed_ips=allowed), source) == expected


def test_a_class_of_clients_between_other_blocks_is_tried() -> None:
    found = checks.sources(["192.0.2.0/24", "192.0.2.0/28", "192.0.2.255"], [])
    assert any(15 < int(each.rpartition(".")[2]) < 255 for each in found if each.startswith("192.0.2."))


def test_a_class_of_clients_has_an_address_that_a_client_may_have() -> None:
    assert checks.sources(["0.0.0.0/0", "224.0.0.0/4"], []) == ["1.0.0.10"]
    # 192.168.0.0/16 is private.
    assert checks.sources(["192.168.0.0/15"], [])[0] == "192.169.0.10"


def test_clients_of_an_endpoint_count_before_those_of_the_rules() -> None:
    allowed = tuple(f"198.51.100.{last}" for last in range(30))
    opened = Opening("old", "internet1", "203.0.113.13", PortRange(21, 21), allowed, "10.10.0.13")
    mine = endpoint(allowed_ips=("192.0.2.7",))
    found = checks.inbound([opened], [("internet1", mine)], checks.Named((), ()), [])
    assert any(each.source == "192.0.2.7" for each in found if each.port == 21)


def test_ports_are_divided_where_they_are_translated_to_the_edges_of_others() -> None:
    opened = Opening("camera", "internet1", "203.0.113.2", PortRange(500, 509), ("any",), "10.20.0.9", shift=100)
    found = checks.inbound([opened], [], checks.Named((), (PortRange(605, 605),)), [])
    assert sorted({each.port for each in found}) == [500, 504, 505, 506, 509]


def test_data_connections_go_to_each_class_of_client_ports() -> None:
    found = checks.outbound("internet1", endpoint(), checks.Named((), (PortRange(80, 80), PortRange(60005, 60005))), [])
    assert [each.port for each in found] == [50000, 60005, 60006]


def test_policy_objects_and_zeros_are_read() -> None:
    nothing: dict[str, Any] = {"rules": []}
    layer7 = {"rules": [{"type": "ipRange", "value": "10.11.12.00/24"}]}
    lists = {"inboundFirewallRules": nothing, "l3FirewallRules": nothing, "l7FirewallRules": layer7}
    found = checks.named(lists, [{"type": "ipAndMask", "ip": "192.0.2.0", "mask": "255.255.255.0"}])
    assert [*map(IPv4Network, found.blocks)] == [IPv4Network("10.11.12.0/24"), IPv4Network("192.0.2.0/24")]


def test_an_endpoint_whose_clients_are_all_taken_has_none() -> None:
    assert checks.client(endpoint(allowed_ips=("192.0.2.7",)), [IPv4Network("192.0.2.7")]) == ""


@pytest.mark.parametrize(("clients", "told"), [(24, ["203.0.113.13 port 61050"]), (23, [])])
def test_a_port_with_more_kinds_of_client_than_are_tried_is_told(clients: int, told: list[str]) -> None:
    allowed = tuple(f"198.51.100.{last}" for last in range(clients))
    opened = Opening("camera", "internet1", "203.0.113.13", PortRange(61050, 61050), allowed, "10.20.0.9")
    assert checks.crowded(checks.inbound([opened], [], checks.Named((), ()), [])) == told
