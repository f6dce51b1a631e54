# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of MX rules that publish FTP: what an endpoint wants of each, which rules are ours, what is in the way.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint import (
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
    Endpoint,
    uplinks_meet,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._mx_kind import (
    Edit,
    Rule,
    RuleKind,
    listed,
    ports_of,
    text_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange


class PortForwarding(RuleKind):
    """Port forwarding: one rule for each opening, known by its exact name."""

    name = PORT_FORWARDING
    resource = "portForwardingRules"
    fields = {
        "name": "",
        "uplink": "both",
        "protocol": "",
        "publicPort": "",
        "lanIp": "",
        "localPort": "",
        "allowedIps": ["any"],
    }

    def wanted(self, endpoint: Endpoint) -> list[Rule]:
        return [
            {
                "name": f"{endpoint.name} FTP {purpose}",
                "lanIp": endpoint.lan_address,
                "uplink": endpoint.uplink,
                "publicPort": str(ports),
                "localPort": str(ports),
                "allowedIps": list(endpoint.allowed_ips),
                "protocol": "tcp",
            }
            for purpose, ports in endpoint.openings().items()
        ]

    def is_named_for(self, rule: Rule, endpoint: Endpoint) -> bool:
        return rule.get("name") in [f"{endpoint.name} FTP {purpose}" for purpose in ("control", "passive", "data")]

    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        ports = PortRange.parse(wanted["publicPort"])
        return (
            text_of(foreign.get("protocol")) == "tcp"
            and uplinks_meet(text_of(foreign.get("uplink") or "both"), wanted["uplink"])
            and any(ports.overlaps(taken) for taken in ports_of(foreign.get("publicPort")))
        )

    def edits(self, rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule]) -> Iterator[Edit]:
        missing = {rule["name"]: rule for rule in wanted}
        for index, rule in enumerate(rules):
            if rule is None or not self.is_named_for(rule, endpoint):
                continue
            after = missing.pop(rule["name"], None)
            if after is None:
                yield Edit(index, None)
            elif not self.same([rule], [after]):
                yield Edit(index, {**rule, **after})
        yield from (Edit(None, rule) for rule in missing.values())

    def describe(self, rule: Rule) -> str:
        return (
            f"{rule.get('name')}: {rule.get('protocol')} {rule.get('uplink')} port {rule.get('publicPort')}"
            f" -> {rule.get('lanIp')} port {rule.get('localPort')}, from {listed(rule.get('allowedIps'))}"
        )


class OneToOneNat(RuleKind):
    """1:1 NAT: one allowed-inbound entry, in our own rule or in the one that somebody else made for the same pair.

    An address has one rule for everything behind it, so ours may have to be shared, in both directions.
    """

    name = ONE_TO_ONE_NAT
    resource = "oneToOneNatRules"
    fields = {"name": "", "uplink": "internet1", "publicIp": "", "lanIp": "", "allowedInbound": []}

    def wanted(self, endpoint: Endpoint) -> list[Rule]:
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

    def is_named_for(self, rule: Rule, endpoint: Endpoint) -> bool:
        return bool(rule.get("name") == f"{endpoint.name} FTP")

    def collides(self, foreign: Rule, wanted: Rule) -> bool:
        same_way = foreign.get("lanIp") == wanted["lanIp"] and self._uplink(foreign) == wanted["uplink"]
        return foreign.get("publicIp") == wanted["publicIp"] and not same_way

    def edits(self, rules: Sequence[Rule | None], endpoint: Endpoint, wanted: Sequence[Rule]) -> Iterator[Edit]:
        want = next(iter(wanted), None)
        home = None if want is None else self._home(rules, endpoint)
        for index, rule in enumerate(rules):
            if rule is None or not (self._is_pair(rule, endpoint) or self.is_named_for(rule, endpoint)):
                continue
            after = self._revised(rule, endpoint, want if index == home else None)
            if after is None or not self.same([rule], [after]):
                yield Edit(index, after)
        if want is not None and home is None:
            yield Edit(None, want)

    def describe(self, rule: Rule) -> str:
        head = f"{rule.get('name')}: {rule.get('uplink')} {rule.get('publicIp')} <-> {rule.get('lanIp')}"
        return "\n".join([head, *(f"  {_entry_words(entry)}" for entry in _entries(rule))])

    def _uplink(self, rule: Rule) -> str:
        return text_of(rule.get("uplink") or self.fields["uplink"])

    def _is_pair(self, rule: Rule, endpoint: Endpoint) -> bool:
        return (rule.get("publicIp"), rule.get("lanIp")) == (endpoint.public_address, endpoint.lan_address)

    def _home(self, rules: Sequence[Rule | None], endpoint: Endpoint) -> int | None:
        """Find the rule that the endpoint's entry belongs in: ours of this pair, else this pair's, else ours."""
        ours = {index for index, rule in enumerate(rules) if rule and self.is_named_for(rule, endpoint)}
        pair = {index for index, rule in enumerate(rules) if rule and self._is_pair(rule, endpoint)}
        return min(ours & pair or pair or ours, default=None)

    def _revised(self, rule: Rule, endpoint: Endpoint, want: Rule | None) -> Rule | None:
        """Give the rule with the endpoint's entry as in `want` (None: without it), or None when it is to go."""
        named = self.is_named_for(rule, endpoint)
        entries = _entries(rule)
        mine = [entry for entry in entries if _opens_ftp(entry, endpoint.control_port)]
        if named and want and len(entries) == 1 and _looks_like_ftp(entries[0]):
            mine = entries
        kept = _replaced(entries, mine, want["allowedInbound"] if want else [])
        if named and not kept:
            return None
        mapping = want if named and want else {}
        return {**rule, **mapping, "allowedInbound": kept}


KINDS: tuple[RuleKind, ...] = (OneToOneNat(), PortForwarding())


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
    controls = [each.first for each in ports if len(each) == 1 and _opens_ftp(entry, each.first)]
    return any(str(port - 1) in map(str, ports) for port in controls) or (
        bool(controls) and any(len(each) > 1 for each in ports)
    )


def _replaced(entries: Sequence[Rule], mine: Sequence[Rule], new: Sequence[Rule]) -> list[Rule]:
    """Give the entries with `new` where the first of `mine` was (else at the end), and without the others of `mine`."""
    first = next((index for index, entry in enumerate(entries) if entry in mine), len(entries))
    return [*entries[:first], *new, *(entry for entry in entries[first:] if entry not in mine)]


def _entries(rule: Rule) -> list[Rule]:
    return rule.get("allowedInbound") or []


def _entry_words(entry: Rule) -> str:
    ports, sources = listed(entry.get("destinationPorts")), listed(entry.get("allowedIps"))
    return f"{entry.get('protocol')} {ports or 'any port'} from {sources or 'any'}"
