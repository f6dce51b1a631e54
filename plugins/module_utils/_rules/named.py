# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that are known by a name made of the endpoint's: `NAME FTP control`, `NAME FTP passive`, `NAME FTP data`.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import Edit, RuleKind

# Two lists of one rule each, or of none: the same?
Same = Callable[[Sequence[Rule], Sequence[Rule]], bool]

_NAME = re.compile(r"(.+) FTP (control|passive|data)", re.DOTALL)


def rule_name(endpoint: Endpoint, purpose: str) -> str:
    """Return the name of the endpoint's rule for a purpose: control, passive or data."""
    return f"{endpoint.name} FTP {purpose}"


def name_parts(name: object) -> tuple[str, str] | None:
    """Return the endpoint's name and the purpose of a rule by its name, or None if it is not ours."""
    found = _NAME.fullmatch(name) if isinstance(name, str) else None
    return (found[1], found[2]) if found else None


def owner(name: object) -> str | None:
    """Return the endpoint that a rule with this name was made for, or None if it is not ours."""
    parts = name_parts(name)
    return parts[0] if parts else None


def edits_by_name(
    rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule], field: str, same: Same
) -> Iterator[Edit]:
    """Return what leaves exactly the `wanted` rules of the endpoint in the list; the name is in `field`.

    A rule that changes keeps its place and the fields that we do not know; a second one of the same name goes.
    """
    missing = {rule[field]: rule for rule in wanted}
    for index, rule in enumerate(rules):
        if rule is None or owner(rule.get(field)) != endpoint.name:
            continue
        after = missing.pop(rule[field], None)
        if after is None:
            yield Edit(index, None)
        elif not same([rule], [after]):
            yield Edit(index, {**rule, **after})
    yield from (Edit(None, rule) for rule in missing.values())


class NamedRules(RuleKind):
    """A list whose rules are each known by their own name, in the field `label`."""

    label = "name"

    def owners(self, rule: Rule) -> set[str]:
        """Return the endpoint in the rule's name."""
        name = owner(rule.get(self.label))
        return set() if name is None else {name}

    def without(self, rule: Rule, names: Collection[str]) -> Rule | None:
        """Return the rule, or None if it is named for one of these endpoints."""
        return None if owner(rule.get(self.label)) in names else rule

    def edits(self, rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule]) -> Iterator[Edit]:
        """Yield what leaves exactly the `wanted` rules of the endpoint in the list."""
        return edits_by_name(rules, endpoint, wanted, self.label, self.same)
