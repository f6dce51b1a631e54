# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the NAT lists: field names, types and syntax, as the API's OpenAPI document and NAT page give them.

Field sets and enums: OpenAPI document of the Dashboard API v1, updateNetworkApplianceFirewallOneToOneNatRules,
updateNetworkApplianceFirewallOneToManyNatRules and updateNetworkApplianceFirewallPortForwardingRules.  Which check is
documented and which is assumed: docs/mx_emulator.md.
"""

from __future__ import annotations

from typing import Literal, Union

from pydantic import model_validator

from .api_model import Address, ApiModel, Name, PortOrAny, PortText, Source, is_any, ports


class AllowedInbound(ApiModel):
    """One opening in a 1:1 mapping."""

    protocol: Literal["any", "icmp-ping", "tcp", "udp"]
    destination_ports: list[PortOrAny] = []
    allowed_ips: list[Source]

    @model_validator(mode="after")
    def _complete(self) -> AllowedInbound:
        if not self.allowed_ips:
            raise ValueError("allowedIps is empty, expected addresses or 'any'")
        has_ports = self.protocol in ("tcp", "udp")
        if has_ports and (not self.destination_ports or any(map(is_any, self.destination_ports))):
            raise ValueError(f"destinationPorts must list ports or ranges for protocol '{self.protocol}'")
        if not has_ports and not all(map(is_any, self.destination_ports)):
            raise ValueError(f"destinationPorts must be left out for protocol '{self.protocol}', which has none")
        return self


class OneToOneRule(ApiModel):
    """A public address that stands for one host of the LAN."""

    name: Name | None = None
    lan_ip: Address
    public_ip: Address
    uplink: str = "internet1"
    allowed_inbound: list[AllowedInbound] = []


class Forward(ApiModel):
    """Public ports that stand for as many ports of one host of the LAN."""

    name: Name | None = None
    protocol: Literal["tcp", "udp"]
    public_port: PortText
    local_port: PortText
    allowed_ips: list[Source]

    @model_validator(mode="after")
    def _complete(self) -> Forward:
        if not self.allowed_ips:
            raise ValueError("allowedIps is empty, expected addresses or 'any'")
        if len(ports(self.public_port)) != len(ports(self.local_port)):
            raise ValueError(f"publicPort {self.public_port} and localPort {self.local_port} differ in length")
        return self


class PortRule(Forward):
    """A port rule of a 1:Many mapping; here, and only here, the host is called localIp."""

    local_ip: Address


class OneToManyRule(ApiModel):
    """A public address whose ports stand for ports of several hosts of the LAN."""

    public_ip: Address
    uplink: str
    port_rules: list[PortRule]


class PortForwardingRule(Forward):
    """Ports of the MX's own address that stand for as many ports of one host of the LAN."""

    lan_ip: Address
    uplink: str = "both"


class OneToOneRules(ApiModel):
    """The body of oneToOneNatRules."""

    rules: list[OneToOneRule]


class OneToManyRules(ApiModel):
    """The body of oneToManyNatRules."""

    rules: list[OneToManyRule]


class PortForwardingRules(ApiModel):
    """The body of portForwardingRules."""

    rules: list[PortForwardingRule]


AnyRule = Union[OneToOneRule, OneToManyRule, PortForwardingRule]
