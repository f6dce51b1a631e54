# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State reverted: what an earlier run did is undone where it has not been changed since.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import Lists, Rule, parse_lists
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Change, Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.shapes import check_rules

# What two rules of a kind cannot share, or not without confusing people.
_IDENTITY = ("name", "comment", "publicIp")


@dataclass(frozen=True)
class Step:
    """One change of the earlier run: the rule before, None if it was added, and after, None if it was removed."""

    kind: str
    before: Rule | None
    after: Rule | None
    endpoint: str | None


@dataclass(frozen=True)
class Run:
    """What an earlier run found and did in one network: the lists as they were, and its changes in order."""

    lists: Lists
    steps: tuple[Step, ...]


def parse_reverts(option: Mapping[str, Any]) -> dict[str, Run]:
    """Read `before` and `plan` of an earlier result, by network; raises ValueError that names what is not readable."""
    before, plan = option.get("before"), option.get("plan")
    if not isinstance(before, Mapping) or not isinstance(plan, list):
        raise ValueError("reverts: expected before and plan, as an earlier run returned them")
    lists = {name: _lists_of(name, value) for name, value in before.items()}
    steps = [_step(step, f"reverts.plan[{index}]", lists) for index, step in enumerate(plan)]
    networks = dict.fromkeys(network for network, _step in steps)
    return {name: Run(lists[name], tuple(step for network, step in steps if network == name)) for name in networks}


def plan_reverted(now: Lists, earlier: Run, on_conflict: str) -> Plan:
    """Plan that what the earlier run did is undone; what others did since stays.

    `on_conflict` is about rules of the earlier run that others have changed or removed since: "fail" (raises ValueError
    that shows them) or "keep" (they stay as they are, with a warning).
    """
    undone = [each for kind in kinds_of(now) for each in _undone(kind, now[kind.name], earlier)]
    lost = [each for each in undone if isinstance(each, str)]
    if lost and on_conflict == "fail":
        advice = "Nothing was reverted. Set on_conflict=keep to leave these rules as they are and revert the rest."
        raise ValueError("\n".join([*lost, advice]))
    changes = tuple(each for each in undone if isinstance(each, Change))
    return Plan(now, changes, tuple(f"{text}\nThe rule is left as it is." for text in lost))


def _lists_of(network: str, value: Any) -> Lists:
    path = f"reverts.before.{network}"
    return check_rules(parse_lists(value, path), path)


class _Unclaimed:
    """The rules of a list that are not claimed yet, so that two equal rules are still two."""

    def __init__(self, kind: RuleKind, rules: Sequence[Rule]) -> None:
        self.rules = dict(enumerate(rules))
        self._kind = kind

    def claim(self, wanted: Rule | None) -> int | None:
        """Return the place of the first such rule, whatever its spelling; None if there is none."""
        found = (index for index, rule in self.rules.items() if wanted and self._kind.same([rule], [wanted]))
        index = next(found, None)
        if index is not None:
            del self.rules[index]
        return index


def _undone(kind: RuleKind, now: Sequence[Rule], earlier: Run) -> Iterator[Change | str]:
    """Yield what undoes each step that is not undone yet, or the reason why it cannot be undone."""
    was = earlier.lists[kind.name]
    steps = [step for step in earlier.steps if step.kind == kind.name]
    then, left = _Unclaimed(kind, was), _Unclaimed(kind, now)
    origins = [then.claim(step.before) for step in steps]
    # Each rule that was there, as the earlier run left it.
    forms: dict[int, Rule | None] = dict(enumerate(was))
    forms.update((origin, step.after) for origin, step in zip(origins, steps) if origin is not None)
    places = {origin: left.claim(form) for origin, form in forms.items()}
    written = [left.claim(step.after) if origin is None else places[origin] for origin, step in zip(origins, steps)]
    for step, origin, index in zip(steps, origins, written):
        if origin is not None and index is None:
            places[origin] = left.claim(step.before)
    # Whatever is unclaimed now is new since.
    for step, origin, index in zip(steps, origins, written):
        if index is not None:
            yield Change(kind.name, index, now[index], step.before, step.endpoint)
        elif origin is None or places[origin] is None:
            yield from _missing(kind, step, origin, places, left.rules.values())


def _missing(
    kind: RuleKind, step: Step, origin: int | None, places: Mapping[int, int | None], since: Iterable[Rule]
) -> Iterator[Change | str]:
    """Return what undoes a step whose rule is there neither as it was nor as it was written."""
    heir = next((rule for rule in since if _alike(rule, step)), None)
    if heir is not None or (step.before is not None and step.after is not None):
        yield _lost(kind, step, heir)
    elif origin is not None:
        yield Change(kind.name, _place(places, origin), None, step.before, step.endpoint)


def _alike(rule: Rule, step: Step) -> bool:
    """Tell whether a rule is in the place of the step's, by a name or an address that it shares with it."""
    other = step.after or step.before or {}
    return any(rule.get(field) and rule.get(field) == other.get(field) for field in _IDENTITY)


def _place(places: Mapping[int, int | None], origin: int) -> int:
    """Return the place where a removed rule belongs: behind the nearest one that was ahead of it and is still there."""
    ahead = [place for index in range(origin) if (place := places[index]) is not None]
    return ahead[-1] + 1 if ahead else 0


def _lost(kind: RuleKind, step: Step, heir: Rule | None) -> str:
    words = {"was before": step.before, "was written": step.after, "is now": heir}
    lines = [f"{label}: {kind.words(rule) if rule else 'no rule'}" for label, rule in words.items()]
    return "\n".join([f"{kind.name}: a rule was changed since the earlier run.", *lines])


def _step(value: Any, path: str, lists: Mapping[str, Lists]) -> tuple[str, Step]:
    """Return the network and the change of one item of a plan."""
    before, after = (value.get("before"), value.get("after")) if isinstance(value, Mapping) else (None, None)
    if not (before or after) or not all(isinstance(rule, (dict, type(None))) for rule in (before, after)):
        raise ValueError(f"{path}: expected a change, as an earlier run returned it, got {value!r}")
    network, kind = str(value.get("network")), str(value.get("kind"))
    if kind not in lists.get(network, {}):
        raise ValueError(f"{path}: the list {kind!r} of network {network!r} is not in reverts.before")
    if before is not None and before not in lists[network][kind]:
        raise ValueError(f"{path}.before: the rule is not in reverts.before, so its place is not known")
    if after is not None:
        check_rules({kind: [after]}, f"{path}.after: ")
    return network, Step(kind, before, after, value.get("endpoint"))
