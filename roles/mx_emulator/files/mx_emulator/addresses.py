# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The syntax of the address fields of the layer 3 lists.

An entry is an address or subnet of IPv4 or IPv6, a VLAN or a host in it (VLAN(10).*, VLAN(10).8), a policy object
(OBJ(1)), a group of them (GRP(1)), or the name of a host.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple, Union

from .api_model import items


class InVlan(NamedTuple):
    """A VLAN, or one host in it by its number."""

    vlan: str
    host: int | None


class Reference(NamedTuple):
    """A policy object or a group: OBJ and GRP are its kinds."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}({self.id})"


# A text is the name of a host.
Entry = Union[IPv4Network, IPv6Network, InVlan, Reference, str]


def entries(text: str) -> list[Entry]:
    """Return what a field names; raise ValueError for an item that is no entry."""
    return [_entry(item) for item in items(text)]


def is_name(text: str) -> bool:
    """Whether the text is the name of a host, or of all hosts of a domain: *.example.com."""
    labels = text.removeprefix("*.").split(".")
    good = all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label, re.IGNORECASE) for label in labels)
    return good and len(labels) > 1 and not labels[-1].isdecimal()


def _entry(item: str) -> Entry:
    reference = re.fullmatch(r"(OBJ|GRP)\(([0-9]{1,20})\)", item)
    if reference:
        return Reference(*reference.groups())
    vlan = re.fullmatch(r"VLAN\(([0-9]{1,4})\)\.(\*|[0-9]{1,5})", item)
    if vlan:
        return InVlan(vlan[1], None if vlan[2] == "*" else int(vlan[2]))
    if is_name(item):
        return item
    try:
        return ip_network(item, strict=False)
    except ValueError:
        raise ValueError(
            f"'{item}' is not an IP address, a subnet in CIDR form, VLAN(10).*, VLAN(10).8, OBJ(1), GRP(1) or a name, "
            "and not 'any'"
        ) from None
