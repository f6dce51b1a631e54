# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of what an export says about its owner is left after anonymised; tests/property has the verdicts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.anonymised import FilterModule
from ansible_collections.mxlab.ftp.plugins.module_utils._anonymous.options import OPTIONS
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.fields import FIELDS
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS
from ansible_collections.mxlab.ftp.plugins.modules.mx_reach import FLOW_SPEC
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports

Json = dict[str, Any]
MARK = "Marked-Secret"
# In its order: what is tried in a field, until the field takes it.  None may be left.
MARKS: list[Any] = [MARK, 987654321, "198.18.77.66", "198.18.77.0/28", [MARK], {MARK: MARK}, [{MARK: MARK}]]
LEFT = (MARK, "987654321", "198.18.77")
PORT_RULE = {"name": "Web", "protocol": "tcp", "publicPort": "443", "localPort": "8443", "localIp": "192.168.128.9"}
FIREWALL = {"policy": "deny", "protocol": "tcp", "srcPort": "Any", "destPort": "21", "syslogEnabled": False}
APPLICATION = {"id": "meraki:layer7/application/5", "name": "Advertising.com"}
# With every part, every field and every form of a value.
WHOLE: Json = {
    **exports.DOCUMENT,
    "apiVersion": "1.75.1",
    "organization": {"id": "9", "name": "Acme"},
    "network": {**exports.NETWORK, "configTemplateId": "L_9", "productTypes": ["appliance"]},
    "applianceSettings": {
        "deploymentMode": "routed",
        "dynamicDns": {"enabled": True, "prefix": "acme", "url": "acme-hq.dynamic-m.com"},
    },
    "devices": [{"serial": "Q2AB-CDEF-GHIJ", "model": "MX85", "firmware": "wired-18-107-2", "networkId": "N_7"}],
    "warmSpare": {
        "enabled": True,
        "primarySerial": "Q2AB-CDEF-GHIJ",
        "spareSerial": "Q2AB-CDEF-GHIK",
        "uplinkMode": "virtual",
        "wan1": {"ip": "203.0.113.9", "subnet": "203.0.113.0/24"},
        "wan2": None,
    },
    "vlansSettings": {"vlansEnabled": True},
    "singleLan": {"subnet": "10.1.0.0/24", "applianceIp": "10.1.0.1"},
    "staticRoutes": [
        {
            "id": "r1",
            "name": "Branch",
            "enabled": True,
            "subnet": "10.30.0.0/16",
            "gatewayIp": "192.168.128.5",
            "gatewayVlanId": 10,
            "ipVersion": 4,
        }
    ],
    "oneToManyNatRules": {
        "rules": [
            {"publicIp": "203.0.113.14", "uplink": "internet1", "portRules": [{**PORT_RULE, "allowedIps": ["any"]}]}
        ]
    },
    "portForwardingRules": {
        "rules": [{**PORT_RULE, "lanIp": "192.168.128.9", "allowedIps": ["198.51.100.0/24"], "uplink": "both"}]
    },
    "l3FirewallRules": {
        "rules": [
            {**FIREWALL, "comment": "Peers", "srcCidr": "VLAN(10).13,OBJ(1)", "destCidr": "GRP(7),ftp.acme.example"},
            {**FIREWALL, "comment": "Default rule", "srcCidr": "Any", "destCidr": "2001:db8:ace::/48"},
        ],
        "syslogDefaultRule": False,
    },
    "l7FirewallRules": {
        "rules": [
            {"policy": "deny", "type": "port", "value": "23"},
            {"policy": "deny", "type": "ipRange", "value": "198.51.100.7:21"},
            {"policy": "deny", "type": "host", "value": "acme.example"},
            {"policy": "deny", "type": "application", "value": APPLICATION},
            {"policy": "deny", "type": "blockedCountries", "value": ["KP"]},
        ]
    },
    "policyObjects": [
        {"id": "1", "name": "Acme", "category": "network", "type": "cidr", "cidr": "10.9.0.0/16", "groupIds": ["7"]},
        {"id": 2, "name": "Host", "category": "network", "type": "fqdn", "fqdn": "ftp.acme.example"},
        {"id": 3, "name": "Old", "category": "network", "type": "ipAndMask", "ip": "10.8.1.0", "mask": "255.255.255.0"},
    ],
    "policyObjectsGroups": [{"id": 7, "name": "All", "category": "NetworkObjectGroup", "objectIds": ["1", 3]}],
}
ENDPOINT = {
    "name": "acme-ftp",
    "network": "HQ",
    "public_address": "203.0.113.13",
    "lan_address": "192.168.128.13",
    "control_port": 21,
    "passive_ports": "61000-61099",
    "allowed_ips": ["198.51.100.0/24"],
    "server": "vsftpd",
}
FLOW = {
    "name": "from Acme",
    "direction": "inbound",
    "source": "198.51.100.7",
    "destination": "203.0.113.13",
    "ports": 21,
}

anonymised = FilterModule().filters()["anonymised"]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def leaves(value: Any) -> list[tuple[Any, ...]]:
    """Return the paths of what is neither an object nor a list."""
    inner = [*places(value)]
    return [path for path in inner if not any(other[: len(path)] == path != other for other in inner)]


def changed(value: Any, path: tuple[Any, ...], mark: Any) -> Any:
    """Return a value with the mark at a path."""
    whole = copy.deepcopy(value)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = mark
    return whole


def test_the_export_has_every_part_and_every_field() -> None:
    assert set(parse(WHOLE, "export")) == set(PARTS)
    assert {key for path in places(WHOLE) for key in path if key in FIELDS} == set(FIELDS)


def test_no_mark_is_left_wherever_it_was() -> None:
    tried = set()
    for path in places(WHOLE):
        for mark in MARKS:
            try:
                result = anonymised({"export": changed(WHOLE, path, mark)})
            except ValueError:
                # Of another form than the API's, so that mx_reach takes no such export either.
                continue
            tried.add(path)
            parse(result["export"], "export")
            assert not [left for left in LEFT if left in json.dumps(result)], (path, mark)
    left_out = {path for path in leaves(WHOLE) if path not in tried}
    flags = {"enabled", "vlansEnabled", "isBoundToConfigTemplate"}
    words = {"format", "version", "deploymentMode", "interface", *flags}
    # The id of the network is one in all parts: the next test.
    assert {path[-1] for path in left_out if path != ("network", "id")} <= {*words, "networkId"}
    assert len(tried) > 100


@pytest.mark.parametrize("mark", [mark for mark in MARKS if isinstance(mark, str)])
def test_no_mark_is_left_of_the_id_of_the_network(mark: str) -> None:
    result = anonymised({"export": json.loads(json.dumps(WHOLE).replace('"N_7"', json.dumps(mark)))})
    assert not [left for left in LEFT if left in json.dumps(result)]


def test_no_mark_in_an_endpoint_or_a_flow_is_left() -> None:
    for name, option in (("endpoints", ENDPOINT), ("flows", FLOW)):
        for field in [*option, "unknown"]:
            for mark in MARKS:
                result = anonymised({"export": WHOLE, name: [{**option, field: mark}]})
                assert not [left for left in LEFT if left in json.dumps(result)], (field, mark)


def test_nothing_of_acme_is_left_and_the_form_is_the_same() -> None:
    result = anonymised({"export": WHOLE, "endpoints": [ENDPOINT], "flows": [FLOW]})
    assert not [word for word in ("acme", "2001:db8:ace") if word in json.dumps(result).lower()]
    assert {path[:2] for path in places(result["export"])} == {
        path[:2] for path in places(WHOLE) if path[0] != "apiVersion"
    }


def test_the_same_is_replaced_by_the_same() -> None:
    result = anonymised({"export": WHOLE, "endpoints": [ENDPOINT], "flows": [FLOW]})
    export, endpoint, flow = result["export"], result["endpoints"][0], result["flows"][0]
    mapped = export["oneToOneNatRules"]["rules"][0]
    assert endpoint["public_address"] == flow["destination"] == mapped["publicIp"]
    assert endpoint["lan_address"] == mapped["lanIp"]
    assert endpoint["network"] == export["network"]["name"]
    assert export["devices"][0]["serial"] == export["warmSpare"]["primarySerial"]
    assert export["devices"][0]["networkId"] == export["network"]["id"] == export["uplinkStatuses"][0]["networkId"]
    rules, (vlan,), (one, _host, old) = export["l3FirewallRules"]["rules"], export["vlans"], export["policyObjects"]
    (group,) = export["policyObjectsGroups"]
    assert int(vlan["id"]) == export["staticRoutes"][0]["gatewayVlanId"]
    assert rules[0]["srcCidr"] == f"VLAN({vlan['id']}).{mapped['lanIp'].rpartition('.')[2]},OBJ({one['id']})"
    assert rules[0]["destCidr"].startswith(f"GRP({group['id']}),")
    assert (group["objectIds"], one["groupIds"]) == ([one["id"], old["id"]], [str(group["id"])])
    assert (old["ip"][-2:], old["mask"]) == (".0", "255.255.255.0")
    assert rules[1]["comment"] == "Default rule"
    assert anonymised({"endpoints": [{"network": "N_7"}], "export": WHOLE})["endpoints"][0]["network"] == "N_1"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "expected a dictionary with export, endpoints and flows, got list"),
        ({"export": "x"}, "export: expected a dictionary, got str"),
        ({"export": []}, "export: expected a dictionary, got list"),
        ({"endpoints": None}, "endpoints: expected a list of dictionaries, got NoneType"),
        ({"flows": {"a": 1}}, "flows: expected a list of dictionaries, got dict"),
        ({"endpoints": [{}, None]}, "endpoints[1]: expected a dictionary, got NoneType"),
    ],
)
def test_what_is_of_another_type_is_refused_in_a_sentence(options: Any, problem: str) -> None:
    with pytest.raises(ValueError) as refused:
        anonymised(options)
    assert str(refused.value) == problem


@pytest.mark.parametrize(("text", "empty"), [("8.8.8.0/24,", 1), (",any", 0), ("8.8.8.8, ,9.9.9.9", 1)])
def test_an_empty_word_stays_empty(text: str, empty: int) -> None:
    rule = {"allowedIps": [text], "publicPort": "21"}
    (found,) = anonymised({"export": {"portForwardingRules": [rule]}})["export"]["portForwardingRules"]
    assert found["allowedIps"][0].split(",")[empty] == ""


def test_the_options_are_those_of_mx_reach() -> None:
    assert set(OPTIONS) == {*ENDPOINT_SPEC, *FLOW_SPEC}


def test_an_export_that_mx_reach_does_not_take_is_refused_by_its_path() -> None:
    with pytest.raises(
        ValueError, match=r'^export.vlans\[0\].subnet: expected a subnet like 192.168.128.0/24, got "x"$'
    ):
        anonymised({"export": {"vlans": [{"subnet": "x"}]}})
