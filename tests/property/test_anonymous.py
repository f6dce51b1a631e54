# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever an export holds, mx_reach judges it just as it judges what anonymised makes of it."""

from __future__ import annotations

import json
from collections import Counter
from ipaddress import IPv4Network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.blocks import renumbered
from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.options import anonymised
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.modules.mx_reach import ARGUMENT_SPEC, judged
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from hypothesis import event, example, given
from hypothesis import strategies as st

Json = dict[str, Any]
DEFAULTS = {name: option.get("default") for name, option in ARGUMENT_SPEC.items()}
# Few, so that rules, subnets and flows meet; with the first and the last of a subnet, and neighbours.
HOSTS = st.sampled_from(
    [
        *("192.168.128.0", "192.168.128.1", "192.168.128.12", "192.168.128.13", "192.168.128.255", "10.1.5.61"),
        *("10.1.5.0", "10.1.5.60", "172.16.0.1", "100.64.0.9", "203.0.113.2", "203.0.113.13", "203.0.113.14"),
        *("198.51.100.7", "8.8.8.8", "8.8.8.9", "9.9.9.9", "169.254.1.1", "224.0.0.1", "0.0.0.0"),
    ]
)
SUBNETS = st.sampled_from(
    [
        *("192.168.128.0/24", "192.168.128.0/25", "192.168.0.0/16", "10.1.5.0/24", "10.0.0.0/8", "10.1.5.60/30"),
        *("8.8.8.0/24", "8.8.8.8/31", "8.0.0.0/8", "203.0.113.0/24", "203.0.112.0/23", "192.0.0.0/4", "0.0.0.0/0"),
        *("128.0.0.0/1", "10.1.5.7/24", "10.1.0.0/255.255.0.0"),
    ]
)
NAMES = st.sampled_from(
    [
        *("VLAN(10).*", "VLAN(10).13", "VLAN(20).0", "vlan(10).255", "VLAN(30).8", "OBJ(1)", "obj(2)", "OBJ(3)"),
        *("GRP(7)", "GRP(8)", "ftp.example.org", "*.example.net", "2001:db8::1", "fd00::/8", "nothing"),
    ]
)
PLACES = st.just("any") | st.just("Any") | HOSTS | SUBNETS | NAMES
LIST = st.lists(PLACES, min_size=1, max_size=3).map(",".join)
PORTS = st.sampled_from(["any", "Any", "20", "21", "20-21", "21,22", "61000-61099", "61000-61050", "1-65535", "x", ""])
UPLINK = st.sampled_from(["internet1", "internet2", "both", "wan1", "elsewhere"])
PROTOCOL = st.sampled_from(["tcp", "TCP", "udp", "any", "icmp-ping", "icmp6", "gre"])
POLICY = st.sampled_from(["allow", "deny", "Deny", "perhaps"])
TEXT = st.sampled_from(["Web", "Mail", "Default rule", "", "203.0.113.13"])


def rule(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Return rules that have the first field, and any of the others."""
    first, *_rest = fields
    return st.fixed_dictionaries({first: fields.pop(first)}, optional=fields)


ALLOWED = st.lists(PLACES, max_size=2) | LIST
ENTRY = rule(protocol=PROTOCOL, destinationPorts=st.lists(PORTS, max_size=2), allowedIps=ALLOWED)
PORT_RULE = rule(
    protocol=PROTOCOL, publicPort=PORTS, localPort=PORTS, localIp=HOSTS | NAMES, allowedIps=ALLOWED, name=TEXT
)
ONE_TO_ONE = rule(
    publicIp=HOSTS | PLACES, lanIp=HOSTS | PLACES, uplink=UPLINK, name=TEXT, allowedInbound=st.lists(ENTRY, max_size=2)
)
ONE_TO_MANY = rule(publicIp=HOSTS | PLACES, uplink=UPLINK, portRules=st.lists(PORT_RULE, max_size=2))
FORWARD = rule(
    lanIp=HOSTS, publicPort=PORTS, localPort=PORTS, protocol=PROTOCOL, allowedIps=ALLOWED, uplink=UPLINK, name=TEXT
)
FIREWALL = rule(
    policy=POLICY, protocol=PROTOCOL, srcCidr=LIST, srcPort=PORTS, destCidr=LIST, destPort=PORTS, comment=TEXT
)
LAYER_7 = st.one_of(
    st.fixed_dictionaries({"policy": POLICY, "type": st.just(kind), "value": value})
    for kind, value in (
        ("port", PORTS | st.just(21)),
        ("ipRange", HOSTS | SUBNETS | st.tuples(SUBNETS, PORTS).map(":".join) | st.just("08.8.8.00/24:21")),
        ("host", st.just("example.com")),
        ("blockedCountries", st.just(["KP", "RU"])),
        ("application", st.just({"id": "meraki:layer7/application/5", "name": "FTP"})),
        ("other", st.just("what")),
    )
)
OBJECT = st.one_of(
    st.fixed_dictionaries({"id": st.sampled_from(["1", 2]), "type": st.just("cidr"), "cidr": HOSTS | SUBNETS}),
    st.fixed_dictionaries({"id": st.just("3"), "type": st.just("fqdn"), "fqdn": st.just("ftp.example.org")}),
    st.just({"id": "3", "type": "ipAndMask", "ip": "10.1.5.9", "mask": "255.255.255.0"}),
)
GROUP = st.fixed_dictionaries({"id": st.sampled_from([7, "8"]), "objectIds": st.lists(st.sampled_from(["1", "2", 3]))})
VLAN = st.fixed_dictionaries(
    {"id": st.sampled_from([10, "20"]), "subnet": st.sampled_from(["192.168.128.0/24", "10.1.5.0/24", "10.0.0.0/8"])},
    optional={"applianceIp": HOSTS, "name": TEXT},
)
ROUTE = st.fixed_dictionaries({"subnet": SUBNETS.filter(lambda text: "/" in text), "enabled": st.booleans()})
STATUS = st.fixed_dictionaries(
    {
        "interface": st.sampled_from(["wan1", "wan2", "cellular"]),
        "ip": HOSTS | st.none(),
        "publicIp": HOSTS | st.just(""),
        "status": st.sampled_from(["active", "failed", "odd"]),
    }
)
STATUSES = st.lists(STATUS, max_size=2, unique_by=lambda status: str(status["interface"]))
NAT = st.fixed_dictionaries({"interface": st.just("wan1"), "nat": st.fixed_dictionaries({"enabled": st.booleans()})})
EXPORT = st.fixed_dictionaries(
    {
        "oneToOneNatRules": st.lists(ONE_TO_ONE, max_size=3),
        "portForwardingRules": st.lists(FORWARD, max_size=3),
        "uplinkStatuses": st.lists(st.fixed_dictionaries({"uplinks": STATUSES}), max_size=1),
    },
    optional={
        "applianceSettings": st.fixed_dictionaries({"deploymentMode": st.sampled_from(["routed", "passthrough"])}),
        "devices": st.lists(st.fixed_dictionaries({"firmware": st.sampled_from(["wired-18-107-2", "odd"])})),
        "oneToManyNatRules": st.lists(ONE_TO_MANY, max_size=2),
        "inboundFirewallRules": st.lists(FIREWALL, max_size=3),
        "l3FirewallRules": st.lists(FIREWALL, max_size=3),
        "l7FirewallRules": st.lists(LAYER_7, max_size=2),
        "policyObjects": st.lists(OBJECT, max_size=3),
        "policyObjectsGroups": st.lists(GROUP, max_size=2),
        "vlans": st.lists(VLAN, max_size=2),
        "staticRoutes": st.lists(ROUTE, max_size=2),
        "uplinksNat": st.fixed_dictionaries({"uplinks": st.lists(NAT, max_size=1)}),
    },
)
ENDPOINT = st.builds(
    lambda public, lan, allowed, way, server: shared.filled(
        {
            "name": f"at {public} and {lan}",
            "public_address": public,
            "lan_address": lan,
            "passive_ports": "61000-61099",
            "allowed_ips": allowed,
            "publish_by": way,
            "server": server,
        }
    ),
    HOSTS,
    HOSTS,
    st.sampled_from([["any"], ["8.8.8.0/24", "9.9.9.9"]]),
    st.sampled_from(["one_to_one_nat", "port_forwarding"]),
    st.sampled_from([None, "IIS6", "vsftpd"]),
)
FLOW = st.builds(
    lambda direction, source, destination, ports: {
        "name": None,
        "direction": direction,
        "source": source,
        "source_ports": "any",
        "destination": destination,
        "protocol": "tcp",
        "ports": ports,
        "uplink": "internet1",
        "expect": None,
    },
    st.sampled_from(["inbound", "outbound"]),
    st.just("any") | HOSTS | SUBNETS,
    st.just("any") | HOSTS | SUBNETS,
    st.sampled_from(["21", "61000-61099", "any"]),
)
OPTIONS = st.fixed_dictionaries(
    {"export": EXPORT, "endpoints": st.lists(ENDPOINT, max_size=2), "flows": st.lists(FLOW, max_size=2)}
)


def verdicts(options: Json) -> Any:
    """Return what mx_reach says without addresses and names: verdicts of flows, and findings."""
    try:
        result = judged({**DEFAULTS, **options})
    except ValueError:
        event("refused")
        return "refused"
    event("judged")
    names = {None: None, **{each["name"]: number for number, each in enumerate(options["endpoints"])}}

    def ref(found: Json) -> tuple[Any, ...]:
        return found["kind"], found["index"], found["part"]

    flows = {
        (
            *(names[row["endpoint"]], row["name"], row["direction"], row["uplink"], row["protocol"]),
            *(row["source_ports"], row["ports"], row["verdict"], row["expect"], row["passed"]),
            *(row["translated"] and (row["translated"]["source_ports"], row["translated"]["ports"]),),
            # Not its others: a row has those of all its packets, and which are in one row depends on the order, too.
            tuple(map(ref, row["rules"])),
        )
        for row in result["flows"]
        # Sources that no client has are parts of their own, or of a part with others: that depends on their order.
        if row["expect"] or row["name"] == "data" or not row["endpoint"]
    }
    findings = Counter((each["id"], each["level"], names[each["endpoint"]]) for each in result["findings"])
    return result["passed"], flows, findings


def asked(public: str, lan: str, clients: str, *rules: Json) -> Json:
    """Return a question about one endpoint, behind an MX with a VLAN and outbound rules."""
    mapped = {
        "publicIp": public,
        "lanIp": lan,
        "uplink": "internet1",
        "allowedInbound": [{**FTP, "allowedIps": [clients]}],
    }
    export = {
        "oneToOneNatRules": [mapped],
        "portForwardingRules": [],
        "uplinkStatuses": [],
        "l7FirewallRules": [],
        "oneToManyNatRules": [],
        "inboundFirewallRules": [],
        "l3FirewallRules": list(rules),
        "staticRoutes": [],
        "vlans": [{"id": 10, "subnet": "192.168.128.0/24"}],
    }
    addresses = {"public_address": public, "lan_address": lan, "allowed_ips": ["any"]}
    endpoint = {"name": "server", "passive_ports": "61000-61099", **addresses}
    return {"export": export, "endpoints": [shared.filled(endpoint)], "flows": []}


FTP = {"protocol": "tcp", "destinationPorts": ["20-21", "61000-61099"]}
ANYTHING = {"protocol": "any", "srcCidr": "any", "srcPort": "any", "destCidr": "any", "destPort": "any"}
DENIED = {**ANYTHING, "policy": "deny", "srcCidr": "VLAN(10).77"}
ALLOWED_ALL, LAST = {**ANYTHING, "policy": "allow"}, {**ANYTHING, "policy": "allow", "comment": "Default rule"}


@given(OPTIONS)
@example(asked("8.8.8.8", "192.168.128.77", "any", DENIED))
@example(asked("8.8.8.8", "192.168.128.77", "203.0.113.0/24"))
@example(asked("8.8.8.8", "192.168.128.0", "any"))
@example(asked("8.8.8.8", "192.168.128.77", "any", ALLOWED_ALL, LAST))
def test_the_verdicts_stay(options: Json) -> None:
    assert verdicts(anonymised(options)) == verdicts(options)


@given(OPTIONS)
def test_what_is_anonymous_stays_as_it_is(options: Json) -> None:
    once = anonymised(options)
    assert anonymised(once) == once
    json.dumps(once)
    assert set(parse(once["export"], "export")) == set(parse(options["export"], "export"))


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)) | HOSTS | SUBNETS, max_size=30))
def test_networks_contain_and_touch_each_other_as_before(given_networks: list[Any]) -> None:
    networks = [IPv4Network(each, strict=False) for each in given_networks]
    places = renumbered(networks)
    assert set(places) == set(networks)
    for one in networks:
        assert places[one].prefixlen == one.prefixlen
        assert kind_of(str(places[one][0])) == kind_of(str(one[0]))
        for other in networks:
            assert places[one].subnet_of(places[other]) is one.subnet_of(other)
            assert (places[one][0] == places[other][0]) is (one[0] == other[0])
            assert (places[one][-1] == places[other][-1]) is (one[-1] == other[-1])
