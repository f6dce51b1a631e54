# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of cisco.meraki for options of the modules: they mean the same, and what they do not mean is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.options import DASHBOARD_SPEC, NETWORK_SPEC
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules
from ansible_collections.mxlab.ftp.tests.unit.cisco_meraki import fragment, module_options
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Memory
from ansible_collections.mxlab.ftp.tests.unit.plugins.mx_module import HQ, SERVER13, Run
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

# Each renamed option under each of its other names.
RENAMED = [
    (name, alias)
    for name, spec in {**DASHBOARD_SPEC, "network": NETWORK_SPEC}.items()
    for alias in spec.get("aliases", [])
]
VALUES = {"api_key": KEY, "base_url": BASE, "network": "Lab HQ", "timeout": 60, "organization": "Lab", "ca_path": ""}


@pytest.mark.parametrize(("name", "alias"), RENAMED)
def test_the_other_name_means_the_same(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, alias: str) -> None:
    given: list[tuple[Any, ...]] = []

    def sender(*args: Any) -> Memory:
        given.append(args)
        return run.memory

    monkeypatch.setattr(mx_ftp_rules, "sender", sender)
    options = {**VALUES, "endpoints": [SERVER13], "_ansible_check_mode": True}
    expected, _printed = run_module(mx_ftp_rules, options)
    renamed = {alias if key == name else key: value for key, value in options.items()}
    result, printed = run_module(mx_ftp_rules, renamed)
    assert expected["changed"]
    assert [result[key] for key in ("plan", "requests")] == [expected[key] for key in ("plan", "requests")]
    assert given[0] == given[1] == (60, True, "")
    assert KEY not in printed


@pytest.mark.parametrize("alias", DASHBOARD_SPEC["api_key"]["aliases"])
def test_a_key_under_another_name_is_not_shown_when_the_options_are_refused(run: Run, alias: str) -> None:
    result, printed = run_module(mx_ftp_rules, {**VALUES, "api_key": None, alias: KEY, "state": KEY})
    assert result["failed"]
    assert KEY not in printed
    assert run.memory.log == []


def test_of_two_names_with_two_values_the_other_one_counts_with_a_warning(run: Run) -> None:
    result, _printed = run_module(mx_ftp_rules, {**VALUES, "state": "gathered", "network": "N_9", "networkId": HQ})
    assert list(result["gathered"]) == [HQ]
    assert "networkId" in json.dumps(result["warnings"])


@pytest.mark.parametrize("name", ["meraki_simulate", "meraki_suppress_logging", "meraki_requests_proxy", "rules"])
def test_an_option_that_would_have_no_effect_is_refused(run: Run, name: str) -> None:
    result, _printed = run_module(mx_ftp_rules, {**VALUES, "state": "gathered", name: "true"})
    assert result["failed"]
    assert name in result["msg"]
    assert run.memory.log == []


def test_each_other_name_is_one_of_cisco_meraki() -> None:
    todays = {*fragment("module"), *module_options("networks_appliance_firewall_one_to_one_nat_rules")}
    infos = {*module_options("organizations_uplinks_statuses_info")}
    older = {*fragment("meraki"), *module_options("meraki_mx_nat")}
    assert {alias for _name, alias in RENAMED} <= todays | infos | older


def test_the_default_address_is_the_same_there() -> None:
    assert fragment("module")["meraki_base_url"]["default"] == DASHBOARD_SPEC["base_url"]["default"]
