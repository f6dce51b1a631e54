# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kind of MX rule is, and how rules are read and compared.

A rule is a dict just as the Dashboard API gave it. Each kind is one subclass of RuleKind.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import clean
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import RESOURCES, Rule


@dataclass(frozen=True)
class Edit:
    """What becomes of the rule at `index` (None: of the end of the list); `after` None takes the rule away."""

    index: int | None
    after: Rule | None


@dataclass(frozen=True)
class Opening:
    """Ports that one of our rules opens for a purpose: control, passive or data.

    `publish_by` and `name` are the endpoint's; `public_address` is None where the rule does not hold it.
    """

    publish_by: str
    name: str
    purpose: str
    ports: str
    public_address: str | None
    lan_address: str
    uplink: str
    allowed_ips: list[str]


class RuleKind(ABC):
    """One rule list of the MX.

    `name` is the list's name; `fields` are the API's fields of a rule, with what the API means where one is left out;
    `inner_fields` are those of what is listed inside a rule.
    """

    name: str
    fields: Mapping[str, Any]
    inner_fields: Mapping[str, Any] = {}

    @property
    def resource(self) -> str:
        """The last word of the list's API path."""
        return RESOURCES[self.name]

    def serves(self, endpoint: Endpoint) -> bool:
        """Tell whether rules of this kind publish the endpoint."""
        return endpoint.publish_by == self.name

    @abstractmethod
    def wanted(self, endpoint: Endpoint) -> list[Rule]:
        """Return the rules that publish the endpoint, each as small as it can stand or be left out alone."""

    @abstractmethod
    def owners(self, rule: Rule) -> set[str]:
        """Return the endpoints that the rule, or something in it, was made for, judged by names alone."""

    @abstractmethod
    def without(self, rule: Rule, names: Collection[str]) -> Rule | None:
        """Return the rule without what these endpoints have in it by name, or None if nothing is left."""

    @abstractmethod
    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        """Tell whether a rule of others takes what the wanted rule needs."""

    def relieved(self, rule: Rule, foreign: Rule, wanted: Rule) -> Rule | None:
        """Return the rule without what collides in its foreign part, or None if it has to go as a whole."""
        return None

    @abstractmethod
    def edits(self, rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule]) -> Iterator[Edit]:
        """Yield what turns the endpoint's part of the list into `wanted`; None in `rules` is a rule already removed."""

    def openings(self, rule: Rule) -> Iterator[Opening]:
        """Yield what the rule opens for endpoints, if it is ours."""
        yield from ()

    def words(self, rule: Rule) -> str:
        """Return what `describe` says, without control characters that texts in the rule may hold."""
        return self.describe(clean(rule))

    @abstractmethod
    def describe(self, rule: Rule) -> str:
        """Return a rule in words: one line, and one indented line for each thing inside."""

    def own(self, rules: Sequence[Rule]) -> list[Rule]:
        """Return the rules that a list holds, without those that the API adds when it is read."""
        return list(rules)

    def same(self, one: Sequence[Rule], other: Sequence[Rule]) -> bool:
        """Compare two lists as the MX reads them: order of rules counts, spelling does not."""
        return [self._canonical(rule) for rule in one] == [self._canonical(rule) for rule in other]

    def _canonical(self, rule: Rule) -> tuple[Any, ...]:
        return _canonical(rule, self.fields, self.inner_fields)


def applied(rules: Iterable[Rule], edits: Iterable[Edit]) -> list[Rule]:
    """Carry out edits on a list."""
    slots: list[Rule | None] = list(rules)
    for edit in edits:
        index = len(slots) if edit.index is None else edit.index
        slots[index : index + 1] = [edit.after]
    return [rule for rule in slots if rule is not None]


def ports_of(value: Any) -> list[PortRange]:
    """Read the API's ports: one text or a list, each perhaps with commas. What is no number may be any port."""
    texts = value if isinstance(value, list) else [value]
    return [_port_range(part) for text in texts for part in str(text).split(",")]


def text_of(value: Any) -> str:
    """Return the one spelling of a number, or of a text in any case ("Any", "any")."""
    return str(value).strip().lower()


def word_of(value: Any) -> str:
    """Return a field of a rule as a text, "" if it is null or missing."""
    return "" if value is None else str(value)


def sources_of(rule: Rule) -> list[str]:
    """Return who may connect by the rule or entry; left out, anybody may."""
    return [str(source).lower() for source in rule.get("allowedIps") or ["any"]]


def listed(values: Any) -> str:
    """Return a list of the API, which may be missing, in words."""
    return ", ".join(str(value) for value in values or [])


def _port_range(text: str) -> PortRange:
    try:
        return PortRange.parse(text)
    except ValueError:
        return PortRange(1, HIGHEST_PORT)


def _canonical(rule: Rule, fields: Mapping[str, Any], inner: Mapping[str, Any]) -> tuple[Any, ...]:
    given = {key: value for key, value in rule.items() if value is not None}
    return tuple(_plain(given.get(field, default), inner) for field, default in fields.items())


def _plain(value: Any, inner: Mapping[str, Any]) -> Any:
    """Reduce a value to what the MX reads: neither spelling nor the order inside a rule means anything."""
    if isinstance(value, list):
        return tuple(sorted((_plain(item, inner) for item in value), key=repr))
    if isinstance(value, dict):
        return _canonical(value, inner, {})
    # Firewall rules have several addresses in one text.
    return ",".join(part.strip().removesuffix("/32") for part in text_of(value).split(","))
