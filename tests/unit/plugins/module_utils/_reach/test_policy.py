# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layer 7 rules, and names in layer 3 rules that an export resolves: the policy behind the five lists."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import resolved
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import countries_in, hosts_in
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.rule_lists import whole

OWN, PUBLIC, HOST, CLIENT = "203.0.113.2", "203.0.113.13", "192.168.128.13", "198.51.100.7"
MX: dict[str, Any] = {
    "deployment_mode": "routed",
    "nat_exceptions": [],
    "firmware": "MX 18.211",
    "uplinks": {"internet1": {"address": OWN, "public_address": OWN, "status": "active"}},
    "subnets": [{"cidr": "192.168.128.0/24", "vlan": 10}],
}
ENTRY = {"protocol": "tcp", "destinationPorts": ["20-30"], "allowedIps": ["any"]}
LISTS = {
    "one_to_one_nat": [{"publicIp": PUBLIC, "lanIp": HOST, "uplink": "internet1", "allowedInbound": [ENTRY]}],
    "port_forwarding": [
        {
            "publicPort": "2121-2130",
            "localPort": "21-30",
            "lanIp": HOST,
            "protocol": "tcp",
            "allowedIps": ["any"],
            "uplink": "internet1",
        }
    ],
}
OBJECTS = resolved(
    [
        {"id": 1, "type": "cidr", "cidr": "198.51.100.0/24"},
        {"id": "2", "type": "cidr", "cidr": "2001:db8::/32"},
        {"id": "3", "type": "fqdn", "fqdn": "ftp.example.com"},
        {"id": "4", "type": "ipAndMask", "ip": "192.0.2.0", "mask": "255.255.255.0"},
        {"id": "5", "category": "adaptivePolicy", "type": "adaptivePolicyIpv4Cidr", "cidr": "198.51.100.0/24"},
        {"id": "6", "type": "cidr", "cidr": None},
    ],
    [
        {"id": "7", "category": "NetworkObjectGroup", "objectIds": ["1", 4]},
        {"id": "8", "objectIds": []},
        {"id": "9", "objectIds": ["404"]},
        {"id": "10", "category": "GeoLocationGroup"},
        {"id": "11", "objectIds": [2]},
    ],
)


def deny(kind: str, value: Any, **fields: Any) -> dict[str, Any]:
    return {"policy": "deny", "type": kind, "value": value, **fields}


def verdicts(
    lists: dict[str, Any], direction: str, source: str, destination: str, ports: str, **known: Any
) -> list[str]:
    """Return ports, verdict, reason and last rule of each part of one flow."""
    flow = {
        "name": None,
        "direction": direction,
        "source": source,
        "source_ports": "any",
        "destination": destination,
        "protocol": "tcp",
        "ports": ports,
        "uplink": "internet1",
        "expect": None,
    }
    rows = report(whole({**LISTS, **lists}), MX, [], [flow], **{"objects": OBJECTS, **known})["flows"]
    return [_short(row) for row in rows if row["name"] == "flow 0"]


def _short(row: dict[str, Any]) -> str:
    rules = " ".join(f"{ref['kind']}[{ref['index']}]" for ref in row["rules"])
    return f"{row['source']} {row['ports']} {row['verdict']}: {row['reason']} {rules}"


NAT, FORWARD = "one_to_one_nat[0]", "port_forwarding[0]"
L7 = "l7_firewall[0]"


@pytest.mark.parametrize(
    ("rule", "parts"),
    [
        (deny("port", "21"), [f"any 21 stopped: a layer 7 rule denies it {NAT} {L7}"]),
        (deny("port", "21-22"), [f"any 21 stopped: a layer 7 rule denies it {NAT} {L7}"]),
        (deny("port", 21), [f"any 21 stopped: a layer 7 rule denies it {NAT} {L7}"]),
        (deny("port", "20"), [f"any 21 admitted: published {NAT}"]),
        (
            deny("ipRange", "128.0.0.0/1"),
            [
                f"0.0.0.0/1 21 admitted: published {NAT}",
                f"128.0.0.0/1 21 stopped: a layer 7 rule denies it {NAT} {L7}",
            ],
        ),
        (
            deny("ipRange", "128.00.0.0/1:21"),
            [
                f"0.0.0.0/1 21 admitted: published {NAT}",
                f"128.0.0.0/1 21 stopped: a layer 7 rule denies it {NAT} {L7}",
            ],
        ),
        (deny("ipRange", "128.0.0.0/1:22"), [f"any 21 admitted: published {NAT}"]),
        # IPv6 matches no IPv4 packet.
        (deny("ipRange", "2001:db8::/32"), [f"any 21 admitted: published {NAT}"]),
        (deny("ipRange", "2001:db8::/32:21"), [f"any 21 admitted: published {NAT}"]),
        (deny("ipRange", "2001:db8::1"), [f"any 21 admitted: published {NAT}"]),
    ],
)
def test_ports_and_ranges_are_decided(rule: dict[str, Any], parts: list[str]) -> None:
    assert verdicts({"l7_firewall": [rule]}, "inbound", "any", PUBLIC, "21") == parts


@pytest.mark.parametrize("value", ["21", "2121"])
def test_a_port_counts_before_and_after_translation(value: str) -> None:
    assert verdicts({"l7_firewall": [deny("port", value)]}, "inbound", "any", OWN, "2121-2122") == [
        f"any 2121 stopped: a layer 7 rule denies it {FORWARD} {L7}",
        f"any 2122 admitted: published {FORWARD}",
    ]


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (deny("port", "40000"), "stopped"),
        (deny("port", "20"), "admitted"),
        (deny("ipRange", "198.51.100.0/24"), "stopped"),
        (deny("ipRange", "198.51.100.0/24:40000"), "stopped"),
        (deny("ipRange", HOST), "admitted"),
    ],
)
def test_outbound_the_remote_end_is_the_destination(rule: dict[str, Any], verdict: str) -> None:
    (found,) = verdicts({"l7_firewall": [rule]}, "outbound", HOST, CLIENT, "40000")
    assert f" {verdict}: " in found


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (
            deny("blockedCountries", ["RU", "KP"]),
            f"{L7} denies the countries RU, KP; the option countries has no IPv4 addresses of RU, KP",
        ),
        (
            deny("allowedCountries", ["DE"]),
            f"{L7} denies all countries but DE; the option countries has no IPv4 addresses of DE",
        ),
        (
            deny("application", {"id": "a/5", "name": "FTP"}),
            f"{L7} denies the application FTP, which the MX recognizes",
        ),
        (deny("applicationCategory", "meraki:layer7/category/2"), f"{L7} denies the applications of meraki:layer7/"),
        (deny("host", "example.net"), f"{L7} denies the host example.net, whose addresses are not known"),
        (deny("port", "ftp"), f"{L7} cannot be read: value: 'ftp' is not a port"),
        (deny("ipRange", "here"), f"{L7} cannot be read: value: 'here' is not an IPv4 address"),
        (deny("allowedCountries", []), f"{L7} cannot be read: value names no country"),
        (deny("blockedCountries", ""), f"{L7} cannot be read: value names no country"),
        (deny("allowedCountries", [" "]), f"{L7} cannot be read: value names no country"),
        (deny("weather", "rain"), f"{L7} cannot be read: type is 'weather', which is unknown"),
        (deny("port", "21", policy="allow"), f"{L7} cannot be read: policy is 'allow', expected deny"),
    ],
)
def test_what_addresses_and_ports_do_not_decide_is_undetermined_and_named(rule: dict[str, Any], reason: str) -> None:
    (found,) = verdicts({"l7_firewall": [rule]}, "inbound", "any", PUBLIC, "21")
    assert found.startswith(f"any 21 undetermined: {reason}")
    # What is stopped before layer 7 stays stopped, and a rule that is certain decides whatever the others say.
    (closed,) = verdicts({"l7_firewall": [rule]}, "inbound", "any", PUBLIC, "80")
    assert " stopped: no rule publishes it" in closed
    (denied,) = verdicts({"l7_firewall": [rule, deny("port", "21")]}, "inbound", "any", PUBLIC, "21")
    assert " stopped: a layer 7 rule denies it" in denied


COUNTRIES = countries_in({"de": ["0.0.0.0/2", "64.0.0.0/2", "2001:db8::/32"], "FR": ["128.0.0.0/2"]})
OPEN, SHUT, DOUBTFUL = "admitted", "stopped", "undetermined"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (deny("blockedCountries", ["DE"]), (SHUT, OPEN, OPEN)),
        (deny("blockedCountries", ["FR", "DE"]), (SHUT, SHUT, OPEN)),
        (deny("blockedCountries", ["DE", "KP"]), (SHUT, DOUBTFUL, DOUBTFUL)),
        (deny("allowedCountries", ["DE"]), (OPEN, SHUT, SHUT)),
        (deny("allowedCountries", ["fr"]), (SHUT, OPEN, SHUT)),
        (deny("allowedCountries", ["KP", "DE"]), (OPEN, DOUBTFUL, DOUBTFUL)),
        (deny("blockedCountries", ["DE"], policy="allow"), (DOUBTFUL, DOUBTFUL, DOUBTFUL)),
    ],
)
@pytest.mark.parametrize(("place", "number"), [("0.0.0.0/1", 0), ("128.0.0.0/2", 1), ("192.0.0.0/2", 2)])
def test_countries_are_decided_by_the_table_as_far_as_it_goes(
    rule: dict[str, Any], expected: tuple[str, ...], place: str, number: int
) -> None:
    (found,) = verdicts({"l7_firewall": [rule]}, "inbound", place, PUBLIC, "21", countries=COUNTRIES)
    assert found.startswith(f"{place} 21 {expected[number]}: ")


@pytest.mark.parametrize(
    ("read", "option", "message"),
    [
        (countries_in, {"Germany": []}, "countries: 'Germany' is not a country; write its two letters"),
        (countries_in, {"DE": ["192.0.2.1"], "de": []}, "countries: 'de' is DE, which is there already"),
        (hosts_in, {"A.example": [], "a.example": []}, "hosts: 'a.example' is a.example, which is there already"),
        (countries_in, {"DE": "192.0.2.0/24"}, "countries.DE: expected a list of addresses or CIDR blocks"),
        (countries_in, {"DE": ["192.0.2.0/24", "here"]}, "countries.DE[1]: 'here' is not an IPv4 address"),
        (hosts_in, {"ftp.example.com": [None]}, "hosts.ftp.example.com[0]: 'None' is not an IPv4 address"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_name(read: Any, option: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(option)


@pytest.mark.parametrize("blocks", [[], ["2001:db8::/32"]])
@pytest.mark.parametrize("kind", ["blockedCountries", "allowedCountries"])
def test_a_country_without_ipv4_addresses_is_not_known(kind: str, blocks: list[str]) -> None:
    rule, table = deny(kind, ["DE"]), countries_in({"DE": blocks})
    (found,) = verdicts({"l7_firewall": [rule]}, "inbound", "any", PUBLIC, "21", countries=table)
    assert found.startswith("any 21 undetermined: ")
    assert "the option countries has no IPv4 addresses of DE" in found


@pytest.mark.parametrize("addresses", [[], ["2001:db8::1"]])
def test_a_host_name_without_ipv4_addresses_is_not_known(addresses: list[str]) -> None:
    objects = resolved([{"id": "3", "type": "fqdn", "fqdn": "a.example"}], [], hosts_in({"a.example": addresses}))
    assert outbound("OBJ(3)", objects) == "undetermined"


ONE, OTHER = ({"id": "1", "type": "cidr", "cidr": f"192.0.2.{number}"} for number in (1, 2))


@pytest.mark.parametrize(
    ("objects", "verdict"),
    [([ONE, ONE], "admitted"), ([ONE, OTHER], "undetermined"), ([OTHER, ONE, ONE], "undetermined")],
)
@pytest.mark.parametrize("place", ["OBJ(1)", "GRP(7)"])
def test_an_object_that_is_there_in_two_ways_is_not_known(objects: Any, verdict: str, place: str) -> None:
    assert outbound(place, resolved(objects, [{"id": "7", "objectIds": ["1"]}])) == verdict


def test_a_group_that_is_there_in_two_ways_is_not_known() -> None:
    groups = [{"id": 7, "objectIds": ["1"]}, {"id": "7", "objectIds": []}]
    assert outbound("GRP(7)", resolved([ONE], groups)) == "undetermined"


@pytest.mark.parametrize(
    ("addresses", "verdict"),
    [([CLIENT], "stopped"), (["192.0.2.1", "2001:db8::1"], "admitted"), (["192.0.2.1", CLIENT], "stopped")],
)
def test_a_host_name_is_decided_by_the_addresses_that_it_has(addresses: list[str], verdict: str) -> None:
    hosts = hosts_in({"ftp.Example.com": addresses})
    assert outbound("OBJ(3)", resolved([{"id": "3", "type": "fqdn", "fqdn": "FTP.example.com"}], [], hosts)) == verdict


@pytest.mark.parametrize(
    ("rule", "remedy", "unread"),
    [
        (deny("port", "21"), "Remove the rule from the layer 7 firewall rules", False),
        (deny("blockedCountries", ["RU"]), "Test from the address of such a client", False),
        (deny("port", "ftp"), "Correct that rule", True),
    ],
)
def test_the_finding_says_what_to_do(rule: dict[str, Any], remedy: str, unread: bool) -> None:
    options = {**shared.OPTIONS13, "passive_ports": "25-30", "modes": ["passive"]}
    result = report(whole({**LISTS, "l7_firewall": [rule]}), MX, [shared.endpoint(options)], [])
    assert not result["passed"]
    found = {each["id"]: each["remedy"] for each in result["findings"]}
    assert found["control-port-not-admitted"].startswith(remedy)
    assert ("rule-not-read" in found) is unread
    assert ("any-source" in found) is (rule["type"] != "port" or unread)


def outbound(place: str, objects: Any = OBJECTS) -> str:
    rule = {
        "policy": "deny",
        "protocol": "any",
        "srcCidr": "any",
        "srcPort": "any",
        "destCidr": place,
        "destPort": "any",
    }
    (found,) = verdicts({"l3_firewall": [rule]}, "outbound", HOST, CLIENT, "80", objects=objects)
    return found.split()[2].rstrip(":")


@pytest.mark.parametrize(
    ("place", "verdict"),
    [
        ("OBJ(1)", "stopped"),
        ("obj(1)", "stopped"),
        ("GRP(7)", "stopped"),
        ("192.0.2.1,GRP(7)", "stopped"),
        ("OBJ(4)", "admitted"),
        # IPv6, and nothing at all, match no IPv4 packet.
        ("OBJ(2)", "admitted"),
        ("GRP(11)", "admitted"),
        ("GRP(8)", "admitted"),
        ("2001:db8::/32", "admitted"),
        # Names are not looked up; objects that are not there, and other kinds of groups, are not known.
        ("OBJ(3)", "undetermined"),
        ("OBJ(5)", "undetermined"),
        ("OBJ(6)", "undetermined"),
        ("OBJ(99)", "undetermined"),
        ("GRP(9)", "undetermined"),
        ("GRP(10)", "undetermined"),
        ("GRP(99)", "undetermined"),
        ("ftp.example.com", "undetermined"),
    ],
)
def test_objects_and_groups_are_resolved(place: str, verdict: str) -> None:
    assert outbound(place) == verdict
