# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an MX does with packets to the Internet: pure, and exact for whole ranges.

Written from Meraki's documentation ("MX Firewall Settings", "Port Forwarding and NAT Rules on the MX", NAT exceptions),
and tested against the packets that pass the lab's emulator, with which it shares no code.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.firewall import by_layer7, firewalled
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lan import by_places, misplaced
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Packets
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.rules import Departure
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    MISSING,
    NAT,
    STOPPED,
    UNDETERMINED,
    Part,
    Translation,
    merged,
    rules_of,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import L3_FIREWALL, ONE_TO_ONE_NAT


def outbound(site: Site, uplink: str, packets: Packets) -> list[Part]:
    """Judge packets that a LAN host sends to the Internet by an uplink: all go out but what a rule denies."""
    return merged(piece for part in _sent(site, uplink, packets) for piece in by_layer7(site, part, "destination"))


def _sent(site: Site, uplink: str, packets: Packets) -> Iterator[Part]:
    """Judge packets by where their sender is: only hosts of the LAN send through an MX that routes."""
    subnets = site.mx.subnets
    if site.mx.passthrough or subnets is None:
        yield from _outbound(site, uplink, packets)
        return
    for piece, _inside in by_places(packets, "source", subnets):
        nowhere = misplaced(site, Part(piece, ADMITTED, ""), piece.source)
        yield from _outbound(site, uplink, piece) if nowhere is None else [nowhere]


def _outbound(site: Site, uplink: str, packets: Packets) -> Iterator[Part]:
    for gate in firewalled(site, L3_FIREWALL, packets, allow_by_default=True):
        if gate.verdict == STOPPED or site.mx.passthrough:
            yield gate
        else:
            for piece, mapped in site.departures(uplink).cut(gate.packets):
                yield _departed(replace(gate, packets=piece), mapped, site, uplink)


def _departed(gate: Part, mapped: Sequence[Departure], site: Site, uplink: str) -> Part:
    """Say by which address the packets leave: of two 1:1 rules for a host the first counts (assumed)."""
    if mapped:
        translation = Translation("source", mapped[0].public_address)
        rules, others = rules_of(gate.rules, mapped[:1]), rules_of(gate.others, mapped[1:])
        return replace(gate, translation=translation, rules=rules, others=others)
    if ONE_TO_ONE_NAT not in site.lists:
        return _leaving_unknown(gate, site.mx, uplink)
    if uplink in site.mx.nat_exceptions:
        return gate
    own = site.mx.uplink(uplink).address
    return replace(gate, translation=Translation("source", int(IPv4Address(own)) if own else None))


def _leaving_unknown(gate: Part, mx: Mx, uplink: str) -> Part:
    """Judge packets that a 1:1 rule may translate; where NAT is off, they may leave with an address that is private."""
    part = replace(gate, translation=Translation("source", None))
    if gate.verdict == UNDETERMINED or uplink not in mx.nat_exceptions:
        return part
    return replace(part, verdict=UNDETERMINED, reason=needed([ONE_TO_ONE_NAT]), cause=MISSING, step=NAT)
