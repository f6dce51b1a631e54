# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One network: its lists are read, planned for, written, and read back.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from traceback import extract_tb
from typing import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError, UncertainError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import presentable
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import Finding
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import RESOURCES, Lists, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Change, Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.shapes import SHAPES

# From the lists as they are; raises ValueError if there can be no plan.
MakePlan = Callable[[Lists], Plan]


class LostUpdateError(DashboardError):
    """The list that was read back is not the one that was written."""

    def __init__(self, kind: RuleKind, wanted: list[Rule], found: list[Rule]) -> None:
        lists = "\n".join([f"Written ({kind.name}):", *map(kind.words, wanted), "Read back:", *map(kind.words, found)])
        super().__init__(f"The list was changed during this run. Compare both lists, then run again.\n{lists}")


@dataclass
class Outcome:
    """What became of one network.

    `before` and `after` are its lists as they were and as they were last seen, or, in check mode, as they would be;
    `changes` and `diff` are what was done and found done, or would be; `changed` is also true if a write had another
    effect, or an unknown one; `error` says why not all that was wanted was done.
    """

    before: Lists = field(default_factory=dict)
    after: Lists = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    diff: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    changed: bool = False
    error: str | None = None


def read(dashboard: Dashboard, network_id: str, names: Iterable[str]) -> Outcome:
    """Read the lists with these names into the outcome's `before`, just as the API returns them."""
    try:
        return Outcome(before=_lists(dashboard, network_id, names))
    except DashboardError as error:
        return Outcome(error=str(error))


def reconcile(
    dashboard: Dashboard, network_id: str, names: Iterable[str], make_plan: MakePlan, check_mode: bool
) -> Outcome:
    """Read the lists with these names, write what the plan changes, and read it back; the outcome has the errors."""
    outcome = Outcome()
    try:
        lists = _lists(dashboard, network_id, names)
        outcome.before = {kind.name: kind.own(lists[kind.name]) for kind in kinds_of(lists)}
        outcome.after = dict(outcome.before)
        plan = make_plan(outcome.before)
        outcome.warnings += plan.warnings
        outcome.findings += plan.findings
        for kind in plan.changed_kinds:
            if not check_mode:
                _write(dashboard, network_id, kind, plan, outcome)
            _note_done(kind, plan, outcome)
    except (ValueError, DashboardError) as error:
        outcome.error = "\n".join([str(error), *_half_done(outcome, check_mode)])
    except Exception as error:  # noqa: BLE001 (what was done here and in other networks has to be told in any case)
        outcome.error = "\n".join([_unexpected(error), *_half_done(outcome, check_mode)])
    return outcome


def _unexpected(error: Exception) -> str:
    """Return an error that is a fault of this collection, with its place, in one line."""
    place = extract_tb(error.__traceback__)[-1]
    seen = presentable(f"{type(error).__name__}: {error}")
    return f"Unexpected, please report it: {seen} ({place.name}, line {place.lineno})"


def _lists(dashboard: Dashboard, network_id: str, names: Iterable[str]) -> Lists:
    """Read the lists with these names, each with one request."""
    return {name: dashboard.rules(network_id, RESOURCES[name], SHAPES[name]) for name in names}


def _note_done(kind: RuleKind, plan: Plan, outcome: Outcome) -> None:
    outcome.changed = True
    outcome.after[kind.name] = plan.after[kind.name]
    outcome.changes += [change for change in plan.changes if change.kind == kind.name]
    outcome.diff += plan.diff([kind])


def _half_done(outcome: Outcome, check_mode: bool) -> list[str]:
    done = list(dict.fromkeys(change.kind for change in outcome.changes))
    return [f"Lists that were already written: {', '.join(done)}."] if done and not check_mode else []


def _write(dashboard: Dashboard, network_id: str, kind: RuleKind, plan: Plan, outcome: Outcome) -> None:
    """Write the planned list and read it back; after an uncertain write only what is read back decides."""
    before, wanted = plan.before[kind.name], plan.after[kind.name]
    changed_before, doubt = outcome.changed, None
    try:
        dashboard.replace_rules(network_id, kind.resource, wanted)
    except UncertainError as error:
        doubt = error
    outcome.changed = True
    found = _read_back(dashboard, network_id, kind)
    if kind.same(found, wanted):
        return
    outcome.after[kind.name] = found
    if doubt is not None and kind.same(found, before):
        outcome.changed = changed_before
        raise DashboardError(f"{doubt}\nThe list was read back and has not changed. Run again.")
    raise LostUpdateError(kind, wanted, found)


def _read_back(dashboard: Dashboard, network_id: str, kind: RuleKind) -> list[Rule]:
    try:
        return kind.own(dashboard.rules(network_id, kind.resource, SHAPES[kind.name]))
    except DashboardError as error:
        raise DashboardError(
            f"{error}\nThe {kind.name} list was written but could not be read back. Run again."
        ) from None
