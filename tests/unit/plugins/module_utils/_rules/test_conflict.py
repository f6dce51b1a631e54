# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules of different lists stand in each other's way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Draft
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import find_conflicts
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

NAT, MANY, FORWARDING = shared.SERVER13, shared.endpoint(shared.OPTIONS14), shared.endpoint(shared.OPTIONS12)
# A rule of others in each list; none has anything to do with the endpoints.
FOREIGN: dict[str, Rule] = {
    "one_to_one_nat": {"name": "mail", "publicIp": "203.0.113.90", "lanIp": "192.168.128.90", "allowedInbound": []},
    "one_to_many_nat": {"publicIp": "203.0.113.91", "uplink": "internet1", "portRules": []},
    "port_forwarding": {"name": "web", "protocol": "tcp", "publicPort": "443", "lanIp": "192.168.128.92"},
    "inbound_firewall": {"comment": "closed", "policy": "deny", "protocol": "any", "destPort": "9", "srcCidr": "any"},
}


def conflicts(endpoints: list[Endpoint], foreign: dict[str, Rule]) -> list[tuple[str, str, str]]:
    """Return list, endpoint and list of the wanted rule of each conflict."""
    drafts = [Draft(kind, [foreign[kind.name]]) for kind in KINDS]
    return [(each.draft.kind.name, each.endpoint, each.wanted_kind.name) for each in find_conflicts(drafts, endpoints)]


@pytest.mark.parametrize("endpoint", [NAT, MANY, FORWARDING], ids=lambda endpoint: endpoint.publish_by)
def test_rules_that_name_no_public_address_are_in_no_other_lists_way(endpoint: Endpoint) -> None:
    """Neither forwards nor firewall rules have the field publicIp: what both lack is nothing that they share."""
    assert conflicts([endpoint], FOREIGN) == []


@pytest.mark.parametrize(
    ("taken_by", "endpoint"),
    [("one_to_one_nat", MANY), ("one_to_many_nat", NAT)],
    ids=lambda value: value if isinstance(value, str) else value.publish_by,
)
def test_an_address_that_another_list_has_is_in_the_way(taken_by: str, endpoint: Endpoint) -> None:
    taken = {**FOREIGN, taken_by: {**FOREIGN[taken_by], "publicIp": endpoint.public_address}}
    found = conflicts([endpoint], taken)
    assert found
    assert set(found) == {(taken_by, endpoint.name, endpoint.publish_by)}


def test_only_the_list_that_publishes_an_endpoint_needs_something() -> None:
    """The address of an endpoint that is reached by a forward is the MX's own: no NAT rule has it."""
    taken = {**FOREIGN, "one_to_one_nat": {**FOREIGN["one_to_one_nat"], "publicIp": FORWARDING.public_address}}
    assert conflicts([FORWARDING], taken) == []


def test_each_endpoint_has_its_own_conflicts() -> None:
    second = replace(NAT, name="second", control_port=2121)
    taken = {**FOREIGN, "one_to_one_nat": {**FOREIGN["one_to_one_nat"], "publicIp": NAT.public_address}}
    assert [endpoint for _list, endpoint, _kind in conflicts([NAT, second], taken)] == ["server13", "second"]
