# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the NAT rules of an MX publish for TCP, read from the API's lists by the twin itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import WAYS
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kind import RuleKind
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.kinds import KINDS
from mx_emulator.config import Network

_EVERY_PORT = PortRange(1, HIGHEST_PORT)
_ONE_TO_ONE, _ONE_TO_MANY, _PORT_FORWARDING, _INBOUND = KINDS


@dataclass(frozen=True)
class Opening:
    """Ports of a public address at one uplink that a rule sends to a host of the LAN; `sources` may have "any".

    `owners` are the endpoints that mx_ftp_rules has made the rule for, by its name; `shift` is local port minus public
    port.
    """

    title: str
    uplink: str
    address: str
    ports: PortRange
    sources: tuple[str, ...]
    host: str
    owners: frozenset[str] = frozenset()
    shift: int = 0


@dataclass(frozen=True)
class _Part:
    """What one rule, or one entry of it, publishes, as the API has it; without an address, that of the MX."""

    kind: RuleKind
    number: str
    rule: Mapping[str, Any]
    uplink: str
    address: str | None
    protocol: str
    ports: Sequence[str]
    sources: Sequence[str]
    host: str

    @property
    def shift(self) -> int:
        local = self.rule.get("localPort")
        return PortRange.parse(local).first - PortRange.parse(self.ports[0]).first if local else 0

    @property
    def title(self) -> str:
        name = self.rule.get("name")
        return f"{WAYS[self.kind.name].title} rule {self.number}" + (f" '{name}'" if name else "")


def openings(lists: Mapping[str, Any], network: Network) -> Iterator[Opening]:
    """Yield what the three NAT lists open for TCP; lists: answers of the API by its names."""
    for part in _parts(lists):
        owners = frozenset(part.kind.owners(dict(part.rule)))
        for uplink in network.uplinks_by_name if part.uplink == "both" else [part.uplink]:
            address = part.address or own(network, uplink)
            for ports in _tcp(part):
                yield Opening(part.title, uplink, address, ports, tuple(part.sources), part.host, owners, part.shift)


def without_tcp(lists: Mapping[str, Any]) -> list[str]:
    """Return the titles of the rules with something that is not TCP, so that no connection can try it."""
    found = [f"{each.title}, {each.protocol}" for each in _parts(lists) if each.protocol not in ("tcp", "any")]
    return list(dict.fromkeys(found))


def own(network: Network, uplink: str) -> str:
    """Return the MX's own address at an uplink, as the Internet sees it."""
    known = network.uplinks_by_name[uplink]
    return str(known.public_ip or known.address.ip)


def _parts(lists: Mapping[str, Any]) -> Iterator[_Part]:
    for number, rule in enumerate(lists["oneToOneNatRules"]["rules"], 1):
        place = rule.get("uplink", "internet1"), rule["publicIp"]
        for entry in rule.get("allowedInbound") or []:
            what = entry["protocol"], entry.get("destinationPorts") or [], entry["allowedIps"]
            yield _Part(_ONE_TO_ONE, f"{number}", rule, *place, *what, rule["lanIp"])
    for number, many in enumerate(lists["oneToManyNatRules"]["rules"], 1):
        for part, rule in enumerate(many["portRules"], 1):
            what = rule["protocol"], [rule["publicPort"]], rule["allowedIps"]
            place = many["uplink"], many["publicIp"]
            yield _Part(_ONE_TO_MANY, f"{number}.{part}", {**rule, "portRules": [rule]}, *place, *what, rule["localIp"])
    for number, rule in enumerate(lists["portForwardingRules"]["rules"], 1):
        what = rule["protocol"], [rule["publicPort"]], rule["allowedIps"]
        yield _Part(_PORT_FORWARDING, f"{number}", rule, rule.get("uplink", "both"), None, *what, rule["lanIp"])


def _tcp(part: _Part) -> list[PortRange]:
    if part.protocol == "any":
        return [_EVERY_PORT]
    return [PortRange.parse(text) for text in part.ports] if part.protocol == "tcp" else []
