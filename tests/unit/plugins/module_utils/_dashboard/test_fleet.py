# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many networks at once: names and ids, results in order, failures."""

from __future__ import annotations

import json
from threading import Barrier

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import WORKERS, failures, identify, on_each
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, KEY, Clock, Memory

VISIBLE = [{"id": "N_1", "name": "HQ"}, {"id": "N_2", "name": "Branch"}]


def test_each_network_is_worked_on_in_a_session_of_its_own_and_results_keep_their_order() -> None:
    ids = {f"Site {n}": f"N_{n}" for n in range(WORKERS)}
    memory = Memory({key: name for name, key in ids.items()})
    dashboard = Dashboard(BASE, KEY, memory, Clock().limit())
    # Passed only if all are at work at the same time.
    together = Barrier(WORKERS, timeout=60)

    def work(session: Dashboard, name: str, network_id: str) -> str:
        together.wait()
        session.rules(network_id, "portForwardingRules")
        return f"{name} is {network_id}"

    results = on_each(dashboard, ids, work)
    assert list(results.items()) == [(name, f"{name} is {key}") for name, key in ids.items()]
    assert {(each["network"], each["path"].split("/")[2]) for each in dashboard.requests} == set(ids.items())


def test_names_and_ids_are_identified_and_unknown_ones_are_errors_of_their_own() -> None:
    ids, errors = identify(["HQ", "N_2", "Lab"], VISIBLE)
    assert ids == {"HQ": "N_1", "N_2": "N_2"}
    assert list(errors) == ["Lab"]
    assert errors["Lab"] == (
        "network 'Lab' is unknown; this api_key sees: HQ (N_1), Branch (N_2)."
        " Set network (ftp_network) to one of these."
    )


def test_one_network_under_two_names_is_refused() -> None:
    with pytest.raises(ValueError, match="'HQ' and 'N_1' are the same network; name it once"):
        identify(["HQ", "N_1"], VISIBLE)


def test_failures_name_each_network_that_failed() -> None:
    assert failures({"HQ": None, "Branch": None}) == {}
    result = failures({"HQ": None, "Branch": "no answer"})
    assert result == {
        "failed_networks": {"Branch": "no answer"},
        "failed": True,
        "msg": "1 of 2 networks failed.\nBranch: no answer",
    }
    assert json.dumps(result)
