# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LAN side of a network: one LAN or VLANs, and static routes.

Field sets: OpenAPI document, createNetworkApplianceVlan and createNetworkApplianceStaticRoute.  Fields that decide
nothing about FTP (IPv6, templates, most of DHCP) do not exist here and are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import Annotated, Literal

from pydantic import Field

from .api_model import Address, ApiModel, IdText, Name, Subnet
from .config import Network

VlanId = Annotated[IdText, Field(pattern=r"^([1-9]\d{0,2}|[1-3]\d{3}|40[0-8]\d|409[0-4])$")]

DhcpHandling = Literal["Run a DHCP server", "Relay DHCP to another server", "Do not respond to DHCP requests"]


class FixedIp(ApiModel):
    """The address that DHCP keeps for a host."""

    ip: Address
    name: str | None = None


class ReservedRange(ApiModel):
    """Addresses that DHCP does not give away."""

    start: Address
    end: Address
    comment: str = ""


class NewVlan(ApiModel):
    """The body that makes a VLAN."""

    id: VlanId
    name: Name
    subnet: Subnet
    appliance_ip: Address


class Vlan(NewVlan):
    """A VLAN.  What is about DHCP is stored and answered, and has no effect."""

    dhcp_handling: DhcpHandling = "Run a DHCP server"
    dns_nameservers: str = "upstream_dns"
    fixed_ip_assignments: dict[str, FixedIp] = {}
    reserved_ip_ranges: list[ReservedRange] = []


class VlanUpdate(ApiModel):
    """What an update of a VLAN may change."""

    name: Name | None = None
    subnet: Subnet | None = None
    appliance_ip: Address | None = None
    dhcp_handling: DhcpHandling | None = None
    dns_nameservers: str | None = None
    fixed_ip_assignments: dict[str, FixedIp] | None = None
    reserved_ip_ranges: list[ReservedRange] | None = None


class VlanSettings(ApiModel):
    """The body of vlans/settings."""

    vlans_enabled: bool


class NewRoute(ApiModel):
    """The body that makes a static route."""

    name: Name
    subnet: Subnet
    gateway_ip: Address
    gateway_vlan_id: VlanId | None = None


class StaticRoute(NewRoute):
    """A static route."""

    id: str
    enabled: bool = True


class RouteUpdate(ApiModel):
    """What an update of a static route may change."""

    name: Name | None = None
    subnet: Subnet | None = None
    gateway_ip: Address | None = None
    gateway_vlan_id: VlanId | None = None
    enabled: bool | None = None


class Lan(ApiModel):
    """VLANs and static routes.  A single LAN is the first VLAN while VLANs are off."""

    vlans_enabled: bool
    vlans: list[Vlan]
    routes: list[StaticRoute] = []

    @property
    def subnets(self) -> list[IPv4Network]:
        """Where a host of the LAN side may be: behind an interface of the MX or an enabled static route."""
        enabled = [route.subnet for route in self.routes if route.enabled]
        return [IPv4Network(text) for text in (*(vlan.subnet for vlan in self.vlans), *enabled)]


def configured(network: Network) -> Lan:
    """Return the LAN side before anybody has changed it: a single LAN, or VLANs 1, 2, ... if there are several."""
    vlans = [
        Vlan(id=str(number), name="Default" if number == 1 else f"VLAN {number}", subnet=str(subnet), appliance_ip=ip)
        for number, subnet in enumerate(network.lan_subnets, 1)
        for ip in [str(subnet[1])]
    ]
    return Lan(vlans_enabled=len(vlans) > 1, vlans=vlans)


def errors(lan: Lan) -> Iterator[str]:
    """Return what is wrong with the LAN side as a whole."""
    if not lan.vlans:
        yield "vlans: the last VLAN cannot be removed"
    for vlan in lan.vlans:
        if IPv4Address(vlan.appliance_ip) not in IPv4Network(vlan.subnet):
            yield f"applianceIp: {vlan.appliance_ip} is not in the subnet {vlan.subnet}"
    for route in lan.routes:
        if not any(IPv4Address(route.gateway_ip) in IPv4Network(vlan.subnet) for vlan in lan.vlans):
            yield f"gatewayIp: {route.gateway_ip} is not in a LAN of this network"
        if route.gateway_vlan_id not in (None, *(vlan.id for vlan in lan.vlans)):
            yield f"gatewayVlanId: there is no VLAN {route.gateway_vlan_id}"
    segments: list[Vlan | StaticRoute] = [*lan.vlans, *lan.routes]
    for one, other in combinations(segments, 2):
        if IPv4Network(one.subnet).overlaps(IPv4Network(other.subnet)):
            yield f"subnet: {other.subnet} overlaps {one.subnet} of '{one.name}'"
    for number in {vlan.id for vlan in lan.vlans}:
        if [vlan.id for vlan in lan.vlans].count(number) > 1:
            yield f"id: there is a VLAN {number} already"
