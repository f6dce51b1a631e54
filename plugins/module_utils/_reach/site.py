# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One MX: its rule lists and its facts, each list read once.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Callable, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import NoHost
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.index import Index
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.layer7 import layer7
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.names import Doubtful, Names
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    Interval,
    Packets,
    address,
    address_text,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import (
    Departure,
    Filter,
    Publication,
    Unknown,
    claimed,
    departures,
    filters,
    publications,
    unknown_ways,
    uplinks_named,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.tables import Table
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED, L7_FIREWALL, Lists

T = TypeVar("T")
# The list that is read, by what is read of it; of "filters" it is named beside.
_FIREWALLS = {"layer 7": L7_FIREWALL}


@dataclass(frozen=True)
class Site:
    """One MX: its rule lists and its facts. Each list is read once, however many flows are judged.

    A list that is not there is unknown: what its rules may decide is undetermined. `objects` and `countries` are what
    rules may name.
    """

    lists: Lists
    mx: Mx
    objects: Mapping[str, tuple[Doubtful, ...]] = field(default_factory=dict)
    countries: Table = field(default_factory=dict)
    _read: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False, repr=False)

    def with_lists(self, lists: Lists) -> Site:
        """Return the same MX with other lists; firewall lists that are the same object are not read again."""
        same = {name for name in lists if lists[name] is self.lists.get(name)}
        kept = {what: read for what, read in self._read.items() if _FIREWALLS.get(what[0], what[1]) in same}
        return replace(self, lists=lists, _read=kept)

    def filters(self, kind: str) -> Index[Filter]:
        """Return the rules of a firewall list."""
        names = Names(self.mx.vlans, self.objects)
        return self._once(("filters", kind), lambda: Index(filters(self.lists, kind, names)))

    def layer7(self, remote: str, shift: int) -> Index[Filter]:
        """Return the layer 7 rules, for packets with this end beyond the uplink and this shift of ports."""
        what = ("layer 7", f"{remote} {shift}")
        return self._once(what, lambda: Index(layer7(self.lists, remote, shift, self.countries)))

    def publications(self, uplink: str) -> Index[Publication]:
        """Return what the NAT lists publish on an uplink."""

        def read() -> Index[Publication]:
            known = self.mx.uplink(uplink).address
            own = address(known) if known else None
            return Index(publications(self.lists, uplink, own, overridden=uplink in self.mx.nat_exceptions))

        return self._once(("publications", uplink), read)

    def unknown_ways(self, uplink: str) -> Index[Unknown]:
        """Return the NAT lists that were not given, with what they may publish on an uplink."""

        def read() -> Index[Unknown]:
            known = self.mx.uplink(uplink).address
            owned = [address(each.address) for each in self.mx.uplinks.values() if each.address]
            return Index(unknown_ways(self.lists, address(known) if known else None, owned))

        return self._once(("unknown ways", uplink), read)

    def missing(self) -> list[str]:
        """Return the names of the lists that were not given."""
        return [name for name in JUDGED if name not in self.lists]

    def leading_to(self, uplink: str, server: int) -> list[Publication]:
        """Return what leads to a server on an uplink."""

        def read() -> dict[int | None, list[Publication]]:
            servers: dict[int | None, list[Publication]] = {}
            for each in self.publications(uplink).matchers:
                servers.setdefault(each.lan_address, []).append(each)
            return servers

        return self._once(("leading to", uplink), read).get(server, [])

    def departures(self, uplink: str) -> Index[Departure]:
        """Return which hosts leave by the address of a 1:1 rule on an uplink."""
        return self._once(("departures", uplink), lambda: Index(departures(self.lists, uplink)))

    def possible(self, packets: Packets, matching: Sequence[Publication]) -> list[Publication]:
        """Return those that may have the address: one whose address is not known has none that another rule has."""
        alone = self.claimed(packets.destination)
        return [each for each in matching if each.placed or not alone]

    def claimed(self, place: Interval) -> bool:
        """Tell whether the place is the public address of a NAT rule, and so not the MX's own."""
        return place.first == place.last and bool(self.claimed_in(place))

    def claimed_in(self, place: Interval) -> list[Interval]:
        """Return the public addresses of NAT rules in a place."""
        taken = self._once(("claimed", ""), lambda: claimed(self.lists))
        if place.first == place.last:
            return [place] if place.first in taken else []
        return [Interval(each, each) for each in sorted(taken) if place.first <= each <= place.last]

    def uplinks_named(self) -> set[str]:
        """Return the names of the uplinks in NAT rules."""
        return self._once(("uplinks", ""), lambda: uplinks_named(self.lists))

    def has_subnet(self, host: Interval) -> bool:
        """Tell whether some of these addresses may be in a VLAN or behind a static route."""
        subnets = self.mx.subnets
        return subnets is None or any(host.first <= each.last and each.first <= host.last for each in subnets)

    def no_host(self, host: Interval) -> NoHost | None:
        """Return why no server has this address of the LAN; None if one may, and for several addresses."""
        name = address_text(host)
        return self._once(("no host", name), lambda: self.mx.no_host(name)) if host.first == host.last else None

    def _once(self, what: tuple[str, str], read: Callable[[], T]) -> T:
        if what not in self._read:
            self._read[what] = read()
        found: T = self._read[what]
        return found
