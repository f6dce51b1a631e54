# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An organization's policy objects and groups of them, to which layer 3 lists refer.

Field sets: OpenAPI document, createOrganizationPolicyObject and createOrganizationPolicyObjectsGroup.  What objects and
groups may hold: "Network Objects Configuration Guide".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, model_validator

from .addresses import Reference, is_name
from .api_model import Address, ApiModel, IdText, Refused, changed, parse
from .clock import timestamp

# The fields that hold the value of an object, by its type.
VALUES = {
    "cidr": ("cidr",),
    "adaptivePolicyIpv4Cidr": ("cidr",),
    "fqdn": ("fqdn",),
    "ipAndMask": ("ip", "mask"),
}
ADAPTIVE = ("adaptivePolicy", "adaptivePolicyIpv4Cidr")


def _cidr(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"'{text}' is not an IP address or a subnet in CIDR form") from None
    return text


def _fqdn(text: str) -> str:
    if not is_name(text):
        raise ValueError(f"'{text}' is not a name as in ftp.example.com or *.example.com")
    return text


ObjectName = Annotated[str, StringConstraints(min_length=1, max_length=127, pattern=r"^[A-Za-z0-9 _-]+$")]
Cidr = Annotated[str, AfterValidator(_cidr)]
Fqdn = Annotated[str, AfterValidator(_fqdn)]


class ObjectUpdate(ApiModel):
    """What an update of an object may change; its type stays."""

    name: ObjectName | None = None
    cidr: Cidr | None = None
    fqdn: Fqdn | None = None
    ip: Address | None = None
    mask: Address | None = None
    group_ids: list[IdText] | None = None


class _Content(ApiModel):
    name: ObjectName
    category: Literal["adaptivePolicy", "network"]
    type: Literal["adaptivePolicyIpv4Cidr", "cidr", "fqdn", "ipAndMask"]
    cidr: Cidr | None = None
    fqdn: Fqdn | None = None
    ip: Address | None = None
    mask: Address | None = None

    @model_validator(mode="after")
    def _values_fit_the_type(self) -> _Content:
        for field in ("cidr", "fqdn", "ip", "mask"):
            if (getattr(self, field) is not None) is not (field in VALUES[self.type]):
                verb = "is required" if field in VALUES[self.type] else "must be left out"
                raise ValueError(f"{field} {verb} for type '{self.type}'")
        if (self.category == ADAPTIVE[0]) is not (self.type == ADAPTIVE[1]):
            raise ValueError(f"type '{self.type}' does not belong to category '{self.category}'")
        if self.type == "ipAndMask":
            _cidr(f"{self.ip}/{self.mask}")
        return self


class NewObject(_Content):
    """The body that makes an object."""

    group_ids: list[IdText] = []


class PolicyObject(_Content):
    """An object: addresses or a name, under a name of its own."""

    id: str
    created_at: str
    updated_at: str

    @property
    def network(self) -> IPv4Network | IPv6Network | None:
        """The addresses; None for a name, and for what only switches and access points know."""
        if self.category != "network" or self.type == "fqdn":
            return None
        return ip_network(self.cidr or f"{self.ip}/{self.mask}", strict=False)


class GroupUpdate(ApiModel):
    """What an update of a group may change."""

    name: ObjectName | None = None
    object_ids: list[IdText] | None = None


class NewGroup(ApiModel):
    """The body that makes a group."""

    name: ObjectName
    category: Literal["NetworkObjectGroup"] = "NetworkObjectGroup"
    object_ids: list[IdText] = []


class PolicyGroup(NewGroup):
    """A group of objects."""

    id: str
    created_at: str
    updated_at: str


class Policy(ApiModel):
    """The objects and groups of an organization.  Which objects are in a group is kept in the group."""

    objects: list[PolicyObject] = []
    groups: list[PolicyGroup] = []

    def members(self, reference: Reference) -> list[PolicyObject] | None:
        """Return the objects that a reference means; None if there is no such object or group."""
        wanted = [reference.id]
        if reference.kind == "GRP":
            groups = [group for group in self.groups if group.id == reference.id]
            if not groups:
                return None
            wanted = groups[0].object_ids
        found = [item for item in self.objects if item.id in wanted]
        return found if found or reference.kind == "GRP" else None

    def groups_of(self, identity: str) -> list[str]:
        """Return the ids of the groups that an object is in."""
        return [group.id for group in self.groups if identity in group.object_ids]

    def errors(self) -> Iterator[str]:
        """Return what is wrong with the objects and groups as a whole."""
        yield from _twice([item.name for item in self.objects])
        yield from _twice([group.name for group in self.groups])
        groups, objects = {group.id for group in self.groups}, {item.id: item for item in self.objects}
        for group in self.groups:
            for member in group.object_ids:
                if member in groups:
                    yield f"objectIds: {member} is a group, and groups hold objects only"
                elif member not in objects:
                    yield f"objectIds: there is no policy object {member}"
            types = {objects[member].type == "fqdn" for member in group.object_ids if member in objects}
            if len(types) > 1:
                yield f"objectIds: the group '{group.name}' cannot hold both addresses and names"
            if any(objects[member].category == ADAPTIVE[0] for member in group.object_ids if member in objects):
                yield f"objectIds: the group '{group.name}' cannot hold objects of the category '{ADAPTIVE[0]}'"

    def with_object(self, wanted: NewObject) -> Policy:
        """Return the policy with one more object, the last one."""
        item = parse(PolicyObject, {**wanted.model_dump(exclude={"group_ids"}), **self._new()})
        return _joined(self.model_copy(update={"objects": [*self.objects, item]}), item.id, wanted.group_ids)

    def with_group(self, wanted: NewGroup) -> Policy:
        """Return the policy with one more group, the last one."""
        group = parse(PolicyGroup, {**wanted.model_dump(), **self._new()})
        return self.model_copy(update={"groups": [*self.groups, group]})

    def with_changed_object(self, item: PolicyObject, update: ObjectUpdate) -> Policy:
        """Return the policy after an update of one of its objects; raise Refused for a value of another type."""
        content = update.model_dump(by_alias=True, exclude={"group_ids"}, exclude_none=True)
        wanted = parse(PolicyObject, {**item.json_object(), **content, "updatedAt": timestamp()})
        objects = [wanted if other is item else other for other in self.objects]
        policy = self.model_copy(update={"objects": objects})
        return policy if update.group_ids is None else _joined(policy, item.id, update.group_ids)

    def with_changed_group(self, group: PolicyGroup, update: GroupUpdate) -> Policy:
        """Return the policy after an update of one of its groups."""
        wanted = changed(group, update).model_copy(update={"updated_at": timestamp()})
        return self.model_copy(update={"groups": [wanted if other is group else other for other in self.groups]})

    def without_object(self, item: PolicyObject) -> Policy:
        """Return the policy without an object, which leaves its groups too."""
        objects = [other for other in self.objects if other is not item]
        return _joined(self.model_copy(update={"objects": objects}), item.id, [])

    def without_group(self, group: PolicyGroup) -> Policy:
        """Return the policy without a group."""
        return self.model_copy(update={"groups": [other for other in self.groups if other is not group]})

    def _new(self) -> dict[str, str]:
        """Return what the API adds to a new object or group."""
        taken = [*(item.id for item in self.objects), *(group.id for group in self.groups)]
        last = max(map(int, taken), default=1000)
        now = timestamp()
        return {"id": str(last + 1), "created_at": now, "updated_at": now}


def _joined(policy: Policy, item: str, wanted: Sequence[str]) -> Policy:
    """Return the policy with an object in exactly these groups; raise Refused if one of them does not exist."""
    unknown = [group for group in wanted if group not in {known.id for known in policy.groups}]
    if unknown:
        raise Refused([f"groupIds: there is no policy object group {group}" for group in unknown])
    groups = []
    for group in policy.groups:
        others = [member for member in group.object_ids if member != item]
        stays = item in group.object_ids and group.id in wanted
        members = group.object_ids if stays else [*others, item] if group.id in wanted else others
        groups.append(group.model_copy(update={"object_ids": members}))
    return policy.model_copy(update={"groups": groups})


def _twice(names: Sequence[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"name: '{name}' is already used"
