# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two layer 3 lists: outbound always, inbound only on uplinks with a NAT exception."""

from __future__ import annotations

from typing import Any

import pytest
from mx_emulator.config import Network
from mx_emulator.firewall import FirewallRules
from mx_emulator.lan import Lan
from mx_emulator.policy import Policy
from mx_emulator.rules import OneToOneRule, PortForwardingRule
from mx_emulator.settings import Settings

SERVER, OTHER, CLIENT, FAR = "192.168.128.13", "192.168.128.12", "203.0.113.100", "198.51.100.100"
REACHED, EXCEPTED = "203.0.113.100:61000 < 203.0.113.2", f"{OTHER}:21 < {CLIENT}"
FORWARD = PortForwardingRule(
    lan_ip=OTHER, public_port="2121", local_port="21", allowed_ips=["10.0.0.1"], protocol="tcp", uplink="internet1"
)
BRIDGE = Settings(deployment_mode="passthrough")
MAPPING = OneToOneRule(lan_ip=SERVER, public_ip="203.0.113.13")


def rules(*items: dict[str, str]) -> FirewallRules:
    full = [{"policy": "allow", "protocol": "any", "srcCidr": "Any", "destCidr": "any", **item} for item in items]
    return FirewallRules.model_validate({"rules": full})


@pytest.mark.parametrize(
    ("items", "answer"),
    [
        ([], REACHED),
        ([{"policy": "deny"}], "silent"),
        ([{"policy": "deny", "protocol": "tcp", "destPort": "21,61000"}], "silent"),
        ([{"policy": "deny", "protocol": "tcp", "destPort": "60000-62000", "srcCidr": "192.168.128.0/24"}], "silent"),
        ([{"policy": "deny", "protocol": "tcp", "srcPort": "20"}], REACHED),
        ([{"policy": "deny", "protocol": "tcp", "srcPort": "1024-65535"}], "silent"),
        ([{"policy": "deny", "destCidr": "10.0.0.0/8, 203.0.113.0/24,203.0.113.100"}], "silent"),
        ([{"policy": "deny", "protocol": "tcp", "destPort": "21"}], REACHED),
        ([{"policy": "deny", "protocol": "udp"}], REACHED),
        ([{"policy": "deny", "protocol": "icmp"}], REACHED),
        ([{"policy": "deny", "protocol": "icmp6"}], REACHED),
        ([{"policy": "deny", "srcCidr": SERVER}], REACHED),
        ([{"destCidr": CLIENT}, {"policy": "deny"}], REACHED),
        ([{"policy": "deny"}, {"destCidr": CLIENT}], "silent"),
    ],
)
def test_outbound_first_match_decides(lab: Any, network: Network, items: list[dict[str, str]], answer: str) -> None:
    lab.put(network, l3_firewall=rules(*items))
    assert lab.connect("server", CLIENT, 61000, OTHER) == answer


def test_outbound_rules_do_not_stop_answers(lab: Any, network: Network) -> None:
    forward = FORWARD.model_copy(update={"allowed_ips": ["any"]})
    lab.put(network, forward, l3_firewall=rules({"policy": "deny"}))
    assert lab.connect("client", "203.0.113.2", 2121) == EXCEPTED


@pytest.mark.parametrize(
    ("items", "answer"),
    [
        ([], "silent"),
        ([{}], EXCEPTED),
        ([{"protocol": "tcp", "destCidr": "203.0.113.2", "destPort": "2121"}], EXCEPTED),
        ([{"protocol": "tcp", "destCidr": "203.0.113.2/32", "destPort": "2000-2200", "srcCidr": CLIENT}], EXCEPTED),
        ([{"protocol": "tcp", "destCidr": "203.0.113.2", "destPort": "2120,2121"}], EXCEPTED),
        ([{"protocol": "tcp", "destCidr": "203.0.113.2", "destPort": "21"}], "silent"),
        ([{"protocol": "tcp", "destCidr": "203.0.113.2", "destPort": "2122-65535"}], "silent"),
        ([{"destCidr": OTHER}], "silent"),
        ([{"policy": "deny", "srcCidr": "203.0.113.96/28"}, {}], "silent"),
    ],
)
def test_inbound_rules_decide_where_the_translation_is_off(
    lab: Any, network: Network, items: list[dict[str, str]], answer: str
) -> None:
    lab.put(network, FORWARD, inbound_firewall=rules(*items), nat_exceptions=["internet1"])
    assert lab.connect("client", "203.0.113.2", 2121) == answer


def test_inbound_rules_override_the_allowed_inbound_of_one_to_one(lab: Any, network: Network) -> None:
    lab.put(network, MAPPING, inbound_firewall=rules({"destCidr": "203.0.113.13"}), nat_exceptions=["internet1"])
    assert lab.connect("client", "203.0.113.13", 61000) == f"{SERVER}:61000 < {CLIENT}"


@pytest.mark.parametrize("exceptions", [[], ["internet2"]])
def test_inbound_rules_mean_nothing_elsewhere(lab: Any, network: Network, exceptions: list[str]) -> None:
    lab.put(network, FORWARD, inbound_firewall=rules({}), nat_exceptions=exceptions)
    assert lab.connect("client", "203.0.113.2", 2121) == "silent"


def test_an_exception_lets_lan_addresses_out_untranslated_but_for_mapped_hosts(lab: Any, network: Network) -> None:
    lab.run("client", "ip", "route", "add", "192.168.128.0/24", "via", "203.0.113.2")
    lab.put(network, MAPPING, nat_exceptions=["internet1"])
    assert lab.connect("server", CLIENT, 61000, OTHER) == f"{CLIENT}:61000 < {OTHER}"
    assert lab.connect("server", CLIENT, 61000, SERVER) == f"{CLIENT}:61000 < 203.0.113.13"
    lab.put(network, inbound_firewall=rules({"destCidr": OTHER}), nat_exceptions=["internet1"])
    assert lab.connect("client", OTHER, 21) == f"{OTHER}:21 < {CLIENT}"
    lab.run("client", "ip", "route", "del", "192.168.128.0/24")


@pytest.mark.parametrize(
    ("exceptions", "answer"), [([], EXCEPTED), (["internet1"], "silent"), (["internet2"], "silent")]
)
def test_passthrough_admits_all_but_what_the_inbound_list_denies_where_it_decides(
    lab: Any, network: Network, exceptions: list[str], answer: str
) -> None:
    denied = rules({"policy": "deny", "protocol": "tcp", "destCidr": OTHER, "destPort": "21"})
    lab.put(network, FORWARD, settings=BRIDGE, inbound_firewall=denied, nat_exceptions=exceptions)
    lab.run("client", "ip", "route", "add", "192.168.128.0/24", "via", "203.0.113.2")
    assert lab.connect("client", OTHER, 21) == answer
    assert lab.connect("client", OTHER, 61000) == f"{OTHER}:61000 < {CLIENT}"
    assert lab.connect("server", CLIENT, 61000, OTHER) == f"{CLIENT}:61000 < {OTHER}"
    lab.run("client", "ip", "route", "del", "192.168.128.0/24")


PARTNERS = {"id": "1", "name": "Partners", "type": "cidr", "cidr": "203.0.113.96/28"}
SIX = {"id": "2", "name": "Six", "type": "cidr", "cidr": "2001:db8::/32"}
MASKED = {"id": "3", "name": "Masked", "type": "ipAndMask", "ip": CLIENT, "mask": "255.255.255.0"}
MIRROR = {"id": "4", "name": "Mirror", "type": "fqdn", "fqdn": "ftp.example.com"}
POLICY = Policy.model_validate(
    {
        "objects": [
            {"category": "network", "createdAt": "", "updatedAt": "", **item}
            for item in (PARTNERS, SIX, MASKED, MIRROR)
        ],
        "groups": [
            {"id": name, "name": name, "objectIds": members, "createdAt": "", "updatedAt": ""}
            for name, members in (("11", ["1", "2"]), ("12", ["2"]), ("13", ["4"]), ("14", []))
        ],
    }
)
LAN = Lan.model_validate(
    {
        "vlansEnabled": True,
        "vlans": [{"id": "5", "name": "Servers", "subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"}],
    }
)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"destCidr": "OBJ(1)"}, "silent"),
        ({"destCidr": "10.0.0.1,OBJ(3)"}, "silent"),
        ({"destCidr": "GRP(11)"}, "silent"),
        ({"destCidr": "OBJ(2)"}, REACHED),
        ({"destCidr": "GRP(12)"}, REACHED),
        ({"destCidr": "GRP(13)"}, REACHED),
        ({"destCidr": "GRP(14)"}, REACHED),
        ({"destCidr": "ftp.example.com"}, REACHED),
        ({"destCidr": f"ftp.example.com,{CLIENT}"}, "silent"),
        ({"destCidr": "2001:db8::/32"}, REACHED),
        ({"destCidr": f"::/0,{CLIENT}"}, "silent"),
        ({"srcCidr": "VLAN(5).*"}, "silent"),
        ({"srcCidr": "VLAN(5).12"}, "silent"),
        ({"srcCidr": "VLAN(5).13"}, REACHED),
        ({"srcCidr": "VLAN(5).*", "destCidr": "VLAN(5).*"}, REACHED),
    ],
)
def test_what_an_entry_of_an_outbound_rule_means(
    lab: Any, network: Network, fields: dict[str, str], answer: str
) -> None:
    lab.put(network, policy=POLICY, lan=LAN, l3_firewall=rules({"policy": "deny", **fields}))
    assert lab.connect("server", CLIENT, 61000, OTHER) == answer


@pytest.mark.parametrize(("source", "answer"), [("GRP(11)", EXCEPTED), ("OBJ(2)", "silent")])
def test_what_an_entry_of_an_inbound_rule_means(lab: Any, network: Network, source: str, answer: str) -> None:
    inbound = rules({"srcCidr": source})
    lab.put(network, FORWARD, policy=POLICY, inbound_firewall=inbound, nat_exceptions=["internet1"])
    assert lab.connect("client", "203.0.113.2", 2121) == answer
