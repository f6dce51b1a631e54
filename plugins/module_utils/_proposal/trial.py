# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trial: what an MX would do with an endpoint's flows after a plan, judged in memory.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._proposal.candidates import POLICIES, Candidate
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.flows import Flow, endpoint_flows
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import UNDETERMINED, Part
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Change, Plan, kinds_of

# How much fails: the number of flows, and of their parts that are not merely undetermined.
Measure = tuple[int, int]


@dataclass(frozen=True)
class Trial:
    """An endpoint at an MX as it would be; `candidate` and `plan` are None for the MX as it is.

    `failing` are the parts of the endpoint's flows that do not pass, each with its flow.
    """

    endpoint: Endpoint
    site: Site
    failing: tuple[tuple[Flow, Part], ...]
    candidate: Candidate | None = None
    plan: Plan | None = None

    @property
    def measure(self) -> Measure:
        """How much still fails."""
        return _measure(self.failing)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of the plan; none for the MX as it is."""
        return () if self.plan is None else self.plan.changes

    def needs(self, change: Change) -> bool:
        """Tell whether more would fail if this change alone were left out."""
        if self.plan is None:
            return False
        rest = replace(self.plan, changes=tuple(each for each in self.changes if each is not change))
        without = self.site.with_lists(with_plan(self.site.lists, rest))
        return _measure(failing(self.endpoint, without)) > self.measure

    @property
    def cost(self) -> tuple[int, int, int]:
        """What a plan costs: what it does to rules of others, changes that nothing needs, and fields that differ."""
        policy = 0 if self.candidate is None else POLICIES.index(self.candidate.on_conflict)
        needless = [change for change in self.changes if not self.needs(change)]
        return policy, len(needless), sum(len(_leaves(each.before) ^ _leaves(each.after)) for each in self.changes)


def as_it_is(endpoint: Endpoint, site: Site) -> Trial:
    """Return the endpoint at the MX as it is."""
    return Trial(endpoint, site, tuple(failing(endpoint, site)))


def tried(candidate: Candidate, plan: Plan, endpoint: Endpoint, site: Site) -> Trial:
    """Return what a call of mx_ftp_rules would lead to by its plan."""
    after = site.with_lists(with_plan(site.lists, plan))
    return Trial(endpoint, after, tuple(failing(endpoint, after)), candidate, plan)


def failing(endpoint: Endpoint, site: Site) -> Iterator[tuple[Flow, Part]]:
    """Yield the parts of the endpoint's flows that do not pass."""
    for flow in endpoint_flows(endpoint, site.mx):
        yield from ((flow, part) for part in flow.judged(site) if not flow.passes(part))


def with_plan(lists: Lists, plan: Plan) -> Lists:
    """Return the lists after the changes of a plan; the default rule that the API appends stays at the end."""
    after = plan.after
    return {
        **lists,
        **{
            kind.name: [*after[kind.name], *lists[kind.name][len(kind.own(lists[kind.name])) :]]
            for kind in kinds_of(after)
        },
    }


def _measure(parts: Iterable[tuple[Flow, Part]]) -> Measure:
    found = list(parts)
    return len({flow.name for flow, _part in found}), sum(part.verdict != UNDETERMINED for _flow, part in found)


def _leaves(value: Any, path: str = "") -> frozenset[tuple[str, str]]:
    """Return what a rule holds: each value with the names that lead to it; places in lists do not count."""
    if isinstance(value, dict):
        return frozenset(leaf for name, inner in value.items() for leaf in _leaves(inner, f"{path}.{name}"))
    if isinstance(value, list):
        return frozenset(leaf for inner in value for leaf in _leaves(inner, path))
    return frozenset() if value is None else frozenset({(path, str(value).lower())})
