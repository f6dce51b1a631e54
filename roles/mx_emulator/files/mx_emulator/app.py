# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of the Dashboard API v1 that the lab needs, in the API's own words.

Handlers are coroutines that never wait: requests are answered one after another, so that a check, the change in the
data plane and the stored state belong together without a lock.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from . import constraints, views
from .config import Network, Organization
from .dataplane import DataPlaneError
from .emulator import Emulator
from .paging import page
from .rules import OneToOneRules, PortForwardingRules
from .settings import SettingsUpdate, merged

Json = dict[str, Any]
# The query parameters that are emulated; any other is refused, because ignoring a filter would be a wrong answer.
QUERY = {"perPage", "startingAfter"}


async def _emulator(request: Request) -> Emulator:
    emulator: Emulator = request.app.state.emulator
    return emulator


Here = Annotated[Emulator, Depends(_emulator)]


async def _organization(organization_id: str, here: Here) -> Organization:
    for organization in here.config.organizations:
        if organization.id == organization_id:
            return organization
    raise HTTPException(404, f"Organization '{organization_id}' not found")


async def _network(network_id: str, here: Here) -> Network:
    if network_id not in here.config.networks:
        raise HTTPException(404, f"Network '{network_id}' not found")
    return here.config.networks[network_id]


async def _writable(network: Annotated[Network, Depends(_network)]) -> Network:
    if network.is_bound_to_config_template:
        raise HTTPException(400, f"Network '{network.id}' is bound to a configuration template: change the template")
    return network


async def _body(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        raise HTTPException(400, "The request body is not JSON") from None


async def _known_query(request: Request) -> None:
    unknown = sorted(set(request.query_params) - QUERY)
    if unknown:
        raise HTTPException(400, f"The emulator does not know the query parameter '{unknown[0]}'")


AnOrganization = Annotated[Organization, Depends(_organization)]
ANetwork = Annotated[Network, Depends(_network)]
WritableNetwork = Annotated[Network, Depends(_writable)]
Body = Annotated[Any, Depends(_body)]

router = APIRouter(prefix="/api/v1", dependencies=[Depends(_known_query)])


@router.get("/organizations", operation_id="getOrganizations")
async def organizations(request: Request, here: Here) -> JSONResponse:
    """All organizations: every key sees all of them."""
    return page(request, [views.organization(item) for item in here.config.organizations], "id")


@router.get("/organizations/{organization_id}", operation_id="getOrganization")
async def organization(owner: AnOrganization) -> Json:
    """One organization."""
    return views.organization(owner)


@router.get("/organizations/{organization_id}/networks", operation_id="getOrganizationNetworks")
async def networks(request: Request, owner: AnOrganization) -> JSONResponse:
    """The networks of an organization."""
    return page(request, [views.network(owner, item) for item in owner.networks], "id", most=100_000)


@router.get("/organizations/{organization_id}/devices", operation_id="getOrganizationDevices")
async def organization_devices(request: Request, owner: AnOrganization) -> JSONResponse:
    """The MXs of an organization."""
    return page(request, [views.device(item) for item in owner.networks], "serial")


@router.get(
    "/organizations/{organization_id}/appliance/uplink/statuses",
    operation_id="getOrganizationApplianceUplinkStatuses",
)
async def uplink_statuses(request: Request, owner: AnOrganization) -> JSONResponse:
    """The uplinks of the MXs of an organization."""
    return page(request, [views.uplink_statuses(item) for item in owner.networks], "serial")


@router.get("/organizations/{organization_id}/apiRequests", operation_id="getOrganizationApiRequests")
async def api_requests(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """The requests that the organization has got, newest first."""
    return page(request, here.log.of(owner.id), "ts", default=50)


@router.get("/networks/{network_id}", operation_id="getNetwork")
async def network(item: ANetwork, here: Here) -> Json:
    """One network."""
    return views.network(here.config.owners[item.id], item)


@router.get("/networks/{network_id}/devices", operation_id="getNetworkDevices")
async def devices(item: ANetwork) -> list[Json]:
    """The MX of a network."""
    return [views.device(item)]


@router.get("/networks/{network_id}/firmwareUpgrades", operation_id="getNetworkFirmwareUpgrades")
async def firmware_upgrades(item: ANetwork) -> Json:
    """What the MX of a network runs."""
    return views.firmware_upgrades(item)


@router.get("/networks/{network_id}/appliance/settings", operation_id="getNetworkApplianceSettings")
async def settings(item: ANetwork, here: Here) -> Json:
    """Deployment mode and dynamic DNS of the MX."""
    return here.state(item).settings.json_object()


@router.put("/networks/{network_id}/appliance/settings", operation_id="updateNetworkApplianceSettings")
async def update_settings(item: WritableNetwork, body: Body, here: Here) -> Json:
    """Change what the body names."""
    update = constraints.parse(SettingsUpdate, body)
    changed = here.change(item, settings=merged(here.state(item).settings, update, item.id))
    return changed.settings.json_object()


@router.get(
    "/networks/{network_id}/appliance/firewall/oneToOneNatRules",
    operation_id="getNetworkApplianceFirewallOneToOneNatRules",
)
async def one_to_one(item: ANetwork, here: Here) -> Json:
    """The 1:1 NAT rules."""
    return OneToOneRules(rules=here.state(item).one_to_one).json_object()


@router.put(
    "/networks/{network_id}/appliance/firewall/oneToOneNatRules",
    operation_id="updateNetworkApplianceFirewallOneToOneNatRules",
)
async def update_one_to_one(item: WritableNetwork, body: Body, here: Here) -> Json:
    """Replace all 1:1 NAT rules."""
    rules = constraints.one_to_one(constraints.parse(OneToOneRules, body).rules, item)
    return OneToOneRules(rules=here.change(item, one_to_one=rules).one_to_one).json_object()


@router.get(
    "/networks/{network_id}/appliance/firewall/portForwardingRules",
    operation_id="getNetworkApplianceFirewallPortForwardingRules",
)
async def port_forwarding(item: ANetwork, here: Here) -> Json:
    """The port forwarding rules."""
    return PortForwardingRules(rules=here.state(item).port_forwarding).json_object()


@router.put(
    "/networks/{network_id}/appliance/firewall/portForwardingRules",
    operation_id="updateNetworkApplianceFirewallPortForwardingRules",
)
async def update_port_forwarding(item: WritableNetwork, body: Body, here: Here) -> Json:
    """Replace all port forwarding rules."""
    rules = constraints.port_forwarding(constraints.parse(PortForwardingRules, body).rules, item)
    return PortForwardingRules(rules=here.change(item, port_forwarding=rules).port_forwarding).json_object()


def create_app(emulator: Emulator) -> FastAPI:
    """The application around an emulator.  It never redirects: Meraki's SDK would lose its base URL."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.emulator = emulator
    app.include_router(router)
    app.middleware("http")(_gate)
    app.exception_handler(StarletteHTTPException)(_http_error)
    app.exception_handler(constraints.Refused)(_refused)
    app.exception_handler(DataPlaneError)(_failed)
    app.exception_handler(OSError)(_failed)
    return app


async def _gate(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Key, rate limit and request log, for unknown paths too: a client's stray requests are to be seen."""
    emulator: Emulator = request.app.state.emulator
    admin = emulator.admin(request.headers)
    if admin is None:
        return _errors(401, ["Invalid API key"])
    organization = emulator.organization_of(request.url.path)
    wait = emulator.limiter.wait(organization.id) if organization else 0
    if wait:
        response: Response = _errors(429, ["API rate limit exceeded for organization"], {"Retry-After": str(wait)})
    else:
        response = await call_next(request)
    emulator.log.add(organization.id if organization else None, admin, request, response.status_code)
    return response


async def _http_error(_request: Request, error: StarletteHTTPException) -> JSONResponse:
    return _errors(error.status_code, [error.detail])


async def _refused(_request: Request, error: constraints.Refused) -> JSONResponse:
    return _errors(400, error.errors)


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    return _errors(500, [f"The rules could not be put in force: {error}"])


def _errors(status: int, texts: list[str], headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"errors": texts}, status, headers)
