# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX's rule lists as the Dashboard API returns them: which rule is meant, and how its fields are read.

Fields and their forms: OpenAPI document of the Dashboard API v1. A reader raises ValueError for what it cannot read, or
says what is in doubt. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import Doubtful, Names, is_ipv6, unresolved
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_ADDRESS,
    ANY_PORT,
    PROTOCOLS,
    Interval,
    address,
    port,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED, Lists, Rule, api_path, parse_lists

T = TypeVar("T")


@dataclass(frozen=True)
class Ref:
    """Which rule: its list, its place there, and the place inside it (allowedInbound, portRules) where that counts."""

    kind: str
    index: int
    rule: Rule = field(compare=False)
    part: int | None = None


def known_lists(option: Mapping[str, Any]) -> Lists:
    """Return the lists of the option `lists`; one that is left out or null is unknown, and not in the answer.

    Raises ValueError for an unknown name, and for what is not a list of rules.
    """
    return parse_lists({name: rules for name, rules in option.items() if rules is not None}, "lists", JUDGED)


def needed(kinds: Iterable[str]) -> str:
    """Return what is unknown without these lists, and where they are read."""
    return ", ".join(f"{kind} is not given (GET {api_path(kind)})" for kind in kinds)


def refs(lists: Lists, kind: str) -> Iterator[Ref]:
    """Yield each rule of a list with its place; nothing if the list is unknown."""
    return (Ref(kind, index, rule) for index, rule in enumerate(lists.get(kind, ())))


def tried(reader: Callable[[], T], otherwise: T) -> tuple[T, str]:
    """Return what can be read and "", or `otherwise` and what is wrong: a rule of others never ends the judgement."""
    try:
        return reader(), ""
    except ValueError as error:
        return otherwise, str(error)


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


def sources_in(rule: Rule) -> list[Doubtful]:
    """Read the field allowedIps; without addresses it is in doubt, because the API refuses such a rule."""
    words = [word for word in words_in(rule, "allowedIps") if word]
    if not words:
        return [Doubtful(ANY_ADDRESS, "allowedIps is missing or empty, expected addresses or any")]
    return [_place(word, f"allowedIps: {word!r} is not an IPv4 address") for word in words if not is_ipv6(word)]


def places_in(rule: Rule, name: str, names: Names) -> list[Doubtful]:
    """Read addresses; IPv6 is nowhere, and what only `names` could tell, but does not, may be anywhere."""
    words = [word for word in words_in(rule, name) if word]
    if not words:
        return [Doubtful(ANY_ADDRESS, f"{name} is missing")]
    known = ((word, names.read(word)) for word in words)
    return [each for word, found in known for each in ([_place(word, unresolved(word))] if found is None else found)]


def ports_in(rule: Rule, name: str) -> list[Doubtful]:
    """Read ports; left out they are any."""
    words = words_in(rule, name) or ["any"]
    found = (tried(partial(port, word), ANY_PORT) for word in words)
    return [Doubtful(ports, f"{name}: {doubt}" if doubt else "") for ports, doubt in found]


def _place(word: str, otherwise: str) -> Doubtful:
    place, doubt = tried(partial(address, word), ANY_ADDRESS)
    return Doubtful(place, otherwise if doubt else "")
