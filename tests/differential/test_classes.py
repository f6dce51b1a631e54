# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The classes of packets and the set of exports: that nothing is left out, and each construct is in several exports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from .classes import Field, classes, inbound, one_of_each, outbound, packets
from .emulated import told
from .exports import EXPORTS, Export
from .mutations import mutations

# Of each construct the part of an export that has it, and how that is seen in the part's JSON.
CONSTRUCTS = {
    "1:1": ("oneToOneNatRules", '"publicIp"'),
    "1:1 for named senders": ("oneToOneNatRules", r'"allowedIps": \["\d'),
    "1:1 for any protocol": ("oneToOneNatRules", '"protocol": "any"'),
    "1:1 on the second uplink": ("oneToOneNatRules", '"internet2"'),
    "1:Many": ("oneToManyNatRules", '"publicIp"'),
    "1:Many on the second uplink": ("oneToManyNatRules", '"internet2"'),
    "port forwarding": ("portForwardingRules", '"publicPort"'),
    "port forwarding on one uplink": ("portForwardingRules", '"internet[12]"'),
    "port forwarding for named senders": ("portForwardingRules", r'"allowedIps": \["\d'),
    "forwarding of UDP": ("portForwardingRules", '"udp"'),
    "outbound list, deny": ("l3FirewallRules", '"deny"'),
    "outbound list, allow": ("l3FirewallRules", '"allow"'),
    "list of ports": ("l3FirewallRules", r'"destPort": "\d+,'),
    "range of ports": ("l3FirewallRules", r'"destPort": "\d+-'),
    "source ports": ("l3FirewallRules", r'"srcPort": "\d'),
    "objects": ("l3FirewallRules", r"OBJ\("),
    "objects with address and mask": ("policyObjects", "ipAndMask"),
    "groups": ("l3FirewallRules", r"GRP\("),
    "VLANs in rules": ("l3FirewallRules", r"VLAN\(\d+\)\.\*"),
    "hosts of VLANs in rules": ("l3FirewallRules", r"VLAN\(\d+\)\.\d"),
    "names of hosts": ("l3FirewallRules", r"example\.com"),
    "IPv6 entries": ("l3FirewallRules", "::"),
    "inbound list": ("inboundFirewallRules", '"policy"'),
    "inbound list, deny": ("inboundFirewallRules", '"deny"'),
    "layer 7 port": ("l7FirewallRules", '"port"'),
    "layer 7 ipRange": ("l7FirewallRules", '"ipRange"'),
    "layer 7 ipRange with port": ("l7FirewallRules", r'"ipRange", "value": "[^"]+:'),
    "layer 7 countries": ("l7FirewallRules", "Countries"),
    "layer 7 applications and hosts": ("l7FirewallRules", '"(application|host)'),
    "NAT exceptions": ("uplinksNat", "false"),
    "passthrough": ("applianceSettings", "passthrough"),
    "VLANs": ("vlans", '"subnet"'),
    "single LAN": ("singleLan", '"subnet"'),
    "static routes": ("staticRoutes", '"subnet"'),
}


def has(document: Mapping[str, Any], construct: str) -> bool:
    part, sign = CONSTRUCTS[construct]
    return re.search(sign, json.dumps(document.get(part))) is not None


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_each_construct_is_in_several_exports(construct: str) -> None:
    assert sum(has(export.document, construct) for export in EXPORTS) >= 2


def test_there_are_enough_exports_and_each_says_what_it_is_about() -> None:
    assert len({export.name for export in EXPORTS}) == len(EXPORTS) >= 40
    assert all(re.fullmatch(r"[A-Z1].*[^.]\.", export.about) for export in EXPORTS)


def test_a_range_divides_what_is_inside_from_what_is_outside() -> None:
    assert classes([(20, 29), (25, 25)], [(1, 100)]) == [(1, 19, 30, 100), (20, 24, 26, 29), (25,)]


def test_ranges_that_do_not_meet_the_universe_divide_nothing() -> None:
    assert classes([(20, 29)], [(30, 40), (50, 60)]) == [(30, 40, 50, 60)]


def test_every_combination_of_classes_has_a_packet_and_every_edge_is_sent() -> None:
    sent = [*one_of_each([[(1, 2, 3, 4, 5)], [(6,), (7, 8)]])]
    assert {ends[0] for ends in sent} == {1, 2, 3, 4, 5}
    assert {ends[1] for ends in sent} == {6, 7, 8}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_both_sides_of_each_edge_in_an_export_are_sent(export: Export) -> None:
    document = told(export.document, export.options)
    sent = packets(document)
    for direction, fields in (("inbound", inbound(document)), ("outbound", outbound(document))):
        ends = zip(*(packet[3:] for packet in sent if packet.direction == direction))
        for field, values in zip(fields, ends):
            assert edges(field) <= set(values)


def test_a_mutation_changes_one_thing() -> None:
    [export] = [each for each in EXPORTS if each.name == "outbound_order"]
    names = [mutation.name for mutation in mutations(export.document)]
    assert len(set(names)) == len(names) >= 20
    assert all(mutation.document != export.document for mutation in mutations(export.document))


def edges(field: Field) -> set[int]:
    """Return the first and last of each range and their neighbours outside, as far as anything is sent there."""
    near = {edge for first, last in field.ranges for edge in (first - 1, first, last, last + 1)}
    return {edge for edge in near if any(first <= edge <= last for first, last in field.universe)}
