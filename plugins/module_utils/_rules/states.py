# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each state of mx_ftp_rules needs and does.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import failures
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.checks import Option
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    L3_FIREWALL,
    WAYS,
    Lists,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.delivery import Facts, obstacles, parse_facts, unknown
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.network import Outcome, read, reconcile
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.parse import exported_lists, recognised
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import (
    plan_deleted,
    plan_merged,
    plan_overridden,
    plan_rendered,
    plan_replaced,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.revert import parse_reverts, plan_reverted
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.run import remarks, report, run_all

# Stands for the network of lists and endpoints whose network is not known, in the results of the offline states.
_UNNAMED = "unnamed"

Params = dict[str, Any]
Result = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of the module: its options, and what it works with."""

    params: Params
    check_mode: bool
    dashboard: Dashboard

    @property
    def state(self) -> State:
        """The row of the option `state`."""
        return STATES[self.params["state"]]


@dataclass(frozen=True)
class State:
    """A row of the table of states.

    `needs` names the options that must be set; `act` does the work; `plan` makes the plan of one network from its
    lists, its endpoints and on_conflict; `opens` tells whether rules are made for the endpoints, and `whole_lists`
    whether the option networks counts; `refusal` says why the options are refused together, "" if they are not.
    """

    needs: tuple[str, ...]
    act: Callable[[Call], Result]
    plan: Callable[[Lists, Sequence[Endpoint], str], Plan] = plan_merged
    offline: bool = False
    opens: bool = True
    whole_lists: bool = False
    refusal: Callable[[Params], str] = lambda params: ""

    @property
    def required(self) -> tuple[str, ...]:
        """The options that must be set, with the key unless the state works offline."""
        return self.needs if self.offline else ("api_key", *self.needs)


def require(params: Params) -> None:
    """Check the options that `state` needs.

    Raises ValueError with the names of those that are not set, or with the reason why they are refused together.
    """
    state = STATES[params["state"]]
    missing = [name for name in state.required if params[name] in (None, "")]
    if missing:
        hint = "; the key may also be in the environment variable MERAKI_DASHBOARD_API_KEY"
        raise ValueError(f"state={params['state']} needs {', '.join(missing)}{hint if 'api_key' in missing else ''}")
    refusal = state.refusal(params)
    if refusal:
        raise ValueError(refusal)


def run(params: Params, check_mode: bool, dashboard: Dashboard) -> Result:
    """Do what `state` says and return the module's result.

    Raises ValueError for options that do not fit together, and DashboardError if names of networks cannot be looked up.
    """
    call = Call(params, check_mode, dashboard)
    return call.state.act(call)


def _reconcile(call: Call) -> Result:
    """Plan and write the rules of each network."""
    endpoints = _endpoints(call, call.params["endpoints"], call.params["network"] or "")
    facts = parse_facts(call.params["facts"] or {})

    def reconcile_one(session: Dashboard, name: str, network_id: str) -> Outcome:
        here = [endpoint for endpoint in endpoints if endpoint.network == name]

        def make_plan(lists: Lists) -> Plan:
            doubts = _doubts(call, here, facts.get(name)) if facts and here and call.state.opens else []
            plan = call.state.plan(lists, here, call.params["on_conflict"])
            return replace(plan, warnings=(*plan.warnings, *doubts))

        return reconcile(session, network_id, _written(call.params), make_plan, call.check_mode)

    networks = _networks_of(call, endpoints)
    return report(run_all(call.dashboard, networks, call.params["organization"], reconcile_one))


def _doubts(call: Call, endpoints: Sequence[Endpoint], facts: Facts | None) -> list[str]:
    """Return why the MX may not deliver to the endpoints of its network; raises ValueError if that is to fail."""
    found = obstacles(endpoints, facts, call.params["inbound_firewall"])
    if found and call.params["on_undeliverable"] == "fail":
        advice = "Nothing was written. Set on_undeliverable=warn to write the rules nevertheless."
        raise ValueError("\n".join([*found, advice]))
    return [*found, *unknown(facts)]


def _revert(call: Call) -> Result:
    """Undo an earlier run in the networks that it changed; only lists that it changed are read."""
    earlier = parse_reverts(call.params["reverts"])

    def revert_one(session: Dashboard, name: str, network_id: str) -> Outcome:
        run = earlier[name]
        names = [kind.name for kind in kinds_of(step.kind for step in run.steps)]

        def make_plan(lists: Lists) -> Plan:
            return plan_reverted(lists, run, call.params["on_conflict"])

        return reconcile(session, network_id, names, make_plan, call.check_mode)

    return report(run_all(call.dashboard, earlier, call.params["organization"], revert_one))


def _gather(call: Call) -> Result:
    """Read the lists of each network."""
    names = [*_written(call.params), *([L3_FIREWALL] if call.params["l3_firewall"] else [])]

    def read_one(session: Dashboard, _name: str, network_id: str) -> Outcome:
        return read(session, network_id, names)

    networks = _networks_of(call, _endpoints(call))
    outcomes = run_all(call.dashboard, networks, call.params["organization"], read_one)
    return {
        "changed": False,
        "gathered": {name: outcome.before for name, outcome in outcomes.items() if outcome.error is None},
        **failures({name: outcome.error for name, outcome in outcomes.items()}),
    }


def _render(call: Call) -> Result:
    """Show the rules of the endpoints for MXs without any other rules."""
    by_network: dict[str, list[Endpoint]] = {}
    for endpoint in _endpoints(call, call.params["endpoints"], call.params["network"] or _UNNAMED):
        by_network.setdefault(endpoint.network, []).append(endpoint)
    plans = {name: plan_rendered(_written(call.params), some) for name, some in by_network.items()}
    return {
        "changed": False,
        "rendered": {name: plan.after for name, plan in plans.items()},
        **remarks(plans),
    }


def _parse(call: Call) -> Result:
    """Show exported lists, and the endpoints in them."""
    _endpoints(call)
    lists_by_network = exported_lists(call.params["exported"], call.params["network"] or _UNNAMED)
    addresses = call.params["uplink_addresses"] or {}
    found = [recognised(name, lists, addresses) for name, lists in lists_by_network.items()]
    return {"changed": False, "gathered": lists_by_network, "endpoints": [each for some in found for each in some]}


def _override_refusal(params: Params) -> str:
    if params["confirm_override"]:
        return ""
    return "state=overridden removes all rules of others. Set confirm_override=true to allow that."


def _revert_refusal(params: Params) -> str:
    if params["on_conflict"] != "replace":
        return ""
    return "on_conflict=replace would overwrite what others have changed since. Use fail or keep with state=reverted."


def _plan_overridden(before: Lists, endpoints: Sequence[Endpoint], _on_conflict: str) -> Plan:
    return plan_overridden(before, endpoints)


def _plan_deleted(before: Lists, endpoints: Sequence[Endpoint], _on_conflict: str) -> Plan:
    return plan_deleted(before, endpoints)


STATES: Mapping[str, State] = {
    "merged": State(("endpoints",), _reconcile),
    "replaced": State((), _reconcile, plan_replaced, whole_lists=True),
    "overridden": State((), _reconcile, _plan_overridden, whole_lists=True, refusal=_override_refusal),
    "deleted": State(("endpoints",), _reconcile, _plan_deleted, opens=False),
    "reverted": State(("reverts",), _revert, refusal=_revert_refusal),
    "gathered": State((), _gather, whole_lists=True),
    "rendered": State(("endpoints",), _render, offline=True),
    "parsed": State(("exported",), _parse, offline=True),
}


def _written(params: Params) -> list[str]:
    """Return the names of the lists that are written: those that publish, and the inbound firewall if it counts."""
    return [*WAYS, *([INBOUND_FIREWALL] if params["inbound_firewall"] else [])]


def _endpoints(call: Call, options: Sequence[Option] | None = None, network: str = "") -> list[Endpoint]:
    """Check the endpoints and uplink_addresses of a call, and return the endpoints; raises ValueError."""
    endpoints = parse_endpoints(options or [], call.params["uplink_addresses"] or {}, network)
    if call.params["inbound_firewall"] and call.state.opens:
        _require_destinations(endpoints)
    return endpoints


def _networks_of(call: Call, endpoints: Sequence[Endpoint]) -> list[str]:
    """Return the networks to work on, as they were given; raises ValueError if there is none, or one is missing."""
    params = call.params
    for index, endpoint in enumerate(endpoints):
        if not endpoint.network:
            raise ValueError(f"endpoints[{index}].network is missing; set it, or network for all endpoints")
    listed = (params["networks"] or []) if call.state.whole_lists else []
    named = [*listed, *(endpoint.network for endpoint in endpoints)]
    networks = list(dict.fromkeys(named or [params["network"] or ""]))
    if not all(networks):
        raise ValueError(f"state={params['state']} needs network or networks")
    if params["uplink_addresses"] and len(networks) > 1:
        raise ValueError(
            f"uplink_addresses: are those of one MX, but there are {len(networks)} networks; split the call"
        )
    return networks


def _require_destinations(endpoints: Sequence[Endpoint]) -> None:
    """Raise ValueError for an endpoint whose inbound firewall rules would have no destination."""
    for endpoint in endpoints:
        if not endpoint.mx_addresses:
            raise ValueError(
                f"uplink_addresses.{endpoint.uplink}: is missing; inbound_firewall needs the MX's own address on the"
                f" uplink of {endpoint.name!r}"
            )
