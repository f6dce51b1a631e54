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
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import (
    Edit,
    Opening,
    RuleKind,
    listed,
    ports_of,
    sources_of,
    text_of,
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
        """Yield what the first entry for FTP opens, if the rule is named for an endpoint."""
        uplink = str(rule.get("uplink") or self.fields["uplink"])
        ours = [(name, entry) for name in self.owners(rule) for entry in entries_of(rule) if is_ftp(entry, rule)]
        for name, entry in ours[:1]:
            for purpose, ports in openings_of(entry).items():
                public, lan = str(rule.get("publicIp")), str(rule.get("lanIp"))
                yield Opening(self.name, name, purpose, ports, public, lan, uplink, sources_of(entry))

    def describe(self, rule: Rule) -> str:
        """Return the rule's addresses, and a line for each entry."""
        head = f"{rule.get('name')}: {rule.get('uplink')} {rule.get('publicIp')} <-> {rule.get('lanIp')}"
        return "\n".join([head, *(f"  {_entry_words(entry)}" for entry in entries_of(rule))])

    def _is_named_for(self, rule: Rule, endpoint: Endpoint) -> bool:
        return endpoint.name in self.owners(rule)

    def _uplink(self, rule: Rule) -> str:
        return text_of(rule.get("uplink") or self.fields["uplink"])

    def _is_pair(self, rule: Rule, endpoint: Endpoint) -> bool:
        return (rule.get("publicIp"), rule.get("lanIp")) == (endpoint.public_address, endpoint.lan_address)

    def _home(self, rules: Sequence[Rule | None], endpoint: Endpoint) -> int | None:
        """Find the rule that the endpoint's entry belongs in: ours of this pair, else this pair's, else ours."""
        ours = {index for index, rule in enumerate(rules) if rule and self._is_named_for(rule, endpoint)}
        pair = {index for index, rule in enumerate(rules) if rule and self._is_pair(rule, endpoint)}
        return min(ours & pair or pair or ours, default=None)

    def _revised(self, rule: Rule, endpoint: Endpoint, want: Rule | None) -> Rule | None:
        """Return the rule with the endpoint's entry as in `want` (None: without it), or None when it is to go."""
        named = self._is_named_for(rule, endpoint)
        entries = entries_of(rule)
        mine = [entry for entry in entries if _opens_ftp(entry, endpoint.control_port)]
        if named and want and len(entries) == 1 and _looks_like_ftp(entries[0]):
            mine = entries
        kept = _replaced(entries, mine, want["allowedInbound"] if want else [])
        if named and not kept:
            return None
        mapping = want if named and want else {}
        return {**rule, **mapping, "allowedInbound": kept}


def _opens_ftp(entry: Rule, control_port: int) -> bool:
    """Tell whether an allowed-inbound entry has our form: tcp, the control port, at most its data port and a range."""
    ports = ports_of(entry.get("destinationPorts"))
    rest = [each for each in ports if str(each) not in (str(control_port), str(control_port - 1))]
    opens_control = str(control_port) in map(str, ports)
    alone = len(rest) <= 1 and not any(control_port in each for each in rest)
    return text_of(entry.get("protocol")) == "tcp" and opens_control and alone


def _looks_like_ftp(entry: Rule) -> bool:
    """Tell whether an entry has our form for some control port, with a data port or a range to prove it.

    So the only entry of a rule of ours is still known after the endpoint's control port has changed.
    """
    ports = ports_of(entry.get("destinationPorts"))
    controls = [port for port in _single_ports(entry) if _opens_ftp(entry, port)]
    return any(str(port - 1) in map(str, ports) for port in controls) or (
        bool(controls) and any(len(each) > 1 for each in ports)
    )


def is_ftp(entry: Rule, rule: Rule) -> bool:
    """Tell whether an entry of a rule that bears the name of one of ours is ours, whatever its control port is."""
    only_one = len(entries_of(rule)) == 1 and any(_opens_ftp(entry, port) for port in _single_ports(entry))
    return only_one or _opens_ftp(entry, 21) or _looks_like_ftp(entry)


def openings_of(entry: Rule) -> dict[str, str]:
    """Return the ports of an entry of our form by purpose: control, and as far as there are passive and data.

    The control port is the one above a data port, else 21, else the first that stands alone.
    """
    ports = [str(each) for each in ports_of(entry.get("destinationPorts"))]
    controls = [port for port in _single_ports(entry) if _opens_ftp(entry, port)]
    control = min(controls, key=lambda port: (str(port - 1) not in ports, port != 21))
    opened = {"control": str(control), "data": str(control - 1)}
    rest = [text for text in ports if text not in opened.values()]
    passive = {"passive": rest[0]} if rest else {}
    return {**{purpose: text for purpose, text in opened.items() if text in ports}, **passive}


def _single_ports(entry: Rule) -> list[int]:
    return [each.first for each in ports_of(entry.get("destinationPorts")) if len(each) == 1]


def _replaced(entries: Sequence[Rule], mine: Sequence[Rule], new: Sequence[Rule]) -> list[Rule]:
    """Return the entries with `new` in the place of `mine`, or at the end if there are none of `mine`."""
    first = next((index for index, entry in enumerate(entries) if entry in mine), len(entries))
    return [*entries[:first], *new, *(entry for entry in entries[first:] if entry not in mine)]


def entries_of(rule: Rule) -> list[Rule]:
    """Return the allowed-inbound entries of a 1:1 rule."""
    return rule.get("allowedInbound") or []


def _entry_words(entry: Rule) -> str:
    ports, sources = listed(entry.get("destinationPorts")), listed(entry.get("allowedIps"))
    return f"{entry.get('protocol')} {ports or 'any port'} from {sources or 'any'}"
