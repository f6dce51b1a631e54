# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State reverted of the whole module, against a dashboard in memory."""

from __future__ import annotations

from typing import Any

from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import Memory
from ansible_collections.mxlab.ftp.tests.unit.plugins.mx_module import FOREIGN, HQ, SERVER12, SERVER13, Run


def snapshot(result: dict[str, Any]) -> dict[str, Any]:
    return {key: result[key] for key in ("before", "plan")}


def test_a_run_is_undone_and_what_others_did_meanwhile_stays(run: Run) -> None:
    memory = run.memory = Memory(None, **FOREIGN)
    at_first = dict(memory.lists)
    published = run(SERVER12)
    saved = snapshot(published)
    path = memory.path(HQ, "port_forwarding")
    alien = {**FOREIGN["port_forwarding"][0], "name": "meanwhile", "publicPort": "9999"}
    memory.put(path, [alien, *memory.rules(HQ, "port_forwarding")])

    memory.log.clear()
    undo = {"state": "reverted", "reverts": saved, "endpoints": None, "network": None}
    predicted = run(check=True, **undo)
    result = run(**undo)
    assert (predicted["plan"], predicted["after"]) == (result["plan"], result["after"])
    assert [step["action"] for step in result["plan"]] == ["remove"] * 3
    assert memory.log == [("GET", "portForwardingRules")] * 2 + [
        ("PUT", "portForwardingRules"),
        ("GET", "portForwardingRules"),
    ]
    assert memory.rules(HQ, "port_forwarding") == [alien, *FOREIGN["port_forwarding"]]
    assert {each: text for each, text in memory.lists.items() if each != path} == {
        each: text for each, text in at_first.items() if each != path
    }
    assert run(**undo)["changed"] is False


def test_a_prediction_can_be_undone_as_far_as_it_came_true(run: Run) -> None:
    predicted = run(SERVER12, SERVER13, check=True)
    run(SERVER12)
    result = run(state="reverted", reverts=snapshot(predicted))
    assert [step["kind"] for step in result["plan"]] == ["port_forwarding"] * 3
    assert result["after"] == {HQ: {"one_to_one_nat": [], "port_forwarding": []}}


def test_a_rule_that_somebody_changed_since_stops_it_unless_it_may_be_kept(run: Run) -> None:
    published = run(SERVER12)
    path = run.memory.path(HQ, "port_forwarding")
    rules = run.memory.rules(HQ, "port_forwarding")
    edited = [{**rules[0], "allowedIps": ["198.51.100.7"]}, *rules[1:]]
    run.memory.put(path, edited)

    refused = run(state="reverted", reverts=snapshot(published))
    assert refused["failed"]
    assert "a rule was changed since the earlier run" in refused["failed_networks"][HQ]
    assert run.memory.rules(HQ, "port_forwarding") == edited

    assert run(state="reverted", reverts=snapshot(published), on_conflict="keep")["changed"]
    assert run.memory.rules(HQ, "port_forwarding") == edited[:1]


def test_nothing_to_undo_asks_nothing(run: Run) -> None:
    result = run(state="reverted", reverts={"before": {}, "plan": []})
    assert (result["changed"], result["requests"]) == (False, [])


def test_bad_input_is_refused_before_any_request(run: Run) -> None:
    assert "needs reverts" in run(state="reverted")["msg"]
    assert "on_conflict=replace would" in run(state="reverted", reverts={}, on_conflict="replace")["msg"]
    assert "reverts: expected before and plan" in run(state="reverted", reverts={"x": 1})["msg"]
    assert run.memory.log == []
