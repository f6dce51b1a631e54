# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the names in firewall lists stand for: VLANs, policy objects and groups of objects.

Sources: the API's own error text for VLAN(10).*, and the "Network Objects Configuration Guide": groups hold objects
only. Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import ANY_ADDRESS, Interval, address

# The doubt about a rule that is in order, but says more than its list.
OBJECTS = "a rule names objects, VLANs or host names, which only the dashboard can resolve"
# The part of an export that would say what such a name stands for.
_PARTS = {"OBJ": "policyObjects", "GRP": "policyObjectsGroups", "VLAN": "vlans"}


@dataclass(frozen=True)
class Doubtful:
    """What a rule names, and what is not known about it: with a `doubt`, any part of it may be meant, or none."""

    interval: Interval
    doubt: str = ""


UNRESOLVED = Doubtful(ANY_ADDRESS, OBJECTS)


@dataclass(frozen=True)
class Names:
    """The subnets of VLANs by id, and what policy objects and groups stand for, like OBJ(1) and GRP(2)."""

    vlans: Mapping[str, Interval] = field(default_factory=dict)
    objects: Mapping[str, tuple[Doubtful, ...]] = field(default_factory=dict)

    def read(self, word: str) -> tuple[Doubtful, ...] | None:
        """Return what a name stands for, nothing if that is IPv6 only; None if it is no such name, or not known."""
        if is_ipv6(word):
            return ()
        in_vlan = self._in_vlan(word)
        return self.objects.get(word.upper()) if in_vlan is None else (in_vlan,)

    def _in_vlan(self, word: str) -> Doubtful | None:
        """Read VLAN(10).* and VLAN(10).8, the forms of the API; None if it is neither or the VLAN is not known."""
        found = re.fullmatch(r"VLAN\(([0-9]+)\)\.(\*|[0-9]{1,3})", word, re.IGNORECASE)
        subnet = self.vlans.get(found[1]) if found else None
        if found is None or subnet is None or found[2] == "*":
            return None if subnet is None else Doubtful(subnet)
        host = subnet.first + int(found[2])
        # Meraki does not say what the number is in a subnet that is not a /24.
        plain = subnet.last - subnet.first == 255 and host <= subnet.last
        return Doubtful(Interval(host, host)) if plain else Doubtful(subnet, OBJECTS)


def resolved(
    objects: Iterable[Mapping[str, Any]],
    groups: Iterable[Mapping[str, Any]],
    hosts: Mapping[str, tuple[Interval, ...]] | None = None,
) -> dict[str, tuple[Doubtful, ...]]:
    """Return what each object and group stands for, in the answers of policyObjects and policyObjects/groups.

    `hosts` are the addresses of host names, by name in small letters; another name is not looked up.
    """
    single = {number: _of_object(each, hosts or {}) for number, each in _by_id(objects).items()}
    found = {f"OBJ({number})": places for number, places in single.items()}
    for identity, group in _by_id(groups).items():
        members = group.get("objectIds")
        # Other kinds of groups, of ports or countries, have no objects.
        known = isinstance(members, list) and group.get("category") in (None, "NetworkObjectGroup")
        parts = [single.get(str(each), (UNRESOLVED,)) for each in members or ()] if known else [(UNRESOLVED,)]
        found[f"GRP({identity})"] = tuple(place for part in parts for place in part)
    return found


def unresolved(word: str) -> str:
    """Return the doubt about a name that is not known, with the part of an export that would have it."""
    kind = word.partition("(")[0].upper()
    return f"{OBJECTS}: the export has no {word} in {_PARTS[kind]}" if kind in _PARTS else OBJECTS


def is_ipv6(word: str) -> bool:
    """Tell whether a text is an IPv6 address or subnet."""
    try:
        IPv6Network(word, strict=False)
    except ValueError:
        return False
    return True


def _by_id(items: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the items by id; one that is there twice, with different content, is {}, of which nothing is known."""
    found: dict[str, Mapping[str, Any]] = {}
    for item in items:
        identity = str(item.get("id"))
        found[identity] = item if found.get(identity, item) == item else {}
    return found


def _of_object(facts: Mapping[str, Any], hosts: Mapping[str, tuple[Interval, ...]]) -> tuple[Doubtful, ...]:
    """Read an object; a name is not looked up, because its addresses change."""
    kind, name = str(facts.get("type")), str(facts.get("fqdn")).lower()
    if kind == "fqdn" and name in hosts:
        return tuple(Doubtful(place) for place in hosts[name])
    text = f"{facts.get('ip')}/{facts.get('mask')}" if kind == "ipAndMask" else str(facts.get("cidr"))
    if kind in ("fqdn", "adaptivePolicyIpv4Cidr"):
        return (UNRESOLVED,)
    if is_ipv6(text):
        return ()
    try:
        return (Doubtful(address(text)),)
    except ValueError:
        return (UNRESOLVED,)
