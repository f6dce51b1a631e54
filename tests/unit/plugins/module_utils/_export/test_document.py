# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports of all kinds become the same parts, and each fault in one is named by its path."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS
from ansible_collections.mxlab.ftp.plugins.module_utils._export.reach import facts_of, lists_of
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import FACTS, Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED
from ansible_collections.mxlab.ftp.plugins.modules.mx_reach import ARGUMENT_SPEC, FLOW_SPEC, judged
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports


def test_the_document_and_its_raw_parts_are_the_same() -> None:
    assert parse(exports.DOCUMENT, "export") == parse(exports.PARTS, "export") == exports.PARTS


def test_the_shared_export_has_every_part_that_an_mx_with_vlans_has() -> None:
    assert set(PARTS) - set(exports.PARTS) == {"organization", "devices", "warmSpare", "vlansSettings", "singleLan"}


def test_what_the_whole_organization_has_may_stand_beside_one_network() -> None:
    shared = ("policyObjects", "policyObjectsGroups")
    network = {name: part for name, part in exports.PARTS.items() if name not in shared}
    organization = {name: exports.DOCUMENT[name] for name in ("format", "version", *shared)}
    assert parse({**organization, "networks": [network]}, "export") == exports.PARTS


@pytest.mark.parametrize("form", [exports.DOCUMENT, {"networks": [exports.PARTS]}])
@pytest.mark.parametrize("name", ["format", "version"])
def test_null_is_no_format_and_no_version(form: dict[str, Any], name: str) -> None:
    head = {"format": exports.DOCUMENT["format"], "version": exports.DOCUMENT["version"], name: None}
    with pytest.raises(ValueError, match=rf"export\.{name}: expected "):
        parse({**form, **head}, "export")


def test_what_anonymise_writes_is_an_export_too() -> None:
    assert parse({"export": exports.DOCUMENT, "endpoints": []}, "export") == exports.PARTS
    with pytest.raises(ValueError, match=r"export\.export\.vlans: expected "):
        parse({"export": {**exports.DOCUMENT, "vlans": 7}}, "export")


def test_names_of_the_field_are_understood_and_what_is_no_part_is_ignored() -> None:
    assert set(parse(exports.FIELD, "export")) == {
        *("oneToOneNatRules", "oneToManyNatRules", "vlans", "staticRoutes", "l3FirewallRules"),
        *("policyObjects", "policyObjectsGroups"),
    }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("settings", "applianceSettings"),
        ("oneToOneNat", "oneToOneNatRules"),
        ("oneToManyNat", "oneToManyNatRules"),
        ("portForwarding", "portForwardingRules"),
        ("inboundFirewall", "inboundFirewallRules"),
        ("l3Firewall", "l3FirewallRules"),
        ("l7Firewall", "l7FirewallRules"),
        ("one_to_one_nat", "oneToOneNatRules"),
        ("l7_firewall", "l7FirewallRules"),
    ],
)
def test_a_part_has_other_names_too(given: str, name: str) -> None:
    assert parse({given: exports.PARTS[name]}, "export") == {name: exports.PARTS[name]}


@pytest.mark.parametrize("name", [*PARTS])
def test_a_part_that_is_null_is_not_there(name: str) -> None:
    assert name not in parse({**exports.DOCUMENT, name: None}, "export")


@pytest.mark.parametrize(
    ("name", "part", "message"),
    [
        ("oneToOneNatRule", [], "export: 'oneToOneNatRule' is unknown; did you mean 'oneToOneNatRules'?"),
        ("vlan", [], "export: 'vlan' is unknown; did you mean 'vlans'?"),
        ("StaticRoutes", [], "export: 'StaticRoutes' is unknown; did you mean 'staticRoutes'?"),
        ("oneToOneNat", [], "export: 'oneToOneNat' is the part 'oneToOneNatRules' once more; give it once"),
        ("one_to_one_nat", [], "export: 'one_to_one_nat' is the part 'oneToOneNatRules' once more; give it once"),
        ("vlans", {"errors": ["No"]}, 'export.vlans: expected a list, got {"errors": ["No"]}'),
        (
            "vlans",
            [{"subnet": "10.0.0.0/99"}],
            'export.vlans[0].subnet: expected a subnet like 192.168.128.0/24, got "10.0.0.0/99"',
        ),
        ("vlans", [{"subnet": "10.0.0.1"}], "export.vlans[0].subnet: expected a subnet like 192.168.128.0/24, got"),
        (
            "vlans",
            [{"applianceIp": "x"}],
            "export.vlans[0].applianceIp: expected an IPv4 address like 203.0.113.2, got",
        ),
        ("singleLan", {"subnet": 7}, "export.singleLan.subnet: expected a subnet like 192.168.128.0/24, got 7"),
        ("l3FirewallRules", {}, "export.l3FirewallRules.rules: expected a list, got null"),
        ("l3FirewallRules", ["deny"], 'export.l3FirewallRules[0]: expected an object, got "deny"'),
        ("portForwardingRules", {"rules": [7]}, "export.portForwardingRules.rules[0]: expected an object, got 7"),
        (
            "applianceSettings",
            {"deploymentMode": "bridge"},
            'export.applianceSettings.deploymentMode: expected routed or passthrough, got "bridge"',
        ),
        (
            "uplinkStatuses",
            [{"uplinks": [{"interface": "wan1", "ip": "here"}]}],
            'export.uplinkStatuses[0].uplinks[0].ip: expected an IPv4 address like 203.0.113.2, got "here"',
        ),
        (
            "uplinksNat",
            {"uplinks": [{"interface": "wan1", "nat": {"enabled": "no"}}]},
            'export.uplinksNat.uplinks[0].nat.enabled: expected true or false, got "no"',
        ),
        ("warmSpare", {"wan1": {"ip": "x"}}, "export.warmSpare.wan1.ip: expected an IPv4 address like"),
        ("policyObjects", [{"id": None}], "export.policyObjects[0].id: expected a text or a number, got null"),
        ("policyObjects", [{"id": 1, "cidr": "x"}], "export.policyObjects[0].cidr: expected a subnet like"),
        ("policyObjectsGroups", [{"id": 1, "objectIds": [[]]}], "export.policyObjectsGroups[0].objectIds[0]: expected"),
        (
            "uplinkStatuses",
            [{"uplinks": [{"interface": "WAN1"}]}],
            "export.uplinkStatuses[0].uplinks[0].interface: expected an uplink like wan1, internet1 or cellular, got",
        ),
        (
            "uplinksNat",
            {"uplinks": [{"interface": "wan01", "nat": {"enabled": True}}]},
            "export.uplinksNat.uplinks[0].interface: expected an uplink like wan1, internet1 or cellular, got",
        ),
        (
            "uplinksNat",
            {"uplinks": [{"interface": name, "nat": {"enabled": True}} for name in ("wan1", "internet1")]},
            "export.uplinksNat.uplinks[1].interface: 'internet1' is there already; give each uplink once",
        ),
        (
            "uplinkStatuses",
            [{"uplinks": []}, {"uplinks": [{"interface": "wan1"}, {"interface": "wan1"}]}],
            "export.uplinkStatuses[1].uplinks[1].interface: 'internet1' is there already; give each uplink once",
        ),
        (
            "uplinkStatuses",
            {"uplinks": [{"interface": "cellular"}, {"interface": "cellular"}]},
            "export.uplinkStatuses.uplinks[1].interface: 'cellular' is there already; give each uplink once",
        ),
        (
            "uplinkStatuses",
            [{"networkId": "N_7", "uplinks": []}, {"networkId": "N_7"}],
            "export.uplinkStatuses: expected one MX besides a spare, got 2",
        ),
        ("networks", [{}, {}], "export.networks: expected a list of exactly one network, got [{}, {}]"),
    ],
)
def test_what_is_misspelt_or_malformed_is_named_with_what_is_expected(name: str, part: Any, message: str) -> None:
    with pytest.raises(ValueError, match="export") as caught:
        parse({**exports.PARTS, name: part}, "export")
    assert str(caught.value).startswith(message)


def test_items_of_other_networks_do_not_count() -> None:
    mine = exports.PARTS["uplinkStatuses"][0]
    others = [{**mine, "networkId": "N_2", "uplinks": [{**exports.UPLINK, "status": "failed"}]}, {"uplinks": []}]
    devices = [{"networkId": "N_2", "firmware": "wired-12-1"}, {"networkId": None, "firmware": "wired-12-2"}]
    own = {"networkId": "N_7", "firmware": "wired-19-1"}
    given = {"uplinkStatuses": [*others, mine], "devices": [*devices, own]}
    assert parse({**exports.PARTS, **given}, "export") == {**exports.PARTS, "devices": [own]}


def test_a_network_may_have_what_is_of_its_template() -> None:
    network = {**exports.NETWORK, "configTemplateId": "L_1"}
    vlans = [{"networkId": "L_1", "id": 1}]
    assert parse({**exports.PARTS, "network": network, "vlans": vlans}, "export")["vlans"] == vlans


@pytest.mark.parametrize(
    ("name", "part", "place"),
    [
        ("uplinkStatuses", [{"networkId": "N_2"}, {"networkId": "N_3"}, {"uplinks": []}], "uplinkStatuses"),
        ("uplinkStatuses", {"networkId": "N_2"}, "uplinkStatuses.networkId"),
        ("devices", [{"networkId": "N_2", "firmware": "wired-12-1"}], "devices"),
        ("uplinksNat", {"networkId": "N_2", "uplinks": []}, "uplinksNat.networkId"),
        ("vlans", [{"networkId": "N_2"}], "vlans"),
        ("singleLan", {"networkId": "N_2"}, "singleLan.networkId"),
        ("staticRoutes", [{"networkId": "N_2"}], "staticRoutes"),
        ("warmSpare", {"networkId": "N_2"}, "warmSpare.networkId"),
    ],
)
def test_a_part_of_other_networks_only_is_refused(name: str, part: Any, place: str) -> None:
    with pytest.raises(ValueError, match="export") as caught:
        parse({**exports.PARTS, name: part}, "export")
    assert str(caught.value).startswith(f'export.{place}: expected the network of network.id, "N_7", got "N_2"')


def test_without_network_all_parts_have_to_be_of_one_network() -> None:
    parts = {**exports.PARTS, "network": None}
    assert facts_of(parse(parts, "export"))["uplinks"]
    with pytest.raises(ValueError, match="export.network.id: expected the id of one of the networks") as caught:
        parse({**parts, "staticRoutes": [{"networkId": f"N_{number}"} for number in range(5)]}, "export")
    assert str(caught.value).endswith('"N_0", "N_1", "N_2", ..., got null')


@pytest.mark.parametrize("beside", [{"l7FirewallRules": []}, {"l7Firewall": []}])
def test_a_part_beside_the_network_and_in_it_is_refused(beside: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is the part 'l7FirewallRules' once more; give it once"):
        parse(
            {**beside, "networks": [{"l7FirewallRules": [{"policy": "deny", "type": "port", "value": "21"}]}]}, "export"
        )


@pytest.mark.parametrize(("beside", "inner"), [(None, []), ([], None)])
def test_null_beside_a_part_is_as_if_left_out(beside: Any, inner: Any) -> None:
    assert parse({"vlans": beside, "networks": [{"vlans": inner}]}, "export") == {"vlans": []}


def test_uplinks_may_have_the_names_of_rules() -> None:
    uplinks = [{**exports.UPLINK, "interface": "internet1"}, {"interface": "cellular"}]
    nat = {"uplinks": [{"interface": name, "nat": {"enabled": False}} for name in ("internet1", "cellular")]}
    facts = facts_of(parse({"uplinkStatuses": [{"uplinks": uplinks}], "uplinksNat": nat}, "export"))
    assert (facts["uplinks"], facts["nat_exceptions"]) == (facts_of(exports.PARTS)["uplinks"], ["internet1"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "export.format: expected 'mxlab.ftp/export', got \"other\""),
        ({"version": 2}, "export.version: expected 1, got 2"),
        ({"version": None}, "export.version: expected 1, got null"),
        ({"ssids": []}, "export: 'ssids' is unknown; there are organization, network, "),
    ],
)
def test_our_own_form_has_its_version_and_no_other_parts(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="export") as caught:
        parse({**exports.DOCUMENT, **change}, "export")
    assert str(caught.value).startswith(message)


def test_every_part_that_is_wrong_is_named_at_once() -> None:
    wrong = {"version": 2, "vlans": 7, "staticRoutes": [{"subnet": "here"}], "ssids": []}
    with pytest.raises(ValueError, match="export") as caught:
        parse({**exports.DOCUMENT, **wrong}, "export")
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        *("export.version", "export.vlans", "export.staticRoutes[0].subnet", "export"),
    ]


def test_the_facts_are_those_that_mx_reach_takes() -> None:
    facts = facts_of(exports.PARTS)
    assert facts == {
        "deployment_mode": "routed",
        "bound_to_template": False,
        "firmware": "MX 18.211.2",
        "uplinks": {"internet1": {"address": "203.0.113.2", "public_address": "203.0.113.2", "status": "active"}},
        "nat_exceptions": [],
        "subnets": [
            {
                "cidr": "192.168.128.0/24",
                "source": "vlan",
                "name": "Servers",
                "vlan": "10",
                "appliance_ip": "192.168.128.1",
            },
            {"cidr": "10.30.0.0/16", "source": "static_route", "name": "Branch"},
        ],
    }
    assert set(facts) <= set(FACTS)
    assert Mx.of(facts).active_ftp


def test_what_is_not_in_the_export_is_no_fact() -> None:
    facts = facts_of({})
    assert facts == {**dict.fromkeys(facts), "uplinks": {}}
    assert Mx.of(facts).assumed == ("deployment_mode", "nat_exceptions")
    assert lists_of({}) == {}


def test_the_lists_have_our_names() -> None:
    assert lists_of(exports.PARTS) == {name: exports.PARTS[resource] for name, resource in JUDGED.items()}


@pytest.mark.parametrize(
    ("change", "subnets"),
    [
        ({"staticRoutes": None}, None),
        ({"vlans": None}, None),
        ({"vlans": None, "singleLan": {"subnet": "10.1.0.0/24"}, "staticRoutes": []}, ["10.1.0.0/24"]),
        ({"applianceSettings": {"deploymentMode": "passthrough"}}, None),
        ({"vlans": [{"id": 1, "subnet": "2001:db8::/64"}], "staticRoutes": []}, []),
    ],
)
def test_subnets_are_known_only_as_a_whole(change: dict[str, Any], subnets: list[str] | None) -> None:
    found = facts_of(parse({**exports.PARTS, **change}, "export"))["subnets"]
    assert (None if found is None else [each["cidr"] for each in found]) == subnets


@pytest.mark.parametrize(
    ("spare", "uplink", "addresses"),
    [
        ({"enabled": True, "uplinkMode": "virtual"}, {}, ("203.0.113.9", "203.0.113.9")),
        ({"enabled": True, "uplinkMode": "public"}, {}, ("203.0.113.2", "203.0.113.2")),
        ({"enabled": False, "uplinkMode": "virtual"}, {}, ("203.0.113.2", "203.0.113.2")),
        ({"enabled": True, "uplinkMode": "virtual"}, {"ip": "10.0.0.2"}, ("203.0.113.9", "203.0.113.2")),
        ({"enabled": True, "uplinkMode": "virtual"}, {"publicIp": None}, ("203.0.113.9", "203.0.113.9")),
    ],
)
def test_a_warm_spare_pair_has_its_shared_address(
    spare: dict[str, Any], uplink: dict[str, Any], addresses: tuple[str, str]
) -> None:
    statuses = [{"networkId": "N_7", "uplinks": [{**exports.UPLINK, **uplink}]}]
    shared = {**spare, "wan1": {"ip": "203.0.113.9"}, "wan2": None}
    facts = facts_of(parse({**exports.PARTS, "uplinkStatuses": statuses, "warmSpare": shared}, "export"))
    known = facts["uplinks"]["internet1"]
    assert (known["address"], known["public_address"], known["status"]) == (*addresses, "active")


@pytest.mark.parametrize(
    ("upgrades", "devices", "firmware"),
    [
        ({"shortName": "MX 19.1.4", "firmware": "wired-19-1-4"}, [], "MX 19.1.4"),
        ({"firmware": "wired-19-1-4"}, [], "wired-19-1-4"),
        (None, [{"serial": "Q2XX", "firmware": "wired-18-107-2"}], "wired-18-107-2"),
        (None, [], None),
        (None, [{"model": "MS225", "firmware": "switch-17-2"}, {"model": "MX68", "firmware": "wired-18"}], "wired-18"),
        (None, [{"productType": "wireless", "firmware": "wireless-31"}], None),
        (None, [{"productType": "appliance", "model": "C8455", "firmware": "wired-19"}], "wired-19"),
        (None, [{"model": model, "firmware": "wired-19"} for model in ("vMX-S", "Z4C", "C8111-G2-MX")], "wired-19"),
        (None, [{"firmware": "switch-17-2"}], None),
        (None, [{"model": "MX68", "firmware": "wired-18"}, {"model": "MX68", "firmware": "wired-19"}], None),
    ],
)
def test_the_firmware_is_read_where_it_is(upgrades: Any, devices: Any, firmware: str | None) -> None:
    answer = {"products": {"appliance": {"currentVersion": upgrades}}}
    document = parse({**exports.PARTS, "firmwareUpgrades": answer, "devices": devices}, "export")
    assert facts_of(document)["firmware"] == firmware


@pytest.mark.parametrize(
    ("part", "place"),
    [("policyObjects", "OBJ(1)"), ("policyObjectsGroups", "GRP(2)"), ("vlans", "VLAN(10).*"), ("vlans", "vlan(10).8")],
)
def test_a_part_that_a_name_in_a_rule_needs_is_named_if_it_is_not_there(part: str, place: str) -> None:
    denied = {"policy": "deny", "protocol": "any", "srcCidr": place, "destCidr": "any"}
    flow = {"direction": "outbound", "source": "192.168.128.13", "destination": "198.51.100.7", "ports": "21"}
    whole = {**exports.PARTS, "l3FirewallRules": [denied], part: None}
    spec = {name: option.get("default") for name, option in FLOW_SPEC.items()}
    options = {name: option.get("default") for name, option in ARGUMENT_SPEC.items()}
    (found, *_others) = judged({**options, "export": whole, "flows": [{**spec, **flow}]})["flows"]
    assert found["verdict"] == "undetermined"
    assert f"the export has no {place} in {part}" in found["reason"]
