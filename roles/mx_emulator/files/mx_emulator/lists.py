# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The five rule lists of a network as one table: names, places in the state, checks and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from . import constraints, lan
from .api_model import ApiModel, Refused, changed, parse
from .config import Network
from .state import NetworkState

Json = dict[str, Any]


class Kind(NamedTuple):
    """A rule list: its name in paths, its field of NetworkState, what is wrong with it, and its answer."""

    name: str
    field: str
    errors: Callable[[Network, NetworkState], Iterator[str]]
    answer: Callable[[NetworkState], Json]

    @property
    def operation(self) -> str:
        """The end of its operation ids."""
        return f"NetworkApplianceFirewall{self.name[0].upper()}{self.name[1:]}"


def _nothing(_network: Network, _state: NetworkState) -> Iterator[str]:
    return iter(())


def _inbound_answer(state: NetworkState) -> Json:
    rules = state.inbound_firewall
    return {**rules.with_default("deny"), "syslogDefaultRule": rules.syslog_default_rule}


KINDS = (
    Kind("oneToOneNatRules", "one_to_one", constraints.one_to_one, lambda state: state.one_to_one.json_object()),
    Kind("oneToManyNatRules", "one_to_many", constraints.one_to_many, lambda state: state.one_to_many.json_object()),
    Kind(
        "portForwardingRules",
        "port_forwarding",
        constraints.port_forwarding,
        lambda state: state.port_forwarding.json_object(),
    ),
    Kind("inboundFirewallRules", "inbound_firewall", _nothing, _inbound_answer),
    Kind("l3FirewallRules", "l3_firewall", _nothing, lambda state: state.l3_firewall.with_default("allow")),
)


def updated(kind: Kind, network: Network, state: NetworkState, body: object) -> ApiModel:
    """Return the list after an update by the body; raise Refused if body or network do not allow it."""
    current: ApiModel = getattr(state, kind.field)
    wanted = changed(current, parse(type(current), body))
    errors = list(kind.errors(network, state.model_copy(update={kind.field: wanted})))
    if errors:
        raise Refused(errors)
    return wanted


def check(network: Network, state: NetworkState) -> None:
    """Refused unless the LAN side and all lists fit together."""
    errors = list(lan.errors(state.lan_of(network)))
    errors += [f"{kind.name}.{text}" for kind in KINDS for text in kind.errors(network, state)]
    if errors:
        raise Refused(errors)
