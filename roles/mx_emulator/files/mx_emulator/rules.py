# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the rule lists: field names, types and syntax, as the API's OpenAPI document and NAT page give them.

Field sets and enums: OpenAPI document of the Dashboard API v1, updateNetworkApplianceFirewallOneToOneNatRules and
updateNetworkApplianceFirewallPortForwardingRules.  Which check is documented and which is assumed: docs/mx_emulator.md.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, Union

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic.alias_generators import to_camel


def ports(text: str) -> range:
    """The ports that "21" or "61000-61099" means; ValueError for anything else, comma lists included."""
    match = re.fullmatch(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= 65535:
        raise ValueError(f"'{text}' is not a port (1-65535) or one range of ports (first-last, the lower first)")
    return range(first, last + 1)


def is_any(text: str) -> bool:
    """Whether the text is the word any, which the dashboard also writes as Any."""
    return text.lower() == "any"


def _port_text(text: str) -> str:
    ports(text)
    return text


def _port_or_any(text: str) -> str:
    return text if is_any(text) else _port_text(text)


def _address(text: str) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise ValueError(f"'{text}' is not an IPv4 address") from None


def _source(text: str) -> str:
    if not is_any(text):
        try:
            IPv4Network(text, strict=False)
        except ValueError:
            raise ValueError(f"'{text}' is not an IPv4 address, a subnet in CIDR form or 'any'") from None
    return text


Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=127)]
PortText = Annotated[str, AfterValidator(_port_text)]
PortOrAny = Annotated[str, AfterValidator(_port_or_any)]
Source = Annotated[str, AfterValidator(_source)]


class ApiModel(BaseModel):
    """A JSON object of the API.  Unknown fields are refused: a judge that swallows a misspelt name proves nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel, populate_by_name=True)

    def json_object(self) -> dict[str, Any]:
        """The object as the API answers it: camelCase, and without the fields that nobody has set."""
        return self.model_dump(by_alias=True, exclude_none=True)


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


class PortForwardingRule(ApiModel):
    """Ports of the MX's own address that stand for as many ports of one host of the LAN."""

    name: Name | None = None
    lan_ip: Address
    uplink: str = "both"
    public_port: PortText
    local_port: PortText
    allowed_ips: list[Source]
    protocol: Literal["tcp", "udp"]

    @model_validator(mode="after")
    def _complete(self) -> PortForwardingRule:
        if not self.allowed_ips:
            raise ValueError("allowedIps is empty, expected addresses or 'any'")
        if len(ports(self.public_port)) != len(ports(self.local_port)):
            raise ValueError(f"publicPort {self.public_port} and localPort {self.local_port} differ in length")
        return self


class OneToOneRules(ApiModel):
    """The body of oneToOneNatRules."""

    rules: list[OneToOneRule]


class PortForwardingRules(ApiModel):
    """The body of portForwardingRules."""

    rules: list[PortForwardingRule]


AnyRule = Union[OneToOneRule, PortForwardingRule]
