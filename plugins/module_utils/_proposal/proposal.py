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
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.candidates import REPLACE, bases, candidates
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.harm import Judged, harm
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.trial import Trial, as_it_is, tried
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.evidence import Case
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.findings import APPLY, case_findings, site_findings
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import Flow, endpoint_flows, parse_flow
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rows import row
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import WAYS
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import ConflictError
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

# Findings that do not say why packets do not arrive.
ASIDE = frozenset(
    {
        "active-data-from-another-address",
        "default-passive-range",
        "more-than-passive-range",
        "server-announces-lan-address",
    }
)
# Findings with which no rule of an endpoint is of use: the dashboard refuses it, or no server is there.
_BARRING = frozenset({"server-address-unusable", "server-outside-lan"})


def proposals(site: Site, endpoints: Sequence[Endpoint], flows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a proposal for each endpoint with a flow that does not pass. `flows` are those of the module's option.

    Each stands alone: it is judged at the MX as it is. Endpoints are told apart by their places, because two networks
    may have endpoints of one name. Raises ValueError for a flow that cannot be read.
    """
    free = [_judged(parse_flow(option, index), site) for index, option in enumerate(flows)]
    cases = [[_judged(flow, site) for flow in endpoint_flows(endpoint, site.mx)] for endpoint in endpoints]
    return [
        _proposal(endpoint, site, [*free, *(case for other in cases if other is not mine for case in other)])
        for endpoint, mine in zip(endpoints, cases)
        if not all(flow.passes(part) for flow, parts in mine for part in parts)
    ]


def _judged(flow: Flow, site: Site) -> Judged:
    return flow, flow.judged(site)


def _proposal(endpoint: Endpoint, site: Site, others: Sequence[Judged]) -> dict[str, Any]:
    best = as_it_is(endpoint, site)
    harms: list[str] = []
    notes: list[str] = []
    for base in () if _barred(best) else bases(endpoint, site.mx):
        trials, refused = _trials(base, site)
        for trial in _better(trials, best):
            harmed = harm(base, site, trial.site, others)
            if not harmed:
                best = trial
                break
            harms.append(f"A change by mxlab.ftp.mx_ftp_rules helps, but is not proposed, because {harmed}.")
        notes += refused
        if not best.failing:
            break
    return _result(endpoint, best, notes, harms)


def _barred(trial: Trial) -> bool:
    return any(each.id in _BARRING for each in case_findings(Case.of(trial.endpoint, trial.site)))


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


def _result(endpoint: Endpoint, best: Trial, notes: Sequence[str], harms: Sequence[str]) -> dict[str, Any]:
    doubts = [] if best.candidate is None else list(_doubts(best.site))
    enough = not best.failing and not doubts
    besides = [] if enough else [*_remedies(best, bool(harms)), *notes, *harms[:1]]
    return {
        "endpoint": endpoint.name,
        "enough": enough,
        "options": None if best.candidate is None else best.candidate.options(),
        "changes": [{**change.result(), "needed": best.needs(change)} for change in best.changes],
        "remains": list(dict.fromkeys([*(row(flow, part, best.site)["why"] for flow, part in best.failing), *doubts])),
        "remedies": list(dict.fromkeys([*_losses(endpoint, best), *besides])),
    }


def _doubts(site: Site) -> Iterator[str]:
    """Yield why a change may not be enough although all flows pass."""
    unknown = [name for name in WAYS if name not in site.lists]
    if unknown:
        yield f"A rule of others may be in the way of the change: {needed(unknown)}."
    if site.mx.bound_to_template:
        yield "The network is bound to a configuration template, so its own rules may have no effect."


def _losses(endpoint: Endpoint, trial: Trial) -> Iterator[str]:
    """Yield what becomes of the rules that a call with the policy "replace" does not leave to others."""
    if trial.candidate is None or trial.candidate.on_conflict != REPLACE:
        return
    for change in trial.changes:
        (kind,) = kinds_of([change.kind])
        if change.before is not None and endpoint.name not in kind.owners(change.before):
            done = "removes" if change.after is None else "changes"
            words = one_line(kind.words(change.before))
            yield f"on_conflict=replace {done} this {kind.name} rule of others. Check that nobody needs it: {words}"


def _remedies(trial: Trial, harmful: bool) -> Iterator[str]:
    """Yield what has to be done besides, by the findings about the MX as it would be.

    Who is told that a change does harm is not told to make it.
    """
    found = [*site_findings(trial.site), *case_findings(Case.of(trial.endpoint, trial.site))]
    useful = (each.remedy for each in found if each.level == WARNING and each.id not in ASIDE)
    yield from (remedy for remedy in useful if not (harmful and remedy == APPLY))
