# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of each verdict, and the answer in the dashboard's words: by the fault that is put into a good export."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports

FIREWALL = "See Security & SD-WAN > Configure > Firewall"
PASSED = {
    "control": ["uplink", "nat", "route", "l7_firewall"],
    "passive": ["uplink", "nat", "route", "l7_firewall"],
    "active": ["route", "l3_firewall", "l7_firewall", "nat"],
    "data": ["uplink", "nat", "route", "l7_firewall"],
}
FORWARDS = [
    {
        "name": "ftp",
        "uplink": "internet1",
        "protocol": "tcp",
        "publicPort": ports,
        "localPort": ports,
        "lanIp": "192.168.128.13",
        "allowedIps": ["any"],
    }
    for ports in ("20-21", "61000-61099")
]
MANY = {
    "publicIp": "203.0.113.13",
    "uplink": "internet1",
    "portRules": [{**rule, "localIp": "192.168.128.13", "name": f"ftp {rule['publicPort']}"} for rule in FORWARDS],
}
DENY_DATA = {
    "comment": "no ftp data",
    "policy": "deny",
    "protocol": "tcp",
    "srcCidr": "VLAN(10).*",
    "srcPort": "20",
    "destCidr": "any",
    "destPort": "any",
}
OFF = {"uplinks": [{"interface": "wan1", "nat": {"enabled": False}}]}


def rows(endpoint: dict[str, Any], **parts: Any) -> list[dict[str, Any]]:
    """Judge an endpoint by the good export with other parts in it."""
    document = parse({**exports.PARTS, **parts}, "export")
    answer = report(lists_of(document), facts_of(document), [shared.endpoint({**shared.OPTIONS13, **endpoint})], [])
    flows: list[dict[str, Any]] = answer["flows"]
    return flows


def mapped(ports: list[str], allowed: tuple[str, ...] = ("any",), **fields: Any) -> dict[str, Any]:
    entry = {"protocol": "tcp", "destinationPorts": ports, "allowedIps": list(allowed)}
    return {"rules": [{**exports.MAPPED, "allowedInbound": [entry], **fields}]}


def steps(row: dict[str, Any]) -> list[str]:
    return [each["step"] for each in row["chain"]]


def test_a_flow_that_passes_has_all_steps() -> None:
    found = rows({})
    assert {row["name"]: steps(row) for row in found} == PASSED
    assert {step["verdict"] for row in found for step in row["chain"]} == {"admitted"}
    assert [step["text"] for step in found[2]["chain"]] == [
        "192.168.128.13 is in VLAN 10 'Servers', 192.168.128.0/24",
        "no outbound rule matches it, so the default rule allows it",
        "no layer 7 firewall rule denies it",
        "1:1 NAT rule 1 '13' translates the source 192.168.128.13 to 203.0.113.13",
    ]


# The fault, the flow, the step that it ends at, and what the answer has to say.
FAULTS = {
    "range": (
        {"oneToOneNatRules": mapped(["20-21", "61000-61049"])},
        "passive",
        "nat",
        "TCP from any to 203.0.113.13, ports 61050-61099, on Internet 1 is stopped: no rule publishes it, and by"
        " default the MX stops inbound packets. 1:1 NAT rule 1 '13' leads to the server, but its Ports are 20-21,"
        " 61000-61049."
        f" {FIREWALL}, 1:1 NAT.",
    ),
    "uplink": ({"oneToOneNatRules": mapped(["1-65535"], uplink="internet2")}, "control", "nat", "it is on Internet 2"),
    "public address": (
        {"oneToOneNatRules": mapped(["1-65535"], publicIp="203.0.113.14")},
        "control",
        "nat",
        "its Public IP is 203.0.113.14",
    ),
    "protocol": (
        {"oneToManyNatRules": {"rules": [MANY | {"portRules": [MANY["portRules"][0] | {"protocol": "udp"}]}]}},
        "control",
        "nat",
        "1:Many NAT rule 1 'ftp 20-21' leads to the server, but its Protocol is udp",
    ),
    "own address": (
        {"portForwardingRules": {"rules": FORWARDS}},
        "control",
        "nat",
        "Port forwarding rule 1 'ftp' leads to the server, but it listens on the MX's own address of Internet 1 only."
        f" {FIREWALL}, Port forwarding.",
    ),
    "sources": (
        {"oneToOneNatRules": mapped(["1-65535"], ("198.51.100.0/24",))},
        "control",
        "nat",
        "TCP from 0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/6 and 8 more blocks to 203.0.113.13, port 21, on Internet 1 is"
        " stopped: no rule publishes it, and by default the MX stops inbound packets. 1:1 NAT rule 1 '13' leads to the"
        " server, but its Remote IPs are 198.51.100.0/24.",
    ),
    "no rule": ({}, "control", "nat", f"the MX stops inbound packets. {FIREWALL}."),
    "LAN address": (
        {"oneToOneNatRules": mapped(["1-65535"], lanIp="192.168.128.99")},
        "control",
        "",
        "is admitted, but arrives at 192.168.128.99 port 21, not at 192.168.128.13 port 21. 1:1 NAT rule 1 '13' (Public"
        " IP 203.0.113.13, LAN IP 192.168.128.99, Uplink Internet 1, Protocol tcp, Ports 1-65535, Remote IPs any)."
        f" {FIREWALL}, 1:1 NAT.",
    ),
    "outbound rule": (
        {"l3FirewallRules": {"rules": [DENY_DATA]}, "oneToOneNatRules": mapped(["1-65535"])},
        "active",
        "l3_firewall",
        "TCP from 192.168.128.13, port 20, to any, ports 1024-65535, leaving by Internet 1 is stopped: a firewall rule"
        " denies it. Outbound rule 1 'no ftp data' (Policy deny, Protocol tcp, Source VLAN(10).*, Src port 20,"
        f" Destination any, Dst port any). {FIREWALL}, Outbound rules.",
    ),
    "layer 7": (
        {
            "l7FirewallRules": {"rules": [{"policy": "deny", "type": "port", "value": "21"}]},
            "oneToOneNatRules": mapped(["1-65535"]),
        },
        "control",
        "l7_firewall",
        "a layer 7 rule denies it. Layer 7 firewall rule 1 (Policy deny, Application port, Value 21)."
        f" {FIREWALL}, Layer 7 firewall rules.",
    ),
    "route": (
        {"vlans": [], "oneToOneNatRules": mapped(["1-65535"])},
        "control",
        "route",
        "See Security & SD-WAN > Configure > Addressing & VLANs.",
    ),
    "mode": (
        {"applianceSettings": {"deploymentMode": "passthrough"}},
        "control",
        "mode",
        "is undetermined: in passthrough mode the MX translates nothing",
    ),
    "behind NAT": (
        {
            "oneToOneNatRules": mapped(["1-65535"]),
            "uplinkStatuses": {"uplinks": [{"interface": "wan1", "ip": "192.168.1.2", "publicIp": "203.0.113.2"}]},
        },
        "control",
        "uplink",
        "See Security & SD-WAN > Monitor > Appliance status.",
    ),
    "inbound firewall": (
        {"uplinksNat": OFF, "oneToOneNatRules": mapped(["1-65535"])},
        "control",
        "inbound_firewall",
        f"{FIREWALL}, Inbound rules.",
    ),
    "missing list": (
        {"l7FirewallRules": None, "oneToOneNatRules": mapped(["1-65535"])},
        "control",
        "l7_firewall",
        "is undetermined: l7_firewall is not given",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_the_chain_at_its_step_and_the_answer_names_the_rule(fault: str) -> None:
    parts, name, step, words = FAULTS[fault]
    found = rows({}, **{"oneToOneNatRules": [], **parts})
    row = next(row for row in found if row["name"] == name and not row["passed"])
    assert words in row["why"]
    faulty = [each["step"] for each in row["chain"] if each["verdict"] != "admitted"]
    assert faulty == ([step] if step else [])
    assert row["verdict"] != "stopped" or row["chain"][-1]["step"] == step


def test_an_undetermined_uplink_does_not_hide_the_rule() -> None:
    parts = FAULTS["behind NAT"][0]
    row = rows({}, **parts)[0]
    assert [(each["step"], each["verdict"]) for each in row["chain"]] == [
        ("uplink", "undetermined"),
        ("nat", "admitted"),
        ("route", "admitted"),
    ]


def test_without_nat_the_chain_says_so() -> None:
    allow = {**DENY_DATA, "policy": "allow", "srcCidr": "any", "srcPort": "any", "comment": "all"}
    parts = {"uplinksNat": OFF, "inboundFirewallRules": [allow], "oneToOneNatRules": []}
    row = rows({"public_address": "192.168.128.13"}, **parts)[0]
    assert [each["text"] for each in row["chain"]][1:4] == [
        "Inbound rule 1 'all' allows it",
        "NAT is off on Internet 1, so the MX translates nothing",
        "192.168.128.13 is in VLAN 10 'Servers', 192.168.128.0/24",
    ]


def test_forwarded_ports_that_shift_are_named() -> None:
    shifted = {**FORWARDS[0], "publicPort": "2120-2121"}
    parts = {"oneToOneNatRules": [], "portForwardingRules": [shifted]}
    row = rows({"public_address": "203.0.113.2", "publish_by": "port_forwarding", "control_port": 2121}, **parts)[0]
    text = "Port forwarding rule 1 'ftp' translates the destination 203.0.113.2 to 192.168.128.13, and the ports to 21"
    assert row["chain"][1]["text"] == text


def test_names_of_others_stay_in_one_line_and_cannot_act_on_a_terminal() -> None:
    named = mapped(["1-65535"], name="a\x1b[2J\nb\u202e", lanIp="192.168.128.99")
    why = rows({}, oneToOneNatRules=named)[0]["why"]
    assert why.isprintable()
