# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows: what an endpoint or a user asks about, and whether an answer is the expected one.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import not_public, outside_internet
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.inbound import CLIENT_PORTS, DATA_PORT, inbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx, uplink_name
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.outbound import outbound
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_PORT,
    PROTOCOLS,
    Interval,
    Packets,
    address,
    address_text,
    port,
    port_text,
    touching,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.site import Site
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    Part,
)

INBOUND, OUTBOUND = "inbound", "outbound"
# FTP's port (RFC 959 section 8).
CONTROL_PORT = 21
# Systems choose the ports of their connections from here on: Linux 32768-60999, others 49152-65535 (RFC 6335 section
# 6).
USUAL_PORTS = Interval(32768, HIGHEST_PORT)


@dataclass(frozen=True)
class Flow:
    """Packets in one direction through one uplink; `expect` is the verdict that passes, None if any does.

    `arrival` is the host where they have to arrive, at the same port. No client has an address in `nowhere`.
    `hidden` is a sender to whose own address clients cannot answer.
    """

    name: str
    endpoint: str | None
    direction: str
    uplink: str
    packets: tuple[Packets, ...]
    expect: str | None
    arrival: Interval | None = None
    nowhere: tuple[Interval, ...] = ()
    hidden: Interval | None = None

    @property
    def far_side(self) -> str:
        """The side of a packet on which the client is."""
        return "source" if self.direction == INBOUND else "destination"

    def nobody(self, part: Part) -> str:
        """Say why no client has such an address and port; "" if one may."""
        place: Interval = getattr(part.packets, self.far_side)
        if _within(place, self.nowhere):
            return "no client on the Internet has such an address, so it does not count"
        return "" if self.endpoint is None else self._unusual(part.packets)

    def _unusual(self, packets: Packets) -> str:
        if self.direction == INBOUND and packets.source_port.last < CLIENT_PORTS.first:
            return f"clients connect from ports from {CLIENT_PORTS.first} on, so it does not count"
        if self.direction == OUTBOUND and packets.destination_port.last < USUAL_PORTS.first:
            return f"clients of today choose ports from {USUAL_PORTS.first} on, so it does not count"
        return ""

    def misses(self, part: Part) -> str:
        """Say where an admitted packet arrives, if that is not where it has to; "" if it is, or if it is not known."""
        after, change = part.translated(), part.translation
        known = change is None or change.address is not None
        if part.verdict == ADMITTED and known and self.hidden == after.source:
            return f"leaves as {address_text(after.source)}, to which no client on the Internet can answer"
        if part.verdict != ADMITTED or self.arrival is None:
            return ""
        if unrouted(part.packets):
            return f"no client on the Internet has a route to {address_text(part.packets.destination)}"
        if (after.destination, after.destination_port) == (self.arrival, part.packets.destination_port):
            return ""
        place = f"{address_text(after.destination)} port {port_text(after.destination_port)}"
        return (
            f"arrives at {place}, not at {address_text(self.arrival)} port {port_text(part.packets.destination_port)}"
        )

    def passes(self, part: Part) -> bool:
        """Tell whether a part has the verdict that it has to have, and arrives where it has to."""
        if self.expect is None or self.nobody(part):
            return True
        return part.verdict == self.expect and not self.misses(part)

    def judged(self, site: Site) -> list[Part]:
        """Return the flow's parts, each with its verdict."""
        judge = inbound if self.direction == INBOUND else outbound
        return [part for packets in self.packets for part in judge(site, self.uplink, packets)]


def unrouted(packets: Packets) -> bool:
    """Tell whether packets from the Internet are for an address that the Internet has no route to."""
    special = _special(not_public())
    return _within(packets.destination, special) and not _within(packets.source, special)


def endpoint_flows(endpoint: Endpoint, mx: Mx) -> Iterator[Flow]:
    """Yield the flows that an endpoint's modes need, and the one to its data port, which no client uses."""
    uplink = uplink_of(endpoint, mx)
    control = PortRange(endpoint.control_port, endpoint.control_port)
    yield _from_clients(endpoint, "control", control, uplink, ADMITTED)
    if endpoint.passive_ports is not None:
        passive = _from_clients(endpoint, "passive", endpoint.passive_ports, uplink, ADMITTED)
        yield _to_announced(passive, address(announced(endpoint, mx)))
    if endpoint.active:
        data = PortRange(endpoint.control_port - 1, endpoint.control_port - 1)
        active = _to_clients(endpoint, data, departure_uplink(uplink, mx))
        yield active if mx.passthrough else replace(active, hidden=_hidden(endpoint))
        yield _from_clients(endpoint, "data", data, uplink, None)


def announced(endpoint: Endpoint, mx: Mx) -> str:
    """Return the address that clients of passive mode connect to: what the server announces, seen from outside."""
    known = mx.uplink(uplink_of(endpoint, mx))
    told = endpoint.announced_address or endpoint.public_address
    own = {known.address, known.public_address}
    # Two names of one interface: behind NAT, the rules may name the one and the server the other.
    return endpoint.public_address if own >= {told, endpoint.public_address} else told


def active_data_flows(flow: Flow, mx: Mx) -> Iterator[Flow]:
    """Yield active mode's data connections to the FTP clients in the LAN whose control connections a flow has."""
    known = mx.uplink(flow.uplink)
    own = address(known.public_address or known.address or "any")
    for packets in flow.packets:
        control = packets.destination_port.first <= CONTROL_PORT <= packets.destination_port.last
        if flow.direction == OUTBOUND and control and packets.protocol == PROTOCOLS["tcp"]:
            data = Packets(packets.protocol, packets.destination, DATA_PORT, own, CLIENT_PORTS)
            yield Flow(f"{flow.name}: data of active mode", None, INBOUND, flow.uplink, (data,), None)


def parse_flow(option: Mapping[str, Any], index: int) -> Flow:
    """Return the flow of an item of the option `flows`; raises ValueError that names a wrong suboption."""

    def read(suboption: str, reader: Any) -> Interval:
        try:
            interval: Interval = reader(option[suboption])
        except ValueError as error:
            raise ValueError(f"flows[{index}].{suboption}: {error}") from None
        return interval

    packets = Packets(
        PROTOCOLS[option["protocol"]],
        read("source", address),
        read("source_ports", port),
        read("destination", address),
        read("ports", port),
    )
    name, uplink = option["name"] or f"flow {index}", uplink_name(option["uplink"])
    if uplink is None:
        raise ValueError(f"flows[{index}].uplink: {option['uplink']!r} is not an uplink; write it like internet1")
    return Flow(name, None, option["direction"], uplink, (packets,), option["expect"])


def uplink_of(endpoint: Endpoint, mx: Mx) -> str:
    """Return the uplink that clients reach the endpoint by: for "both" the one that has the public address."""
    if endpoint.uplink != "both":
        return endpoint.uplink
    return mx.owner(endpoint.public_address) or "internet1"


def departure_uplink(uplink: str, mx: Mx) -> str:
    """Return the uplink that connections of LAN hosts leave by, which is not one that stands by.

    Source: "Port Forwarding and NAT Rules on the MX". Without statuses it is taken to be `uplink`.
    """
    active = [name for name, each in sorted(mx.uplinks.items()) if each.status == "active"]
    return uplink if uplink in active or not active else active[0]


def reason(flow: Flow, part: Part) -> str:
    """Return why a part has its verdict, and why it passes or does not in spite of it."""
    notes = [part.reason, flow.misses(part)]
    if flow.expect not in (None, part.verdict):
        notes.append(flow.nobody(part))
    return "; ".join(filter(None, notes))


def _from_clients(endpoint: Endpoint, name: str, ports: PortRange, uplink: str, expect: str | None) -> Flow:
    packets = tuple(
        Packets(PROTOCOLS["tcp"], source, ANY_PORT, address(endpoint.public_address), Interval(ports.first, ports.last))
        for source in map(address, endpoint.allowed_ips)
    )
    arrival = None if expect is None else address(endpoint.lan_address)
    return Flow(name, endpoint.name, INBOUND, uplink, packets, expect, arrival, _nowhere(endpoint))


def _to_announced(flow: Flow, place: Interval) -> Flow:
    return replace(flow, packets=tuple(each._replace(destination=place) for each in flow.packets))


def _to_clients(endpoint: Endpoint, data: PortRange, uplink: str) -> Flow:
    """Return active mode's data connection, from the server's data port (RFC 959 section 3.2) to the client."""
    server, ports = address(endpoint.lan_address), Interval(data.first, data.last)
    packets = tuple(
        Packets(PROTOCOLS["tcp"], server, ports, client, CLIENT_PORTS) for client in map(address, endpoint.allowed_ips)
    )
    return Flow("active", endpoint.name, OUTBOUND, uplink, packets, ADMITTED, nowhere=_nowhere(endpoint))


def _hidden(endpoint: Endpoint) -> Interval | None:
    """Return the server's address if clients cannot reach it, because it is private and they are on the Internet."""
    special = _special(outside_internet(endpoint.public_address))
    server, clients = address(endpoint.lan_address), map(address, endpoint.allowed_ips)
    return server if _within(server, special) and not all(_within(each, special) for each in clients) else None


def _within(place: Interval, special: tuple[Interval, ...]) -> bool:
    return any(each.first <= place.first and place.last <= each.last for each in special)


# There are only two such sets, and each endpoint asks for one several times.
@lru_cache
def _special(networks: tuple[IPv4Network, ...]) -> tuple[Interval, ...]:
    return tuple(touching(address(str(network)) for network in networks))


def _nowhere(endpoint: Endpoint) -> tuple[Interval, ...]:
    """Return where no client is: outside the Internet, except where allowed_ips names such addresses themselves."""
    allowed = [address(text) for text in endpoint.allowed_ips]
    special = _special(outside_internet(endpoint.public_address))
    return tuple(
        each for each in special if not any(each.first <= one.first and one.last <= each.last for one in allowed)
    )
