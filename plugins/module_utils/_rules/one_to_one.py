# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""1:1 NAT: one allowed-inbound entry, in a rule of ours or in one that is shared.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import ONE_TO_ONE_NAT, Rule
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.entries import (
    admits,
    completed,
    entries_of,
    entry_words,
    exceeds,
    is_ftp,
    looks_like_ftp,
    openings_of,
    opens_ftp,
    replaced,
    split,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import (
    Edit,
    Opening,
    RuleKind,
    sources_of,
    text_of,
    word_of,
)

_NAME = re.compile(r"(.+) FTP", re.DOTALL)


class OneToOneNat(RuleKind):
    """1:1 NAT: one allowed-inbound entry, in our own rule or in the rule of others for the same pair of addresses.

    An address has one rule for everything behind it, so ours may have to be shared, in both directions.
    """

    name = ONE_TO_ONE_NAT
    fields = {"name": "", "uplink": "internet1", "publicIp": "", "lanIp": "", "allowedInbound": []}
    inner_fields = {"protocol": "any", "destinationPorts": [], "allowedIps": ["any"]}

    def wanted(self, endpoint: Endpoint) -> list[Rule]:
        """Return one rule with one entry for all openings."""
        entry = {
            "protocol": "tcp",
            "destinationPorts": [str(ports) for ports in endpoint.openings().values()],
            "allowedIps": list(endpoint.allowed_ips),
        }
        return [
            {
                "name": f"{endpoint.name} FTP",
                "lanIp": endpoint.lan_address,
                "publicIp": endpoint.public_address,
                "uplink": endpoint.uplink,
                "allowedInbound": [entry],
            }
        ]

    def owners(self, rule: Rule) -> set[str]:
        """Return the endpoint in the rule's name."""
        found = _NAME.fullmatch(str(rule.get("name")))
        return {found[1]} if found else set()

    def without(self, rule: Rule, names: Collection[str]) -> Rule | None:
        """Return the rule without its entries for FTP, if it is named for one of these endpoints."""
        if self.owners(rule).isdisjoint(names):
            return rule
        kept = [entry for entry in entries_of(rule) if not is_ftp(entry, rule)]
        return {**rule, "allowedInbound": kept} if kept else None

    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        """Tell whether the foreign rule leads the address elsewhere, or by another uplink."""
        same_way = foreign.get("lanIp") == wanted["lanIp"] and self._uplink(foreign) == wanted["uplink"]
        return bool(foreign.get("publicIp") == wanted["publicIp"]) and not same_way

    def edits(self, rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule]) -> Iterator[Edit]:
        """Yield what puts the entry into the one rule of the addresses, and out of all others."""
        want = next(iter(wanted), None)
        home = None if want is None else self._home(rules, endpoint)
        for index, rule in enumerate(rules):
            if rule is None or not (self._is_pair(rule, endpoint) or self._is_named_for(rule, endpoint)):
                continue
            after = self._revised(rule, endpoint, want if index == home else None)
            if after is None or not self.same([rule], [after]):
                yield Edit(index, after)
        if want is not None and home is None:
            yield Edit(None, want)

    def openings(self, rule: Rule) -> Iterator[Opening]:
        """Yield what the first entry for FTP and those that complete it open, if the rule is named for an endpoint."""
        uplink = str(rule.get("uplink") or self.fields["uplink"])
        public, lan = word_of(rule.get("publicIp")), word_of(rule.get("lanIp"))
        entries = [split(entry) for entry in entries_of(rule)]
        ours = [entry for entry in entries if is_ftp(entry, {"allowedInbound": entries})]
        for name in self.owners(rule) if ours else ():
            for purpose, ports in openings_of(completed(ours[0], entries)).items():
                yield Opening(self.name, name, purpose, ports, public or None, lan, uplink, sources_of(ours[0]))

    def describe(self, rule: Rule) -> str:
        """Return the rule's addresses, and a line for each entry."""
        head = f"{rule.get('name')}: {rule.get('uplink')} {rule.get('publicIp')} <-> {rule.get('lanIp')}"
        return "\n".join([head, *(f"  {entry_words(entry)}" for entry in entries_of(rule))])

    def _is_named_for(self, rule: Rule, endpoint: Endpoint) -> bool:
        return endpoint.name in self.owners(rule)

    def _uplink(self, rule: Rule) -> str:
        return text_of(rule.get("uplink") or self.fields["uplink"])

    def _is_pair(self, rule: Rule, endpoint: Endpoint) -> bool:
        return (rule.get("publicIp"), rule.get("lanIp")) == (endpoint.public_address, endpoint.lan_address)

    def _suffices(self, rule: Rule, endpoint: Endpoint, mine: Sequence[Rule]) -> bool:
        """Tell whether the rule already lets in all that the endpoint needs, whatever its shape.

        `mine` are its entries of our form, which must not open more than that; entries of others may.
        """
        return admits(entries_of(rule), endpoint) and not any(exceeds(entry, endpoint) for entry in mine)

    def _home(self, rules: Sequence[Rule | None], endpoint: Endpoint) -> int | None:
        """Find the rule that the endpoint's entry belongs in: ours of this pair, else this pair's, else ours."""
        ours = {index for index, rule in enumerate(rules) if rule and self._is_named_for(rule, endpoint)}
        pair = {index for index, rule in enumerate(rules) if rule and self._is_pair(rule, endpoint)}
        return min(ours & pair or pair or ours, default=None)

    def _revised(self, rule: Rule, endpoint: Endpoint, want: Rule | None) -> Rule | None:
        """Return the rule with the endpoint's entry as in `want` (None: without it), or None when it is to go."""
        named = self._is_named_for(rule, endpoint)
        entries = entries_of(rule)
        mine = [entry for entry in entries if opens_ftp(entry, endpoint.control_port)]
        if want and self._suffices(rule, endpoint, mine):
            return {**rule, **{field: want[field] for field in ("publicIp", "lanIp", "uplink")}} if named else rule
        if named and want and len(entries) == 1 and looks_like_ftp(entries[0]):
            mine = entries
        kept = replaced(entries, mine, want["allowedInbound"] if want else [])
        if named and not kept:
            return None
        mapping = want if named and want else {}
        return {**rule, **mapping, "allowedInbound": kept}
