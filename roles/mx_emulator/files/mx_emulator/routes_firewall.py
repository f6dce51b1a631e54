# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule lists, and the switch that makes the inbound list decide."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from . import layer7, nat_exceptions
from .api_model import parse
from .lists import KINDS, Kind, updated
from .web import ANetwork, AnOrganization, Body, Here, Json, Write, listed

FIREWALL = "/networks/{network_id}/appliance/firewall"
L7 = "NetworkApplianceFirewallL7FirewallRules"

router = APIRouter()


def _add(kind: Kind) -> None:
    path = f"{FIREWALL}/{kind.name}"

    @router.get(path, operation_id=f"get{kind.operation}")
    async def read(item: ANetwork, here: Here) -> Json:
        return kind.answer(here.state(item))

    @router.put(path, operation_id=f"update{kind.operation}")
    async def update(body: Body, write: Write) -> Json:
        wanted = updated(kind, write.site, body)
        answer: Json = write.put(kind.answer, **{kind.field: wanted})
        return answer


for _kind in KINDS:
    _add(_kind)


@router.get(f"{FIREWALL}/l7FirewallRules/applicationCategories", operation_id=f"get{L7}ApplicationCategories")
async def application_categories(_item: ANetwork) -> Json:
    """Return a few categories of applications: the real list is the vendor's, and long."""
    return {"applicationCategories": layer7.CATEGORIES}


@router.put("/networks/{network_id}/appliance/uplinks/nat", operation_id="updateNetworkApplianceUplinksNat")
async def update_nat(body: Body, write: Write) -> Json:
    """Switch the translation of uplinks; uplinks that the body leaves out stay as they are."""
    wanted = nat_exceptions.updated(parse(nat_exceptions.UplinksNat, body), write.network, write.state)
    answer: Json = write.put(lambda state: nat_exceptions.view(write.network, state), nat_exceptions=wanted)
    return answer


@router.get(
    "/organizations/{organization_id}/appliance/uplinks/nat/byNetwork",
    operation_id="getOrganizationApplianceUplinksNatByNetwork",
)
async def nat_by_network(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """Which uplinks translate, for each network."""
    items = [{"networkId": item.id, **nat_exceptions.view(item, here.state(item))} for item in owner.networks]
    return listed(request, items, "networkId")
