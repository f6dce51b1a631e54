# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each state of mx_ftp_rules needs and does.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import failures
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Lists, Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import INBOUND_FIREWALL, NAT_KINDS
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.network import Outcome, look, settle
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.parse import exported_lists, recognised
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import (
    plan_deleted,
    plan_merged,
    plan_overridden,
    plan_rendered,
    plan_replaced,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.revert import parse_reverts, plan_reverted
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.run import report, run_all

# The options that each state needs. Not required_if: that takes an empty text or a null, as a template may give, for
# a value.
NEEDED = {
    "merged": ("api_key", "endpoints"),
    "replaced": ("api_key",),
    "overridden": ("api_key",),
    "deleted": ("api_key", "endpoints"),
    "reverted": ("api_key", "reverts"),
    "gathered": ("api_key",),
    "rendered": ("endpoints",),
    "parsed": ("exported",),
}
_OFFLINE = ("rendered", "parsed")
_UNNAMED = "unnamed"

Params = dict[str, Any]


def require(params: Params) -> None:
    """Raise ValueError with the names of the options that `state` needs and that are not set."""
    missing = [name for name in NEEDED[params["state"]] if params[name] in (None, "")]
    if missing:
        hint = "; the key may also be in the environment variable MERAKI_DASHBOARD_API_KEY"
        raise ValueError(f"state={params['state']} needs {', '.join(missing)}{hint if 'api_key' in missing else ''}")
    if params["state"] == "overridden" and not params["confirm_override"]:
        raise ValueError("state=overridden removes all rules of others; set confirm_override=true if that is meant")
    if params["state"] == "reverted" and params["on_conflict"] == "replace":
        raise ValueError("on_conflict=replace would overwrite what others have changed since; use fail or keep")


def run(params: Params, check_mode: bool, dashboard: Dashboard) -> dict[str, Any]:
    """Do what `state` says and give the module's result; raises ValueError or DashboardError."""
    state = params["state"]
    if state == "reverted":
        return _revert(params, check_mode, dashboard)
    default_network = params["network"] or (_UNNAMED if state in _OFFLINE else "")
    options = [] if state in ("gathered", "parsed") else params["endpoints"] or []
    endpoints = parse_endpoints(options, params["uplink_addresses"] or {}, default_network)
    kinds = [kind.name for kind in NAT_KINDS]
    if params["inbound_firewall"]:
        kinds.append(INBOUND_FIREWALL.name)
    if params["inbound_firewall"] and state != "deleted":
        _require_destinations(endpoints)
    if state in _OFFLINE:
        return _run_offline(params, endpoints, kinds)

    def gather_one(session: Dashboard, _name: str, network_id: str) -> Outcome:
        return look(session, network_id, [*kinds, *(["l3_firewall"] if params["l3_firewall"] else [])])

    def settle_one(session: Dashboard, name: str, network_id: str) -> Outcome:
        here = [endpoint for endpoint in endpoints if endpoint.network == name]
        return settle(session, network_id, kinds, lambda lists: _make_plan(params, lists, here), check_mode)

    networks = _networks_of(params, endpoints)
    work = gather_one if state == "gathered" else settle_one
    outcomes = run_all(dashboard, networks, params["organization"], work)
    if state != "gathered":
        return report(outcomes)
    lists = {name: outcome.before for name, outcome in outcomes.items() if outcome.error is None}
    return {
        "changed": False,
        "gathered": lists,
        **failures({name: outcome.error for name, outcome in outcomes.items()}),
    }


def _revert(params: Params, check_mode: bool, dashboard: Dashboard) -> dict[str, Any]:
    """Undo an earlier run in the networks that it changed; only lists that it changed are read."""
    earlier = parse_reverts(params["reverts"])

    def revert_one(session: Dashboard, name: str, network_id: str) -> Outcome:
        run = earlier[name]
        kinds = [kind.name for kind in kinds_of(step.kind for step in run.steps)]
        policy = params["on_conflict"]
        return settle(session, network_id, kinds, lambda lists: plan_reverted(lists, run, policy), check_mode)

    return report(run_all(dashboard, earlier, params["organization"], revert_one))


def _networks_of(params: Params, endpoints: Sequence[Endpoint]) -> list[str]:
    """Give the networks to work on, as they were given; raises ValueError if there is none, or one is missing."""
    for index, endpoint in enumerate(endpoints):
        if not endpoint.network:
            raise ValueError(f"endpoints[{index}].network is missing; set it, or network for all endpoints")
    listed = (params["networks"] or []) if params["state"] not in ("merged", "deleted") else []
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


def _make_plan(params: Params, lists: Lists, endpoints: Sequence[Endpoint]) -> Plan:
    """Plan what `state` says for one network; raises ValueError if rules of others are in the way."""
    state = params["state"]
    if state == "deleted":
        return plan_deleted(lists, endpoints)
    if state == "overridden":
        return plan_overridden(lists, endpoints)
    plan = plan_replaced if state == "replaced" else plan_merged
    return plan(lists, endpoints, params["on_conflict"])


def _run_offline(params: Params, endpoints: Sequence[Endpoint], kinds: Sequence[str]) -> dict[str, Any]:
    """Render or parse, without any API."""
    if params["state"] == "parsed":
        lists_by_network = exported_lists(params["exported"], params["network"] or _UNNAMED)
        found = [recognised(*each, params["uplink_addresses"] or {}) for each in lists_by_network.items()]
        return {"changed": False, "gathered": lists_by_network, "endpoints": [each for some in found for each in some]}
    networks = list(dict.fromkeys(endpoint.network for endpoint in endpoints))
    plans = {name: plan_rendered(kinds, [each for each in endpoints if each.network == name]) for name in networks}
    return {
        "changed": False,
        "rendered": {name: plan.after for name, plan in plans.items()},
        "warnings": [f"{name}: {text}" for name, plan in plans.items() for text in plan.warnings],
    }
