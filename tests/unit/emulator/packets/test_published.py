# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that publish a host: what comes in, and with which address the host goes out."""

from __future__ import annotations

from typing import Any

import pytest
from mx_emulator.config import Network
from mx_emulator.rules import OneToManyRule, OneToOneRule, PortForwardingRule

MAPPED, OTHER = "192.168.128.13", "192.168.128.12"


def mapping(*openings: dict[str, object], uplink: str = "internet1", public: str = "203.0.113.13") -> OneToOneRule:
    inbound = [{"allowedIps": ["any"], **opening} for opening in openings]
    rule = {"lanIp": MAPPED, "publicIp": public, "uplink": uplink, "allowedInbound": inbound}
    return OneToOneRule.model_validate(rule)


def forward(public: str, local: str, uplink: str = "internet1", allowed: str = "any") -> PortForwardingRule:
    ports = {"protocol": "tcp", "publicPort": public, "localPort": local}
    return PortForwardingRule.model_validate({"lanIp": OTHER, "uplink": uplink, "allowedIps": [allowed], **ports})


def many(*ports: tuple[str, str, str], uplink: str = "internet1", public: str = "203.0.113.14") -> OneToManyRule:
    """Return a 1:Many rule of (host, public ports, local ports)."""
    common = {"protocol": "tcp", "allowedIps": ["any"]}
    rules = [{**common, "localIp": host, "publicPort": first, "localPort": last} for host, first, last in ports]
    return OneToManyRule.model_validate({"publicIp": public, "uplink": uplink, "portRules": rules})


FTP: dict[str, object] = {"protocol": "tcp", "destinationPorts": ["21", "61000-61099"]}


def test_without_rules_the_mx_answers_ping_and_nothing_else(lab: Any, network: Network) -> None:
    lab.put(network)
    assert lab.ping("203.0.113.2") == "203.0.113.2"
    assert lab.connect("client", "203.0.113.2", 21) == "silent"
    lab.run("client", "ip", "route", "add", "192.168.128.0/24", "via", "203.0.113.2")
    assert lab.connect("client", MAPPED, 21) == "silent"
    lab.run("client", "ip", "route", "del", "192.168.128.0/24")


@pytest.mark.parametrize(
    ("port", "answer"),
    [
        (21, f"{MAPPED}:21 < 203.0.113.100"),
        (61000, f"{MAPPED}:61000 < 203.0.113.100"),
        (61099, f"{MAPPED}:61099 < 203.0.113.100"),
        (20, "silent"),
        (61100, "silent"),
    ],
)
def test_one_to_one_admits_only_allowed_inbound(lab: Any, network: Network, port: int, answer: str) -> None:
    lab.put(network, mapping(FTP))
    assert lab.connect("client", "203.0.113.13", port) == answer


@pytest.mark.parametrize(("allowed", "answered"), [("203.0.113.96/28", True), ("203.0.113.101", False)])
def test_allowed_ips_are_the_clients(lab: Any, network: Network, allowed: str, answered: bool) -> None:
    lab.put(network, mapping({**FTP, "allowedIps": [allowed]}), forward("8021", "21", allowed=allowed))
    for host, port in (("203.0.113.13", 21), ("203.0.113.2", 8021)):
        assert (lab.connect("client", host, port) != "silent") is answered


def test_one_to_one_listens_on_its_uplink_only(lab: Any, network: Network) -> None:
    lab.put(network, mapping(FTP, uplink="internet2", public="198.51.100.13"))
    assert lab.connect("client", "198.51.100.13", 21) == f"{MAPPED}:21 < 198.51.100.100"
    lab.run("client", "ip", "route", "add", "198.51.100.13", "via", "203.0.113.2", "src", "203.0.113.100")
    assert lab.connect("client", "198.51.100.13", 21) == "silent"
    lab.run("client", "ip", "route", "del", "198.51.100.13")


def test_ping_is_answered_only_where_it_is_allowed(lab: Any, network: Network) -> None:
    lab.put(network, mapping(FTP))
    assert lab.ping("203.0.113.13") == "silent"
    lab.put(network, mapping({"protocol": "icmp-ping"}))
    assert lab.ping("203.0.113.13") == "203.0.113.13"


@pytest.mark.parametrize(
    ("source", "host", "seen"),
    [
        (MAPPED, "203.0.113.100", "203.0.113.13"),
        (OTHER, "203.0.113.100", "203.0.113.2"),
        (MAPPED, "198.51.100.100", "198.51.100.2"),
    ],
)
def test_outbound_source_address_and_port(lab: Any, network: Network, source: str, host: str, seen: str) -> None:
    lab.put(network, mapping(FTP))
    assert lab.connect("server", host, 61000, source, 20) == f"{host}:61000 < {seen} from port 20"


@pytest.mark.parametrize(
    ("rule", "host", "port", "answer"),
    [
        (forward("61000-61099", "61000-61099"), "203.0.113.2", 61099, f"{OTHER}:61099 < 203.0.113.100"),
        (forward("51000-51099", "61000-61099"), "203.0.113.2", 51000, f"{OTHER}:61000 < 203.0.113.100"),
        (forward("51000-51099", "61000-61099"), "203.0.113.2", 51099, f"{OTHER}:61099 < 203.0.113.100"),
        (forward("51000-51099", "61000-61099"), "203.0.113.2", 61000, "silent"),
        (forward("21", "21"), "198.51.100.2", 21, "silent"),
        (forward("21", "21", "both"), "198.51.100.2", 21, f"{OTHER}:21 < 198.51.100.100"),
    ],
)
def test_port_forwarding(
    lab: Any, network: Network, rule: PortForwardingRule, host: str, port: int, answer: str
) -> None:
    lab.put(network, rule)
    assert lab.connect("client", host, port) == answer


def test_removal_closes_and_takes_the_address_away(lab: Any, network: Network) -> None:
    lab.put(network, mapping(FTP), forward("21", "21"))
    assert lab.connect("client", "203.0.113.13", 21) != "silent"
    assert lab.connect("client", "203.0.113.2", 21) != "silent"
    lab.put(network)
    assert lab.connect("client", "203.0.113.2", 21) == "silent"
    assert "203.0.113.13" not in lab.run("mx", "ip", "address", "show")


@pytest.mark.parametrize(
    ("port", "answer"),
    [
        (21, f"{OTHER}:21 < 203.0.113.100"),
        (2121, f"{MAPPED}:21 < 203.0.113.100"),
        (51099, f"{OTHER}:61099 < 203.0.113.100"),
        (61000, "silent"),
    ],
)
def test_one_to_many_publishes_ports_of_several_hosts(lab: Any, network: Network, port: int, answer: str) -> None:
    lab.put(network, many((OTHER, "21", "21"), (MAPPED, "2121", "21"), (OTHER, "51000-51099", "61000-61099")))
    assert lab.connect("client", "203.0.113.14", port) == answer


def test_a_one_to_many_host_leaves_by_the_address_of_the_mx(lab: Any, network: Network) -> None:
    lab.put(network, many((OTHER, "21", "21")))
    assert lab.connect("server", "203.0.113.100", 61000, OTHER) == "203.0.113.100:61000 < 203.0.113.2"
