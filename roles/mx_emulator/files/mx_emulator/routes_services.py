# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of the MX itself, and its spare."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from . import services, warm_spare
from .api_model import parse
from .web import ANetwork, Body, Here, Json, Write

APPLIANCE = "/networks/{network_id}/appliance"
SERVICES = f"{APPLIANCE}/firewall/firewalledServices"
SERVICE = f"{SERVICES}/{{service}}"

router = APIRouter()


async def _service(service: str) -> str:
    if service not in services.DEFAULTS:
        raise HTTPException(404, f"'{service}' is not one of {', '.join(services.DEFAULTS)}")
    return service


AService = Annotated[str, Depends(_service)]


@router.get(SERVICES, operation_id="getNetworkApplianceFirewallFirewalledServices")
async def firewalled_services(item: ANetwork, here: Here) -> list[Json]:
    """Return who may use the services of the MX."""
    return [services.view(name, here.state(item).service(name)) for name in services.DEFAULTS]


@router.get(SERVICE, operation_id="getNetworkApplianceFirewallFirewalledService")
async def firewalled_service(service: AService, item: ANetwork, here: Here) -> Json:
    """Return who may use one of them."""
    return services.view(service, here.state(item).service(service))


@router.put(SERVICE, operation_id="updateNetworkApplianceFirewallFirewalledService")
async def update_firewalled_service(service: AService, body: Body, write: Write) -> Json:
    """Change who may use one of them."""
    wanted = {**write.state.services, service: parse(services.Service, body)}
    answer: Json = write.put(lambda state: services.view(service, state.service(service)), services=wanted)
    return answer


@router.get(f"{APPLIANCE}/warmSpare", operation_id="getNetworkApplianceWarmSpare")
async def spare(item: ANetwork, here: Here) -> Json:
    """Return the settings of the spare."""
    return warm_spare.view(item, here.state(item).warm_spare)


@router.put(f"{APPLIANCE}/warmSpare", operation_id="updateNetworkApplianceWarmSpare")
async def update_spare(body: Body, write: Write) -> Json:
    """Change the settings of the spare."""
    wanted = parse(warm_spare.WarmSpare, body)
    answer: Json = write.put(lambda state: warm_spare.view(write.network, state.warm_spare), warm_spare=wanted)
    return answer
