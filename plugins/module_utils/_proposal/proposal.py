# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest change by mx_ftp_rules that mends an endpoint, proved by judging its flows again; or why none does.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import WARNING
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.candidates import bases, candidates
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.trial import Trial, as_it_is, tried, unharmed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.evidence import Case
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.findings import case_findings, site_findings
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import Flow, endpoint_flows, parse_flow
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rows import row
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import ConflictError

# Findings that do not say why packets do not arrive.
ASIDE = frozenset(
    {
        "active-data-from-another-address",
        "bound-to-template",
        "default-passive-range",
        "more-than-passive-range",
        "server-announces-lan-address",
    }
)
_HARMFUL = "A change by mx_ftp_rules helps, but breaks flows that pass now. So it is not proposed."


def proposals(site: Site, endpoints: Sequence[Endpoint], flows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a proposal for each endpoint with a flow that does not pass. `flows` are those of the module's option.

    Raises ValueError for a flow that cannot be read.
    """
    free = [parse_flow(option, index) for index, option in enumerate(flows)]
    by_name = {endpoint.name: list(endpoint_flows(endpoint, site.mx)) for endpoint in endpoints}
    passing = {name: [flow for flow in some if unharmed([flow], site)] for name, some in by_name.items()}
    broken = [each for each in endpoints if len(passing[each.name]) < len(by_name[each.name])]
    good = [flow for flow in free if unharmed([flow], site)]
    return [
        _proposal(each, site, [*good, *(flow for name in passing if name != each.name for flow in passing[name])])
        for each in broken
    ]


def _proposal(endpoint: Endpoint, site: Site, others: Sequence[Flow]) -> dict[str, Any]:
    best, notes = as_it_is(endpoint, site), []
    for base in bases(endpoint, site.mx):
        trials, refused = _trials(base, site)
        better = list(_better(trials, best))
        harmless = (trial for trial in better if unharmed(others, trial.site))
        found = next(harmless, None)
        notes += [*refused, *([_HARMFUL] if better and found is None else [])]
        best = found or best
        if not best.failing:
            break
    return _result(endpoint, best, notes)


def _better(trials: Sequence[Trial], than: Trial) -> Iterator[Trial]:
    """Yield the trials in which less fails, the best first: what fails least, and then what costs least."""
    ranked = sorted((trial for trial in trials if trial.measure < than.measure), key=lambda trial: trial.measure)
    for _measure, group in groupby(ranked, key=lambda trial: trial.measure):
        yield from sorted(group, key=lambda trial: trial.cost)


def _trials(base: Endpoint, site: Site) -> tuple[list[Trial], list[str]]:
    """Return the trials of all calls that mx_ftp_rules would not refuse, and why it refuses others.

    Of those that make the same changes, the first counts. A conflict is no such reason, because another policy settles
    it.
    """
    trials: list[Trial] = []
    refused = []
    for candidate in candidates(base, site.mx):
        try:
            plan = candidate.plan(site.lists)
            if all(plan.changes != trial.changes for trial in trials):
                trials.append(tried(candidate, plan, base, site))
        except ConflictError:
            continue
        except ValueError as error:
            refused.append(str(error))
    return trials, refused


def _result(endpoint: Endpoint, best: Trial, notes: Sequence[str]) -> dict[str, Any]:
    enough = not best.failing
    return {
        "endpoint": endpoint.name,
        "enough": enough,
        "options": None if best.candidate is None else best.candidate.options(),
        "changes": [{**change.result(), "needed": best.needs(change)} for change in best.changes],
        "remains": list(dict.fromkeys(row(flow, part, best.site)["why"] for flow, part in best.failing)),
        "remedies": [] if enough else list(dict.fromkeys([*_remedies(best), *notes])),
    }


def _remedies(trial: Trial) -> Iterator[str]:
    """Yield what has to be done besides, by the findings about the MX as it would be."""
    found = [*site_findings(trial.site), *case_findings(Case.of(trial.endpoint, trial.site))]
    yield from (each.remedy for each in found if each.level == WARNING and each.id not in ASIDE)
