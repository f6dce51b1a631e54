# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of others that take what an endpoint needs.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Draft
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Edit, RuleKind


@dataclass(frozen=True)
class Conflict:
    """A rule of others, or part of one, at `index` of the draft's list, on what an endpoint's wanted rule needs."""

    draft: Draft
    index: int
    foreign: Rule
    wanted_kind: RuleKind
    wanted: Rule
    endpoint: str

    def __str__(self) -> str:
        kind = self.draft.kind
        foreign, wanted = kind.words(self.foreign), self.wanted_kind.words(self.wanted)
        return f"{kind.name} rule of others:\n{foreign}\nconflicts with:\n{wanted}"

    def clear(self) -> None:
        """Remove what is in the way from the draft."""
        rule = self.draft.rules[self.index]
        if rule is not None:
            same_kind = self.draft.kind is self.wanted_kind
            after = self.draft.kind.relieved(rule, self.foreign, self.wanted) if same_kind else None
            self.draft.apply([Edit(self.index, after)], self.endpoint)


class ConflictError(ValueError):
    """Rules of others are in the way and the policy is to fail; the message shows each beside the rule it stops."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        advice = (
            "Set on_conflict=replace to remove the rule of others,"
            " or on_conflict=keep to leave out the endpoint's rule."
        )
        super().__init__("\n".join([*map(str, conflicts), advice]))


def find_conflicts(drafts: Sequence[Draft], endpoints: Sequence[Endpoint]) -> list[Conflict]:
    """Return all conflicts of the endpoints with what the drafts hold beside rules of these endpoints."""
    foreign_rules = [(draft, index, rule) for draft in drafts for index, rule in _foreign(draft, endpoints)]
    return [
        Conflict(draft, index, foreign, kind, wanted, endpoint.name)
        for endpoint in endpoints
        for kind in [draft.kind for draft in drafts]
        if kind.serves(endpoint)
        for wanted in kind.wanted(endpoint)
        for draft, index, foreign in foreign_rules
        if _collide(draft.kind, foreign, kind, wanted)
    ]


def _foreign(draft: Draft, endpoints: Sequence[Endpoint]) -> Iterator[tuple[int, Rule]]:
    """Return what would be left of the rules if the endpoints were deleted, and what bears their names with them."""
    rest = draft.copy()
    rest.publish(endpoints, lambda _endpoint: [])
    names = {endpoint.name for endpoint in endpoints}
    for index, rule in enumerate(rest.rules):
        foreign = None if rule is None else draft.kind.without(rule, names)
        if foreign is not None:
            yield index, foreign


def _collide(kind: RuleKind, foreign: Rule, wanted_kind: RuleKind, wanted: Rule) -> bool:
    """Tell whether a foreign rule takes what the wanted one needs.

    An address has one kind of NAT: "Port Forwarding and NAT Rules on the MX" warns of overlaps between them.
    """
    if kind is wanted_kind:
        return kind.collides(foreign, wanted)
    address = wanted.get("publicIp")
    return address is not None and bool(foreign.get("publicIp") == address)
