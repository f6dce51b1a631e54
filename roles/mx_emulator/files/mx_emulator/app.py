# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: the routes of the Dashboard API v1 that the lab needs, behind key, rate limit and request log.

Handlers are coroutines that never wait: requests are answered one after another, so that a check, the change in the
data plane and the stored state belong together without a lock.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from . import routes_faults, routes_firewall, routes_lan, routes_organizations, routes_policy, routes_services
from .api_model import Refused
from .emulator import Emulator
from .faulty import Faulty
from .targets import Targets
from .web import errors, known_query
from .wiring import DataPlaneError


def create_app(emulator: Emulator) -> FastAPI:
    """Return the application around an emulator.  It never redirects: Meraki's SDK would lose its base URL."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.emulator = emulator
    app.router.routes.extend(_routes())
    app.middleware("http")(_gate)
    app.add_middleware(Faulty, emulator=emulator)
    app.add_middleware(Targets)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(DataPlaneError)(_failed)
    app.exception_handler(OSError)(_failed)
    app.exception_handler(Exception)(_unexpected)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Return the routes, the same for all applications: FastAPI needs longer to read them than a test to use them."""
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(known_query)])
    for routes in (routes_organizations, routes_firewall, routes_lan, routes_policy, routes_services):
        api.include_router(routes.router)
    whole = APIRouter()
    whole.include_router(api)
    whole.include_router(routes_faults.router)
    return whole.routes


async def _gate(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Key, rate limit and request log, for unknown paths too: a client's stray requests are to be seen."""
    if request.url.path.startswith("/emulator/"):
        return await call_next(request)
    emulator: Emulator = request.app.state.emulator
    admin = emulator.admin(request.headers)
    if admin is None:
        return errors(401, ["Invalid API key"])
    request.state.admin = admin
    organization = emulator.organization_of(request.url.path)
    wait = emulator.limiter.wait(organization.id) if organization else 0
    if wait:
        response: Response = errors(429, ["API rate limit exceeded for organization"], {"Retry-After": str(wait)})
    else:
        response = getattr(request.state, "refusal", None) or await call_next(request)
    emulator.log.add(organization.id if organization else None, admin, request, response.status_code)
    return response


async def _http_error(_request: Request, error: HTTPException) -> JSONResponse:
    return errors(error.status_code, [error.detail])


async def _refused(_request: Request, error: Refused) -> JSONResponse:
    return errors(400, error.errors)


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    # A fault of the emulator; the server logs it, too.
    return errors(500, [f"The emulator failed: {type(error).__name__}"])


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    return errors(500, [f"The rules could not be put in force: {error}"])
