# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of rule lists: the draft in which they arise, and the plan that everything else reads.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import Finding
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Edit, RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS

# What an endpoint is to have in a list.
Wanted = Callable[[Endpoint], list[Rule]]


@dataclass(frozen=True)
class Change:
    """What becomes of the rule at `index` of its list as it was.

    `before` is None for a rule that is added, ahead of the one at `index` or at the end if that is the list's length;
    `after` is None for one that is removed; `endpoint` names the one that needs it, None if no endpoint does.
    """

    kind: str
    index: int
    before: Rule | None
    after: Rule | None
    endpoint: str | None

    def result(self) -> dict[str, Any]:
        """Return the change as the module returns it."""
        action = "add" if self.before is None else "remove" if self.after is None else "change"
        return {
            "kind": self.kind,
            "action": action,
            "before": self.before,
            "after": self.after,
            "endpoint": self.endpoint,
        }


@dataclass(frozen=True)
class Plan:
    """The changes that lead from the lists as they are to the lists as they should be.

    `warnings` tell what becomes of rules in conflict; `findings` are about the endpoints.
    """

    before: Lists
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def after(self) -> Lists:
        """Return the lists as they are after all changes; rules of others are the same objects in the same order."""
        return {
            name: _carried_out(rules, [change for change in self.changes if change.kind == name])
            for name, rules in self.before.items()
        }

    @property
    def changed_kinds(self) -> list[RuleKind]:
        """Return the kinds whose lists are to be written, in the order of writing.

        Lists that something leaves come first: an address or a port must be free before another kind of rule takes it.
        """
        changed = [kind for kind in kinds_of(self.before) if any(change.kind == kind.name for change in self.changes)]
        return sorted(changed, key=self._takes_more)

    def diff(self, kinds: Iterable[RuleKind]) -> list[dict[str, str]]:
        """Return what Ansible prints for --diff: the list of each kind before and after, in words."""
        after = self.after
        return [
            {
                "before_header": kind.name,
                "after_header": kind.name,
                "before": _words(kind, self.before[kind.name]),
                "after": _words(kind, after[kind.name]),
            }
            for kind in kinds
        ]

    def _takes_more(self, kind: RuleKind) -> bool:
        return any(change.before is None for change in self.changes if change.kind == kind.name)


class Draft:
    """A copy of one rule list that is edited for one endpoint after the other and then compared.

    So two endpoints can share a rule and it changes once, and what one endpoint leaves and another takes is no change.
    `rules` are the rules at the places that they had at first, None where one is taken away; new ones follow.
    """

    def __init__(self, kind: RuleKind, rules: Sequence[Rule]) -> None:
        self.kind = kind
        self.rules: list[Rule | None] = list(rules)
        self._before = rules
        self._endpoint_at: dict[int, str | None] = {}

    def apply(self, edits: Iterable[Edit], endpoint: str | None) -> None:
        """Carry out the edits on behalf of an endpoint."""
        for edit in list(edits):
            index = len(self.rules) if edit.index is None else edit.index
            self.rules[index : index + 1] = [edit.after]
            self._endpoint_at[index] = endpoint

    def publish(self, endpoints: Sequence[Endpoint], wanted: Wanted) -> None:
        """Edit the list until each endpoint has what is wanted for it.

        The second round drops a rule made for one endpoint that the departure of a later one has emptied.
        """
        for endpoint in [*endpoints, *endpoints]:
            self.apply(self.kind.edits(self.rules, endpoint, wanted(endpoint)), endpoint.name)

    def copy(self) -> Draft:
        """Return a draft of its own that begins with what this one holds now."""
        other = Draft(self.kind, self._before)
        other.rules, other._endpoint_at = list(self.rules), dict(self._endpoint_at)
        return other

    def changes(self) -> Iterator[Change]:
        """Return what is different now from the list as it was."""
        for index, endpoint in sorted(self._endpoint_at.items()):
            old, new = (self._before[index] if index < len(self._before) else None), self.rules[index]
            if not self.kind.same([old] if old else [], [new] if new else []):
                yield Change(self.kind.name, min(index, len(self._before)), old, new, endpoint)


def kinds_of(lists: Iterable[str]) -> list[RuleKind]:
    """Return the kinds with these names."""
    names = set(lists)
    return [kind for kind in KINDS if kind.name in names]


def _carried_out(rules: Sequence[Rule], changes: Iterable[Change]) -> list[Rule]:
    """Return the list after these changes, which are all of its kind."""
    kept: list[Rule | None] = [*rules, None]
    added: list[list[Rule | None]] = [[] for _place in kept]
    for change in changes:
        if change.before is None:
            added[change.index].append(change.after)
        else:
            kept[change.index] = change.after
    return [rule for new, old in zip(added, kept) for rule in (*new, old) if rule is not None]


def _words(kind: RuleKind, rules: Iterable[Rule]) -> str:
    return "".join(f"{kind.words(rule)}\n" for rule in rules)
