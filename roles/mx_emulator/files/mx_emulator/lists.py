# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The six rule lists of a network as one table: names, places in the state, checks and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from . import constraints, lan, references
from .api_model import ApiModel, Refused, changed, parse
from .state import NetworkState, Site

Json = dict[str, Any]


class Kind(NamedTuple):
    """A rule list: its name in paths, its field of NetworkState, what is wrong with it, and its answer."""

    name: str
    field: str
    errors: Callable[[Site], Iterator[str]]
    answer: Callable[[NetworkState], Json]

    @property
    def operation(self) -> str:
        """The end of its operation ids."""
        return f"NetworkApplianceFirewall{self.name[0].upper()}{self.name[1:]}"


def _nothing(_site: Site) -> Iterator[str]:
    return iter(())


def _inbound_answer(state: NetworkState) -> Json:
    rules = state.inbound_firewall
    default: Literal["allow", "deny"] = "deny" if state.settings.deployment_mode == "routed" else "allow"
    return {**rules.with_default(default), "syslogDefaultRule": rules.syslog_default_rule}


KINDS = (
    Kind("oneToOneNatRules", "one_to_one", constraints.one_to_one, lambda state: state.one_to_one.json_object()),
    Kind("oneToManyNatRules", "one_to_many", constraints.one_to_many, lambda state: state.one_to_many.json_object()),
    Kind(
        "portForwardingRules",
        "port_forwarding",
        constraints.port_forwarding,
        lambda state: state.port_forwarding.json_object(),
    ),
    Kind("inboundFirewallRules", "inbound_firewall", references.inbound, _inbound_answer),
    Kind("l3FirewallRules", "l3_firewall", references.outbound, lambda state: state.l3_firewall.with_default("allow")),
    Kind("l7FirewallRules", "l7_firewall", _nothing, lambda state: state.l7_firewall.json_object()),
)


def updated(kind: Kind, site: Site, body: object) -> ApiModel:
    """Return the list after an update by the body; raise Refused if body or network do not allow it."""
    current: ApiModel = getattr(site.state, kind.field)
    wanted = changed(current, parse(type(current), body))
    errors = list(kind.errors(site.with_state(**{kind.field: wanted})))
    if errors:
        raise Refused(errors)
    return wanted


def check(site: Site, path: str = "") -> None:
    """Refused, with texts that begin with the path, unless the LAN side and all lists fit together."""
    errors = list(lan.errors(site.state.lan_of(site.network)))
    errors += [f"{kind.name}.{text}" for kind in KINDS for text in kind.errors(site)]
    if errors:
        raise Refused([path + text for text in errors])
