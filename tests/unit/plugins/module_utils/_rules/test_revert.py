# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.revert import Run, Step, parse_reverts, plan_reverted

LIST = "port_forwarding"


def forward(name: str, port: int, **differs: Any) -> Rule:
    return {
        "name": name,
        "lanIp": "192.168.128.12",
        "publicPort": str(port),
        "localPort": str(port),
        "protocol": "tcp",
        "uplink": "internet1",
        "allowedIps": ["any"],
        **differs,
    }


WEB, MAIL, DNS = forward("web", 443), forward("mail", 25), forward("dns", 53)
OURS, WIDER = forward("files FTP control", 21), forward("files FTP control", 21, allowedIps=["198.51.100.0/24"])
NARROW = forward("files FTP control", 21, allowedIps=["198.51.100.7"])
RESPELLED = {**OURS, "publicPort": 21, "protocol": "TCP", "allowedIps": ["Any"]}
ADDED, CHANGED, REMOVED = (None, OURS), (OURS, WIDER), (OURS, None)


def run(was: list[Rule], *steps: tuple[Rule | None, Rule | None]) -> Run:
    return Run({LIST: was}, tuple(Step(LIST, *step, "files") for step in steps))


@pytest.mark.parametrize(
    ("was", "step", "now", "then"),
    [
        pytest.param([WEB], ADDED, [WEB, OURS], [WEB], id="what was added goes"),
        pytest.param([WEB], ADDED, [RESPELLED, WEB], [WEB], id="however it is spelled, wherever it is"),
        pytest.param([WEB], ADDED, [WEB, OURS, DNS], [WEB, DNS], id="what others added stays"),
        pytest.param([WEB], ADDED, [OURS], [], id="what others removed stays away"),
        pytest.param([WEB], ADDED, [WEB], [WEB], id="an addition undone before is no change"),
        pytest.param([OURS, WEB], CHANGED, [WIDER, WEB], [OURS, WEB], id="what was changed is as before"),
        pytest.param([OURS, WEB], CHANGED, [DNS, WIDER], [DNS, OURS], id="and where it is now"),
        pytest.param([OURS, WEB], CHANGED, [WEB, OURS], [WEB, OURS], id="a change undone before is no change"),
        pytest.param([WEB, OURS, MAIL], REMOVED, [WEB, MAIL], [WEB, OURS, MAIL], id="what was removed is back"),
        pytest.param([WEB, OURS], REMOVED, [MAIL, WEB, DNS], [MAIL, WEB, OURS, DNS], id="behind what was ahead of it"),
        pytest.param([WEB, MAIL, OURS], REMOVED, [WEB, DNS], [WEB, OURS, DNS], id="and is there still"),
        pytest.param([OURS, WEB], REMOVED, [WEB], [OURS, WEB], id="or ahead of all"),
        pytest.param([WEB, OURS], REMOVED, [OURS, WEB], [OURS, WEB], id="a removal undone before is no change"),
    ],
)
def test_what_the_earlier_run_did_is_undone(
    was: list[Rule], step: tuple[Rule | None, Rule | None], now: list[Rule], then: list[Rule]
) -> None:
    plan = plan_reverted({LIST: now}, run(was, step), "fail")
    assert plan.after == {LIST: then}
    assert (plan.changes == ()) == (now == then)
    assert plan_reverted(plan.after, run(was, step), "fail").changes == ()


def test_several_removed_rules_come_back_in_their_order() -> None:
    changed = run([WEB, OURS, MAIL, DNS], (WEB, WIDER), (OURS, None), (MAIL, None))
    assert plan_reverted({LIST: [WIDER, DNS]}, changed, "fail").after == {LIST: [WEB, OURS, MAIL, DNS]}


def test_equal_rules_each_come_back_to_their_own_place() -> None:
    changed = run([MAIL, WEB, MAIL, DNS, WEB], (MAIL, None), (MAIL, None), (DNS, None))
    assert plan_reverted({LIST: [WEB, WEB]}, changed, "fail").after == {LIST: [MAIL, WEB, MAIL, DNS, WEB]}


@pytest.mark.parametrize(
    ("was", "step", "now"),
    [
        pytest.param([], ADDED, [NARROW], id="added and changed since"),
        pytest.param([OURS], CHANGED, [NARROW], id="changed twice"),
        pytest.param([OURS], CHANGED, [], id="changed and removed since"),
        pytest.param([OURS], REMOVED, [NARROW], id="removed and made anew"),
    ],
)
def test_what_others_have_changed_since_is_told_and_left(
    was: list[Rule], step: tuple[Rule | None, Rule | None], now: list[Rule]
) -> None:
    earlier = run(was, (None, WEB), step)
    with pytest.raises(
        ValueError, match=r"(?s)port_forwarding: a rule was changed since the earlier run.*on_conflict=keep"
    ):
        plan_reverted({LIST: [*now, WEB]}, earlier, "fail")
    plan = plan_reverted({LIST: [*now, WEB]}, earlier, "keep")
    assert plan.after == {LIST: now}
    (warning,) = plan.warnings
    assert warning.endswith("The rule is left as it is.")
    shown = "files FTP control: tcp internet1 port 21 -> 192.168.128.12 port 21, from 198.51.100.7"
    assert (f"is now: {shown}" if now else "is now: no rule") in warning


STEP = {"network": "HQ", "kind": LIST, "action": "add", "before": None, "after": OURS, "endpoint": "files"}


def test_a_result_is_read_by_network_and_unchanged_networks_are_left_out() -> None:
    result = {"before": {"HQ": {LIST: [WEB]}, "Branch": {LIST: []}}, "plan": [STEP], "changed": True, "requests": []}
    assert parse_reverts(result) == {"HQ": run([WEB], ADDED)}


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({}, "reverts: expected before and plan"),
        ({"before": {"HQ": [WEB]}, "plan": []}, "reverts.before.HQ: expected rule lists by name"),
        ({"before": {"HQ": {LIST: ["web"]}}, "plan": []}, f"reverts.before.HQ.{LIST}: expected a list of rules"),
        ({"before": {}, "plan": [STEP]}, r"reverts.plan\[0\]: the list 'port_forwarding' of network 'HQ' is not in"),
        ({"before": {}, "plan": [{**STEP, "after": None}]}, r"reverts.plan\[0\]: expected a change"),
        ({"before": {}, "plan": [{**STEP, "after": "rule"}]}, r"reverts.plan\[0\]: expected a change"),
        (
            {"before": {"HQ": {LIST: []}}, "plan": [{**STEP, "before": WEB}]},
            r"reverts.plan\[0\].before: the rule is not",
        ),
        ({"before": {}, "plan": ["add"]}, r"reverts.plan\[0\]: expected a change"),
    ],
)
def test_what_is_no_result_is_refused_by_name(option: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_reverts(option)
