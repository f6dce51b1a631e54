# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy objects and groups of an organization."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from . import references
from .addresses import Reference
from .api_model import parse
from .config import Organization
from .emulator import Emulator
from .policy import GroupUpdate, NewGroup, NewObject, ObjectUpdate, PolicyGroup, PolicyObject
from .web import AnOrganization, Body, Here, Json, WritePolicy, found, listed

OBJECTS = "/organizations/{organization_id}/policyObjects"
GROUPS = f"{OBJECTS}/groups"

router = APIRouter()


@router.get(GROUPS, operation_id="getOrganizationPolicyObjectsGroups")
async def groups(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """Return the groups."""
    items = [_group(owner, here, item) for item in here.policy(owner).groups]
    return listed(request, items, "id", least=10)


@router.post(GROUPS, status_code=201, operation_id="createOrganizationPolicyObjectsGroup")
async def create_group(body: Body, write: WritePolicy, here: Here) -> Json:
    """Make a group."""
    write.put(write.policy.with_group(parse(NewGroup, body)))
    return _group(write.owner, here, write.policy.groups[-1])


@router.get(f"{GROUPS}/{{group_id}}", operation_id="getOrganizationPolicyObjectsGroup")
async def group(group_id: str, owner: AnOrganization, here: Here) -> Json:
    """One group."""
    return _group(owner, here, found(here.policy(owner).groups, group_id))


@router.put(f"{GROUPS}/{{group_id}}", operation_id="updateOrganizationPolicyObjectsGroup")
async def update_group(group_id: str, body: Body, write: WritePolicy, here: Here) -> Json:
    """Change what the body names."""
    item = found(write.policy.groups, group_id)
    write.put(write.policy.with_changed_group(item, parse(GroupUpdate, body)))
    return _group(write.owner, here, found(write.policy.groups, group_id))


@router.delete(f"{GROUPS}/{{group_id}}", status_code=204, operation_id="deleteOrganizationPolicyObjectsGroup")
async def delete_group(group_id: str, write: WritePolicy) -> Response:
    """Remove a group to which no rule refers."""
    write.put(write.policy.without_group(found(write.policy.groups, group_id)))
    return Response(status_code=204)


@router.get(OBJECTS, operation_id="getOrganizationPolicyObjects")
async def objects(request: Request, owner: AnOrganization, here: Here) -> JSONResponse:
    """Return the objects."""
    items = [_object(owner, here, item) for item in here.policy(owner).objects]
    return listed(request, items, "id", default=5000, most=5000, least=10)


@router.post(OBJECTS, status_code=201, operation_id="createOrganizationPolicyObject")
async def create_object(body: Body, write: WritePolicy, here: Here) -> Json:
    """Make an object."""
    write.put(write.policy.with_object(parse(NewObject, body)))
    return _object(write.owner, here, write.policy.objects[-1])


@router.get(f"{OBJECTS}/{{object_id}}", operation_id="getOrganizationPolicyObject")
async def policy_object(object_id: str, owner: AnOrganization, here: Here) -> Json:
    """One object."""
    return _object(owner, here, found(here.policy(owner).objects, object_id))


@router.put(f"{OBJECTS}/{{object_id}}", operation_id="updateOrganizationPolicyObject")
async def update_object(object_id: str, body: Body, write: WritePolicy, here: Here) -> Json:
    """Change what the body names."""
    item = found(write.policy.objects, object_id)
    write.put(write.policy.with_changed_object(item, parse(ObjectUpdate, body)))
    return _object(write.owner, here, found(write.policy.objects, object_id))


@router.delete(f"{OBJECTS}/{{object_id}}", status_code=204, operation_id="deleteOrganizationPolicyObject")
async def delete_object(object_id: str, write: WritePolicy) -> Response:
    """Remove an object to which no rule refers."""
    write.put(write.policy.without_object(found(write.policy.objects, object_id)))
    return Response(status_code=204)


def _object(owner: Organization, here: Emulator, item: PolicyObject) -> Json:
    groups = here.policy(owner).groups_of(item.id)
    wanted = {Reference("OBJ", item.id), *(Reference("GRP", group) for group in groups)}
    return {**item.json_object(), "groupIds": groups, "networkIds": _users(owner, here, wanted)}


def _group(owner: Organization, here: Emulator, item: PolicyGroup) -> Json:
    return {**item.json_object(), "networkIds": _users(owner, here, {Reference("GRP", item.id)})}


def _users(owner: Organization, here: Emulator, wanted: set[Reference]) -> list[str]:
    """Return the networks whose rules refer to an object or group."""
    return [network.id for network in owner.networks if wanted & references.used(here.state(network))]
