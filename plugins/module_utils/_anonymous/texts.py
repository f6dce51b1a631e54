# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that stand for others in an anonymised export: the same for the same, and of the same meaning for mx_reach.

What no rule decides by (names, comments, ids, serials, names of hosts) gets a number. What a rule decides by stays if
it is one of the API's own words, a port or a version, and is as unreadable as before if it is none.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import IIS6
from ansible_collections.mxlab.ftp.plugins.module_utils._export.fields import (
    COMMENT,
    FLAG,
    GROUP_ID,
    HOST,
    ID,
    MASK,
    NAME,
    NETWORK_ID,
    OBJECT_ID,
    ORGANIZATION_ID,
    PLACES,
    PORTS,
    SERIAL,
    TEMPLATE_ID,
    VERSION,
    VLAN_ID,
    WORD,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import WAYS

_IPV6 = "IPv6"
_PATTERNS: Mapping[str, str] = {
    NAME: "name-{}",
    COMMENT: "comment {}",
    HOST: "host{}.example.com",
    SERIAL: "Q2XX-XXXX-{:04}",
    ID: "id-{}",
    NETWORK_ID: "N_{}",
    ORGANIZATION_ID: "{}",
    TEMPLATE_ID: "L_{}",
    **dict.fromkeys((VLAN_ID, OBJECT_ID, GROUP_ID), "{}"),
    WORD: "word-{}",
    # No mask, but of the form of one.
    MASK: "255.0.255.0",
    # 2001:db8::/32 is for documentation (RFC 3849).
    _IPV6: "2001:db8:{:x}::",
}
# What the API has as values of its own fields, and mx_reach as values of its options.
_WORDS = re.compile(
    "|".join(
        [
            *("(any|tcp|udp|icmp6?)(-ping)?", "allow|deny", "(internet|wan)[0-9]{1,2}|both|cellular"),
            *("routed|passthrough", "primary|spare", "virtual|public", "active|ready|connecting|failed|not connected"),
            *("cidr|fqdn|ipAndMask|adaptivePolicyIpv4Cidr", "network|adaptivePolicy|NetworkObjectGroup"),
            "port|ipRange|host|application|applicationCategory|allowedCountries|blockedCountries",
            *("appliance|switch|wireless|camera|sensor|cellularGateway|systemsManager", "v?(MX|Z)[0-9]{1,3}[CW]{0,2}"),
            *("inbound|outbound", "admitted|stopped", "passive", "yes|no|true|false|on|off|1|4|6", *WAYS, IIS6),
        ]
    ),
    re.IGNORECASE,
)
_VLAN_WORD = re.compile(r"VLAN\(([0-9]+)\)\.(\*|[0-9]{1,3})", re.IGNORECASE)
_OBJECT_WORD = re.compile(r"(OBJ|GRP)\((.*)\)", re.IGNORECASE)
# The prefix of the subnets in which VLAN(10).8 is an address that mx_reach knows.
_PLAIN_VLAN = 24


@dataclass
class Texts:
    """What has been replaced so far. `vlans` are the subnets of VLANs by id; `place` gives a network another place."""

    vlans: Mapping[str, IPv4Network]
    place: Callable[[IPv4Network], IPv4Network]
    _numbers: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, kind: str, value: Any) -> Any:
        """Return what stands for the value of a field; what is empty stays, and each item of a list is replaced."""
        if not value or isinstance(value, bool):
            return value
        if isinstance(value, list):
            return [self.of(kind, item) for item in value]
        if kind in (PLACES, PORTS) and isinstance(value, str):
            read = self._place if kind == PLACES else self._port
            return ",".join(map(read, value.split(",")))
        if kind == PORTS:
            return value if self._port(str(value)) == str(value) else self.number(WORD, value)
        return self._single(kind, value)

    def number(self, kind: str, value: Any) -> str:
        """Return the number of a value among those of its kind, in the form that these have."""
        known = self._numbers.setdefault(kind, {})
        return _PATTERNS[kind].format(known.setdefault(str(value), len(known) + 1))

    def knows(self, kind: str, value: Any) -> bool:
        """Tell whether a value of this kind has been replaced before."""
        return str(value) in self._numbers.get(kind, {})

    def network(self, text: str) -> str | None:
        """Return an IPv4 address or subnet at its other place; None for any other text."""
        try:
            network = self.place(IPv4Network(text.strip(), strict=False))
        except ValueError:
            return None
        return str(network) if "/" in text else str(network[0])

    def layer7(self, kind: Any, value: Any) -> Any:
        """Return what stands for the value of a layer 7 rule of a type."""
        if kind in ("allowedCountries", "blockedCountries") and isinstance(value, list):
            return [each if re.fullmatch("[A-Z]{2}", str(each)) else self.number(WORD, each) for each in value]
        if kind == "ipRange":
            return self._range(str(value))
        if kind in ("application", "applicationCategory"):
            return self._application(value)
        return self.of({"port": PORTS, "host": HOST}.get(str(kind), WORD), value)

    def _single(self, kind: str, value: Any) -> Any:
        text = str(value)
        if kind == VERSION:
            found = re.search(r"([0-9]{1,4})[.-]([0-9]{1,5})", text)
            return f"MX {found[1]}.{found[2]}" if found else "MX"
        if _KEPT.get(kind, _never)(text):
            return value
        # What cannot be read as an address is as good as the name of a host.
        label = {PLACES: HOST, FLAG: WORD}.get(kind, kind)
        numbered = self.number(label, value)
        return int(numbered) if isinstance(value, int) and numbered.isdecimal() else numbered

    def _place(self, word: str) -> str:
        text = word.strip()
        if text.lower() in ("", "any"):
            return text
        return self.network(text) or _ipv6(text, self) or self._named(text)

    def _named(self, text: str) -> str:
        """Return what stands for the name of a VLAN, an object, a group or a host."""
        vlan, other = _VLAN_WORD.fullmatch(text), _OBJECT_WORD.fullmatch(text)
        if vlan:
            return f"VLAN({self.number(VLAN_ID, vlan[1])}).{self._host_in(vlan[1], vlan[2])}"
        if other:
            return f"{other[1].upper()}({self.number(other[1].upper(), other[2].upper())})"
        return ("*." if text.startswith("*.") else "") + self.number(HOST, text.removeprefix("*."))

    def _host_in(self, vlan: str, number: str) -> str:
        """Return the number of a host in a VLAN that mx_reach can find there, at its other place."""
        subnet = self.vlans.get(vlan)
        if number == "*" or subnet is None or subnet.prefixlen != _PLAIN_VLAN or int(number) >= subnet.num_addresses:
            return number
        host = self.place(IPv4Network(subnet[int(number)]))
        return str(int(host[0]) - int(self.place(subnet)[0]))

    def _port(self, word: str) -> str:
        try:
            return word if word.strip().lower() in ("", "any") else str(PortRange.parse(word))
        except ValueError:
            return self.number(WORD, word.strip())

    def _range(self, text: str) -> str:
        """Return an address or subnet with a port; the API's own example has 10.11.12.00/24."""
        addresses, colon, ports = text.partition(":")
        plain = re.sub(r"\b0+(?=[0-9])", "", addresses)
        return self._place(plain) + colon + (self._port(ports) if ports else "")

    def _application(self, value: Any) -> Any:
        """Return an application: the vendor's ids are no secret, and what stands for the name is as good as it."""
        if not isinstance(value, dict):
            known = re.fullmatch("meraki:layer7/(application|category)/[0-9]{1,6}", str(value))
            return value if known or not value else self.number(WORD, value)
        return {
            name: self._application(value[name]) if name == "id" else self.of(NAME, value[name])
            for name in ("id", "name")
            if name in value
        }


def _is_mask(text: str) -> bool:
    try:
        IPv4Network(f"0.0.0.0/{text}")
    except ValueError:
        return False
    return True


def _is_word(text: str) -> bool:
    return _WORDS.fullmatch(text) is not None


def _never(_text: str) -> bool:
    return False


def _is_default(comment: str) -> bool:
    """Tell whether a comment is the API's own, by which mx_reach knows the rule that ends a list."""
    return comment.lower() == "default rule"


# Whether a text of a kind is no secret, and means something to mx_reach.
_KEPT: Mapping[str, Callable[[str], bool]] = {MASK: _is_mask, WORD: _is_word, FLAG: _is_word, COMMENT: _is_default}


def _ipv6(text: str, texts: Texts) -> str | None:
    """Return an address or subnet of IPv6 for another; no rule for IPv4 decides by it."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    if not isinstance(network, IPv6Network) or not network.prefixlen:
        return text
    start = texts.number(_IPV6, network)
    return f"{start}/{max(network.prefixlen, 48)}" if "/" in text else f"{start}1"
