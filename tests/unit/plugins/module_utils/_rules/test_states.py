# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of states: what each needs, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.states import STATES, require, run
from ansible_collections.mxlab.ftp.plugins.modules.mx_ftp_rules import ARGUMENT_SPEC
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock, Memory

HQ = "N_100001"
# What every state has to be given, beside the key; nothing else may be missing.
NEEDS = {
    "merged": {"endpoints": []},
    "replaced": {},
    "overridden": {"confirm_override": True},
    "deleted": {"endpoints": []},
    "reverted": {"reverts": {"before": {}, "plan": []}},
    "gathered": {},
    "rendered": {"endpoints": []},
    "parsed": {"exported": {}},
}
OFFLINE = {"rendered", "parsed"}


def params(state: str, **options: Any) -> dict[str, Any]:
    """Return the module's options as AnsibleModule fills them."""
    return {**{name: words.get("default") for name, words in ARGUMENT_SPEC.items()}, "state": state, **options}


def test_the_states_are_those_of_the_option() -> None:
    assert list(STATES) == list(NEEDS) == ARGUMENT_SPEC["state"]["choices"]
    assert {name for name, state in STATES.items() if state.offline} == OFFLINE


@pytest.mark.parametrize(("state", "needs"), NEEDS.items())
def test_a_state_needs_exactly_these_options(state: str, needs: dict[str, Any]) -> None:
    given = {**needs, **({} if state in OFFLINE else {"api_key": KEY})}
    require(params(state, **given))
    for name in given:
        with pytest.raises(ValueError, match=name):
            require(params(state, **{key: value for key, value in given.items() if key != name}))


def test_reverted_replaces_nothing() -> None:
    with pytest.raises(ValueError, match="on_conflict=replace would overwrite"):
        require(params("reverted", api_key=KEY, **NEEDS["reverted"], on_conflict="replace"))


@pytest.mark.parametrize("state", NEEDS)
def test_only_states_that_are_not_offline_send_requests(state: str) -> None:
    memory = Memory()
    dashboard = Dashboard(BASE, KEY, memory, Clock().limit())
    endpoint = {**shared.filled(shared.OPTIONS13), "network": HQ}
    some: dict[str, Any] = {
        "endpoints": [endpoint],
        "network": HQ,
        "exported": {"port_forwarding": []},
        "reverts": {"before": {HQ: {"port_forwarding": []}}, "plan": [{**FORWARD, "network": HQ}]},
    }
    result = run(params(state, **{**NEEDS[state], **some}), True, dashboard)
    assert "failed" not in result
    assert bool(memory.log) is (state not in OFFLINE)
    assert {method for method, _path in memory.log} <= {"GET"}


FORWARD = {"kind": "port_forwarding", "before": None, "after": {"name": "server13 FTP control"}, "endpoint": "server13"}


@pytest.mark.parametrize("state", ["gathered", "parsed", "merged"])
def test_uplink_addresses_are_checked_even_if_the_state_has_no_use_for_them(state: str) -> None:
    dashboard = Dashboard(BASE, KEY, Memory(), Clock().limit())
    options = {**NEEDS[state], "network": HQ, "uplink_addresses": {"wan1": "203.0.113.2"}}
    with pytest.raises(ValueError, match="uplink_addresses.wan1: is not an uplink"):
        run(params(state, **options), True, dashboard)
