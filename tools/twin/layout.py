# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where what is in the twin: the LANs with their hosts, and the addresses of each uplink."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from mx_emulator.lan import Lan


@dataclass(frozen=True)
class Segment:
    """A LAN of the MX: `hosts` are the addresses of its servers and of routers behind which other servers are.

    `routes` are subnets by the router that leads there; `client` is an address that nobody else has.
    """

    subnet: IPv4Network
    appliance: str
    hosts: tuple[str, ...]
    routed: tuple[str, ...]
    routes: tuple[tuple[str, str], ...]
    client: str


def segments(lan: Lan, hosts: Iterable[str]) -> list[Segment]:
    """Return the LANs of an MX with these hosts; a host that is in none of them is in none of the segments."""
    wanted = list(dict.fromkeys(hosts))
    found = []
    for vlan in lan.vlans:
        subnet = IPv4Network(vlan.subnet)
        routes = [each for each in lan.routes if each.enabled and IPv4Address(each.gateway_ip) in subnet]
        # A network's first and last address are none of a host (RFC 1122), unless it has only two (RFC 3021).
        ends = {str(subnet[0]), str(subnet[-1])} if subnet.num_addresses > 2 else set()
        here = [*_within([subnet], wanted), *(each.gateway_ip for each in routes)]
        beyond = _within([IPv4Network(each.subnet) for each in routes], wanted)
        found.append(
            Segment(
                subnet,
                vlan.appliance_ip,
                tuple(dict.fromkeys(each for each in here if each not in {vlan.appliance_ip, *ends})),
                tuple(beyond),
                tuple((each.subnet, each.gateway_ip) for each in routes),
                _free(subnet, {*here, vlan.appliance_ip}),
            )
        )
    return found


def segment_of(host: str, found: Sequence[Segment]) -> Segment | None:
    """Return the LAN by which the MX reaches a host, None if it has no way there."""
    return next((each for each in found if host in (*each.hosts, *each.routed)), None)


def _within(networks: Sequence[IPv4Network], hosts: Iterable[str]) -> list[str]:
    return [host for host in hosts if any(IPv4Address(host) in network for network in networks)]


def _free(subnet: IPv4Network, taken: Collection[str]) -> str:
    """Return the highest address of a host that nobody has, "" if the subnet is full."""
    places = range(subnet.num_addresses - 2, 0, -1)
    return next((str(subnet[place]) for place in places if str(subnet[place]) not in taken), "")
