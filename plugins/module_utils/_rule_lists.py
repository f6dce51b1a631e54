# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule lists of an MX: their names, their words in the Dashboard API, and exported lists.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

# A rule, just as the Dashboard API gives it.
Rule = dict[str, Any]
# The rule lists of one network, by name.
Lists = dict[str, list[Rule]]

ONE_TO_ONE_NAT = "one_to_one_nat"
ONE_TO_MANY_NAT = "one_to_many_nat"
PORT_FORWARDING = "port_forwarding"
INBOUND_FIREWALL = "inbound_firewall"
L3_FIREWALL = "l3_firewall"
L7_FIREWALL = "l7_firewall"


@dataclass(frozen=True)
class Way:
    """A way to publish a server: a rule list that translates addresses.

    `resource` is the last word of the list's API path; `title` is the dashboard's name; `doc` describes the way for
    the option publish_by; `default_uplink` is what the API means in a rule without an uplink. With `own_address` the
    public address is the MX's own, and a rule may be for "both" uplinks. With `shared` several servers may have one
    address, by port. With `leaves_by_mx` the server's own connections do not use the rule's address.
    """

    resource: str
    title: str
    doc: str
    default_uplink: str = "internet1"
    own_address: bool = False
    shared: bool = True
    leaves_by_mx: bool = False


# Every way to publish, by the name of its list: the choices of publish_by, in the order of reading and writing.
WAYS: Mapping[str, Way] = {
    ONE_TO_ONE_NAT: Way(
        "oneToOneNatRules",
        "1:1 NAT",
        "an address that is not the MX's own. The server's own connections leave by this address.",
        shared=False,
    ),
    ONE_TO_MANY_NAT: Way(
        "oneToManyNatRules",
        "1:Many NAT",
        "an address that is not the MX's own and that several servers share, by port. The server's own connections"
        " leave by the MX's address. These include the data connections of active mode, which many clients refuse.",
        leaves_by_mx=True,
    ),
    PORT_FORWARDING: Way(
        "portForwardingRules", "port forwarding", "the MX's own address.", default_uplink="both", own_address=True
    ),
}
# The last word of the API path of every rule list, by the list's name.
RESOURCES: Mapping[str, str] = {
    **{name: way.resource for name, way in WAYS.items()},
    INBOUND_FIREWALL: "inboundFirewallRules",
    L3_FIREWALL: "l3FirewallRules",
}
# The same of all lists that decide about a flow. Only layer 7 rules are never written, and never about one server.
JUDGED: Mapping[str, str] = {**RESOURCES, L7_FIREWALL: "l7FirewallRules"}
# The names that the API and exports of others have for the lists: oneToOneNatRules, oneToOneNat.
API_NAMES: Mapping[str, str] = {
    api_name: name for name, resource in RESOURCES.items() for api_name in (resource, resource.removesuffix("Rules"))
}


def api_path(name: str) -> str:
    """Return the API path that a rule list is read from."""
    return f"/networks/{{networkId}}/appliance/firewall/{JUDGED[name]}"


def own_names(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return rule lists under our names where they have the API's; raises ValueError if a list is there twice."""
    named: dict[str, Any] = {}
    for given, rules in value.items():
        name = API_NAMES.get(given, given)
        if name in named:
            raise ValueError(f"{path}: {given!r} is the list {name!r} once more; give it once")
        named[name] = rules
    return named


def parse_lists(value: Any, path: str, known: Collection[str] = tuple(RESOURCES)) -> Lists:
    """Return the rule lists of one network, out of those that are `known`; `path` names the option that holds them.

    Each list is either bare or in the API's own form, {"rules": [...]}. Raises ValueError for an unknown list, and for
    what is not a list of rules.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{path}: expected rule lists by name ({', '.join(known)}), got {value!r}")
    for name in value:
        if name not in known:
            raise ValueError(f"{path}: {name!r} is not a rule list; write one of: {', '.join(known)}")
    return {name: _rules(rules, f"{path}.{name}") for name, rules in value.items()}


def _rules(value: Any, path: str) -> list[Rule]:
    rules = value.get("rules") if isinstance(value, Mapping) else value
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ValueError(f'{path}: expected a list of rules or {{"rules": [...]}}, got {value!r}')
    return rules
