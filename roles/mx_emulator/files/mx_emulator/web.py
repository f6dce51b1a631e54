# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the routes have in common: the things that a path names, bodies, errors, and the one way to change something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import JSONResponse

from . import json_body, query
from .change_log import Author
from .config import Network, Organization
from .emulator import Emulator
from .paging import page
from .state import NetworkState

Json = dict[str, Any]


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
        return json_body.parse(await request.body())
    except ValueError as error:
        raise HTTPException(400, str(error)) from None


async def known_query(request: Request) -> None:
    """Refuse a query parameter that is not emulated."""
    query.refuse_unknown(request)


AnOrganization = Annotated[Organization, Depends(_organization)]
ANetwork = Annotated[Network, Depends(_network)]
WritableNetwork = Annotated[Network, Depends(_writable)]
Body = Annotated[Any, Depends(_body)]


class Writing:
    """A request that changes a part of a network."""

    def __init__(self, network: Network, here: Emulator, author: Author) -> None:
        self.network = network
        self._here = here
        self._author = author

    @property
    def state(self) -> NetworkState:
        """The network as it is now."""
        return self._here.state(self.network)

    def put(self, view: Callable[[NetworkState], Any], **update: Any) -> Any:
        """Change fields of the state; the answer is what view shows of it afterwards."""
        return self._here.change(self.network, self._author, view, **update)


async def _writing(request: Request, network: WritableNetwork, here: Here) -> Writing:
    return Writing(network, here, Author(request.state.admin, f"{request.method} {request.url.path}"))


Write = Annotated[Writing, Depends(_writing)]


def listed(request: Request, items: list[Json], key: str, default: int = 1000, most: int = 1000) -> JSONResponse:
    """Return the page of the items that the query selects; key, default and most: paging.page."""
    return page(request, query.selected(request, items), key, default, most)


def errors(status: int, texts: list[str], headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an answer in the API's one shape of errors."""
    return JSONResponse({"errors": texts}, status, headers)
