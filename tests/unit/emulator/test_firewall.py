# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two layer 3 lists and the NAT exceptions, through the API."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

FIREWALL = "/api/v1/networks/N_100001/appliance/firewall"
NAT = "/api/v1/networks/N_100001/appliance/uplinks/nat"
BY_NETWORK = "/api/v1/organizations/100001/appliance/uplinks/nat/byNetwork"
RULE: dict[str, Any] = {
    "comment": "FTP",
    "policy": "allow",
    "protocol": "tcp",
    "srcPort": "Any",
    "srcCidr": "any",
    "destPort": "21,20",
    "destCidr": "203.0.113.2,198.51.100.0/24",
    "syslogEnabled": False,
}
DEFAULT: dict[str, Any] = {
    "comment": "Default rule",
    "protocol": "Any",
    "srcPort": "Any",
    "srcCidr": "Any",
    "destPort": "Any",
    "destCidr": "Any",
    "syslogEnabled": False,
}


@pytest.mark.parametrize(("name", "policy"), [("l3FirewallRules", "allow"), ("inboundFirewallRules", "deny")])
class TestLists:
    def test_the_default_rule_is_always_last(self, api: TestClient, name: str, policy: str) -> None:
        path, default = f"{FIREWALL}/{name}", {**DEFAULT, "policy": policy}
        assert api.get(path).json()["rules"] == [default]
        assert api.put(path, json={"rules": [RULE]}).json()["rules"] == [RULE, default]
        assert api.get(path).json()["rules"] == [RULE, default]

    def test_a_default_rule_that_is_sent_is_stored_as_any_other(self, api: TestClient, name: str, policy: str) -> None:
        path, default = f"{FIREWALL}/{name}", {**DEFAULT, "policy": policy}
        answer = api.put(path, json={"rules": [RULE, default]}).json()["rules"]
        assert answer == [RULE, {**default, "protocol": "any"}, default]

    def test_what_the_body_leaves_out_stays(self, api: TestClient, name: str, policy: str) -> None:
        path = f"{FIREWALL}/{name}"
        api.put(path, json={"rules": [RULE]})
        answer = api.put(path, json={"syslogDefaultRule": True}).json()
        assert answer["rules"] == [RULE, {**DEFAULT, "policy": policy, "syslogEnabled": True}]
        assert api.put(path, json={"rules": []}).json()["rules"][0]["syslogEnabled"] is True


def test_the_default_rule_of_a_bridge_allows_what_comes_in(api: TestClient) -> None:
    api.put("/api/v1/networks/N_100001/appliance/settings", json={"deploymentMode": "passthrough"})
    assert api.get(f"{FIREWALL}/inboundFirewallRules").json()["rules"] == [{**DEFAULT, "policy": "allow"}]


def test_only_the_inbound_list_says_whether_its_default_rule_is_logged(api: TestClient) -> None:
    assert api.get(f"{FIREWALL}/inboundFirewallRules").json()["syslogDefaultRule"] is False
    assert set(api.get(f"{FIREWALL}/l3FirewallRules").json()) == {"rules"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"policy": "drop"}, "rules[0].policy: Input should be 'allow' or 'deny'"),
        ({"protocol": "sctp"}, "rules[0].protocol: Input should be 'any', 'icmp', 'icmp6', 'tcp' or 'udp'"),
        ({"protocol": "icmp"}, "rules[0]: destPort must be 'any' for protocol 'icmp', which has no ports"),
        ({"destPort": "21,1000-2000"}, "rules[0].destPort: '21,1000-2000' has a port range in a comma-separated list"),
        ({"destPort": 21}, "rules[0].destPort: Input should be a valid string"),
        (
            {"srcPort": "0"},
            "rules[0].srcPort: '0' is not a port (1-65535) or one range of ports (first-last, the lower first)",
        ),
        (
            {"srcCidr": "10.0.0.0/8,ftp.example.com"},
            "rules[0].srcCidr: 'ftp.example.com' is a name, and only destinations of outbound rules may be names",
        ),
        ({"name": "x"}, "rules[0].name: Extra inputs are not permitted"),
    ],
)
def test_rules_that_are_refused(api: TestClient, change: dict[str, Any], error: str) -> None:
    answer = api.put(f"{FIREWALL}/l3FirewallRules", json={"rules": [{**RULE, **change}]})
    assert (answer.status_code, answer.json()) == (400, {"errors": [error]})


def test_ports_are_optional(api: TestClient) -> None:
    rule = {"policy": "deny", "protocol": "Any", "srcCidr": "Any", "destCidr": "Any"}
    answer = api.put(f"{FIREWALL}/l3FirewallRules", json={"rules": [rule]}).json()["rules"][0]
    assert (answer["srcPort"], answer["destPort"], answer["comment"]) == ("Any", "Any", "")


def test_nat_exceptions(api: TestClient, plane: Any) -> None:
    wan1, wan2 = ({"interface": name, "nat": {"enabled": True}} for name in ("wan1", "wan2"))
    off = {"interface": "wan2", "nat": {"enabled": False}}
    assert [item["uplinks"] for item in api.get(BY_NETWORK).json()] == [[wan1, wan2], [wan1, wan2]]
    assert api.put(NAT, json={"uplinks": [off]}).json() == {"uplinks": [wan1, off]}
    assert plane.applied[-1][0].state.nat_exceptions == ["internet2"]
    assert api.get(BY_NETWORK, params={"networkIds[]": "N_100001"}).json() == [
        {"networkId": "N_100001", "uplinks": [wan1, off]}
    ]
    assert api.put(NAT, json={"uplinks": [wan2]}).json() == {"uplinks": [wan1, wan2]}


@pytest.mark.parametrize(
    ("uplinks", "error"),
    [
        ([{"interface": "internet1", "nat": {"enabled": True}}], "'internet1' is not one of wan1, wan2"),
        ([{"interface": "wan3", "nat": {"enabled": True}}], "'wan3' is not one of wan1, wan2"),
    ],
)
def test_nat_exceptions_that_are_refused(api: TestClient, uplinks: list[Any], error: str) -> None:
    answer = api.put(NAT, json={"uplinks": uplinks})
    assert (answer.status_code, answer.json()) == (400, {"errors": [f"uplinks[0].interface: {error}"]})
