# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts, translations and deciding rules, one small MX after another."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.firewall import never_matching
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import Flow
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.inbound import inbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import known_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.outbound import outbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import PROTOCOLS, Packets, address, port
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rows import row
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole

CLIENTS = "198.51.100.0/24"
OWN, PUBLIC, HOST = "203.0.113.2", "203.0.113.13", "192.168.128.13"
MX: dict[str, Any] = {"uplinks": {"internet1": {"address": OWN, "public_address": OWN}}}
MANUAL = {**MX, "nat_exceptions": ["internet1"], "subnets": [{"cidr": "192.168.128.0/24"}]}


def mapping(*openings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    rule = {"name": "13", "lanIp": HOST, "publicIp": PUBLIC, "uplink": "internet1", "allowedInbound": list(openings)}
    return {**rule, **fields}


def opening(*ports: Any, protocol: str = "tcp", allowed: str = "any") -> dict[str, Any]:
    return {"protocol": protocol, "destinationPorts": list(ports), "allowedIps": [allowed]}


def forward(public: Any, local: Any, **fields: Any) -> dict[str, Any]:
    rule = {"publicPort": public, "localPort": local, "lanIp": "192.168.128.12", "protocol": "tcp"}
    return {**rule, "allowedIps": ["any"], "uplink": "internet1", **fields}


def many(*rules: dict[str, Any]) -> dict[str, Any]:
    port_rules = [{**rule, "localIp": rule["lanIp"]} for rule in rules]
    return {"publicIp": "203.0.113.14", "uplink": "internet1", "portRules": port_rules}


def firewall(policy: str, source: str = "Any", destination: str = "Any", **fields: Any) -> dict[str, Any]:
    ports = {"srcPort": "Any", "destPort": "Any"}
    return {"policy": policy, "protocol": "tcp", "srcCidr": source, "destCidr": destination, **ports, **fields}


def judged(
    way: str, mx: dict[str, Any], lists: dict[str, Any], source: str, destination: str, ports: str, **other: str
) -> list[str]:
    """Judge one flow and give its parts in short: ports, verdict, where it then comes from or goes to, rules."""
    site = Site(known_lists(whole(lists)), Mx.of(mx))
    source_ports, uplink = port(other.get("source_ports", "any")), other.get("uplink", "internet1")
    packets = Packets(PROTOCOLS["tcp"], address(source), source_ports, address(destination), port(ports))
    flow = Flow("test", None, way, uplink, (packets,), None)
    parts = (inbound if way == "inbound" else outbound)(site, uplink, packets)
    return [_short(row(flow, part, site)) for part in parts]


def _short(answer: dict[str, Any]) -> str:
    way = answer["translated"]
    end = "" if way is None else way["source"] if answer["direction"] == "outbound" else way["destination"]
    end = f" {end}:{way['ports']}" if answer["direction"] == "inbound" and way else f" {end}" if way else ""
    rules = "".join(f" {_rule(ref)}" for ref in answer["rules"]) + "".join(
        f" ({ref['relation']} {_rule(ref)})" for ref in answer["others"]
    )
    return f"{answer['source']} {answer['ports']} {answer['verdict']}{end}{rules}"


def _rule(ref: dict[str, Any]) -> str:
    return f"{ref['kind']}[{ref['index']}]" + ("" if ref["part"] is None else f".{ref['part']}")


@pytest.mark.parametrize(
    ("lists", "destination", "ports", "parts"),
    [
        ({}, PUBLIC, "21", ["any 21 stopped"]),
        ({"one_to_one_nat": [mapping()]}, PUBLIC, "21", ["any 21 stopped"]),
        (
            {"one_to_one_nat": [mapping(opening("22", protocol="udp"), opening(21, "61000-61099"))]},
            PUBLIC,
            "20-61100",
            [
                "any 20 stopped",
                f"any 21 admitted {HOST}:21 one_to_one_nat[0].1",
                "any 22-60999 stopped",
                f"any 61000-61099 admitted {HOST}:61000-61099 one_to_one_nat[0].1",
                "any 61100 stopped",
            ],
        ),
        (
            {"one_to_one_nat": [mapping({"protocol": "any", "allowedIps": ["any"]})]},
            PUBLIC,
            "7",
            [f"any 7 admitted {HOST}:7 one_to_one_nat[0].0"],
        ),
        ({"one_to_one_nat": [mapping(opening("21"), uplink="internet2")]}, PUBLIC, "21", ["any 21 stopped"]),
        ({"one_to_one_nat": [mapping(opening("21"))]}, "203.0.113.14", "21", ["any 21 stopped"]),
        (
            {"port_forwarding": {"rules": [forward("51000-51099", "61000-61099", uplink="both")]}},
            OWN,
            "51050-51100",
            [
                "any 51050-51099 admitted 192.168.128.12:61050-61099 port_forwarding[0]",
                "any 51100 stopped",
            ],
        ),
        ({"port_forwarding": [forward("21", "21")]}, PUBLIC, "21", ["any 21 stopped"]),
        (
            {"one_to_many_nat": [many(forward("22", "22"), forward("2121", "21"))]},
            "203.0.113.14",
            "2121",
            ["any 2121 admitted 192.168.128.12:21 one_to_many_nat[0].1"],
        ),
        (
            {"one_to_one_nat": [mapping(opening("21"), opening("20-30"))]},
            PUBLIC,
            "21",
            [f"any 21 admitted {HOST}:21 one_to_one_nat[0].0 (overlapping one_to_one_nat[0].1)"],
        ),
        (
            {"one_to_one_nat": [mapping(opening("21")), mapping(opening("21"), lanIp="192.168.128.99")]},
            PUBLIC,
            "21",
            ["any 21 undetermined one_to_one_nat[0].0 one_to_one_nat[1].0"],
        ),
    ],
)
def test_inbound(lists: dict[str, Any], destination: str, ports: str, parts: list[str]) -> None:
    assert judged("inbound", MX, lists, "any", destination, ports) == parts


def test_a_flow_is_cut_where_a_rule_admits_some_of_its_sources() -> None:
    lists = {"one_to_one_nat": [mapping(opening("21", allowed="198.51.100.64/26"))]}
    assert judged("inbound", MX, lists, "198.51.100.0/25", PUBLIC, "20-21") == [
        "198.51.100.0/26 20-21 stopped",
        "198.51.100.64/26 20 stopped",
        f"198.51.100.64/26 21 admitted {HOST}:21 one_to_one_nat[0].0",
    ]


@pytest.mark.parametrize(
    ("mx", "destination", "parts"),
    [
        ({}, OWN, ["any 21 undetermined 192.168.128.12:21 port_forwarding[0]"]),
        ({}, PUBLIC, [f"any 21 admitted {HOST}:21 one_to_one_nat[0].0"]),
        ({"deployment_mode": "passthrough"}, PUBLIC, ["any 21 undetermined"]),
        (
            {"uplinks": {"internet1": {"address": "10.0.0.2", "public_address": OWN}}},
            OWN,
            ["any 21 undetermined 192.168.128.12:21 port_forwarding[0]"],
        ),
        ({"uplinks": {"internet1": {"address": "10.0.0.2", "public_address": OWN}}}, "203.0.113.9", ["any 21 stopped"]),
    ],
)
def test_facts_that_leave_it_open(mx: dict[str, Any], destination: str, parts: list[str]) -> None:
    lists = {"one_to_one_nat": [mapping(opening("21"))], "port_forwarding": [forward("21", "21")]}
    assert judged("inbound", mx, lists, "any", destination, "21") == parts


def test_without_nat_the_lan_is_cut_out_of_flows_to_anywhere() -> None:
    lists = {"inbound_firewall": [firewall("allow", destPort="21")]}
    parts = judged("inbound", MANUAL, lists, "any", "192.168.0.0/16", "21")
    assert [part for part in parts if "stopped" not in part] == [
        "any 21 admitted 192.168.128.0/24:21 inbound_firewall[0]"
    ]
    assert len(parts) == 3


def test_only_senders_in_the_lan_are_cut_out_of_flows_from_anywhere() -> None:
    parts = judged("outbound", {**MANUAL, "nat_exceptions": []}, {}, "192.168.128.0/23", CLIENTS, "50000")
    assert parts == [f"192.168.128.0/24 50000 admitted {OWN}", "192.168.129.0/24 50000 stopped"]


@pytest.mark.parametrize(
    ("public", "parts"),
    [
        (OWN, ["any 21 stopped", "any 21 stopped", "any 21 undetermined 192.168.128.12:21 port_forwarding[0]"]),
        (None, ["any 21 stopped", "any 21 undetermined 192.168.128.12:21 port_forwarding[0]"]),
    ],
)
def test_behind_nat_the_public_address_is_cut_out_of_flows_to_more(public: str | None, parts: list[str]) -> None:
    mx = {"uplinks": {"internet1": {"address": "10.0.0.2", "public_address": public}}}
    lists = {"one_to_one_nat": [mapping()], "port_forwarding": [forward("21", "21")]}
    assert sorted(set(judged("inbound", mx, lists, "any", "203.0.113.0/28", "21"))) == sorted(set(parts))


@pytest.mark.parametrize(
    ("exceptions", "lists", "parts"),
    [
        ([], {"inbound_firewall": [firewall("deny")]}, ["any 21 undetermined"]),
        (["internet2"], {"inbound_firewall": [firewall("deny")]}, ["any 21 stopped inbound_firewall[0]"]),
        (["internet1"], {"inbound_firewall": [firewall("allow")]}, ["any 21 undetermined"]),
        (["internet1"], {}, ["any 21 undetermined"]),
        ([], {"l7_firewall": [{"policy": "deny", "type": "port", "value": "21"}]}, ["any 21 stopped l7_firewall[0]"]),
    ],
)
def test_a_bridge_stops_what_its_own_lists_deny(exceptions: list[str], lists: dict[str, Any], parts: list[str]) -> None:
    mx = {"deployment_mode": "passthrough", "nat_exceptions": exceptions}
    assert judged("inbound", mx, lists, "any", HOST, "21") == parts


@pytest.mark.parametrize(
    ("rules", "destination", "parts"),
    [
        ([], PUBLIC, ["any 80 stopped"]),
        ([firewall("allow", destination=HOST)], PUBLIC, ["any 80 stopped"]),
        (
            [firewall("allow", destination=PUBLIC, destPort="80")],
            PUBLIC,
            [f"any 80 admitted {HOST}:80 inbound_firewall[0] one_to_one_nat[0]"],
        ),
        (
            [firewall("deny", destPort="80"), firewall("allow")],
            PUBLIC,
            ["any 80 stopped inbound_firewall[0] (shadowed inbound_firewall[1])"],
        ),
        ([firewall("allow")], "203.0.113.14", ["any 80 stopped inbound_firewall[0]"]),
        ([firewall("allow")], HOST, [f"any 80 admitted {HOST}:80 inbound_firewall[0]"]),
    ],
)
def test_with_nat_exceptions_the_inbound_firewall_decides(
    rules: list[dict[str, Any]], destination: str, parts: list[str]
) -> None:
    lists = {"one_to_one_nat": [mapping(opening("21"))], "inbound_firewall": rules}
    assert judged("inbound", MANUAL, lists, "any", destination, "80") == parts
    assert judged("inbound", {**MANUAL, "nat_exceptions": []}, lists, "any", destination, "80") == ["any 80 stopped"]


OBJECT = firewall("deny", destination="OBJ(7),198.51.100.9")


@pytest.mark.parametrize(
    ("mx", "source", "lists", "parts"),
    [
        (MX, HOST, {}, [f"{HOST} 50000 admitted {OWN}"]),
        ({}, HOST, {}, [f"{HOST} 50000 admitted None"]),
        (MX, HOST, {"one_to_one_nat": [mapping()]}, [f"{HOST} 50000 admitted {PUBLIC} one_to_one_nat[0]"]),
        (MX, HOST, {"one_to_one_nat": [mapping(uplink="internet2")]}, [f"{HOST} 50000 admitted {OWN}"]),
        (
            MX,
            HOST,
            {"one_to_one_nat": [mapping(), mapping(publicIp="203.0.113.14")]},
            [f"{HOST} 50000 admitted {PUBLIC} one_to_one_nat[0] (overlapping one_to_one_nat[1])"],
        ),
        (
            MX,
            "192.168.128.12",
            {"one_to_many_nat": [many(forward("21", "21"))]},
            [f"192.168.128.12 50000 admitted {OWN}"],
        ),
        (MANUAL, HOST, {}, [f"{HOST} 50000 admitted {HOST}"]),
        ({"deployment_mode": "passthrough"}, HOST, {"one_to_one_nat": [mapping()]}, [f"{HOST} 50000 admitted {HOST}"]),
        (
            MX,
            HOST,
            {
                "l3_firewall": [
                    firewall("deny", srcPort="1-19"),
                    firewall("deny", source=f"10.0.0.0/8,{HOST}", srcPort="20"),
                ]
            },
            [f"{HOST} 50000 stopped l3_firewall[1]"],
        ),
        (
            MX,
            HOST,
            {"l3_firewall": [firewall("allow", srcPort="20"), firewall("deny")]},
            [f"{HOST} 50000 admitted {OWN} l3_firewall[0] (shadowed l3_firewall[1])"],
        ),
        (MX, HOST, {"l3_firewall": [firewall("deny", protocol="udp")]}, [f"{HOST} 50000 admitted {OWN}"]),
        (MX, HOST, {"l3_firewall": [firewall("deny", "2001:db8::/32")]}, [f"{HOST} 50000 admitted {OWN}"]),
        (MX, HOST, {"l3_firewall": [firewall("deny", protocol="icmp6")]}, [f"{HOST} 50000 admitted {OWN}"]),
        (MX, HOST, {"l3_firewall": [OBJECT]}, [f"{HOST} 50000 undetermined {OWN} l3_firewall[0]"]),
        (
            MX,
            HOST,
            {"l3_firewall": [OBJECT, firewall("deny")]},
            [f"{HOST} 50000 stopped l3_firewall[0] l3_firewall[1]"],
        ),
    ],
)
def test_outbound(mx: dict[str, Any], source: str, lists: dict[str, Any], parts: list[str]) -> None:
    assert judged("outbound", mx, lists, source, "198.51.100.100", "50000", source_ports="20") == parts


def test_the_certain_part_of_a_rule_decides_alone() -> None:
    lists = {"l3_firewall": [OBJECT]}
    assert judged("outbound", MX, lists, HOST, "198.51.100.9", "50000") == [f"{HOST} 50000 stopped l3_firewall[0]"]


@pytest.mark.parametrize(
    ("rules", "idle"),
    [
        ([firewall("allow", protocol="any"), firewall("allow", comment="Default rule", protocol="Any")], []),
        ([firewall("allow", protocol="any"), firewall("allow", HOST, comment="Default rule")], [1]),
        (
            [firewall("deny", protocol="any"), firewall("allow", comment="Default rule", protocol="Any", srcPort=None)],
            [],
        ),
        ([firewall("allow"), firewall("deny", HOST)], [1]),
        ([firewall("allow", protocol="udp"), firewall("deny", HOST)], []),
        ([firewall("deny", "10.0.0.0/9"), firewall("deny", "10.128.0.0/9"), firewall("allow", "10.0.0.0/8")], [2]),
        ([firewall("deny", "10.0.0.0/9"), firewall("allow", "10.0.0.0/8,OBJ(1)")], []),
        ([firewall("deny", "OBJ(1)"), firewall("allow", HOST)], []),
        ([firewall("allow"), firewall("allow", "192.168.128.13,OBJ(1)")], [1]),
    ],
)
def test_rules_that_never_match(rules: list[dict[str, Any]], idle: list[int]) -> None:
    site = Site(whole({"l3_firewall": rules}), Mx.of({}))
    assert [ref.index for ref in never_matching(site, "l3_firewall")] == idle


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"one_to_one": []}, "lists: 'one_to_one' is not a rule list; write one of: one_to_one_nat, "),
        ({"port_forwarding": {"errors": []}}, "lists.port_forwarding: expected a list of rules or "),
        ({"one_to_one_nat": ["21"]}, "lists.one_to_one_nat: expected a list of rules or "),
    ],
)
def test_what_are_no_lists_is_named(lists: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="lists") as caught:
        judged("inbound", MX, lists, "any", PUBLIC, "21")
    assert str(caught.value).startswith(message)


WEB = "203.0.113.99"
UNREADABLE: list[tuple[str, dict[str, Any], str, str]] = [
    # list, rule, the address or port that it may decide about, what is wrong
    ("one_to_one_nat", mapping(opening("21"), publicIp=None), WEB, "publicIp is missing"),
    ("one_to_one_nat", mapping(opening("21"), publicIp="2001:db8::1"), WEB, "'2001:db8::1' is not an IPv4 address"),
    ("one_to_one_nat", mapping(publicIp=WEB, allowedInbound=["21"]), WEB, "allowedInbound is ['21']"),
    ("one_to_one_nat", mapping(opening("ftp"), publicIp=WEB), WEB, "destinationPorts: 'ftp' is not a port"),
    ("one_to_one_nat", mapping(opening("0"), publicIp=WEB), WEB, "destinationPorts: '0' is out of range"),
    ("one_to_one_nat", mapping(opening(), publicIp=WEB), WEB, "destinationPorts is missing or empty"),
    ("one_to_one_nat", mapping(opening("21", allowed="GRP(1)"), publicIp=WEB), WEB, "allowedIps: 'GRP(1)' is not an"),
    ("one_to_one_nat", mapping(opening("21", allowed="a.example"), publicIp=WEB), WEB, "allowedIps: 'a.example' is"),
    (
        "one_to_one_nat",
        mapping({**opening("21"), "allowedIps": []}, publicIp=WEB),
        WEB,
        "allowedIps is missing or empty",
    ),
    ("one_to_one_nat", mapping(opening("21", protocol="sctp"), publicIp=WEB), WEB, "protocol 'sctp' is unknown"),
    ("one_to_one_nat", mapping(opening("21"), publicIp=WEB, lanIp=None), WEB, "lanIp is missing"),
    ("one_to_one_nat", mapping(opening("21"), publicIp=WEB, uplink=1), WEB, "uplink is '1'"),
    ("one_to_many_nat", {"publicIp": WEB, "uplink": "internet1", "portRules": 7}, WEB, "portRules is 7"),
    ("port_forwarding", forward("21-23", "21-22"), OWN, "publicPort 21-23 and localPort 21-22 differ in length"),
    ("port_forwarding", forward("21", "21", lanIp="10.0.0.0/8"), OWN, "lanIp: '10.0.0.0/8' is not one address"),
    ("port_forwarding", forward("21", "21", protocol="sctp"), OWN, "protocol 'sctp' is unknown"),
    ("port_forwarding", forward("21", "21", allowedIps=None), OWN, "allowedIps is missing or empty"),
    ("port_forwarding", forward("x", "21"), OWN, "publicPort: 'x' is not a port"),
    ("port_forwarding", forward("21", None), OWN, "localPort is missing"),
]


@pytest.mark.parametrize(("kind", "rule", "place", "problem"), UNREADABLE)
def test_an_unreadable_nat_rule_leaves_open_only_what_it_may_decide(
    kind: str, rule: dict[str, Any], place: str, problem: str
) -> None:
    ours = mapping(opening("21"))
    lists: dict[str, Any] = {"one_to_one_nat": [ours]}
    lists[kind] = [*lists.get(kind, []), rule]
    assert judged("inbound", MX, lists, "any", PUBLIC, "21") == [f"any 21 admitted {HOST}:21 one_to_one_nat[0].0"]
    site = Site(known_lists(whole(lists)), Mx.of(MX))
    (part,) = inbound(
        site, "internet1", Packets(PROTOCOLS["tcp"], destination=address(place), destination_port=port("21"))
    )
    assert (part.verdict, [ref.kind for ref in part.rules]) == ("undetermined", [kind])
    assert problem in part.reason


@pytest.mark.parametrize("mx", [MX, {}])
@pytest.mark.parametrize(
    "lists",
    [
        {"one_to_one_nat": [mapping(opening("21")), mapping(opening("22"), publicIp=None)]},
        {"one_to_one_nat": [mapping(opening("21"))], "port_forwarding": [forward("22", "22")]},
    ],
)
def test_no_other_rule_has_the_address_of_a_nat_rule(lists: dict[str, Any], mx: dict[str, Any]) -> None:
    assert judged("inbound", mx, lists, "any", PUBLIC, "22") == ["any 22 stopped"]


@pytest.mark.parametrize("word", ["2001:db8::/32", "2001:db8::1"])
def test_an_ipv6_source_admits_no_ipv4(word: str) -> None:
    lists = {"one_to_one_nat": [mapping(opening("21", allowed=word))]}
    assert judged("inbound", MX, lists, "any", PUBLIC, "21") == ["any 21 stopped"]


def test_a_doubtful_rule_at_the_same_address_may_compete() -> None:
    doubtful = mapping(opening("21", allowed="GRP(1)"), lanIp="192.168.128.99")
    lists = {"one_to_one_nat": [mapping(opening("21")), doubtful]}
    assert judged("inbound", MX, lists, "any", PUBLIC, "21") == [
        "any 21 undetermined one_to_one_nat[0].0 one_to_one_nat[1].0"
    ]


@pytest.mark.parametrize(
    "rule",
    [
        firewall("drop"),
        firewall("deny", destPort="0"),
        firewall("deny", protocol="sctp"),
        firewall("deny", ""),
        {"policy": "deny", "protocol": "tcp"},
    ],
)
def test_an_unreadable_firewall_rule_leaves_open_what_it_may_decide(rule: dict[str, Any]) -> None:
    before = judged("outbound", MX, {"l3_firewall": [firewall("allow"), rule]}, HOST, "any", "21")
    assert before == [f"{HOST} 21 admitted {OWN} l3_firewall[0] (shadowed l3_firewall[1])"]
    assert judged("outbound", MX, {"l3_firewall": [rule]}, HOST, "any", "21") == [
        f"{HOST} 21 undetermined {OWN} l3_firewall[0]"
    ]


VLANS = {**MX, "subnets": [{"cidr": "192.168.128.0/24", "vlan": 5}, {"cidr": "10.0.0.0/8", "vlan": 6}]}


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("VLAN(5).*", "stopped"),
        ("vlan(5).13", "stopped"),
        ("VLAN(5).14", "admitted"),
        ("VLAN(6).*", "admitted"),
        ("VLAN(6).13", "admitted"),
        ("VLAN(7).*", "undetermined"),
        ("VLAN(5).300", "undetermined"),
    ],
)
def test_a_vlan_is_its_subnet(word: str, verdict: str) -> None:
    (part,) = judged("outbound", VLANS, {"l3_firewall": [firewall("deny", word)]}, HOST, "any", "21")
    assert part.split()[2] == verdict


@pytest.mark.parametrize("subnets", [[], [{"cidr": "10.0.0.0/8"}]])
def test_nothing_arrives_where_the_mx_has_no_subnet(subnets: list[dict[str, str]]) -> None:
    mx, lists = {**MX, "subnets": subnets}, {"one_to_one_nat": [mapping(opening("21"))]}
    assert judged("inbound", mx, lists, "any", PUBLIC, "21") == ["any 21 stopped one_to_one_nat[0].0"]
    assert judged("outbound", mx, lists, HOST, "any", "21") == [f"{HOST} 21 stopped"]


LAN = {"cidr": "192.168.128.0/24", "source": "vlan", "vlan": 5, "appliance_ip": "192.168.128.1"}
ROUTE = {"cidr": "10.30.0.0/16", "source": "static_route"}


@pytest.mark.parametrize(
    ("host", "subnets", "verdict"),
    [
        ("192.168.128.0", [LAN], "stopped"),
        ("192.168.128.255", [LAN], "stopped"),
        ("192.168.128.255", [{"cidr": "192.168.128.0/24"}], "stopped"),
        ("192.168.128.127", [{"cidr": "192.168.128.64/26"}], "stopped"),
        ("192.168.128.1", [LAN], "stopped"),
        ("192.168.128.2", [LAN], "admitted"),
        ("192.168.129.0", [LAN], "stopped"),
        # Of two subnets the smaller one counts, as in routing.
        ("192.168.128.255", [{"cidr": "192.168.0.0/16"}], "admitted"),
        ("192.168.128.255", [{"cidr": "192.168.0.0/16", "source": "static_route"}, LAN], "stopped"),
        ("192.168.128.1", [LAN, {"cidr": "192.168.128.0/28", "source": "static_route"}], "stopped"),
        # RFC 3021: a subnet of two addresses has two hosts.
        ("192.168.128.0", [{"cidr": "192.168.128.0/31"}], "admitted"),
        ("192.168.128.1", [{"cidr": "192.168.128.1/32"}], "admitted"),
        # How the network behind a route is divided, the MX does not know.
        ("10.30.0.0", [LAN, ROUTE], "undetermined"),
        ("10.30.255.255", [LAN, ROUTE], "undetermined"),
        ("10.30.7.255", [LAN, ROUTE], "admitted"),
    ],
)
def test_no_server_has_the_address_of_a_network_or_of_the_mx(
    host: str, subnets: list[dict[str, Any]], verdict: str
) -> None:
    mx, lists = {**MX, "subnets": subnets}, {"one_to_one_nat": [mapping(opening("21"), lanIp=host)]}
    (inwards,) = judged("inbound", mx, lists, "any", PUBLIC, "21")
    (outwards,) = judged("outbound", mx, lists, host, "any", "21")
    assert (inwards.split()[2], outwards.split()[2]) == (verdict, verdict)


@pytest.mark.parametrize(("host", "verdict"), [("192.168.128.255", "stopped"), ("192.168.128.13", "admitted")])
def test_without_nat_no_server_has_the_address_of_a_network(host: str, verdict: str) -> None:
    lists = {"inbound_firewall": [firewall("allow", "Any", host)]}
    (part,) = judged("inbound", {**MANUAL, "subnets": [LAN]}, lists, "any", host, "21")
    assert part.split()[2] == verdict


@pytest.mark.parametrize(
    ("firmware", "verdict"),
    [
        (None, "undetermined"),
        ("custom", "undetermined"),
        ("MX 12.24", "stopped"),
        ("MX 12.25", "admitted"),
        ("MX 13.5", "stopped"),
        ("MX 13.6", "admitted"),
        ("wired-18-107-2", "admitted"),
        ("MX 9.40", "stopped"),
    ],
)
def test_data_of_active_mode_to_a_client_in_the_lan_depends_on_the_firmware(firmware: str | None, verdict: str) -> None:
    def verdicts(destination: str, **ports: str) -> list[str]:
        found = judged("inbound", {**MX, "firmware": firmware}, {}, "any", destination, **ports)
        return [each.split()[2] for each in found]

    assert verdicts(OWN, source_ports="20", ports="1024-65535") == [verdict]
    assert verdicts(OWN, source_ports="20", ports="1000-1023") == ["stopped"]
    assert verdicts(OWN, source_ports="any", ports="1024-65535") == ["stopped"]
    assert verdicts(PUBLIC, source_ports="20", ports="1024-65535") == ["stopped"]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"deployment_mode": "bridge"}, "mx.deployment_mode: 'bridge' is unknown; write routed or passthrough"),
        ({"uplinks": {"lan1": {}}}, "mx.uplinks: 'lan1' is not an uplink; write it like internet1"),
        (
            {"uplinks": {"internet1": OWN}},
            f"mx.uplinks.internet1: expected address, public_address and status, got '{OWN}'",
        ),
        ({"uplinks": {"internet1": {"address": "any"}}}, "mx.uplinks.internet1.address: 'any' is not one address"),
        (
            {"uplinks": {"internet1": {"public_address": "x"}}},
            "mx.uplinks.internet1.public_address: 'x' is not one address",
        ),
        ({"subnets": ["10.0.0.0/8"]}, "mx.subnets[0]: expected an item with cidr, got '10.0.0.0/8'"),
        ({"subnets": [{"cidr": "lan"}]}, "mx.subnets[0].cidr: 'lan' is not a subnet"),
    ],
)
def test_wrong_facts_are_named(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="mx") as caught:
        Mx.of(facts)
    assert str(caught.value).startswith(message)
