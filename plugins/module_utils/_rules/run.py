# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of many networks: the names are looked up, each network is worked on alone, and the outcomes become one result.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import Work, failures, identify, on_each
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.lookup import is_network_id, visible_networks
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.network import Outcome


def run_all(
    dashboard: Dashboard, networks: Iterable[str], organization: str | None, work: Work[Outcome]
) -> dict[str, Outcome]:
    """Do the work on each network, given by id or name, and return the outcomes in the same order.

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


def report(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Return the outcomes as the module returns them."""
    return {
        "changed": any(outcome.changed for outcome in outcomes.values()),
        "before": {name: outcome.before for name, outcome in outcomes.items() if outcome.before},
        "after": {name: outcome.after for name, outcome in outcomes.items() if outcome.after},
        "plan": [
            {"network": name, **change.result()} for name, outcome in outcomes.items() for change in outcome.changes
        ],
        "diff": [_headed(name, diff) for name, outcome in outcomes.items() for diff in outcome.diff],
        **remarks(outcomes),
        **failures({name: outcome.error for name, outcome in outcomes.items()}),
    }


def remarks(made: Mapping[str, Outcome] | Mapping[str, Plan]) -> dict[str, Any]:
    """Return the findings of what was made for each network, and the warnings, which show the findings too."""
    texts = {name: [*each.warnings, *map(str, each.findings)] for name, each in made.items()}
    return {
        "findings": [{"network": name, **finding.result()} for name, each in made.items() for finding in each.findings],
        "warnings": [f"{name}: {text}" for name, some in texts.items() for text in some],
    }


def _headed(network: str, diff: Mapping[str, str]) -> dict[str, str]:
    headers = {key: f"{network}: {diff[key]}" for key in ("before_header", "after_header")}
    return {**diff, **headers}
