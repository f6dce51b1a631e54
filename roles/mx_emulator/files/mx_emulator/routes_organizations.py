# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organizations and what they list, networks and what they are."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from . import views
from .api_model import parse
from .settings import SettingsUpdate, merged
from .web import ANetwork, AnOrganization, Body, Here, Json, Write, listed

router = APIRouter()


@router.get("/organizations", operation_id="getOrganizations")
async def organizations(request: Request, here: Here) -> JSONResponse:
    """All organizations: every key sees all of them."""
    return listed(request, [views.organization(item) for item in here.config.organizations], "id")


@router.get("/organizations/{organization_id}", operation_id="getOrganization")
async def organization(owner: AnOrganization) -> Json:
    """One organization."""
    return views.organization(owner)


@router.get("/organizations/{organization_id}/networks", operation_id="getOrganizationNetworks")
async def networks(request: Request, owner: AnOrganization) -> JSONResponse:
    """Return the networks of an organization."""
    return listed(request, [views.network(owner, item) for item in owner.networks], "id", most=100_000)


@router.get("/organizations/{organization_id}/configTemplates", operation_id="getOrganizationConfigTemplates")
async def config_templates(_owner: AnOrganization) -> list[Json]:
    """Return no template: those that networks are bound to are not emulated."""
    return []


@router.get("/organizations/{organization_id}/devices", operation_id="getOrganizationDevices")
async def organization_devices(request: Request, owner: AnOrganization) -> JSONResponse:
    """Return the MXs of an organization."""
    return listed(request, [views.device(item) for item in owner.networks], "serial")


@router.get(
    "/organizations/{organization_id}/appliance/uplink/statuses",
    operation_id="getOrganizationApplianceUplinkStatuses",
)
async def uplink_statuses(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """Return the uplinks of the MXs of an organization."""
    items = [views.uplink_statuses(item, here.state(item).warm_spare) for item in owner.networks]
    return listed(request, items, "serial")


@router.get("/organizations/{organization_id}/apiRequests", operation_id="getOrganizationApiRequests")
async def api_requests(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """Return the requests that the organization has got, newest first."""
    return listed(request, here.log.of(owner.id), "ts", default=50)


@router.get("/organizations/{organization_id}/configurationChanges", operation_id="getOrganizationConfigurationChanges")
async def changes(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """Return what has been changed in the organization, newest first."""
    return listed(request, here.changes.of(owner.id), "ts", default=5000, most=5000)


@router.get("/networks/{network_id}", operation_id="getNetwork")
async def network(item: ANetwork, here: Here) -> Json:
    """One network."""
    return views.network(here.config.owners[item.id], item)


@router.get("/networks/{network_id}/devices", operation_id="getNetworkDevices")
async def devices(item: ANetwork) -> list[Json]:
    """Return the MX of a network."""
    return [views.device(item)]


@router.get("/networks/{network_id}/firmwareUpgrades", operation_id="getNetworkFirmwareUpgrades")
async def firmware_upgrades(item: ANetwork) -> Json:
    """Return what the MX of a network runs."""
    return views.firmware_upgrades(item)


@router.get("/networks/{network_id}/appliance/settings", operation_id="getNetworkApplianceSettings")
async def settings(item: ANetwork, here: Here) -> Json:
    """Deployment mode and dynamic DNS of the MX."""
    return here.state(item).settings.json_object()


@router.put("/networks/{network_id}/appliance/settings", operation_id="updateNetworkApplianceSettings")
async def update_settings(body: Body, write: Write) -> Json:
    """Change what the body names."""
    wanted = merged(write.state.settings, parse(SettingsUpdate, body), write.network.id)
    answer: Json = write.put(lambda state: state.settings.json_object(), settings=wanted)
    return answer
