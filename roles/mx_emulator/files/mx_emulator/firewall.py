# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the two layer 3 lists: inbound and outbound firewall rules.

Field sets and enums: OpenAPI document, updateNetworkApplianceFirewallInboundFirewallRules and
updateNetworkApplianceFirewallL3FirewallRules.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, model_validator

from .addresses import entries
from .api_model import ApiModel, is_any, items, ports


def _any_in_lower_case(text: Any) -> Any:
    return "any" if isinstance(text, str) and is_any(text) else text


def _addresses(text: str) -> str:
    if not is_any(text):
        entries(text)
    return text


def _port_list(text: str) -> str:
    listed = [] if is_any(text) else items(text)
    if len(listed) > 1 and any(len(ports(item)) > 1 for item in listed):
        raise ValueError(f"'{text}' has a port range in a comma-separated list")
    for item in listed:
        ports(item)
    return text


Protocol = Annotated[Literal["any", "icmp", "icmp6", "tcp", "udp"], BeforeValidator(_any_in_lower_case)]
Addresses = Annotated[str, AfterValidator(_addresses)]
PortList = Annotated[str, AfterValidator(_port_list)]


class FirewallRule(ApiModel):
    """One rule; of a list the first that matches decides."""

    comment: str = ""
    policy: Literal["allow", "deny"]
    protocol: Protocol
    src_port: PortList = "Any"
    src_cidr: Addresses
    dest_port: PortList = "Any"
    dest_cidr: Addresses
    syslog_enabled: bool = False

    @model_validator(mode="after")
    def _ports_have_a_protocol(self) -> FirewallRule:
        for name, text in (("srcPort", self.src_port), ("destPort", self.dest_port)):
            if self.protocol not in ("tcp", "udp") and not is_any(text):
                raise ValueError(f"{name} must be 'any' for protocol '{self.protocol}', which has no ports")
        return self


class FirewallRules(ApiModel):
    """Both lists, and the body of their updates.  Their last rule is the default one, which no update can move."""

    rules: list[FirewallRule] = []
    syslog_default_rule: bool = False

    def with_default(self, policy: Literal["allow", "deny"]) -> dict[str, Any]:
        """Return the rules as the API answers them, the default rule at their end."""
        default = {
            "comment": "Default rule",
            "policy": policy,
            "protocol": "Any",
            "srcPort": "Any",
            "srcCidr": "Any",
            "destPort": "Any",
            "destCidr": "Any",
            "syslogEnabled": self.syslog_default_rule,
        }
        return {"rules": [*(rule.json_object() for rule in self.rules), default]}
