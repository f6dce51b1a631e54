# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mx_rules shows the verdict on its plan, and writes nothing that the MX would stop, unless it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx

PLAY = """
- hosts: ftp_servers
  gather_facts: false
  roles: [mxlab.ftp.ftp, mxlab.ftp.mx_rules]
"""
SERVER = {"ftp_public_address": "203.0.113.77", "ftp_lan_address": "192.168.128.77", "ftp_network": "Lab HQ"}
VERDICT = "control: TCP from any to 203.0.113.77, port 21, on Internet 1 is "
LISTS = ("oneToOneNatRules", "l7FirewallRules")


def rules(mx: EmulatedMx, name: str) -> Any:
    return mx.request("GET", f"/networks/N_100001/appliance/firewall/{name}").json()["rules"]


@pytest.fixture
def play(playbooks: Playbooks, mx: EmulatedMx) -> Iterator[str]:
    """Return a playbook that runs the role; its rules are gone afterwards."""
    before = {name: rules(mx, name) for name in LISTS}
    path = playbooks.folder / "apply.yml"
    path.write_text(PLAY)
    yield str(path)
    for name, kept in before.items():
        mx.write("PUT", f"firewall/{name}", {"rules": kept})


def deny_control(mx: EmulatedMx) -> None:
    mx.write("PUT", "firewall/l7FirewallRules", {"rules": [{"policy": "deny", "type": "port", "value": "21"}]})


def test_what_would_be_stopped_is_not_written(playbooks: Playbooks, mx: EmulatedMx, play: str) -> None:
    deny_control(mx)
    before = rules(mx, "oneToOneNatRules")
    outcome = playbooks.run(play, {"server": SERVER})
    assert outcome.status == 2
    assert outcome.message("server").startswith(
        f"With the planned rules FTP would not work. {VERDICT}stopped: a layer 7"
    )
    assert "To write the rules anyway, set mx_rules_on_stopped to warn." in outcome.message("server")
    assert rules(mx, "oneToOneNatRules") == before


def test_it_is_written_if_the_user_says_so(playbooks: Playbooks, mx: EmulatedMx, play: str) -> None:
    deny_control(mx)
    outcome = playbooks.run(play, {"server": SERVER}, "-e", "mx_rules_on_stopped=warn")
    assert outcome.status == 0, outcome.output
    assert f"{VERDICT}stopped:" in outcome.output
    assert "203.0.113.77" in json.dumps(rules(mx, "oneToOneNatRules"))


def test_a_server_that_is_stopped_does_not_keep_back_the_others(
    playbooks: Playbooks, mx: EmulatedMx, play: str
) -> None:
    deny_control(mx)
    other = {"ftp_public_address": "203.0.113.78", "ftp_lan_address": "192.168.128.78", "ftp_control_port": 2100}
    outcome = playbooks.run(play, {"server": SERVER, "other": {**SERVER, **other}})
    assert outcome.message("server").startswith("With the planned rules FTP would not work.")
    assert outcome.message("other") == ""
    written = json.dumps(rules(mx, "oneToOneNatRules"))
    assert ("203.0.113.78" in written, "203.0.113.77" in written) == (True, False)


def test_check_mode_shows_the_verdict_and_writes_nothing(playbooks: Playbooks, mx: EmulatedMx, play: str) -> None:
    before = rules(mx, "oneToOneNatRules")
    outcome = playbooks.run(play, {"server": SERVER}, "--check")
    assert outcome.status == 0, outcome.output
    assert f"{VERDICT}admitted:" in outcome.output
    assert rules(mx, "oneToOneNatRules") == before


def test_a_plan_that_was_judged_before_is_not_judged_again(playbooks: Playbooks, play: str) -> None:
    """As in the playbook site, which judges all plans before it changes a server."""
    path = playbooks.folder / "judged.yml"
    steps = [
        {"ansible.builtin.include_role": {"name": "mxlab.ftp.mx_rules", **entry}}
        for entry in ({"tasks_from": "plan"}, {"tasks_from": "reach"}, {})
    ]
    roles = [{"role": "mxlab.ftp.ftp"}]
    path.write_text(json.dumps([{"hosts": "ftp_servers", "gather_facts": False, "roles": roles, "tasks": steps}]))
    outcome = playbooks.run(str(path), {"server": SERVER})
    assert outcome.status == 0, outcome.output
    assert outcome.output.count(f"{VERDICT}admitted:") == 1
