# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.checks import NAME_LIMIT
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import parse_endpoints, uplinks_meet
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

SERVER13 = shared.filled(shared.OPTIONS13)
SERVER12: dict[str, Any] = {
    **SERVER13,
    "name": "server12",
    "public_address": "203.0.113.2",
    "lan_address": "192.168.128.12",
    "publish_by": "port_forwarding",
}


SERVER14: dict[str, Any] = {**SERVER13, "name": "server14", "publish_by": "one_to_many_nat"}


@pytest.mark.parametrize(
    ("changes", "openings"),
    [
        ({}, {"control": "21", "passive": "61000-61099", "data": "20"}),
        ({"inbound_data_port": False}, {"control": "21", "passive": "61000-61099"}),
        ({"modes": ["passive"]}, {"control": "21", "passive": "61000-61099"}),
        ({"modes": ["active"], "passive_ports": None}, {"control": "21", "data": "20"}),
        ({"modes": ["active"]}, {"control": "21", "data": "20"}),
        ({"control_port": 2121, "passive_ports": "61000"}, {"control": "2121", "passive": "61000", "data": "2120"}),
    ],
)
def test_openings_follow_the_modes(changes: dict[str, Any], openings: dict[str, str]) -> None:
    (endpoint,) = parse_endpoints([{**SERVER13, **changes}], {})
    assert {purpose: str(ports) for purpose, ports in endpoint.openings().items()} == openings


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["Any", "203.0.113.100"], ("any",)),
        (["203.0.113.100", "198.51.100.0/24"], ("203.0.113.100", "198.51.100.0/24")),
    ],
)
def test_any_is_named_alone(given: list[str], kept: tuple[str, ...]) -> None:
    (endpoint,) = parse_endpoints([{**SERVER13, "allowed_ips": given}], {})
    assert endpoint.allowed_ips == kept


# (changes to SERVER13, the whole message)
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"passive_ports": "61099-61000"}, "passive_ports: '61099-61000' is inverted; write the lower port first"),
    (
        {"passive_ports": "many"},
        "passive_ports: 'many' is not a port or a range of ports; write it like 61000-61099 or 21",
    ),
    (
        {"passive_ports": "61000-70000"},
        "passive_ports: '61000-70000' is out of range; ports go from 1 to 65535",
    ),
    (
        {"passive_ports": None},
        "passive_ports: is missing though modes contains passive; write the server's range, like 61000-61099",
    ),
    (
        {"passive_ports": "21-100"},
        "passive_ports: '21-100' contains 21, the control port; choose a range without it",
    ),
    ({"passive_ports": "20"}, "passive_ports: '20' contains 20, the data port; choose a range without it"),
    ({"control_port": 0}, "control_port: '0' is out of range; ports go from 1 to 65535"),
    (
        {"control_port": 1},
        "control_port: 1 leaves no data port below it; use another port, or take active out of modes",
    ),
    ({"modes": []}, "modes: is empty; list active, passive or both"),
    (
        {"public_address": "203.0.113.256"},
        "public_address: '203.0.113.256' is not an IPv4 address; write it like 203.0.113.13",
    ),
    ({"lan_address": "server"}, "lan_address: 'server' is not an IPv4 address; write it like 203.0.113.13"),
    ({"announced_address": "ftp"}, "announced_address: 'ftp' is not an IPv4 address; write it like 203.0.113.13"),
    ({"lan_address": "2001:db8::1"}, "lan_address: '2001:db8::1' is not an IPv4 address; write it like 203.0.113.13"),
    *(
        (
            {option: address},
            f"{option}: '{address}' is {kind}, so no server behind a router has it; write it like 203.0.113.13",
        )
        for option in ("public_address", "lan_address")
        for address, kind in (
            ("0.0.0.0", "unspecified"),
            ("127.0.0.1", "loopback"),
            ("169.254.7.7", "link-local"),
            ("239.1.1.1", "multicast"),
            ("255.255.255.255", "reserved"),
        )
    ),
    (
        {"name": "x" * (NAME_LIMIT + 1)},
        "name: 116 characters are too many: with what is appended to it, the name of a rule would be longer than "
        "the 127 that the API allows; use at most 115",
    ),
    ({"name": ""}, "name: '' is empty or has spaces at an end; write a name like server13"),
    ({"uplink": "wan1"}, "uplink: 'wan1' is not an uplink; write it like internet1"),
    (
        {"uplink": "both"},
        "uplink: 'both' is for port_forwarding only; any other rule has one uplink, like internet1",
    ),
    ({"allowed_ips": []}, "allowed_ips: is empty; list who may connect, or write any"),
    (
        {"allowed_ips": ["198.51.100.0/24", "198.51.100.1/24"]},
        "allowed_ips: '198.51.100.1/24' is not an IPv4 address, a CIDR block or any"
        " (198.51.100.1/24 has host bits set)",
    ),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_bad_input_is_refused_with_the_name_of_its_option(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_endpoints([SERVER12, {**SERVER13, **changes}], {})
    assert str(error.value) == f"endpoints[1].{message}"


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValueError) as error:
        parse_endpoints([{**SERVER13, "modes": [], "uplink": "x"}, {**SERVER12, "control_port": 0}], {})
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "endpoints[0].modes",
        "endpoints[0].uplink",
        "endpoints[1].control_port",
    ]


@pytest.mark.parametrize(
    ("others", "uplink_addresses", "where"),
    [
        ([], {"internet1": "203.0.113.13"}, "internet1"),
        ([], {"internet1": "203.0.113.2", "internet2": "203.0.113.13"}, "internet2"),
        ([{**SERVER12, "public_address": "203.0.113.13"}], {}, "internet1"),
    ],
)
def test_the_mx_own_address_is_refused_for_nat(
    others: list[dict[str, Any]], uplink_addresses: dict[str, str], where: str
) -> None:
    for endpoint, kind in ((SERVER13, "1:1 NAT"), (SERVER14, "1:Many NAT")):
        with pytest.raises(ValueError) as error:
            parse_endpoints([endpoint, *others], uplink_addresses)
        assert str(error.value) == (
            f"endpoints[0].public_address: 203.0.113.13 is the MX's own address on {where};"
            f" {kind} needs another address, or set publish_by to port_forwarding"
        )


def test_the_same_address_behind_another_mx_is_no_mistake() -> None:
    forwarded = {**SERVER12, "public_address": "203.0.113.13", "network": "Branch"}
    endpoints = parse_endpoints([SERVER13, forwarded], {}, "HQ")
    assert [endpoint.network for endpoint in endpoints] == ["HQ", "Branch"]


@pytest.mark.parametrize(
    ("option", "uplink_addresses", "addresses"),
    [
        (SERVER13, {}, ()),
        (SERVER13, {"internet1": "203.0.113.2", "internet2": "198.51.100.2"}, ("203.0.113.2",)),
        (SERVER12, {}, ("203.0.113.2",)),
        (SERVER12, {"internet1": "192.0.2.2"}, ("192.0.2.2",)),
        (
            {**SERVER12, "uplink": "both"},
            {"internet2": "198.51.100.2", "internet1": "203.0.113.2"},
            ("203.0.113.2", "198.51.100.2"),
        ),
    ],
)
def test_the_mx_own_addresses_of_an_endpoint(
    option: dict[str, Any], uplink_addresses: dict[str, str], addresses: tuple[str, ...]
) -> None:
    (endpoint,) = parse_endpoints([option], uplink_addresses)
    assert endpoint.mx_addresses == addresses


@pytest.mark.parametrize(
    ("uplink_addresses", "message"),
    [
        ({"wan1": "203.0.113.2"}, "uplink_addresses.wan1: is not an uplink; write it like internet1"),
        ({"internet1": "x"}, "uplink_addresses.internet1: 'x' is not an IPv4 address; write it like 203.0.113.13"),
        (
            {"internet1": "0.0.0.0"},
            "uplink_addresses.internet1: '0.0.0.0' is unspecified, so no server behind a router has it; write "
            "it like 203.0.113.13",
        ),
        ({"internet1": 5}, "uplink_addresses.internet1: 5 is not an IPv4 address; write it like 203.0.113.13"),
    ],
)
def test_uplink_addresses_are_checked(uplink_addresses: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_endpoints([SERVER13], uplink_addresses)
    assert str(error.value) == message


# (first endpoint, second endpoint, start of the message or None when both can be)
PAIRS: list[tuple[dict[str, Any], dict[str, Any], str | None]] = [
    (SERVER13, SERVER12, None),
    (SERVER13, {**SERVER13, "public_address": "203.0.113.14"}, "name: 'server13' is used twice"),
    (SERVER13, {**SERVER13, "network": "Branch"}, None),
    (SERVER13, SERVER14, "public_address: 203.0.113.13 already has 1:1 NAT for 'server13'"),
    (SERVER14, SERVER13, "public_address: 203.0.113.13 already has 1:Many NAT for 'server14'"),
    (SERVER13, {**SERVER14, "public_address": "203.0.113.14"}, None),
    (SERVER14, {**SERVER14, "name": "b"}, "control_port: control port 21 overlaps"),
    (SERVER14, {**SERVER14, "name": "b", "public_address": "203.0.113.14"}, None),
    (
        SERVER14,
        {**SERVER14, "name": "b", "lan_address": "192.168.128.14", "control_port": 2121, "passive_ports": "62000"},
        None,
    ),
    (
        SERVER14,
        {**SERVER14, "name": "b", "uplink": "internet2"},
        "public_address: 203.0.113.13 already belongs to internet1 for 'server14'; a 1:Many NAT address has one uplink",
    ),
    (SERVER12, {**SERVER12, "name": "b", "control_port": 2121}, "passive_ports: passive port 61000-61099 overlaps"),
    (
        SERVER12,
        {**SERVER12, "name": "b", "passive_ports": "62000-62099", "modes": ["passive"]},
        "control_port: control port 21 overlaps with 21 of 'server12'",
    ),
    (SERVER12, {**SERVER12, "name": "b", "control_port": 2121, "passive_ports": "62000-62099"}, None),
    (SERVER12, {**SERVER12, "name": "b", "uplink": "internet2"}, None),
    (SERVER12, {**SERVER12, "name": "b", "uplink": "both"}, "control_port: control port 21 overlaps"),
    (SERVER13, {**SERVER13, "name": "b", "public_address": "203.0.113.14"}, None),
    (SERVER13, {**SERVER13, "name": "b"}, "control_port: control port 21 overlaps"),
    (SERVER13, {**SERVER13, "name": "b", "control_port": 2121, "passive_ports": "62000-62099"}, None),
    (
        SERVER13,
        {**SERVER13, "name": "b", "lan_address": "192.168.128.14", "control_port": 2121, "passive_ports": "62000"},
        "public_address: 203.0.113.13 already leads to 192.168.128.13",
    ),
]


@pytest.mark.parametrize(("one", "other", "message"), PAIRS)
def test_endpoints_of_one_call_stay_out_of_each_others_way(
    one: dict[str, Any], other: dict[str, Any], message: str | None
) -> None:
    if message is None:
        assert len(parse_endpoints([one, other], {})) == 2
        return
    with pytest.raises(ValueError) as error:
        parse_endpoints([one, other], {})
    assert str(error.value).startswith(f"endpoints[1].{message}")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("internet1", "internet1", True), ("internet1", "internet2", False), ("both", "internet2", True)],
)
def test_both_meets_every_uplink(first: str, second: str, expected: bool) -> None:
    for pair in permutations([first, second]):
        assert uplinks_meet(*pair) is expected
