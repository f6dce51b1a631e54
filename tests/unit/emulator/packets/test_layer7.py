# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layer 7 list: what layer 3 and the translation have admitted, it drops; and who may ping the MX."""

from __future__ import annotations

from typing import Any

import pytest
from mx_emulator.config import Network
from mx_emulator.firewall import FirewallRules
from mx_emulator.layer7 import Layer7Rules
from mx_emulator.rules import PortForwardingRule
from mx_emulator.services import Service

OTHER, CLIENT = "192.168.128.12", "203.0.113.100"
OUT, IN = f"{CLIENT}:61000 < 203.0.113.2", f"{OTHER}:21 < {CLIENT}"
FORWARD = PortForwardingRule(
    lan_ip=OTHER, public_port="2121", local_port="21", allowed_ips=["any"], protocol="tcp", uplink="internet1"
)
# Answers one connection again and again, as long as it lasts.
TALK = """
import socket
with socket.create_server(("", 62121)) as listener:
    print("ready", flush=True)
    with listener.accept()[0] as peer:
        for line in peer.makefile():
            peer.sendall(line.encode())
"""
# Says something on one connection; waits for its own standard input; says something more.
TALKS_ON = """
import socket, sys
with socket.create_connection((sys.argv[1], 62121), 2) as peer:
    lines = peer.makefile()
    peer.sendall(b"once\\n")
    print("ready" if lines.readline() == "once\\n" else "dead", flush=True)
    sys.stdin.readline()
    peer.settimeout(0.4)
    peer.sendall(b"twice\\n")
    try:
        print("alive" if lines.readline() else "dead", flush=True)
    except TimeoutError:
        print("silent", flush=True)
"""


def layer7(*rules: tuple[str, Any]) -> Layer7Rules:
    return Layer7Rules.model_validate({"rules": [{"policy": "deny", "type": kind, "value": it} for kind, it in rules]})


@pytest.mark.parametrize(
    ("rule", "outbound", "inbound"),
    [
        (("port", "61000"), "silent", IN),
        (("port", "60000-61000"), "silent", IN),
        (("port", "61001"), OUT, IN),
        (("port", "2121"), OUT, "silent"),
        (("port", "21"), OUT, "silent"),
        (("ipRange", "203.0.113.00/24"), "silent", "silent"),
        (("ipRange", f"{CLIENT}:61000"), "silent", IN),
        (("ipRange", f"{CLIENT}:2121"), OUT, "silent"),
        (("ipRange", "198.51.100.0/24"), OUT, IN),
        (("ipRange", "198.51.100.0/24:61000"), OUT, IN),
        (("ipRange", OTHER), OUT, IN),
        (("host", "example.com"), OUT, IN),
        (("application", "meraki:layer7/application/5"), OUT, IN),
        (("blockedCountries", ["DE"]), OUT, IN),
        (("allowedCountries", ["DE"]), OUT, IN),
    ],
)
def test_what_a_rule_drops(lab: Any, network: Network, rule: tuple[str, Any], outbound: str, inbound: str) -> None:
    lab.put(network, FORWARD, l7_firewall=layer7(rule))
    assert lab.connect("server", CLIENT, 61000, OTHER) == outbound
    assert lab.connect("client", "203.0.113.2", 2121) == inbound


@pytest.mark.parametrize("rule", [("port", "61000"), ("ipRange", CLIENT)])
def test_layer_3_cannot_admit_what_layer_7_denies(lab: Any, network: Network, rule: tuple[str, Any]) -> None:
    allowed = {"policy": "allow", "protocol": "any", "srcCidr": "Any", "destCidr": CLIENT}
    lab.put(network, l3_firewall=FirewallRules.model_validate({"rules": [allowed]}), l7_firewall=layer7(rule))
    assert lab.connect("server", CLIENT, 61000, OTHER) == "silent"


@pytest.mark.parametrize("exceptions", [[], ["internet1"]])
def test_layer_7_comes_after_the_inbound_list(lab: Any, network: Network, exceptions: list[str]) -> None:
    allowed = {"policy": "allow", "protocol": "any", "srcCidr": "Any", "destCidr": "Any"}
    inbound = FirewallRules.model_validate({"rules": [allowed]})
    lab.put(network, FORWARD, inbound_firewall=inbound, nat_exceptions=exceptions, l7_firewall=layer7(("port", "21")))
    assert lab.connect("client", "203.0.113.2", 2121) == "silent"


@pytest.mark.parametrize(
    ("rule", "then"), [(("port", "62121"), "silent"), (("ipRange", CLIENT), "silent"), (("port", "21"), "alive")]
)
def test_a_new_rule_ends_a_connection_that_is_there(
    lab: Any, network: Network, rule: tuple[str, Any], then: str
) -> None:
    """Layer 7 rules are stateless."""
    lab.put(network)
    with lab.running("client", TALK), lab.running("server", TALKS_ON, CLIENT) as process:
        lab.put(network, l7_firewall=layer7(rule))
        assert process.communicate("\n", timeout=10)[0] == f"{then}\n"


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ({"access": "unrestricted"}, "203.0.113.2"),
        ({"access": "blocked"}, "silent"),
        ({"access": "restricted", "allowedIps": ["203.0.113.96/28"]}, "203.0.113.2"),
        ({"access": "restricted", "allowedIps": ["203.0.113.0/28"]}, "silent"),
        ({"access": "restricted", "allowedIps": ["Any"]}, "203.0.113.2"),
    ],
)
def test_who_may_ping_the_mx(lab: Any, network: Network, service: dict[str, Any], answer: str) -> None:
    lab.put(network, services={"ICMP": Service.model_validate(service)})
    assert lab.ping("203.0.113.2") == answer
