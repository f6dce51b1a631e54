# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows: what an endpoint or a user asks about, and each answer as a row of the module's result.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import HIGHEST_PORT, PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import Ref
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import (
    ANY_PORT,
    PROTOCOLS,
    Interval,
    Packets,
    address,
    address_text,
    port,
    port_text,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.verdict import (
    ADMITTED,
    STOPPED,
    UNDETERMINED,
    Part,
    Site,
    inbound,
    outbound,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, L3_FIREWALL

INBOUND, OUTBOUND = "inbound", "outbound"
# The ports that a client may name in PORT and EPRT: servers refuse those below 1024 (RFC 2577 section 3).
CLIENT_PORTS = Interval(1024, HIGHEST_PORT)


@dataclass(frozen=True)
class Flow:
    """Packets in one direction through one uplink; `expect` is the verdict that passes, None if any does."""

    name: str
    endpoint: str | None
    direction: str
    uplink: str
    packets: tuple[Packets, ...]
    expect: str | None

    def judged(self, site: Site) -> list[Part]:
        """Return the flow's parts, each with its verdict."""
        judge = inbound if self.direction == INBOUND else outbound
        return [part for packets in self.packets for part in judge(site, self.uplink, packets)]


def endpoint_flows(endpoint: Endpoint, mx: Mx) -> Iterator[Flow]:
    """Yield the flows that an endpoint's modes need, and the one to its data port, which no client uses."""
    uplink = uplink_of(endpoint, mx)
    control = PortRange(endpoint.control_port, endpoint.control_port)
    yield _from_clients(endpoint, "control", control, uplink, ADMITTED)
    if endpoint.passive_ports is not None:
        yield _from_clients(endpoint, "passive", endpoint.passive_ports, uplink, ADMITTED)
    if endpoint.active:
        data = PortRange(endpoint.control_port - 1, endpoint.control_port - 1)
        yield _to_clients(endpoint, data, departure_uplink(uplink, mx))
        yield _from_clients(endpoint, "data", data, uplink, None)


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
    name = option["name"] or f"flow {index}"
    return Flow(name, None, option["direction"], option["uplink"], (packets,), option["expect"])


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


def row(flow: Flow, part: Part) -> dict[str, Any]:
    """Return what the module documents about one part of a flow: plain lists, dicts and texts."""
    return {
        "name": flow.name,
        "endpoint": flow.endpoint,
        "direction": flow.direction,
        "uplink": flow.uplink,
        **_packet(part.packets),
        "verdict": part.verdict,
        "reason": part.reason,
        "expect": flow.expect,
        "passed": flow.expect in (None, part.verdict),
        "translated": _translated(part),
        "rules": [ref_result(ref) for ref in part.rules],
        "others": [{**ref_result(ref), "relation": _relation(ref)} for ref in part.others],
    }


def ref_result(ref: Ref) -> dict[str, Any]:
    """Return a rule and its place as plain data."""
    return {"kind": ref.kind, "index": ref.index, "part": ref.part, "rule": ref.rule}


def _from_clients(endpoint: Endpoint, name: str, ports: PortRange, uplink: str, expect: str | None) -> Flow:
    packets = tuple(
        Packets(PROTOCOLS["tcp"], source, ANY_PORT, address(endpoint.public_address), Interval(ports.first, ports.last))
        for source in map(address, endpoint.allowed_ips)
    )
    return Flow(name, endpoint.name, INBOUND, uplink, packets, expect)


def _to_clients(endpoint: Endpoint, data: PortRange, uplink: str) -> Flow:
    """Return active mode's data connection, from the server's data port (RFC 959 section 3.2) to the client."""
    server, ports = address(endpoint.lan_address), Interval(data.first, data.last)
    packets = tuple(
        Packets(PROTOCOLS["tcp"], server, ports, client, CLIENT_PORTS) for client in map(address, endpoint.allowed_ips)
    )
    return Flow("active", endpoint.name, OUTBOUND, uplink, packets, ADMITTED)


def _packet(packets: Packets) -> dict[str, str]:
    protocol = next(name for name, numbers in PROTOCOLS.items() if numbers == packets.protocol)
    return {"protocol": protocol, **_ends(packets)}


def _ends(packets: Packets) -> dict[str, str]:
    return {
        "source": address_text(packets.source),
        "source_ports": port_text(packets.source_port),
        "destination": address_text(packets.destination),
        "ports": port_text(packets.destination_port),
    }


def _translated(part: Part) -> dict[str, str | None] | None:
    translates = part.translation is not None
    if part.verdict == STOPPED or (part.verdict == UNDETERMINED and not translates):
        return None
    ends: dict[str, str | None] = {**_ends(part.translated())}
    if part.translation is not None and part.translation.address is None:
        ends[part.translation.side] = None
    return ends


def _relation(ref: Ref) -> str:
    """Return what a rule is that matches in vain; among NAT rules there is no documented order."""
    return "shadowed" if ref.kind in (INBOUND_FIREWALL, L3_FIREWALL) else "overlapping"
