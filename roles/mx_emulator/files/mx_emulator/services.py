# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of the MX itself that the Internet may use: ping, its web page, SNMP."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from .api_model import ApiModel, Source

Access = Literal["blocked", "restricted", "unrestricted"]


class Service(ApiModel):
    """The body of an update.  allowedIps count only where the access is restricted."""

    access: Access
    allowed_ips: list[Source] = []

    @model_validator(mode="after")
    def _restricted_to_somebody(self) -> Service:
        if self.access == "restricted" and not self.allowed_ips:
            raise ValueError("allowedIps is empty, expected addresses or 'any' for the access 'restricted'")
        return self


# What an MX admits that nobody has configured.
DEFAULTS = {
    "ICMP": Service(access="unrestricted"),
    "web": Service(access="blocked"),
    "SNMP": Service(access="blocked"),
}


def view(name: str, service: Service) -> dict[str, Any]:
    """Return the answer about one service."""
    allowed = {"allowedIps": service.allowed_ips} if service.access == "restricted" else {}
    return {"service": name, "access": service.access, **allowed}
