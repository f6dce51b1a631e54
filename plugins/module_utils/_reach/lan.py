# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the MX's LAN has a place for a server: a subnet around it, and no other owner of its address.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, Packets, address_text, cut
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    NO_HOST,
    NO_SUBNET,
    ROUTE,
    STOPPED,
    UNDETERMINED,
    Part,
)


@dataclass(frozen=True, eq=False)
class _Places:
    """Addresses, as what matches packets with one end there."""

    packets: tuple[Packets, ...]


def by_places(packets: Packets, side: str, places: Iterable[Interval]) -> Iterator[tuple[Packets, bool]]:
    """Yield the packets in pieces, and of each whether its source or destination, as `side` says, is in the places."""
    matcher = _Places(tuple(Packets(**{side: each}) for each in places))
    return ((piece, bool(found)) for piece, found in cut(packets, [matcher]))


def misplaced(site: Site, part: Part, host: Interval) -> Part | None:
    """Return the part as it is judged if no server in the LAN has this address, or perhaps none; None if one may."""
    if not site.has_subnet(host):
        place = address_text(host) if host.first == host.last else "these addresses"
        reason = f"the MX has no VLAN and no enabled static route with {place} (mx.subnets)"
        return replace(part, verdict=STOPPED, reason=reason, cause=NO_SUBNET, step=ROUTE)
    found = site.no_host(host)
    if found is None:
        return None
    reason = f"{address_text(host)} {found.reason}"
    if found.certain:
        return replace(part, verdict=STOPPED, reason=reason, cause=NO_HOST, step=ROUTE)
    reason += ": test from the Internet with mxlab.ftp.ftp_probe"
    return replace(part, verdict=UNDETERMINED, reason=reason, cause=NO_HOST, step=ROUTE)
