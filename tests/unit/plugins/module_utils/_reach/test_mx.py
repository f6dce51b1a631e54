# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of an MX: what is assumed, what is known of an uplink, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx, Uplink
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import address

UPLINKS = {
    "internet1": {"address": "10.0.0.2", "public_address": "203.0.113.2", "status": "active"},
    "internet2": {"address": "192.0.2.2", "public_address": "192.0.2.2", "status": "ready"},
}


def test_without_facts_the_defaults_of_an_mx_are_assumed() -> None:
    mx = Mx.of({})
    assert (mx.passthrough, mx.bound_to_template, mx.nat_exceptions, mx.subnets) == (False, False, (), None)
    assert mx.assumed == ("deployment_mode", "nat_exceptions")
    assert mx.uplink("internet1") == Uplink(None, None, None)


def test_facts_that_are_given_are_not_assumed() -> None:
    facts = {"deployment_mode": "passthrough", "nat_exceptions": [], "subnets": [{"cidr": "192.168.128.0/24"}]}
    mx = Mx.of(facts)
    assert (mx.passthrough, mx.assumed, mx.subnets) == (True, (), (address("192.168.128.0/24"),))


def test_a_vlan_with_two_subnets_is_not_known() -> None:
    cidrs = {"10.1.0.0/24": 1, "10.2.0.0/24": "1", "10.3.0.0/24": 2}
    subnets = [{"cidr": cidr, "vlan": vlan} for cidr, vlan in cidrs.items()]
    assert Mx.of({"subnets": [*subnets, subnets[-1]]}).vlans == {"2": address("10.3.0.0/24")}


@pytest.mark.parametrize(("name", "behind_nat"), [("internet1", True), ("internet2", False), ("internet3", False)])
def test_an_uplink_is_behind_nat_if_its_two_addresses_are_known_and_differ(name: str, behind_nat: bool) -> None:
    assert Mx.of({"uplinks": UPLINKS}).uplink(name).behind_nat is behind_nat


@pytest.mark.parametrize(
    ("address", "behind_nat"), [("192.168.1.2", True), ("100.64.1.2", True), ("203.0.113.2", False), ("8.8.8.8", False)]
)
def test_an_uplink_without_a_public_address_is_behind_nat(address: str, behind_nat: bool) -> None:
    assert Uplink(address, None, "active").behind_nat is behind_nat


@pytest.mark.parametrize("mode", ["", False, "Passthrough", ["routed"]])
def test_only_a_mode_that_is_left_out_is_assumed(mode: object) -> None:
    with pytest.raises(ValueError, match=r"^mx\.deployment_mode: .* is unknown; write routed or passthrough$"):
        Mx.of({"deployment_mode": mode})


@pytest.mark.parametrize(
    ("public_address", "owner"),
    [("10.0.0.2", "internet1"), ("203.0.113.2", "internet1"), ("192.0.2.2", "internet2"), ("203.0.113.13", None)],
)
def test_an_uplink_owns_its_address_and_the_one_that_the_internet_sees(public_address: str, owner: str | None) -> None:
    assert Mx.of({"uplinks": UPLINKS}).owner(public_address) == owner


def test_uplinks_have_the_names_of_rules() -> None:
    mx = Mx.of({"uplinks": {"wan2": {"address": "192.0.2.2"}}, "nat_exceptions": ["wan2", "internet3"]})
    assert list(mx.uplinks) == ["internet2"]
    assert mx.nat_exceptions == ("internet2", "internet3")


def test_nat_exceptions_may_be_items_of_the_api() -> None:
    items = [
        {"interface": "wan1", "nat": {"enabled": True}},
        {"interface": "wan2", "nat": {"enabled": False}},
        {"interface": "cellular", "nat": {"enabled": False}},
    ]
    assert Mx.of({"nat_exceptions": items}).nat_exceptions == ("internet2",)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"deployment_mode": "bridge"}, "mx.deployment_mode: 'bridge' is unknown; write routed or passthrough"),
        ({"uplinks": {"lan1": {}}}, "mx.uplinks: 'lan1' is not an uplink; write it like internet1"),
        ({"uplinks": {"internet1": "203.0.113.2"}}, "mx.uplinks.internet1: expected address, public_address and"),
        (
            {"uplinks": {"internet1": {"address": "203.0.113.0/24"}}},
            "mx.uplinks.internet1.address: '203.0.113.0/24' is not one address; write it like 203.0.113.2",
        ),
        ({"deploymentMode": "routed"}, "mx: 'deploymentMode' is unknown; there are network, "),
        ({"uplinksNat": []}, "mx: 'uplinksNat' is unknown; "),
        ({"uplinks": []}, "mx.uplinks: expected a dictionary by uplink, like internet1, got []"),
        ({"uplinks": {"wan1": {}, "internet1": {}}}, "mx.uplinks: 'internet1' is internet1, which is there already"),
        (
            {"uplinks": {"internet1": {"publicIp": "203.0.113.2"}}},
            "mx.uplinks.internet1: 'publicIp' is unknown; there are address, public_address, status",
        ),
        (
            {"uplinks": {"internet1": {"address": "203.0.113.2/32"}}},
            "mx.uplinks.internet1.address: '203.0.113.2/32' is not one address",
        ),
        ({"uplinks": {"internet1": {"address": 7}}}, "mx.uplinks.internet1.address: 7 is not one address"),
        ({"uplinks": {"internet1": {"status": 1}}}, "mx.uplinks.internet1.status: expected a word like active"),
        ({"nat_exceptions": True}, "mx.nat_exceptions: expected a list of the uplinks whose NAT is off"),
        ({"nat_exceptions": "internet1"}, "mx.nat_exceptions: expected a list of the uplinks whose NAT is off"),
        ({"nat_exceptions": ["lan1"]}, "mx.nat_exceptions[0]: 'lan1' is not an uplink; write it like internet1"),
        ({"nat_exceptions": [None]}, "mx.nat_exceptions[0]: None is not an uplink"),
        ({"nat_exceptions": [{"interface": "wan1"}]}, "mx.nat_exceptions[0].nat: expected enabled, which is true or"),
        (
            {"nat_exceptions": [{"interface": "wan1", "nat": {"enabled": "false"}}]},
            "mx.nat_exceptions[0].nat: expected enabled, which is true or false, got {'enabled': 'false'}",
        ),
        (
            {"nat_exceptions": [{"uplink": "wan1"}]},
            "mx.nat_exceptions[0]: 'uplink' is unknown; there are interface, nat",
        ),
        ({"bound_to_template": "false"}, "mx.bound_to_template: expected true or false, got 'false'"),
        ({"firmware": 18}, "mx.firmware: expected a version, like MX 18.211.2, got 18"),
        ({"subnets": {"cidr": "10.0.0.0/8"}}, "mx.subnets: expected a list of subnets, each with cidr, got {"),
        ({"subnets": [{"cidr": 10}]}, "mx.subnets[0].cidr: expected a text like 192.168.128.0/24, got 10"),
        (
            {"subnets": [{"cidr": "10.0.0.0/8", "enabled": False}]},
            "mx.subnets[0]: 'enabled' is unknown; there are cidr",
        ),
        ({"deployment_mode": ["routed"]}, "mx.deployment_mode: ['routed'] is unknown; write routed or passthrough"),
        ({"subnets": ["192.168.128.0/24"]}, "mx.subnets[0]: expected an item with cidr"),
        ({"subnets": [{"cidr": "any"}]}, "mx.subnets[0].cidr: 'any' is not a subnet; write it like 192.168.128.0/24"),
        ({"uplinks": {"internet01": {}}}, "mx.uplinks: 'internet01' is not an uplink; write it like internet1"),
        ({"subnets": [{"cidr": "servers"}]}, "mx.subnets[0].cidr: 'servers' is not a subnet"),
    ],
)
def test_what_is_not_a_fact_is_named(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        Mx.of(facts)
    assert str(error.value).startswith(message)
