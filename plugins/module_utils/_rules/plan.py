# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: (what is, what is wanted, policy) -> ordered changes. Check mode, diff, results and writes all read it.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import Finding, endpoint_findings
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Draft, Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.conflict import ConflictError, find_conflicts
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Edit, RuleKind


def plan_merged(before: Lists, endpoints: Sequence[Endpoint], on_conflict: str) -> Plan:
    """Plan that all of each endpoint's rules, and no others of its own, are in the lists.

    `on_conflict` is "fail" (ConflictError), "replace" (the foreign rule goes) or "keep" (the wanted rule is left out).
    """
    return _plan_published(before, _drafts(before), endpoints, on_conflict)


def plan_replaced(before: Lists, endpoints: Sequence[Endpoint], on_conflict: str) -> Plan:
    """Plan like plan_merged, and that no rule named for any other endpoint is left."""
    drafts = _drafts(before)
    for draft in drafts:
        _drop_strangers(draft, {endpoint.name for endpoint in endpoints})
    return _plan_published(before, drafts, endpoints, on_conflict)


def plan_overridden(before: Lists, endpoints: Sequence[Endpoint]) -> Plan:
    """Plan that the lists hold the endpoints' rules and nothing else of anybody."""
    wanted = plan_rendered(before, endpoints)
    drafts = _drafts(before)
    for draft in drafts:
        _become(draft, wanted.after[draft.kind.name])
    return _plan(before, drafts, findings=wanted.findings)


def plan_deleted(before: Lists, endpoints: Sequence[Endpoint]) -> Plan:
    """Plan that nothing that was added for the endpoints is left in the lists."""
    drafts = _drafts(before)
    for draft in drafts:
        draft.publish(endpoints, lambda _endpoint: [])
    return _plan(before, drafts)


def plan_rendered(kinds: Iterable[str], endpoints: Sequence[Endpoint]) -> Plan:
    """Plan the endpoints' rules for an MX without any other rules; `kinds` are the names of its lists."""
    return plan_merged({name: [] for name in kinds}, endpoints, "fail")


def _drafts(before: Lists) -> list[Draft]:
    return [Draft(kind, before[kind.name]) for kind in kinds_of(before)]


def _plan(
    before: Lists, drafts: Sequence[Draft], warnings: Sequence[str] = (), findings: Sequence[Finding] = ()
) -> Plan:
    changes = tuple(change for draft in drafts for change in draft.changes())
    return Plan(before, changes, tuple(warnings), tuple(findings))


def _plan_published(before: Lists, drafts: Sequence[Draft], endpoints: Sequence[Endpoint], on_conflict: str) -> Plan:
    conflicts = find_conflicts(drafts, endpoints)
    if conflicts and on_conflict == "fail":
        raise ConflictError(conflicts)
    if on_conflict == "replace":
        for conflict in conflicts:
            conflict.clear()
    left_out = [conflict.wanted for conflict in conflicts] if on_conflict == "keep" else []
    for draft in drafts:
        draft.publish(endpoints, partial(_wanted, draft.kind, left_out))
    outcome = "The rule of others is removed." if on_conflict == "replace" else "The endpoint's rule is left out."
    findings = [finding for endpoint in endpoints for finding in endpoint_findings(endpoint)]
    return _plan(before, drafts, [f"{each}\n{outcome}" for each in conflicts], findings)


def _wanted(kind: RuleKind, left_out: Sequence[Rule], endpoint: Endpoint) -> list[Rule]:
    return [rule for rule in kind.wanted(endpoint) if rule not in left_out] if kind.serves(endpoint) else []


def _drop_strangers(draft: Draft, names: set[str]) -> None:
    """Take out what is there by name for endpoints other than these."""
    for index, rule in enumerate(draft.rules):
        strangers = draft.kind.owners(rule) - names if rule is not None else set()
        if rule is not None and strangers:
            draft.apply([Edit(index, draft.kind.without(rule, strangers))], min(strangers))


def _become(draft: Draft, wanted: Sequence[Rule]) -> None:
    """Make the draft hold exactly these rules; what is right already stays, and what is ours by name changes."""
    kind, missing = draft.kind, list(wanted)

    def take(fits: Callable[[Rule], bool]) -> Rule | None:
        index = next((index for index, rule in enumerate(missing) if fits(rule)), None)
        return None if index is None else missing.pop(index)

    def same(rule: Rule) -> Rule | None:
        return take(lambda other: kind.same([rule], [other]))

    def namesake(rule: Rule) -> Rule | None:
        return take(lambda other: kind.owners(rule) == kind.owners(other))

    rules = [(index, rule) for index, rule in enumerate(draft.rules) if rule is not None]
    wrong = [(index, rule) for index, rule in rules if same(rule) is None]
    for index, rule in wrong:
        draft.apply([Edit(index, namesake(rule))], min(kind.owners(rule), default=None))
    for rule in missing:
        draft.apply([Edit(None, rule)], min(kind.owners(rule)))
