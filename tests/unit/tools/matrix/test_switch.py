# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the MX that a situation needs, and the way there."""

from __future__ import annotations

from typing import Any

import pytest
from matrix import ground, run, situation, switch
from matrix.switch import Switch, state

SERVERS = ground.servers()
SITUATIONS = situation.load()
NAT = "/networks/N_100001/appliance/firewall/oneToOneNatRules"


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_situation_has_a_state(name: str) -> None:
    rules = state(SERVERS, SITUATIONS[name].mx).rules
    assert "oneToOneNatRules" in rules
    assert "portForwardingRules" in rules


def test_the_rules_are_those_of_all_servers() -> None:
    rules = state(SERVERS, {}).rules
    assert {rule["lanIp"] for rule in rules["oneToOneNatRules"]} == {
        server.variables["ftp_lan_address"] for server in SERVERS if server.kind != "shared"
    }
    assert {rule["uplink"] for rule in rules["oneToOneNatRules"]} == {"internet1", "internet2"}
    assert "inboundFirewallRules" not in rules


def test_differences_count_for_their_kind_alone() -> None:
    rules = state(SERVERS, {"endpoints": {"own": {"publish_by": "one_to_many_nat"}}}).rules
    assert len(rules["oneToManyNatRules"]) == 4
    assert len(rules["oneToOneNatRules"]) == 8


def test_situations_with_the_same_mx_share_a_state() -> None:
    jobs = list(run.jobs(SITUATIONS.values(), SERVERS))
    states = list(run.by_state(jobs, SERVERS))
    assert sorted(job.situation.name for _state, group in states for job in group) == sorted(
        job.situation.name for job in jobs
    )
    assert len(states) == len({str(each.mx) for each in SITUATIONS.values()})


class Told(Switch):
    """An MX that only notes what it is told."""

    def __init__(self) -> None:
        super().__init__("", "")
        self.told: list[tuple[str, int]] = []

    def _put(self, path: str, body: Any) -> None:
        self.told.append((path.rpartition("/")[2], len(body.get("rules", ()))))


@pytest.fixture
def mx(monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setattr(switch, "run", lambda *_command: "")
    return Told()


def test_addresses_are_free_before_another_list_claims_them(mx: Told) -> None:
    mx.turn(state(SERVERS, {}))
    mx.told.clear()
    mx.turn(state(SERVERS, {"endpoints": {"own": {"publish_by": "one_to_many_nat"}}}))
    assert mx.told == [("oneToOneNatRules", 0), ("oneToManyNatRules", 4), ("oneToOneNatRules", 8)]


def test_what_stays_is_not_written_again(mx: Told) -> None:
    wanted = state(SERVERS, {})
    mx.turn(wanted)
    mx.told.clear()
    mx.turn(wanted)
    assert mx.told == []


def test_commands_are_undone_before_the_next_state(mx: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(switch, "run", lambda _machine, script, _text="": done.append(script))
    mx.turn(state(SERVERS, {"commands": [{"at": "isp", "do": "begin", "undo": "end"}]}))
    mx.restore(state([], {}))
    assert done[1:3] == ["begin", "end"]


def test_the_options_of_a_probe_name_the_server_s_addresses() -> None:
    (job,) = run.jobs([SITUATIONS["double-nat"]], [server for server in SERVERS if server.host == "own-vsftpd"])
    options = run.options(job, {"user": "u", "password": "p"})
    assert (options["host"], options["public_address"], options["port"]) == ("203.0.113.81", "203.0.113.81", 21)
    assert options["passive_ports"] == "61000-61199"


def test_each_situation_is_tried_with_every_server() -> None:
    jobs = list(run.jobs(SITUATIONS.values(), SERVERS))
    assert len(jobs) == len({(job.situation.name, job.server.software) for job in jobs}) == 4 * len(SITUATIONS)
