# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain behind a verdict: the steps of the packets' way through the MX, in the order in which they are judged.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.nearest import near_words, nearest
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, address_text, port_text
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    CLOSED,
    MODE,
    NAT,
    ROUTE,
    STOPPED,
    UPLINK,
    Part,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.words import described, page_of, title, uplink_words
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    L3_FIREWALL,
    L7_FIREWALL,
    WAYS,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat


@dataclass(frozen=True)
class Way:
    """A part of a flow on its way through one uplink of an MX; `server` is the host that it has to reach, if any."""

    site: Site
    uplink: str
    inbound: bool
    part: Part
    server: int | None

    def rules(self, step: str) -> tuple[Ref, ...]:
        """Return the rules that decide at a step."""
        kinds = tuple(WAYS) if step == NAT else (step,)
        return tuple(ref for ref in self.part.rules if ref.kind in kinds)

    @property
    def lan_side(self) -> Interval | None:
        """The addresses in the LAN that these packets have, None where they are not known."""
        if not self.inbound:
            return self.part.packets.source
        change = self.part.translation
        known = self.part.verdict == ADMITTED or change is not None
        return self.part.translated().destination if known and not (change and change.address is None) else None


@dataclass(frozen=True)
class Step:
    """One step: its name, what it makes of the packets, the rules that decide there, all of it in words, and where.

    `page` is the page of the dashboard with these rules, or with the one that has to be corrected.
    """

    name: str
    verdict: str
    rules: tuple[Ref, ...]
    text: str
    page: str

    def result(self) -> dict[str, Any]:
        """Return the step as the module documents it."""
        return {
            "step": self.name,
            "verdict": self.verdict,
            "rules": [
                {"kind": ref.kind, "index": ref.index, "part": ref.part, "title": title(ref)} for ref in self.rules
            ],
            "text": flat(self.text),
            "page": self.page,
        }


def chain_of(way: Way) -> list[Step]:
    """Return the steps up to the one that stops the packets; later ones too if a step before is undetermined."""
    return list(_until_stopped(way))


def _until_stopped(way: Way) -> Iterator[Step]:
    for name in _order(way):
        if name == way.part.step:
            yield _fault(way)
            if way.part.verdict == STOPPED:
                return
        elif text := _PASSES[name](way):
            yield Step(name, ADMITTED, way.rules(name), text, page_of(name, way.rules(name)))


def _order(way: Way) -> tuple[str, ...]:
    if way.site.mx.passthrough:
        return (MODE,) if way.inbound else (MODE, L3_FIREWALL, L7_FIREWALL)
    if not way.inbound:
        return (ROUTE, L3_FIREWALL, L7_FIREWALL, NAT)
    manual = (INBOUND_FIREWALL,) if way.uplink in way.site.mx.nat_exceptions else ()
    return (UPLINK, *manual, NAT, ROUTE, L7_FIREWALL)


def _fault(way: Way) -> Step:
    """Return the step that the packets do not pass, with the rules that decide, or the one that nearly admits them."""
    part, rules = way.part, way.rules(way.part.step)
    wanted = part.cause == CLOSED and way.server is not None
    near = nearest(way.site, way.uplink, way.server or 0, part.packets) if wanted else None
    texts = [part.reason, *map(described, rules)] if near is None else [part.reason, near_words(near, way.uplink)]
    page = page_of(part.step, rules if near is None else [near.ref])
    return Step(part.step, part.verdict, rules, ". ".join(texts), page)


def _mode(way: Way) -> str:
    return "the MX is in passthrough mode and translates nothing"


def _uplink(way: Way) -> str:
    own = way.site.mx.uplink(way.uplink).address
    return f"arrives on {uplink_words(way.uplink)}" + (f", which has {own}" if own else "")


def _firewall(kind: str, otherwise: str) -> Callable[[Way], str]:
    return lambda way: " and ".join(f"{title(ref)} allows it" for ref in way.rules(kind)) or otherwise


def _layer7(way: Way) -> str:
    return "no layer 7 firewall rule denies it" if way.part.verdict == ADMITTED else ""


def _nat(way: Way) -> str:
    change, rules = way.part.translation, way.rules(NAT)
    if change is None:
        off = way.uplink in way.site.mx.nat_exceptions and way.part.verdict == ADMITTED
        return f"NAT is off on {uplink_words(way.uplink)}, so the MX translates nothing" if off else ""
    by = " and ".join(map(title, rules)) or "the MX"
    if change.address is None:
        return f"{by} translates the {change.side} to an address that is not known"
    before, after = getattr(way.part.packets, change.side), IPv4Address(change.address)
    ports = getattr(way.part.translated(), f"{change.side}_port")
    return f"{by} translates the {change.side} {address_text(before)} to {after}" + (
        f", and the ports to {port_text(ports)}" if change.shift else ""
    )


def _route(way: Way) -> str:
    place = way.lan_side
    if place is None:
        return ""
    route = way.site.mx.route(place)
    if route:
        return f"{address_text(place)} is in {route}"
    unknown = "not known (mx.subnets)" if way.site.mx.subnets is None else "not one alone"
    return f"the subnet of {address_text(place)} is {unknown}"


# What a step is in words where the packets pass it; "" if nothing is known.
_PASSES: Mapping[str, Callable[[Way], str]] = {
    MODE: _mode,
    UPLINK: _uplink,
    INBOUND_FIREWALL: _firewall(INBOUND_FIREWALL, ""),
    NAT: _nat,
    ROUTE: _route,
    L3_FIREWALL: _firewall(L3_FIREWALL, "no outbound rule matches it, so the default rule allows it"),
    L7_FIREWALL: _layer7,
}
