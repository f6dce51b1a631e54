# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exports that mx_reach and the emulator are compared by, made so that each construct is in several of them.

All of them are of one MX with two uplinks; an export says what differs from an MX without rules.  The words are those
of the API, but for the short functions that write rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .lab import OWN

Json = dict[str, Any]
LAN = "192.168.128."
WAN, OTHER_WAN = "203.0.113.", "198.51.100."
ANY = "Any"
# A customer and a part of it, far from the uplinks' own subnets.
CUSTOMER, BRANCH, STRANGER = "192.0.2.0/24", "192.0.2.64/26", "100.64.7.9"
PASSIVE = "61000-61099"


class Export(NamedTuple):
    """One export: what it is about, its parts under the API's names, and options of mx_reach that tell more."""

    name: str
    about: str
    document: Json
    options: Json


def mapped(public: str, host: str, *entries: Json, uplink: str = "internet1") -> Json:
    """Return a 1:1 rule."""
    return {"publicIp": public, "lanIp": host, "uplink": uplink, "allowedInbound": list(entries)}


def entry(protocol: str, *ports: str, allowed: str = "any") -> Json:
    """Return what a 1:1 rule lets in; `allowed` has commas."""
    return {"protocol": protocol, "destinationPorts": list(ports), "allowedIps": allowed.split(",")}


def many(public: str, *rules: Json, uplink: str = "internet1") -> Json:
    """Return a 1:Many rule of port rules."""
    return {"publicIp": public, "uplink": uplink, "portRules": [_renamed(rule) for rule in rules]}


def forward(public: str, host: str, local: str = "", *, protocol: str = "tcp", **more: str) -> Json:
    """Return a rule that forwards ports of the MX; `local` is the same port unless given."""
    ports = {"publicPort": public, "localPort": local or public, "protocol": protocol}
    return {
        **ports,
        "lanIp": host,
        "allowedIps": more.get("allowed", "any").split(","),
        "uplink": more.get("uplink", "both"),
    }


def deny(protocol: str, source: str, destination: str, ports: str = ANY, source_ports: str = ANY) -> Json:
    """Return a layer 3 rule that denies."""
    ends = {"srcCidr": source, "srcPort": source_ports, "destCidr": destination, "destPort": ports}
    return {"policy": "deny", "protocol": protocol, **ends}


def allow(*words: str) -> Json:
    """Return a layer 3 rule that allows."""
    return {**deny(*words), "policy": "allow"}


def default(policy: str) -> Json:
    """Return the last rule of a layer 3 list, as the API answers it."""
    return {**deny("Any", ANY, ANY), "policy": policy, "comment": "Default rule"}


def without_uplink(rule: Json) -> Json:
    """Return a rule as it is where nobody has named its uplink."""
    return {key: value for key, value in rule.items() if key != "uplink"}


def content(kind: str, value: Any) -> Json:
    """Return a layer 7 rule."""
    return {"policy": "deny", "type": kind, "value": value}


def cidr(number: str, text: str) -> Json:
    """Return a policy object with an address or subnet."""
    return {"id": number, "name": f"object {number}", "category": "network", "type": "cidr", "cidr": text}


def masked(number: str, address: str, mask: str) -> Json:
    """Return a policy object with an address and a mask."""
    return {
        "id": number,
        "name": f"object {number}",
        "category": "network",
        "type": "ipAndMask",
        "ip": address,
        "mask": mask,
    }


def named(number: str, name: str) -> Json:
    """Return a policy object with the name of a host."""
    return {"id": number, "name": f"object {number}", "category": "network", "type": "fqdn", "fqdn": name}


def group(number: str, *objects: str) -> Json:
    """Return a group of policy objects."""
    return {"id": number, "name": f"group {number}", "category": "NetworkObjectGroup", "objectIds": list(objects)}


def vlan(number: str, subnet: str, address: str) -> Json:
    """Return a VLAN."""
    return {"id": number, "name": f"VLAN {number}", "subnet": subnet, "applianceIp": address}


def route(subnet: str, *, enabled: bool = True) -> Json:
    """Return a static route."""
    return {"id": "r1", "name": "Branch", "subnet": subnet, "gatewayIp": f"{LAN}2", "enabled": enabled}


VLANS: Json = {
    "vlans": [
        vlan("1", "192.168.128.0/24", "192.168.128.1"),
        vlan("10", "10.10.0.0/24", "10.10.0.1"),
        vlan("20", "10.20.0.0/22", "10.20.0.1"),
    ],
    "singleLan": None,
}
PASSTHROUGH: Json = {"applianceSettings": {"deploymentMode": "passthrough"}}
FTP = entry("tcp", "21", PASSIVE)


def exceptions(*uplinks: str) -> Json:
    """Return the part about uplinks without NAT."""
    items = [{"interface": f"wan{number}", "nat": {"enabled": f"wan{number}" not in uplinks}} for number in (1, 2)]
    return {"uplinksNat": {"uplinks": items}}


def reported(**facts: Json) -> Json:
    """Return the part about the uplinks' status, with other facts for those that are named."""
    uplinks = [
        {"interface": name, "status": "active", "ip": own, "publicIp": own, **facts.get(name, {})}
        for name, own in zip(("wan1", "wan2"), OWN.values())
    ]
    return {"uplinkStatuses": [{"networkId": "N_1", "serial": "Q2LB-0000-0001", "uplinks": uplinks}]}


def whole(parts: Mapping[str, Any]) -> Json:
    """Return a whole export: that of an MX without rules, but for these parts, whose rules are bare lists."""
    lists = ("oneToOneNat", "oneToManyNat", "portForwarding", "inboundFirewall", "l3Firewall", "l7Firewall")
    return {
        "network": {"id": "N_1", "name": "HQ", "isBoundToConfigTemplate": False},
        # Without the FTP helper, whose verdicts are about a client's own session.
        "firmwareUpgrades": {"products": {"appliance": {"currentVersion": {"firmware": "wired-12-24"}}}},
        "applianceSettings": {"deploymentMode": "routed"},
        **reported(),
        **exceptions(),
        "singleLan": {"subnet": "192.168.128.0/24", "applianceIp": "192.168.128.1"},
        "staticRoutes": [],
        "policyObjects": [],
        "policyObjectsGroups": [],
        **{name: part for name, part in parts.items() if name not in (*lists, "options")},
        **{f"{name}Rules": {"rules": parts.get(name, [])} for name in lists},
    }


def _renamed(rule: Json) -> Json:
    """Return a port rule as 1:Many rules have them: the host is localIp, the uplink that of the whole."""
    return {**{key: value for key, value in rule.items() if key not in ("lanIp", "uplink")}, "localIp": rule["lanIp"]}


def _exports() -> Iterator[tuple[str, str, Json]]:
    yield "bare", "No rule at all: all goes out, nothing comes in.", {}
    yield (
        "one_to_one",
        "The ordinary FTP server: 1:1, its control port and its passive range.",
        {"oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)]},
    )
    yield (
        "one_to_one_closed",
        "A 1:1 rule that lets nothing in still gives its host's outbound address.",
        {"oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11"), mapped(f"{WAN}11", f"{LAN}12", entry("icmp-ping"))]},
    )
    yield (
        "one_to_one_senders",
        "1:1 entries for several senders, nested and side by side.",
        {
            "oneToOneNat": [
                mapped(
                    f"{WAN}10",
                    f"{LAN}11",
                    entry("tcp", "21", allowed=f"{CUSTOMER},{STRANGER}"),
                    entry("tcp", PASSIVE, allowed=BRANCH),
                    entry("udp", "69", "500-510", allowed=f"{BRANCH},198.51.0.0/16"),
                )
            ]
        },
    )
    yield (
        "one_to_one_protocols",
        "1:1 entries for any protocol from few, and for TCP and UDP at one port.",
        {
            "oneToOneNat": [
                mapped(
                    f"{WAN}10", f"{LAN}11", entry("any", allowed=STRANGER), entry("udp", "21"), entry("tcp", "21-22")
                ),
                mapped(f"{WAN}11", f"{LAN}12", entry("any")),
            ]
        },
    )
    yield (
        "one_to_one_edges",
        "1:1 entries at the ends of the ports, and ranges that overlap and touch.",
        {"oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", entry("tcp", "1", "65535", "20-21", "21-23", "24"))]},
    )
    yield (
        "one_to_one_uplinks",
        "The second mapping of one host, on the second uplink, as for redundancy.",
        {
            "oneToOneNat": [
                mapped(f"{WAN}10", f"{LAN}11", FTP),
                mapped(f"{OTHER_WAN}10", f"{LAN}11", entry("tcp", "21", allowed=CUSTOMER), uplink="internet2"),
            ]
        },
    )
    yield (
        "one_to_one_foreign_uplink",
        "A 1:1 address that the Internet provider routes to the other uplink, and one address on both uplinks.",
        {
            "oneToOneNat": [
                mapped(f"{OTHER_WAN}11", f"{LAN}12", FTP),
                mapped("192.0.2.200", f"{LAN}13", FTP),
                mapped("192.0.2.200", f"{LAN}14", entry("tcp", "22"), uplink="internet2"),
            ]
        },
    )
    yield (
        "one_to_one_twice",
        "Two public addresses of one host: the first is its outbound address.",
        {"oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP), mapped(f"{WAN}11", f"{LAN}11", entry("tcp", "22"))]},
    )
    yield (
        "one_to_many",
        "Two FTP servers behind one address, by port.",
        {
            "oneToManyNat": [
                many(
                    f"{WAN}10",
                    forward("21", f"{LAN}11"),
                    forward(PASSIVE, f"{LAN}11"),
                    forward("2121", f"{LAN}12", "21"),
                    forward("62000-62099", f"{LAN}12", PASSIVE),
                )
            ]
        },
    )
    yield (
        "one_to_many_senders",
        "1:Many rules of one port for senders of their own, with UDP beside TCP.",
        {
            "oneToManyNat": [
                many(
                    f"{WAN}10",
                    forward("21", f"{LAN}11", allowed=f"{CUSTOMER},198.51.100.0/25"),
                    forward("21", f"{LAN}12", "69", protocol="udp", allowed=STRANGER),
                )
            ]
        },
    )
    yield (
        "one_to_many_uplinks",
        "1:Many on both uplinks, and a range that is shifted down.",
        {
            "oneToManyNat": [
                many(f"{WAN}10", forward("8100-8101", f"{LAN}11", "442-443")),
                many(
                    f"{OTHER_WAN}10",
                    forward("21", f"{LAN}11"),
                    forward("65000-65535", f"{LAN}12", "1-536"),
                    uplink="internet2",
                ),
            ]
        },
    )
    yield (
        "forwarding",
        "Port forwarding on both uplinks: the ordinary FTP server without an address of its own.",
        {"portForwarding": [forward("21", f"{LAN}11"), forward(PASSIVE, f"{LAN}11")]},
    )
    yield (
        "forwarding_uplinks",
        "One port goes to another host on each uplink.",
        {
            "portForwarding": [
                forward("21", f"{LAN}11", uplink="internet1"),
                forward("21", f"{LAN}12", "2121", uplink="internet2"),
                forward("22", f"{LAN}13", protocol="udp"),
            ]
        },
    )
    yield (
        "forwarding_senders",
        "Port forwarding for named senders, one of them in the subnet of an uplink.",
        {
            "portForwarding": [
                forward("20-21", f"{LAN}11", allowed=f"{BRANCH},{WAN}128/25"),
                forward("990", f"{LAN}11", allowed="0.0.0.0/1"),
            ]
        },
    )
    yield (
        "forwarding_ranges",
        "Ranges that touch, to several hosts, mapped port by port.",
        {
            "portForwarding": [
                forward("223-225", f"{LAN}11", "628-630"),
                forward("226", f"{LAN}12", "225"),
                forward("227-65535", f"{LAN}13", "1-65309", protocol="udp"),
            ]
        },
    )
    yield (
        "all_ways",
        "1:1, 1:Many and port forwarding side by side, on both uplinks.",
        {
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "oneToManyNat": [many(f"{OTHER_WAN}10", forward("21", f"{LAN}12"), uplink="internet2")],
            "portForwarding": [forward("21", f"{LAN}13"), forward(PASSIVE, f"{LAN}13", uplink="internet2")],
        },
    )
    yield (
        "outbound_deny",
        "Outbound rules stop a host's FTP, and a subnet of customers.",
        {"l3Firewall": [deny("tcp", f"{LAN}11", ANY, "21"), deny("any", ANY, BRANCH)]},
    )
    yield (
        "outbound_order",
        "The first rule that matches decides: an exception, the rule, and a rule that comes too late.",
        {
            "l3Firewall": [
                allow("tcp", f"{LAN}12", CUSTOMER, "21"),
                deny("tcp", f"{LAN}0/28", CUSTOMER),
                allow("tcp", f"{LAN}0/28", BRANCH),
                deny("udp", ANY, ANY, "69"),
            ]
        },
    )
    yield (
        "outbound_ports",
        "Lists and ranges of ports, as sources and destinations, of TCP and UDP.",
        {
            "l3Firewall": [
                deny("tcp", ANY, ANY, "20,21,990", "1024-65535"),
                deny("udp", ANY, ANY, "69-80"),
                deny("tcp", f"{LAN}11,{LAN}13", ANY, ANY, "20"),
            ]
        },
    )
    yield (
        "outbound_default_deny",
        "A list that ends by denying everything, as auditors want it.",
        {
            "l3Firewall": [
                allow("tcp", ANY, f"{CUSTOMER},{STRANGER}", "21"),
                allow("tcp", ANY, CUSTOMER, "32768-65535", "20"),
                allow("icmp", ANY, ANY),
                deny("any", ANY, ANY),
            ]
        },
    )
    yield (
        "outbound_mapped",
        "Outbound rules see the private address of a host with 1:1 NAT.",
        {
            "oneToOneNat": [
                mapped(f"{WAN}10", f"{LAN}11", FTP),
                mapped(f"{OTHER_WAN}11", f"{LAN}12", uplink="internet2"),
            ],
            "l3Firewall": [
                deny("tcp", f"{LAN}11", BRANCH),
                deny("any", f"{WAN}10", ANY),
                deny("udp", f"{LAN}12", ANY, "69"),
            ],
        },
    )
    yield (
        "outbound_ipv6",
        "IPv6 entries beside IPv4 ones, alone, and a rule for ICMPv6: they match no IPv4 packet.",
        {
            "l3Firewall": [
                deny("tcp", ANY, f"2001:db8::/32,{BRANCH}", "21"),
                deny("any", ANY, "2001:db8::/32"),
                deny("icmp6", ANY, ANY),
                deny("udp", f"{LAN}11,fd00::11", "2000::/3,192.0.2.128/25"),
            ]
        },
    )
    yield (
        "vlans",
        "Servers in three VLANs, one of them larger than 256 addresses.",
        {
            **VLANS,
            "oneToOneNat": [
                mapped(f"{WAN}10", "10.10.0.11", FTP),
                mapped(f"{WAN}11", "10.20.3.254", entry("tcp", "21")),
            ],
            "portForwarding": [forward("2121", f"{LAN}11", "21")],
        },
    )
    yield (
        "vlan_references",
        "Outbound rules name VLANs and hosts in them.",
        {
            **VLANS,
            "l3Firewall": [
                allow("tcp", "VLAN(10).11", ANY, "21"),
                deny("tcp", "VLAN(10).*", ANY, "20-21"),
                deny("any", "VLAN(1).254,VLAN(20).*", CUSTOMER),
            ],
        },
    )
    yield (
        "vlan_references_mixed",
        "VLANs beside addresses and IPv6 in one entry, for hosts with NAT.",
        {
            **VLANS,
            "oneToOneNat": [mapped(f"{WAN}10", "10.10.0.11", FTP)],
            "l3Firewall": [
                allow("any", "VLAN(10).11", BRANCH),
                deny("any", f"VLAN(10).*,fd00::/8,{LAN}64/26", "192.0.2.0/25"),
            ],
        },
    )
    yield (
        "objects",
        "Policy objects as sources and destinations, in both forms.",
        {
            "policyObjects": [
                cidr("1001", f"{LAN}11/32"),
                cidr("1002", BRANCH),
                masked("1003", "100.64.0.0", "255.192.0.0"),
            ],
            "l3Firewall": [deny("tcp", "OBJ(1001)", "OBJ(1002)", "21"), deny("udp", ANY, "OBJ(1003),OBJ(1002)")],
        },
    )
    yield (
        "groups",
        "Groups, one of them empty, one with IPv6, beside objects and addresses.",
        {
            "policyObjects": [cidr("1001", BRANCH), cidr("1002", STRANGER), cidr("1003", "2001:db8::/32")],
            "policyObjectsGroups": [group("1004", "1001", "1002"), group("1005"), group("1006", "1003")],
            "l3Firewall": [
                deny("tcp", f"{LAN}11", "GRP(1004)", "21"),
                deny("any", ANY, "GRP(1005)"),
                deny("any", ANY, "GRP(1006),192.0.2.128/25"),
                allow("any", ANY, "OBJ(1002)"),
                deny("udp", ANY, "GRP(1004)"),
            ],
        },
    )
    yield (
        "references_and_vlans",
        "Objects, groups and VLANs in the same rules.",
        {
            **VLANS,
            "policyObjects": [cidr("1001", CUSTOMER), masked("1002", "10.10.0.0", "255.255.255.192")],
            "policyObjectsGroups": [group("1003", "1001")],
            "l3Firewall": [
                allow("tcp", "OBJ(1002),VLAN(20).9", "GRP(1003)", "21"),
                deny("tcp", "VLAN(10).*,VLAN(20).*", "OBJ(1001)"),
            ],
        },
    )
    yield (
        "host_names",
        "An outbound rule names a host, whose addresses are not known, before one that is known.",
        {"l3Firewall": [deny("tcp", f"{LAN}11", "ftp.example.com", "21"), deny("tcp", ANY, BRANCH, "20-21")]},
    )
    yield (
        "host_name_objects",
        "A policy object and a group have the name of a host; what it allows is allowed anyway in one rule.",
        {
            "policyObjects": [named("1001", "ftp.example.com"), named("1002", "*.example.org")],
            "policyObjectsGroups": [group("1003", "1002")],
            "l3Firewall": [
                allow("tcp", ANY, f"OBJ(1001),{STRANGER}", "21"),
                deny("tcp", ANY, CUSTOMER, "21"),
                allow("udp", ANY, "GRP(1003)"),
            ],
        },
    )
    yield (
        "static_route",
        "A server behind a static route, with an outbound rule about its subnet.",
        {
            "staticRoutes": [route("10.30.0.0/16")],
            "oneToOneNat": [mapped(f"{WAN}10", "10.30.4.5", FTP)],
            "portForwarding": [forward("22", "10.30.0.9")],
            "l3Firewall": [deny("tcp", "10.30.4.0/24", ANY, "21")],
        },
    )
    yield (
        "static_routes",
        "Beside VLANs a static route that is off: hosts there are not of the LAN.",
        {
            **VLANS,
            "staticRoutes": [route("10.30.0.0/16", enabled=False)],
            "oneToOneNat": [mapped(f"{WAN}10", "10.20.2.5", FTP)],
            "l3Firewall": [deny("tcp", "VLAN(20).*", CUSTOMER)],
        },
    )
    yield (
        "content_ports",
        "Layer 7 rules stop ports in both directions, whatever layer 3 and NAT admit.",
        {
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "l3Firewall": [allow("tcp", ANY, ANY, "21")],
            "l7Firewall": [content("port", "21"), content("port", "61050-61060")],
        },
    )
    yield (
        "content_ranges",
        "Layer 7 rules stop addresses on the Internet, with a port and without, in the API's own odd form too.",
        {
            "portForwarding": [forward("21", f"{LAN}11"), forward("990", f"{LAN}11", "989")],
            "l7Firewall": [
                content("ipRange", BRANCH),
                content("ipRange", f"{STRANGER}:21"),
                content("ipRange", "10.11.12.00/24"),
                content("ipRange", "198.51.0.0/16:900-989"),
            ],
        },
    )
    yield (
        "content_shifted",
        "A layer 7 port is the public one or the host's own: ranges that are shifted, up and down.",
        {
            "portForwarding": [forward("8100-8103", f"{LAN}11", "442-445"), forward("21", f"{LAN}12", "2121")],
            "oneToManyNat": [many(f"{WAN}10", forward("300-310", f"{LAN}13", "8095-8105"))],
            "l7Firewall": [content("port", "443"), content("port", "2121"), content("port", "8101-8102")],
        },
    )
    yield (
        "content_unknown",
        "Countries and hosts cannot be decided; what a port rule stops anyway is decided.",
        {
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "l3Firewall": [deny("tcp", ANY, BRANCH)],
            "l7Firewall": [
                content("blockedCountries", ["DE", "FR"]),
                content("port", "21"),
                content("host", "example.com"),
            ],
        },
    )
    yield (
        "content_applications",
        "Applications, categories and allowed countries cannot be decided, beside a range that is.",
        {
            "portForwarding": [forward("21", f"{LAN}11")],
            "l7Firewall": [
                content("application", {"id": "meraki:layer7/application/5", "name": "Advertising.com"}),
                content("applicationCategory", {"id": "meraki:layer7/category/24", "name": "Advertising"}),
                content("allowedCountries", ["US"]),
                content("ipRange", CUSTOMER),
            ],
        },
    )
    yield (
        "content_countries",
        "Countries that the user's table has: one is blocked, and all but two are.",
        {
            "options": {
                "countries": {"DE": [BRANCH, STRANGER], "FR": ["192.0.2.128/25"], "US": [CUSTOMER, "64.0.0.0/4"]}
            },
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "l7Firewall": [content("blockedCountries", ["DE"]), content("allowedCountries", ["FR", "US"])],
        },
    )
    yield (
        "content_some_countries",
        "The user's table has one of two blocked countries: its addresses are decided, the others are not.",
        {
            "options": {"countries": {"DE": [BRANCH, "198.51.0.0/16"]}},
            "portForwarding": [forward("21", f"{LAN}11", allowed=f"{CUSTOMER},{STRANGER}")],
            "l3Firewall": [deny("tcp", f"{LAN}11", STRANGER)],
            "l7Firewall": [content("blockedCountries", ["DE", "FR"]), content("port", "69")],
        },
    )
    yield (
        "host_table",
        "The user's table has the addresses of one policy object's name, and not those of the other.",
        {
            "options": {"hosts": {"ftp.example.com": [BRANCH]}},
            "policyObjects": [named("1001", "ftp.example.com"), named("1002", "www.example.com")],
            "l3Firewall": [
                allow("tcp", f"{LAN}11", "OBJ(1001)", "21"),
                deny("tcp", ANY, "OBJ(1001),192.0.2.128/25"),
                deny("udp", ANY, "OBJ(1002)", "69"),
            ],
        },
    )
    yield (
        "content_and_names",
        "A host name in layer 3 and a country in layer 7: either may decide.",
        {
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", entry("tcp", "21", allowed=CUSTOMER))],
            "l3Firewall": [deny("tcp", f"{LAN}11", "ftp.example.com")],
            "l7Firewall": [content("allowedCountries", ["DE"]), content("ipRange", f"{BRANCH}:21")],
        },
    )
    yield (
        "inbound_list_idle",
        "Without NAT exceptions the inbound list has no effect on IPv4, be it to allow or to deny.",
        {
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "inboundFirewall": [
                deny("tcp", CUSTOMER, ANY, "21"),
                allow("tcp", ANY, f"{WAN}11"),
                allow("any", ANY, "2001:db8::/32"),
            ],
        },
    )
    yield (
        "exception",
        "A NAT exception: the inbound list decides, in place of what a 1:1 rule lets in.",
        {
            **exceptions("wan1"),
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", entry("tcp", "22", allowed=STRANGER))],
            "inboundFirewall": [allow("tcp", CUSTOMER, f"{WAN}10", "21"), allow("tcp", ANY, f"{WAN}10", PASSIVE)],
        },
    )
    yield (
        "exception_order",
        "The inbound list in order, with lists and ranges of ports and of sources.",
        {
            **exceptions("wan1"),
            "portForwarding": [forward("20-22", f"{LAN}11", "120-122"), forward(PASSIVE, f"{LAN}12", allowed=STRANGER)],
            "inboundFirewall": [
                deny("tcp", BRANCH, OWN["internet1"], "21,61000"),
                allow("tcp", f"{CUSTOMER},{STRANGER}", OWN["internet1"], "21,22,61099"),
                allow("tcp", ANY, ANY, "61000-61050", "1024-65535"),
                deny("any", ANY, ANY),
            ],
        },
    )
    yield (
        "exception_lan",
        "Without NAT, the addresses of the LAN itself are reached from outside, if the list allows it.",
        {
            **exceptions("wan1"),
            **VLANS,
            "oneToOneNat": [mapped(f"{WAN}10", "10.10.0.11", FTP)],
            "inboundFirewall": [allow("tcp", ANY, "10.10.0.8/29", "21"), allow("udp", CUSTOMER, f"VLAN(20).*,{LAN}11")],
        },
    )
    yield (
        "exception_second",
        "An exception on the second uplink alone: the first one is as ever.",
        {
            **exceptions("wan2"),
            "oneToOneNat": [
                mapped(f"{WAN}10", f"{LAN}11", FTP),
                mapped(f"{OTHER_WAN}10", f"{LAN}11", uplink="internet2"),
            ],
            "oneToManyNat": [many(f"{OTHER_WAN}11", forward("2121", f"{LAN}12", "21"), uplink="internet2")],
            "inboundFirewall": [allow("any", ANY, f"{OTHER_WAN}10"), allow("tcp", BRANCH, f"{OTHER_WAN}11", "2121")],
        },
    )
    yield (
        "exception_both",
        "Exceptions on both uplinks, with objects, IPv6 and layer 7 rules.",
        {
            **exceptions("wan1", "wan2"),
            "policyObjects": [cidr("1001", CUSTOMER), cidr("1002", f"{WAN}10/31")],
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11"), mapped(f"{WAN}11", f"{LAN}12")],
            "inboundFirewall": [
                allow("tcp", "OBJ(1001)", "OBJ(1002)", "20-21"),
                allow("any", "2001:db8::/32", ANY),
                allow("udp", ANY, f"{LAN}11,2001:db8::11"),
            ],
            "l7Firewall": [content("ipRange", BRANCH)],
        },
    )
    yield (
        "passthrough",
        "A bridge with outbound and layer 7 rules; NAT rules are idle, and what comes in is the router's to decide.",
        {
            **PASSTHROUGH,
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "l3Firewall": [deny("tcp", f"{LAN}11", BRANCH, "21")],
            "l7Firewall": [content("port", "69"), content("ipRange", f"{STRANGER}:21")],
        },
    )
    yield (
        "passthrough_exception",
        "A bridge with a NAT exception: its inbound list counts.",
        {
            **PASSTHROUGH,
            **exceptions("wan2"),
            "inboundFirewall": [
                allow("tcp", CUSTOMER, f"{LAN}11", "21"),
                deny("tcp", ANY, f"{LAN}8/29"),
                deny("udp", BRANCH, ANY),
            ],
        },
    )
    yield (
        "behind_nat",
        "The first uplink is behind NAT: the router in front of it decides what reaches the MX.",
        {
            **reported(wan1={"publicIp": "192.0.2.250"}),
            "oneToOneNat": [mapped(f"{WAN}10", f"{LAN}11", FTP)],
            "portForwarding": [forward("21", f"{LAN}12"), forward("22", f"{LAN}12", uplink="internet2")],
            "l3Firewall": [deny("tcp", ANY, BRANCH, "21")],
        },
    )
    yield (
        "behind_nat_content",
        "Both uplinks are behind NAT; what the MX itself stops is decided.",
        {
            **reported(wan1={"publicIp": "192.0.2.250"}, wan2={"publicIp": "192.0.2.251"}),
            **exceptions("wan2"),
            "portForwarding": [forward("20-22", f"{LAN}12", allowed=CUSTOMER)],
            "inboundFirewall": [allow("tcp", BRANCH, OWN["internet2"], "20-21")],
            "l7Firewall": [content("port", "22")],
        },
    )
    yield (
        "uplink_failed",
        "The second uplink had no connection when its status was read.",
        {
            **reported(wan2={"status": "failed"}),
            "oneToOneNat": [
                mapped(f"{WAN}10", f"{LAN}11", FTP),
                mapped(f"{OTHER_WAN}10", f"{LAN}11", FTP, uplink="internet2"),
            ],
            "portForwarding": [forward("2121", f"{LAN}12", "21")],
        },
    )
    yield (
        "warm_spare",
        "A pair of MXs shares virtual addresses, which are the MX's own in place of the interfaces'.",
        {
            **reported(
                wan1={"ip": f"{WAN}3", "publicIp": f"{WAN}3"}, wan2={"ip": f"{OTHER_WAN}3", "publicIp": f"{OTHER_WAN}3"}
            ),
            "warmSpare": {
                "enabled": True,
                "uplinkMode": "virtual",
                **{name: {"ip": own} for name, own in zip(("wan1", "wan2"), OWN.values())},
            },
            "portForwarding": [forward("21", f"{LAN}11"), forward("22", f"{LAN}12", uplink="internet2")],
        },
    )
    yield (
        "default_rules",
        "The lists as the API answers them, with their default rules, and words in other cases.",
        {
            **exceptions("wan1"),
            "portForwarding": [forward("21", f"{LAN}11", allowed="Any")],
            "inboundFirewall": [allow("tcp", "any", OWN["internet1"], "21"), default("deny")],
            "l3Firewall": [deny("Any", "any", BRANCH), default("allow")],
        },
    )
    yield (
        "passthrough_default_rules",
        "A bridge's lists as the API answers them: the default rule of the inbound list allows.",
        {
            **PASSTHROUGH,
            **exceptions("wan1", "wan2"),
            "inboundFirewall": [deny("tcp", ANY, f"{LAN}11", "20-21"), default("allow")],
            "l3Firewall": [deny("udp", ANY, CUSTOMER), default("allow")],
        },
    )
    yield (
        "default_uplinks",
        "Rules that name no uplink: 1:1 means the first one, port forwarding both.",
        {
            "oneToOneNat": [without_uplink(mapped(f"{WAN}10", f"{LAN}11", FTP))],
            "portForwarding": [
                without_uplink(forward("21", f"{LAN}12")),
                forward("22", f"{LAN}12", uplink="internet2"),
            ],
        },
    )
    yield (
        "everything",
        "One MX with nearly all of it.",
        {
            **VLANS,
            **exceptions("wan2"),
            "policyObjects": [cidr("1001", BRANCH)],
            "policyObjectsGroups": [group("1002", "1001")],
            "oneToOneNat": [
                mapped(f"{WAN}10", "10.10.0.11", entry("tcp", "21", allowed=CUSTOMER), entry("any", allowed=STRANGER))
            ],
            "oneToManyNat": [many(f"{OTHER_WAN}10", forward("21", f"{LAN}12"), uplink="internet2")],
            "portForwarding": [forward("2121", f"{LAN}13", "21")],
            "inboundFirewall": [allow("tcp", "GRP(1002)", f"{OTHER_WAN}10", "21")],
            "l3Firewall": [
                deny("tcp", "VLAN(10).*", "OBJ(1001)", "21,990"),
                deny("udp", ANY, f"{STRANGER},2001:db8::/32"),
            ],
            "l7Firewall": [content("port", "69")],
        },
    )


EXPORTS = [Export(name, about, whole(parts), parts.get("options", {})) for name, about, parts in _exports()]
