# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import applied
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.one_to_many import OneToManyNat
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

KIND = OneToManyNat()
SERVER14 = replace(shared.endpoint(shared.OPTIONS14), passive_ports=shared.SERVER13.passive_ports)


def port_rule(name: str, ports: Any) -> Rule:
    return {
        "name": name,
        "protocol": "tcp",
        "publicPort": ports,
        "localIp": "192.168.128.14",
        "localPort": ports,
        "allowedIps": ["any"],
    }


def rule(*port_rules: Rule, address: str = "203.0.113.14", uplink: str = "internet1") -> Rule:
    return {"publicIp": address, "uplink": uplink, "portRules": list(port_rules)}


CONTROL = port_rule("server14 FTP control", "21")
PASSIVE = port_rule("server14 FTP passive", "61000-61099")
DATA = port_rule("server14 FTP data", "20")
WEB = port_rule("web", "443")
OTHER = rule(WEB, address="203.0.113.15")
HEIR = port_rule("heir FTP control", "2121")


def test_each_opening_is_wanted_by_itself() -> None:
    assert KIND.wanted(SERVER14) == [rule(CONTROL), rule(PASSIVE)]


# (list, whether the endpoint is wanted, list afterwards)
EDITS: dict[str, tuple[list[Rule], bool, list[Rule]]] = {
    "a new rule goes to the end": ([OTHER], True, [OTHER, rule(CONTROL, PASSIVE)]),
    "the rule of the address is shared": ([rule(WEB), OTHER], True, [rule(WEB, CONTROL, PASSIVE), OTHER]),
    "a changed range stays at its place and keeps fields that we do not know": (
        [rule(CONTROL, {**PASSIVE, "publicPort": "1", "localPort": "1", "extra": 1}, WEB)],
        True,
        [rule(CONTROL, {**PASSIVE, "extra": 1}, WEB)],
    ),
    "another spelling stays": (
        [rule(port_rule("server14 FTP control", 21), PASSIVE)],
        True,
        [rule(port_rule("server14 FTP control", 21), PASSIVE)],
    ),
    "what is not wanted any more goes": ([rule(DATA, CONTROL, WEB, PASSIVE)], True, [rule(CONTROL, WEB, PASSIVE)]),
    "our own rule follows a new address and uplink": (
        [rule(CONTROL, PASSIVE, address="203.0.113.19", uplink="internet2"), OTHER],
        True,
        [rule(CONTROL, PASSIVE), OTHER],
    ),
    "a shared rule is left for a new address": (
        [rule(WEB, CONTROL, PASSIVE, address="203.0.113.19")],
        True,
        [rule(WEB, address="203.0.113.19"), rule(CONTROL, PASSIVE)],
    ),
    "deleted: a rule that is ours alone goes": ([OTHER, rule(PASSIVE, CONTROL)], False, [OTHER]),
    "deleted: port rules of others stay": ([rule(WEB, CONTROL, HEIR, PASSIVE)], False, [rule(WEB, HEIR)]),
    "deleted: nothing to do": ([OTHER, rule(HEIR), rule()], False, [OTHER, rule(HEIR), rule()]),
}


@pytest.mark.parametrize(("rules", "present", "after"), EDITS.values(), ids=EDITS)
def test_edits(rules: list[Rule], present: bool, after: list[Rule]) -> None:
    wanted = KIND.wanted(SERVER14) if present else []
    assert applied(rules, list(KIND.edits(rules, SERVER14, wanted))) == after
    assert list(KIND.edits(after, SERVER14, wanted)) == []


# (rule of others, whether it is in the way of our control port, what replacing leaves of it)
COLLISIONS: dict[str, tuple[Rule, bool, Rule | None]] = {
    "other ports": (rule(WEB), False, rule(WEB)),
    "our port": (rule(WEB, port_rule("old", "20-30")), True, rule(WEB)),
    "our port only": (rule(port_rule("old", 21)), True, None),
    "our port for udp": (
        rule({**port_rule("old", "21"), "protocol": "UDP"}),
        False,
        rule({**port_rule("old", "21"), "protocol": "UDP"}),
    ),
    "our address on another uplink": (rule(WEB, uplink="internet2"), True, None),
}


@pytest.mark.parametrize(("foreign", "collides", "relieved"), COLLISIONS.values(), ids=COLLISIONS)
def test_collisions(foreign: Rule, collides: bool, relieved: Rule | None) -> None:
    wanted = rule(CONTROL)
    assert KIND.collides(foreign, wanted) is collides
    assert not KIND.collides({**foreign, "publicIp": "203.0.113.15"}, wanted)
    assert KIND.relieved(foreign, foreign, wanted) == relieved


def test_ownership_by_name() -> None:
    shared = rule(WEB, CONTROL, HEIR)
    assert KIND.owners(shared) == {"server14", "heir"}
    assert KIND.without(shared, {"server14"}) == rule(WEB, HEIR)
    assert KIND.without(rule(CONTROL, HEIR), {"server14", "heir"}) is None
    assert KIND.without(OTHER, {"server14"}) is OTHER


def test_rules_in_words() -> None:
    assert KIND.describe(rule(WEB)) == (
        "internet1 203.0.113.14\n  web: tcp port 443 -> 192.168.128.14 port 443, from any"
    )
