# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the routes have in common: the things that a path names, bodies, errors, and the one way to change something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, HTTPException, Request
from fastapi.responses import JSONResponse

from . import json_body, query
from .api_model import Refused
from .change_log import Author
from .config import Network, Organization
from .emulator import Emulator
from .paging import page
from .policy import Policy
from .state import NetworkState, Site

Json = dict[str, Any]


class Identified(Protocol):
    """What paths name by an id."""

    @property
    def id(self) -> str:
        """The id."""


Item = TypeVar("Item", bound=Identified)


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

    @property
    def site(self) -> Site:
        """The network as it is now, with all that its rules may refer to."""
        return self._here.site(self.network)

    def put(self, view: Callable[[NetworkState], Any], **update: Any) -> Any:
        """Change fields of the state; the answer is what view shows of it afterwards."""
        return self._here.change(self.network, self._author, view, **update)


class PolicyWriting:
    """A request that changes the policy objects of an organization."""

    def __init__(self, owner: Organization, here: Emulator, author: Author) -> None:
        self.owner = owner
        self._here = here
        self._author = author

    @property
    def policy(self) -> Policy:
        """The objects and groups as they are now."""
        return self._here.policy(self.owner)

    def put(self, wanted: Policy) -> None:
        """Change objects and groups; raise Refused if they do not fit together, or a rule needs what would go."""
        errors = list(wanted.errors())
        if errors:
            raise Refused(errors)
        self._here.change_policy(self.owner, self._author, wanted)


def _author(request: Request) -> Author:
    return Author(request.state.admin, f"{request.method} {request.url.path}")


async def _writing(request: Request, network: WritableNetwork, here: Here) -> Writing:
    return Writing(network, here, _author(request))


async def _policy_writing(request: Request, owner: AnOrganization, here: Here) -> PolicyWriting:
    return PolicyWriting(owner, here, _author(request))


Write = Annotated[Writing, Depends(_writing)]
WritePolicy = Annotated[PolicyWriting, Depends(_policy_writing)]


def found(items: Iterable[Item], wanted: str) -> Item:
    """Return the item of this id; raise HTTPException 404 if there is none."""
    for item in items:
        if item.id == wanted:
            return item
    raise HTTPException(404, f"'{wanted}' not found")


def listed(
    request: Request, items: list[Json], key: str, default: int = 1000, most: int = 1000, least: int = 3
) -> JSONResponse:
    """Return the page of the items that the query selects; key, default, most and least: paging.page."""
    return page(request, query.selected(request, items), key, default, most, least)


def errors(status: int, texts: list[str], headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an answer in the API's one shape of errors."""
    return JSONResponse({"errors": texts}, status, headers)
