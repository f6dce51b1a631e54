# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LAN side: single LAN, VLANs and static routes."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, HTTPException, Response

from .api_model import changed, parse
from .config import Network
from .lan import Lan, NewRoute, NewVlan, RouteUpdate, StaticRoute, Vlan, VlanSettings, VlanUpdate
from .lists import check
from .web import ANetwork, Body, Here, Json, Write, Writing, found

APPLIANCE = "/networks/{network_id}/appliance"

router = APIRouter()


@router.get(f"{APPLIANCE}/singleLan", operation_id="getNetworkApplianceSingleLan")
async def single_lan(item: ANetwork, here: Here) -> Json:
    """Return the only LAN."""
    lan = here.state(item).lan_of(item)
    if lan.vlans_enabled:
        raise HTTPException(400, "Single LAN is not available for this network, since it has VLANs")
    return {"subnet": lan.vlans[0].subnet, "applianceIp": lan.vlans[0].appliance_ip}


@router.get(f"{APPLIANCE}/vlans/settings", operation_id="getNetworkApplianceVlansSettings")
async def vlan_settings(item: ANetwork, here: Here) -> Json:
    """Whether there are VLANs."""
    return {"vlansEnabled": here.state(item).lan_of(item).vlans_enabled}


@router.put(f"{APPLIANCE}/vlans/settings", operation_id="updateNetworkApplianceVlansSettings")
async def update_vlan_settings(body: Body, write: Write) -> Json:
    """Switch VLANs: the single LAN is the first VLAN, and only that one is left when they are switched off."""
    lan = _lan(write)
    wanted = parse(VlanSettings, body).vlans_enabled
    vlans = lan.vlans if wanted else lan.vlans[:1]
    _put(write, lan.model_copy(update={"vlans_enabled": wanted, "vlans": vlans}))
    return {"vlansEnabled": wanted}


@router.get(f"{APPLIANCE}/vlans", operation_id="getNetworkApplianceVlans")
async def vlans(item: ANetwork, here: Here) -> list[Json]:
    """Return the VLANs."""
    return [_vlan(item, vlan) for vlan in _with_vlans(here.state(item).lan_of(item)).vlans]


@router.post(f"{APPLIANCE}/vlans", status_code=201, operation_id="createNetworkApplianceVlan")
async def create_vlan(body: Body, write: Write) -> Json:
    """Make a VLAN."""
    lan, wanted = _with_vlans(_lan(write)), parse(NewVlan, body)
    vlan = Vlan(**wanted.model_dump())
    _put(write, lan.model_copy(update={"vlans": [*lan.vlans, vlan]}))
    # The document has no more in this answer.
    return _vlan(write.network, wanted)


@router.get(f"{APPLIANCE}/vlans/{{vlan_id}}", operation_id="getNetworkApplianceVlan")
async def vlan(vlan_id: str, item: ANetwork, here: Here) -> Json:
    """One VLAN."""
    return _vlan(item, found(_with_vlans(here.state(item).lan_of(item)).vlans, vlan_id))


@router.put(f"{APPLIANCE}/vlans/{{vlan_id}}", operation_id="updateNetworkApplianceVlan")
async def update_vlan(vlan_id: str, body: Body, write: Write) -> Json:
    """Change what the body names."""
    lan = _with_vlans(_lan(write))
    vlan = found(lan.vlans, vlan_id)
    wanted = changed(vlan, parse(VlanUpdate, body))
    _put(write, lan.model_copy(update={"vlans": [wanted if item is vlan else item for item in lan.vlans]}))
    return _vlan(write.network, wanted)


@router.delete(f"{APPLIANCE}/vlans/{{vlan_id}}", status_code=204, operation_id="deleteNetworkApplianceVlan")
async def delete_vlan(vlan_id: str, write: Write) -> Response:
    """Remove a VLAN that nothing needs."""
    lan = _with_vlans(_lan(write))
    vlan = found(lan.vlans, vlan_id)
    _put(write, lan.model_copy(update={"vlans": [item for item in lan.vlans if item is not vlan]}))
    return Response(status_code=204)


@router.get(f"{APPLIANCE}/staticRoutes", operation_id="getNetworkApplianceStaticRoutes")
async def routes(item: ANetwork, here: Here) -> list[Json]:
    """Return the static routes."""
    return [_route(item, route) for route in here.state(item).lan_of(item).routes]


@router.post(f"{APPLIANCE}/staticRoutes", status_code=201, operation_id="createNetworkApplianceStaticRoute")
async def create_route(body: Body, write: Write) -> Json:
    """Make a static route."""
    lan = _lan(write)
    route = StaticRoute(id=str(uuid.uuid4()), **parse(NewRoute, body).model_dump())
    _put(write, lan.model_copy(update={"routes": [*lan.routes, route]}))
    return _route(write.network, route)


@router.get(f"{APPLIANCE}/staticRoutes/{{route_id}}", operation_id="getNetworkApplianceStaticRoute")
async def route(route_id: str, item: ANetwork, here: Here) -> Json:
    """One static route."""
    return _route(item, found(here.state(item).lan_of(item).routes, route_id))


@router.put(f"{APPLIANCE}/staticRoutes/{{route_id}}", operation_id="updateNetworkApplianceStaticRoute")
async def update_route(route_id: str, body: Body, write: Write) -> Json:
    """Change what the body names."""
    lan = _lan(write)
    route = found(lan.routes, route_id)
    wanted = changed(route, parse(RouteUpdate, body))
    _put(write, lan.model_copy(update={"routes": [wanted if item is route else item for item in lan.routes]}))
    return _route(write.network, wanted)


@router.delete(
    f"{APPLIANCE}/staticRoutes/{{route_id}}", status_code=204, operation_id="deleteNetworkApplianceStaticRoute"
)
async def delete_route(route_id: str, write: Write) -> Response:
    """Remove a static route that nothing needs."""
    lan = _lan(write)
    route = found(lan.routes, route_id)
    _put(write, lan.model_copy(update={"routes": [item for item in lan.routes if item is not route]}))
    return Response(status_code=204)


def _lan(write: Writing) -> Lan:
    return write.state.lan_of(write.network)


def _put(write: Writing, lan: Lan) -> None:
    check(write.site.with_state(lan=lan))
    write.put(lambda state: state.lan_of(write.network).json_object(), lan=lan)


def _with_vlans(lan: Lan) -> Lan:
    if not lan.vlans_enabled:
        raise HTTPException(400, "VLANs are not enabled for this network")
    return lan


def _vlan(network: Network, vlan: NewVlan) -> Json:
    return {**vlan.json_object(), "networkId": network.id}


def _route(network: Network, route: StaticRoute) -> Json:
    answer = {**route.json_object(), "networkId": network.id, "ipVersion": 4}
    # A string in requests and a number in answers, at least in some versions of the API.
    return answer | ({"gatewayVlanId": int(route.gateway_vlan_id)} if route.gateway_vlan_id else {})
