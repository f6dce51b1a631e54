# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of rule lists, the places that must follow them, and the parser of exported lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import known_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import publications
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    RESOURCES,
    WAYS,
    Lists,
    parse_lists,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import RESOURCES as RESOURCES_OF_THE_API

ROOT = Path(__file__).parents[4]
RULE = {"name": "web"}


def test_the_lists_have_the_words_of_the_api() -> None:
    assert RESOURCES == RESOURCES_OF_THE_API


def test_every_way_to_publish_has_a_kind_of_rule() -> None:
    assert [kind.name for kind in KINDS] == [*WAYS, INBOUND_FIREWALL]
    assert [kind.resource for kind in KINDS] == [RESOURCES[name] for name in (*WAYS, INBOUND_FIREWALL)]


@pytest.mark.parametrize("name", WAYS)
def test_a_way_has_the_default_uplink_of_its_kind(name: str) -> None:
    (kind,) = [each for each in KINDS if each.name == name]
    assert kind.fields["uplink"] == WAYS[name].default_uplink


def test_mx_reach_reads_every_way_to_publish() -> None:
    assert publications({}, "internet1", None, overridden=False) == []


def test_the_option_and_the_role_offer_every_way_to_publish() -> None:
    specs = yaml.safe_load((ROOT / "roles" / "ftp" / "meta" / "argument_specs.yml").read_text())
    assert ENDPOINT_SPEC["publish_by"]["choices"] == list(WAYS)
    assert specs["argument_specs"]["main"]["options"]["ftp_publish_by"]["choices"] == list(WAYS)


@pytest.mark.parametrize(
    ("value", "lists"),
    [
        ({}, {}),
        ({"port_forwarding": [RULE]}, {"port_forwarding": [RULE]}),
        ({"l3_firewall": {"rules": [RULE]}, "one_to_one_nat": []}, {"l3_firewall": [RULE], "one_to_one_nat": []}),
    ],
)
def test_lists_may_be_bare_or_in_the_form_of_the_api(value: Any, lists: Lists) -> None:
    assert parse_lists(value, "lists") == lists


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "lists: expected rule lists by name (one_to_one_nat, "),
        ({"forwarding": []}, "lists: 'forwarding' is not a rule list; write one of: one_to_one_nat, "),
        ({"port_forwarding": None}, "lists.port_forwarding: expected a list of rules or "),
        ({"port_forwarding": "none"}, "lists.port_forwarding: expected a list of rules or "),
        ({"port_forwarding": ["rule"]}, "lists.port_forwarding: expected a list of rules or "),
        ({"port_forwarding": {"errors": []}}, "lists.port_forwarding: expected a list of rules or "),
    ],
)
def test_what_is_not_a_rule_list_is_named(value: Any, message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_lists(value, "lists")
    assert str(error.value).startswith(message)


def test_mx_reach_takes_a_list_that_is_left_out_or_null_for_unknown() -> None:
    assert known_lists({"port_forwarding": None, "l3_firewall": [RULE]}) == {"l3_firewall": [RULE]}
