# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import (
    Answers,
    Organization,
    facts,
    nat_exceptions,
    subnets,
    uplink_name,
    uplinks,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx

Json = dict[str, Any]

HQ = "N_100001"
WAN1: Json = {"interface": "wan1", "status": "active", "ip": "203.0.113.2", "publicIp": "203.0.113.2"}
WAN2: Json = {"interface": "wan2", "status": "ready", "ip": "10.0.0.2", "publicIp": "192.0.2.9"}
SETTINGS: Json = {
    "deploymentMode": "routed",
    "dynamicDns": {"enabled": True, "prefix": "hq", "url": "hq-adfgnnhjea.example.com"},
}
FIRMWARE: Json = {"products": {"appliance": {"currentVersion": {"shortName": "MX 18.211.2"}}, "switch": {}}}
LAN: Json = {"subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"}
ROUTES: list[Json] = [
    {"name": "Branch", "subnet": "10.30.0.0/16", "enabled": True},
    {"name": "Old", "subnet": "10.40.0.0/16", "enabled": False},
    {"name": "Older API", "subnet": "10.50.0.0/16"},
    {"name": "Six", "subnet": "2001:db8::/32", "enabled": True},
]


def device(role: str | None, *reported: Json, network: str = HQ) -> Json:
    availability = {} if role is None else {"highAvailability": {"enabled": role == "spare", "role": role}}
    return {"networkId": network, **availability, "uplinks": list(reported)}


def nat(**enabled: bool) -> Json:
    return {"networkId": HQ, "uplinks": [{"interface": key, "nat": {"enabled": on}} for key, on in enabled.items()]}


ORGANIZATION = Organization(
    networks=[{"id": "N_2", "name": "Branch"}, {"id": HQ, "name": "Lab HQ", "isBoundToConfigTemplate": True}],
    statuses=[device("primary", WAN2, network="N_2"), device("primary", WAN1)],
    nat=[{"networkId": "N_2", "uplinks": []}, nat(wan1=False, wan2=True)],
)


def test_all_facts_of_a_network() -> None:
    found = facts(HQ, ORGANIZATION, Answers(SETTINGS, FIRMWARE, None, LAN, []))
    assert found == {
        "network": {"id": HQ, "name": "Lab HQ"},
        "deployment_mode": "routed",
        "bound_to_template": True,
        "firmware": "MX 18.211.2",
        "dynamic_dns": {"enabled": True, "name": "hq-adfgnnhjea.example.com"},
        "uplinks": {"internet1": {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"}},
        "nat_exceptions": ["internet1"],
        "subnets": [
            {"cidr": "192.168.128.0/24", "source": "single_lan", "name": None, "appliance_ip": "192.168.128.1"}
        ],
    }
    mx = Mx.of(found)
    assert (mx.owner("203.0.113.2"), mx.bound_to_template, mx.nat_exceptions) == ("internet1", True, ("internet1",))
    assert mx.assumed == ()


def test_what_the_api_leaves_out_is_none() -> None:
    bare = Organization([{"id": HQ, "name": "Lab HQ"}], [], None)
    disabled = {"enabled": False, "url": "hq-adfgnnhjea.example.com"}
    settings = {"deploymentMode": "passthrough", "dynamicDns": disabled}
    found = facts(HQ, bare, Answers(settings, {"products": {"switch": {}}}, None, None, None))
    assert (found["uplinks"], found["bound_to_template"]) == ({}, False)
    assert found["dynamic_dns"] == {"enabled": False, "name": None}
    assert (found["firmware"], found["nat_exceptions"], found["subnets"]) == (None, None, None)
    assert Mx.of(found).assumed == ("nat_exceptions",)


@pytest.mark.parametrize(
    ("devices", "addresses"),
    [
        ([], {}),
        ([device("primary", WAN1, WAN2)], {"internet1": "203.0.113.2", "internet2": "192.0.2.9"}),
        ([device("spare", WAN2), device("primary", WAN1)], {"internet1": "203.0.113.2"}),
        ([device("primary", WAN1), device("spare", WAN2)], {"internet1": "203.0.113.2"}),
        ([device(None, WAN1)], {"internet1": "203.0.113.2"}),
        ([device("primary", {**WAN1, "interface": "cellular"})], {}),
        ([device("primary", {"interface": "wan2", "status": "not connected", "publicIp": ""})], {"internet2": None}),
        ([{"networkId": HQ, "highAvailability": None, "uplinks": None}], {}),
    ],
)
def test_uplinks_are_the_primary_devices(devices: Sequence[Json], addresses: dict[str, str | None]) -> None:
    assert {name: uplink["public_address"] for name, uplink in uplinks(devices).items()} == addresses


@pytest.mark.parametrize(
    ("told", "exceptions"),
    [
        (None, None),
        ([], None),
        ([{"networkId": "N_2", "uplinks": []}], None),
        ([nat()], []),
        ([nat(wan1=True, wan2=True)], []),
        ([nat(wan1=False, wan2=False, cellular=False)], ["internet1", "internet2"]),
    ],
)
def test_nat_exceptions_are_uplinks_without_nat(told: list[Json] | None, exceptions: list[str] | None) -> None:
    assert nat_exceptions(HQ, told) == exceptions


@pytest.mark.parametrize(
    ("interface", "name"), [("wan1", "internet1"), ("wan3", "internet3"), ("cellular", None), ("wan", None)]
)
def test_uplinks_have_the_names_that_rules_use(interface: str, name: str | None) -> None:
    assert uplink_name(interface) == name


@pytest.mark.parametrize(
    ("vlans", "single_lan", "routes", "found"),
    [
        (None, None, None, None),
        ([], None, [], []),
        (None, LAN, [], [("192.168.128.0/24", "single_lan", None, "192.168.128.1")]),
        (
            [{"id": 20, "name": "Servers", "subnet": "10.20.0.0/24"}, {"id": 6, "name": "Six only"}],
            None,
            ROUTES,
            [
                ("10.20.0.0/24", "vlan", "Servers", 20),
                ("10.30.0.0/16", "static_route", "Branch"),
                ("10.50.0.0/16", "static_route", "Older API"),
            ],
        ),
    ],
)
def test_subnets_are_where_a_server_may_be(
    vlans: list[Json] | None,
    single_lan: Json | None,
    routes: list[Json] | None,
    found: list[tuple[Any, ...]] | None,
) -> None:
    given = subnets(Answers(SETTINGS, FIRMWARE, vlans, single_lan, routes))
    assert (None if given is None else [tuple(item.values()) for item in given]) == found
