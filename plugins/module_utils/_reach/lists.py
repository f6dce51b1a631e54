# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX's rule lists as the Dashboard API returns them: which rule is meant, and how its fields are read.

Fields and their forms: OpenAPI document of the Dashboard API v1. Every reader raises ValueError for what it cannot
read. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from typing import Any, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    PROTOCOLS,
    Interval,
    address,
    port,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import RESOURCES, Lists, Rule, parse_lists

T = TypeVar("T")


@dataclass(frozen=True)
class Ref:
    """Which rule: its list, its place there, and the place inside it (allowedInbound, portRules) where that counts."""

    kind: str
    index: int
    rule: Rule = field(compare=False)
    part: int | None = None


def all_lists(option: Mapping[str, Any]) -> Lists:
    """Return the lists of the option `lists`, and an empty one for each that is left out.

    Raises ValueError for an unknown list, and for what is not a list of rules.
    """
    given = {name: [] if rules is None else rules for name, rules in option.items()}
    return parse_lists({**{name: [] for name in RESOURCES}, **given}, "lists")


def read(lists: Lists, kind: str, reader: Callable[[Ref], T]) -> list[T]:
    """Read each rule of a list; raises ValueError that names the rule that cannot be read."""
    found = []
    for index, rule in enumerate(lists[kind]):
        try:
            found.append(reader(Ref(kind, index, rule)))
        except ValueError as error:
            raise ValueError(f"lists.{kind}[{index}]: {error}") from None
    return found


def parts_in(rule: Rule, name: str) -> list[Rule]:
    """Read a list of objects inside a rule, like allowedInbound or portRules; raises ValueError for anything else."""
    parts = rule.get(name) or []
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ValueError(f"{name} is {parts!r}, expected a list of objects")
    return parts


def text_in(rule: Rule, name: str) -> str:
    """Read a field; raises ValueError if it is missing."""
    if rule.get(name) in (None, ""):
        raise ValueError(f"{name} is missing")
    return str(rule[name])


def words_in(rule: Rule, name: str) -> list[str]:
    """Read what the API has as a list in some places and with commas in others; left out it is empty."""
    value = rule.get(name)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [word.strip() for each in values for word in str(each).split(",")]


def host_in(rule: Rule, name: str) -> Interval:
    """Read one IPv4 address; raises ValueError for anything else."""
    host = address(text_in(rule, name))
    if host.first != host.last:
        raise ValueError(f"{name}: {rule[name]!r} is not one address")
    return host


def protocol_in(rule: Rule) -> Interval:
    """Read the field protocol, icmp-ping as all of ICMP, since no flow is ICMP; raises ValueError if it is unknown."""
    name = text_in(rule, "protocol").lower().removesuffix("-ping")
    if name not in PROTOCOLS:
        raise ValueError(f"protocol {name!r} is unknown; there are {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]


def sources_in(rule: Rule) -> list[Interval]:
    """Read the field allowedIps."""
    return [address(word) for word in words_in(rule, "allowedIps")] or [ANY_ADDRESS]


def places_in(rule: Rule, name: str) -> list[tuple[Interval, bool]]:
    """Read addresses with whether they are certain; IPv6 is nowhere, and an object, VLAN or name may be anywhere."""
    text_in(rule, name)
    found = []
    for word in words_in(rule, name):
        try:
            found.append((address(word), True))
        except ValueError:
            if not _is_ipv6(word):
                found.append((ANY_ADDRESS, False))
    return found


def ports_in(rule: Rule, name: str) -> list[Interval]:
    """Read ports; left out they are any."""
    return [port(word) for word in words_in(rule, name) or ["any"]]


def _is_ipv6(word: str) -> bool:
    try:
        IPv6Network(word, strict=False)
    except ValueError:
        return False
    return True
