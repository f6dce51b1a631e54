# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""1:Many NAT: our port rules in the one rule that a public address has, beside those of others.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import ONE_TO_MANY_NAT, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import (
    Edit,
    Opening,
    RuleKind,
    applied,
    listed,
    sources_of,
    text_of,
    word_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.named import edits_by_name, name_parts, owner, rule_name
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.port_forwarding import takes_port


class OneToManyNat(RuleKind):
    """The 1:Many NAT list. A rule has no name; it is ours if nothing but our port rules is in it."""

    name = ONE_TO_MANY_NAT
    fields = {"publicIp": "", "uplink": "internet1", "portRules": []}
    inner_fields = {
        "name": "",
        "protocol": "",
        "publicPort": "",
        "localIp": "",
        "localPort": "",
        "allowedIps": ["any"],
    }

    def wanted(self, endpoint: Endpoint) -> list[Rule]:
        """Return one rule with one port rule for each opening."""
        return [
            {
                "publicIp": endpoint.public_address,
                "uplink": endpoint.uplink,
                "portRules": [
                    {
                        "name": rule_name(endpoint, purpose),
                        "protocol": "tcp",
                        "publicPort": str(ports),
                        "localIp": endpoint.lan_address,
                        "localPort": str(ports),
                        "allowedIps": list(endpoint.allowed_ips),
                    }
                ],
            }
            for purpose, ports in endpoint.openings().items()
        ]

    def owners(self, rule: Rule) -> set[str]:
        """Return the endpoints in the names of the port rules."""
        return {name for each in port_rules(rule) if (name := owner(each.get("name"))) is not None}

    def without(self, rule: Rule, names: Collection[str]) -> Rule | None:
        """Return the rule without the port rules named for these endpoints, None if it is empty then."""
        return _keeping(rule, [each for each in port_rules(rule) if owner(each.get("name")) not in names])

    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        """Tell whether the foreign rule has the address on another uplink, or takes the port there."""
        if foreign.get("publicIp") != wanted["publicIp"]:
            return False
        return self._uplink(foreign) != wanted["uplink"] or any(
            takes_port(each, wanted["portRules"][0]["publicPort"]) for each in port_rules(foreign)
        )

    def relieved(self, rule: Rule, foreign: Rule, wanted: Rule) -> Rule | None:
        """Return the rule without the port rules that take the port, None if the uplink differs."""
        if self._uplink(foreign) != wanted["uplink"]:
            return None
        taking = [each for each in port_rules(foreign) if takes_port(each, wanted["portRules"][0]["publicPort"])]
        return _keeping(rule, [each for each in port_rules(rule) if each not in taking])

    def edits(self, rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule]) -> Iterator[Edit]:
        """Yield what puts the port rules into the one rule of the address, and out of all others."""
        port_rules_wanted = [each for rule in wanted for each in rule["portRules"]]
        home = self._home(rules, endpoint) if wanted else None
        for index, rule in enumerate(rules):
            if rule is None:
                continue
            after = self._revised(rule, endpoint, port_rules_wanted if index == home else [])
            if after is None or not self.same([rule], [after]):
                yield Edit(index, after)
        if wanted and home is None:
            yield Edit(None, {**wanted[0], "portRules": port_rules_wanted})

    def openings(self, rule: Rule) -> Iterator[Opening]:
        """Yield what the port rules open that are named for endpoints."""
        uplink = str(rule.get("uplink") or self.fields["uplink"])
        for inner in port_rules(rule):
            parts = name_parts(inner.get("name"))
            if parts is not None:
                ports, public = word_of(inner.get("publicPort")), word_of(rule.get("publicIp")) or None
                lan = word_of(inner.get("localIp"))
                yield Opening(self.name, *parts, ports, public, lan, uplink, sources_of(inner))

    def describe(self, rule: Rule) -> str:
        """Return the rule's address, and a line for each port rule."""
        head = f"{rule.get('uplink')} {rule.get('publicIp')}"
        return "\n".join([head, *(f"  {_words(each)}" for each in port_rules(rule))])

    def _uplink(self, rule: Rule) -> str:
        return text_of(rule.get("uplink") or self.fields["uplink"])

    def _home(self, rules: Sequence[Rule | None], endpoint: Endpoint) -> int | None:
        """Find the rule that the port rules belong in: its address's, else one that is the endpoint's alone."""
        present = [(index, rule) for index, rule in enumerate(rules) if rule is not None]
        same_address = [index for index, rule in present if rule.get("publicIp") == endpoint.public_address]
        alone = [index for index, rule in present if self._is_own(rule, endpoint)]
        return next(iter([*same_address, *alone]), None)

    def _is_own(self, rule: Rule, endpoint: Endpoint) -> bool:
        return bool(port_rules(rule)) and self.without(rule, [endpoint.name]) is None

    def _revised(self, rule: Rule, endpoint: Endpoint, wanted: Sequence[Rule]) -> Rule | None:
        """Return the rule with exactly `wanted` as the endpoint's port rules, or None when it is to go."""
        inside = port_rules(rule)
        own = self._is_own(rule, endpoint)
        address = {"publicIp": endpoint.public_address, "uplink": endpoint.uplink} if own and wanted else {}
        after = applied(inside, list(edits_by_name(inside, endpoint, wanted, "name", self._same_inside)))
        return _keeping({**rule, **address}, after)

    def _same_inside(self, one: Sequence[Rule], other: Sequence[Rule]) -> bool:
        return self.same([{"portRules": list(one)}], [{"portRules": list(other)}])


def port_rules(rule: Rule) -> list[Rule]:
    """Return the port rules of a 1:Many rule."""
    return rule.get("portRules") or []


def _keeping(rule: Rule, inside: list[Rule]) -> Rule | None:
    """Return the rule with these port rules only, itself if they are all that it has, or None if it is emptied."""
    if inside == port_rules(rule):
        return rule
    return {**rule, "portRules": inside} if inside else None


def _words(rule: Rule) -> str:
    return (
        f"{rule.get('name')}: {rule.get('protocol')} port {rule.get('publicPort')} -> {rule.get('localIp')}"
        f" port {rule.get('localPort')}, from {listed(rule.get('allowedIps'))}"
    )
