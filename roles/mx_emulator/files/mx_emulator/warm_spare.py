# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spare of an MX.  Its settings are stored and answered; there is no second appliance, and no shared address."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from .api_model import Address, ApiModel
from .config import Network


class WarmSpare(ApiModel):
    """The body of an update."""

    enabled: bool
    spare_serial: str | None = None
    uplink_mode: Literal["public", "virtual"] | None = None
    virtual_ip1: Address | None = None
    virtual_ip2: Address | None = None

    @model_validator(mode="after")
    def _complete(self) -> WarmSpare:
        if self.enabled and not self.spare_serial:
            raise ValueError("spareSerial is required to enable the warm spare")
        if self.enabled and self.uplink_mode == "virtual" and not self.virtual_ip1:
            raise ValueError("virtualIp1 is required for the uplink mode 'virtual'")
        return self


def view(network: Network, spare: WarmSpare) -> dict[str, Any]:
    """Return the answer: the addresses that both appliances share have the names and subnets of the uplinks."""
    answer = {"enabled": spare.enabled, "primarySerial": network.serial}
    if not spare.enabled:
        return answer
    shared = zip(network.uplinks, (spare.virtual_ip1, spare.virtual_ip2))
    addresses = {
        f"wan{number}": {"ip": address, "subnet": str(uplink.address.network)}
        for number, (uplink, address) in enumerate(shared, 1)
        if address and spare.uplink_mode == "virtual"
    }
    return {**answer, "spareSerial": spare.spare_serial, "uplinkMode": spare.uplink_mode or "public", **addresses}
