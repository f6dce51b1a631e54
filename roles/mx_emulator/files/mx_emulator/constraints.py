# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API refuses: pure functions from a body, or from rules and their network, to the texts of a 400.

docs/mx_emulator.md marks each check as documented or assumed.  Every text starts with the JSON path of what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address
from itertools import combinations
from typing import Any, TypeVar

from pydantic import ValidationError

from .config import Network
from .rules import AnyRule, ApiModel, OneToOneRule, PortForwardingRule, ports

Model = TypeVar("Model", bound=ApiModel)
Rule = TypeVar("Rule", OneToOneRule, PortForwardingRule)


class Refused(Exception):
    """A body that the API answers with 400; errors are the texts of its {"errors": [...]}."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)


def parse(model: type[Model], body: object) -> Model:
    """The body as an object of the API; Refused with one text for each wrong field."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Refused([_text(detail) for detail in error.errors()]) from None


def one_to_one(rules: list[OneToOneRule], network: Network) -> list[OneToOneRule]:
    """The same 1:1 rules; Refused if the network cannot have them."""
    return _fitting(rules, network, _one_to_one_conflicts)


def port_forwarding(rules: list[PortForwardingRule], network: Network) -> list[PortForwardingRule]:
    """The same port forwarding rules; Refused if the network cannot have them."""
    return _fitting(rules, network, _port_forwarding_conflicts)


def uplinks_of(rule: AnyRule, network: Network) -> list[str]:
    """The names of the uplinks that the rule listens on; "both" means all of them."""
    return list(network.uplinks_by_name) if rule.uplink == "both" else [rule.uplink]


def _fitting(
    rules: list[Rule], network: Network, conflicts: Callable[[list[Rule], Network], Iterator[str]]
) -> list[Rule]:
    errors = [text for number, rule in enumerate(rules) for text in _misplaced(f"rules[{number}]", rule, network)]
    errors += conflicts(rules, network)
    if errors:
        raise Refused(errors)
    return rules


def _misplaced(path: str, rule: AnyRule, network: Network) -> Iterator[str]:
    names = list(network.uplinks_by_name) + (["both"] if isinstance(rule, PortForwardingRule) else [])
    if rule.uplink not in names:
        yield f"{path}.uplink: '{rule.uplink}' is not an uplink of this network, expected one of {', '.join(names)}"
    if not any(IPv4Address(rule.lan_ip) in subnet for subnet in network.lan_subnets):
        subnets = ", ".join(map(str, network.lan_subnets))
        yield f"{path}.lanIp: {rule.lan_ip} is not in a LAN of this network ({subnets})"


def _one_to_one_conflicts(rules: list[OneToOneRule], network: Network) -> Iterator[str]:
    own = {str(uplink.address.ip) for uplink in network.uplinks}
    for number, rule in enumerate(rules):
        if rule.public_ip in own:
            yield f"rules[{number}].publicIp: {rule.public_ip} is the appliance's own uplink address"
    for (first, one), (second, other) in combinations(enumerate(rules), 2):
        if (one.public_ip, one.uplink) == (other.public_ip, other.uplink):
            yield f"rules[{second}].publicIp: {other.public_ip} on {other.uplink} is already used by rules[{first}]"


def _port_forwarding_conflicts(rules: list[PortForwardingRule], network: Network) -> Iterator[str]:
    for (first, one), (second, other) in combinations(enumerate(rules), 2):
        shared = set(uplinks_of(one, network)) & set(uplinks_of(other, network))
        if one.protocol == other.protocol and shared and _overlap(ports(one.public_port), ports(other.public_port)):
            yield (
                f"rules[{second}].publicPort: {other.protocol} {other.public_port} overlaps "
                f"{one.public_port} of rules[{first}]"
            )


def _overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def _text(detail: Any) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
    return f"{path or 'body'}: {detail['msg'].removeprefix('Value error, ')}"
