# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: (what is, what is wanted, policy) -> ordered changes. Check mode, diff, results and writes all read it.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_kind import Rule, RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_rules import KINDS

# The rule lists of one network by the names of their kinds.
Lists = dict[str, list[Rule]]
# What an endpoint is to have in the list of a kind.
Wanted = Callable[[RuleKind, Endpoint], list[Rule]]


@dataclass(frozen=True)
class Change:
    """What becomes of the rule at `index` of its list as it was; None adds `after` at the end.

    `before` is None for a rule that is added, `after` for one that is removed; `endpoint` names the one that needs it.
    """

    kind: str
    index: int | None
    before: Rule | None
    after: Rule | None
    endpoint: str

    def result(self) -> dict[str, Any]:
        """Give the change as the module returns it."""
        action = "add" if self.before is None else "remove" if self.after is None else "change"
        return {
            "kind": self.kind,
            "action": action,
            "before": self.before,
            "after": self.after,
            "endpoint": self.endpoint,
        }


@dataclass(frozen=True)
class Conflict:
    """Somebody else's rule, at `index` of its list, on what an endpoint's wanted rule needs."""

    kind: RuleKind
    index: int
    foreign: Rule
    wanted: Rule
    endpoint: str

    def __str__(self) -> str:
        foreign, wanted = self.kind.describe(self.foreign), self.kind.describe(self.wanted)
        return f"{self.kind.name} rule of somebody else:\n{foreign}\nstands in the way of:\n{wanted}"


class ConflictError(ValueError):
    """Rules of others are in the way and the policy is to fail; the message shows each beside the rule it stops."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        advice = "Set on_conflict=replace to remove the other rule, or on_conflict=keep to leave ours out."
        super().__init__("\n".join([*map(str, conflicts), advice]))


@dataclass(frozen=True)
class Plan:
    """The changes that lead from the lists as they are to the lists as they should be."""

    before: Lists
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]

    @property
    def after(self) -> Lists:
        """Give the lists as they are after all changes; rules of others are the same objects in the same order."""
        slots: dict[str, list[Rule | None]] = {name: list(rules) for name, rules in self.before.items()}
        for change in self.changes:
            if change.index is None:
                slots[change.kind].append(change.after)
            else:
                slots[change.kind][change.index] = change.after
        return {name: [rule for rule in rules if rule is not None] for name, rules in slots.items()}

    @property
    def changed_kinds(self) -> list[RuleKind]:
        """Give the kinds whose lists are to be written."""
        return [kind for kind in KINDS if any(change.kind == kind.name for change in self.changes)]

    def diff(self) -> list[dict[str, str]]:
        """Give what Ansible prints for --diff: each changed list before and after, in words."""
        after = self.after
        return [
            {
                "before_header": kind.name,
                "after_header": kind.name,
                "before": _words(kind, self.before[kind.name]),
                "after": _words(kind, after[kind.name]),
            }
            for kind in self.changed_kinds
        ]


def plan_merged(before: Lists, endpoints: Sequence[Endpoint], on_conflict: str) -> Plan:
    """Plan that all of each endpoint's rules, and no others of its own, are in the lists.

    `on_conflict` is "fail" (ConflictError), "replace" (the foreign rule goes) or "keep" (the wanted rule is left out).
    """
    conflicts = [conflict for kind in KINDS for conflict in _conflicts(kind, before[kind.name], endpoints)]
    if conflicts and on_conflict == "fail":
        raise ConflictError(conflicts)
    replaced = conflicts if on_conflict == "replace" else []
    left_out = [conflict.wanted for conflict in conflicts] if on_conflict == "keep" else []
    outcome = "The former is removed." if replaced else "The latter is left out."
    return Plan(
        before=before,
        changes=_changes(
            before, replaced, endpoints, lambda *args: [rule for rule in _published(*args) if rule not in left_out]
        ),
        warnings=tuple(f"{conflict}\n{outcome}" for conflict in conflicts),
    )


def plan_deleted(before: Lists, endpoints: Sequence[Endpoint]) -> Plan:
    """Plan that nothing that was added for the endpoints is left in the lists."""
    return Plan(before, _changes(before, [], endpoints, lambda *_args: []), ())


def render(endpoints: Sequence[Endpoint]) -> Lists:
    """Give the lists as they would be on an MX without any other rules."""
    return plan_merged({kind.name: [] for kind in KINDS}, endpoints, "fail").after


def _published(kind: RuleKind, endpoint: Endpoint) -> list[Rule]:
    return kind.wanted(endpoint) if endpoint.publish_by == kind.name else []


def _conflicts(kind: RuleKind, rules: Sequence[Rule], endpoints: Sequence[Endpoint]) -> list[Conflict]:
    return [
        Conflict(kind, index, rule, wanted, endpoint.name)
        for endpoint in endpoints
        for wanted in _published(kind, endpoint)
        for index, rule in enumerate(rules)
        if not any(kind.is_named_for(rule, each) for each in endpoints) and kind.collides(rule, wanted)
    ]


def _changes(
    before: Lists, replaced: Sequence[Conflict], endpoints: Sequence[Endpoint], wanted: Wanted
) -> tuple[Change, ...]:
    """Give the changes that clear away the rules of `replaced` and leave each endpoint with what is wanted for it."""
    return tuple(
        change
        for kind in KINDS
        for change in _changes_of_list(
            kind, before[kind.name], [conflict for conflict in replaced if conflict.kind is kind], endpoints, wanted
        )
    )


def _changes_of_list(
    kind: RuleKind, rules: Sequence[Rule], replaced: Sequence[Conflict], endpoints: Sequence[Endpoint], wanted: Wanted
) -> Iterator[Change]:
    """Edit a copy for one endpoint after the other, then compare: endpoints can share a rule, and it changes once."""
    slots: list[Rule | None] = list(rules)
    endpoint_at = {conflict.index: conflict.endpoint for conflict in replaced}
    for index in endpoint_at:
        slots[index] = None
    # The second round drops a rule made for one endpoint that the departure of a later one has emptied.
    for endpoint in [*endpoints, *endpoints]:
        for edit in list(kind.edits(slots, endpoint, wanted(kind, endpoint))):
            index = len(slots) if edit.index is None else edit.index
            slots[index : index + 1] = [edit.after]
            endpoint_at[index] = endpoint.name
    for index, endpoint_name in sorted(endpoint_at.items()):
        old, new = (rules[index] if index < len(rules) else None), slots[index]
        if not kind.same([old] if old else [], [new] if new else []):
            yield Change(kind.name, index if old else None, old, new, endpoint_name)


def _words(kind: RuleKind, rules: Iterable[Rule]) -> str:
    return "".join(f"{kind.describe(rule)}\n" for rule in rules)
