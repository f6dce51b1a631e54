# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many networks at once, under one rate limit: none stops or disturbs another.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import Dashboard, DashboardError
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_lookup import is_network_id, network_id, visible_networks
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_network import Outcome

# With an answer a second, this many make use of the whole rate; an address may have no more connections at once.
WORKERS = 10

Result = TypeVar("Result")
# Works on one network: a session that records under its name, the name as given, and the id.
Work = Callable[[Dashboard, str, str], Result]


def run_all(
    dashboard: Dashboard, networks: Iterable[str], organization: str | None, work: Work[Outcome]
) -> dict[str, Outcome]:
    """Do the work on each network, given by id or name, and give the outcomes in the same order.

    The names are looked up with one listing; a name that is not found is the failure of its network only. Raises
    DashboardError if there can be no listing, and ValueError if two of the names mean the same network, since its lists
    would then be written twice at a time.
    """
    names = list(dict.fromkeys(networks))
    by_name = [name for name in names if not is_network_id(name)]
    visible = visible_networks(dashboard, organization) if by_name else []
    ids, lost = identify(names, visible)
    outcomes = {name: Outcome(error=error) for name, error in lost.items()}
    outcomes.update(on_each(dashboard, ids, work))
    return {name: outcomes[name] for name in names}


def on_each(dashboard: Dashboard, ids: Mapping[str, str], work: Work[Result]) -> dict[str, Result]:
    """Do the work on each network (id by name), many at a time, and give the results in the same order."""

    def one(name: str) -> Result:
        return work(dashboard.within(name), name, ids[name])

    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(ids, pool.map(one, ids)))


def identify(names: Iterable[str], visible: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """Give the ids by name, and the errors of the names that have none; ValueError if two names have the same id."""
    ids: dict[str, str] = {}
    lost: dict[str, str] = {}
    for name in names:
        try:
            ids[name] = network_id(name, visible)
        except DashboardError as error:
            lost[name] = str(error)
    names_of: dict[str, str] = {}
    for name, found in ids.items():
        if found in names_of:
            raise ValueError(f"networks: {names_of[found]!r} and {name!r} are the same network; write it in one way")
        names_of[found] = name
    return ids, lost


def report(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Give the outcomes as the module returns them."""
    return {
        "changed": any(outcome.changed for outcome in outcomes.values()),
        "before": {name: outcome.before for name, outcome in outcomes.items() if outcome.before},
        "after": {name: outcome.after for name, outcome in outcomes.items() if outcome.after},
        "plan": [
            {"network": name, **change.result()} for name, outcome in outcomes.items() for change in outcome.changes
        ],
        "diff": [_headed(name, diff) for name, outcome in outcomes.items() for diff in outcome.diff],
        "warnings": [f"{name}: {text}" for name, outcome in outcomes.items() for text in outcome.warnings],
        **failures({name: outcome.error for name, outcome in outcomes.items()}),
    }


def failures(errors: Mapping[str, str | None]) -> dict[str, Any]:
    """Give the part of the result that says which of all networks failed; empty if none did."""
    failed = {name: error for name, error in errors.items() if error is not None}
    if not failed:
        return {}
    texts = "\n".join(f"{name}: {error}" for name, error in failed.items())
    message = f"{len(failed)} of {len(errors)} networks failed.\n{texts}"
    return {"failed_networks": failed, "failed": True, "msg": message}


def _headed(network: str, diff: Mapping[str, str]) -> dict[str, str]:
    headers = {key: f"{network}: {diff[key]}" for key in ("before_header", "after_header")}
    return {**diff, **headers}
