# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests for exports: once for the organization where the API allows it, else for each network.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError, RefusedError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import failures, identify, on_each
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.lookup import visible_networks
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Either, Maybe
from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import FORMAT, VERSION, Document, parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.fields import known_fields
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import JUDGED

Item = dict[str, Any]

_BAD_REQUEST = 400
# A part that the API refuses, or does not know, is unknown.
_REFUSED = (_BAD_REQUEST, 403, 404)
_RULE_LISTS = tuple(JUDGED.values())
_OBJECT, _GROUP = re.compile(r"OBJ\(([0-9]+)\)", re.IGNORECASE), re.compile(r"GRP\(([0-9]+)\)", re.IGNORECASE)
_UNLISTED = "This network is not in the organization. Check network, networks and organization."


@dataclass
class _Reading:
    """One run: `unreadable` is what the API refused, `errors` the networks that failed."""

    organization: str
    errors: dict[str, str] = field(default_factory=dict)
    unreadable: list[Item] = field(default_factory=list)

    def ask(self, session: Dashboard, name: str, network: tuple[str, str] | None, *silent: int) -> Any:
        """Return a part of a network, given by name and id; None if the API refuses it, which is noted.

        The statuses `silent` are an answer, and are not noted. Raises DashboardError for any other failure.
        """
        path = self._path(name, network)
        return self._unless(path, network, silent, lambda: session.get(path, PARTS[name].shape))

    def list_all(self, session: Dashboard, name: str, item: Mapping[str, Any], query: str = "") -> list[Item] | None:
        """Return all items of a part of the organization; None if the API refuses it, which is noted."""
        path = self._path(name, None) + query
        found: list[Item] | None = self._unless(path, None, (), lambda: session.pages(path, item))
        return found

    def _path(self, name: str, network: tuple[str, str] | None) -> str:
        ids = {"organizationId": self.organization, "networkId": "" if network is None else network[1]}
        return PARTS[name].path.format(**{each: quote(text, safe="") for each, text in ids.items()})

    def _unless(self, path: str, network: tuple[str, str] | None, silent: Sequence[int], ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except RefusedError as error:
            if error.status not in _REFUSED:
                raise
            if error.status not in silent:
                name = None if network is None else network[0]
                self.unreadable.append({"network": name, "path": path, "message": str(error)})
            return None


def export_all(dashboard: Dashboard, networks: Iterable[str], organization: str | None, time: str) -> dict[str, Any]:
    """Return a document for each network, given by id or name, or for all that have an appliance if none is given.

    A network that cannot be read stops no other. Raises DashboardError if the organization cannot be read, and
    ValueError if two of the networks are the same.
    """
    visible = visible_networks(dashboard, organization)
    names = list(dict.fromkeys(networks)) or [item["id"] for item in visible if "appliance" in _products(item)]
    ids, lost = identify(names, visible)
    listed = {item["id"]: item for item in visible}
    lost.update({name: _UNLISTED for name, found in ids.items() if found not in listed})
    ids = {name: found for name, found in ids.items() if found in listed}
    reading = _Reading(_organization_id(visible) if ids else "", lost)
    exports = _documents(dashboard, {name: (found, listed[found]) for name, found in ids.items()}, reading, time)
    return {
        "exports": exports,
        "unreadable": reading.unreadable,
        **failures({name: reading.errors.get(name) for name in names}),
    }


def _products(network: Item) -> list[str]:
    """Return the kinds of products in a network; an answer without them is as if it had an appliance."""
    products: list[str] = network.get("productTypes", ["appliance"])
    return products


def _organization_id(visible: list[Item]) -> str:
    found = visible[0].get("organizationId")
    if found is None:
        raise DashboardError(
            "GET /organizations/{id}/networks: expected organizationId in each network, got none. Check base_url."
        )
    return str(found)


def _documents(
    dashboard: Dashboard, networks: Mapping[str, tuple[str, Item]], reading: _Reading, time: str
) -> dict[str, Document]:
    """Return the documents by name of the networks that can be read, and note the errors of the others."""
    if not networks:
        return {}
    shared = _of_organization(dashboard, reading)

    def read(session: Dashboard, name: str, network_id: str) -> Document:
        parts = {"network": networks[name][1], **_of_one(network_id, shared)}
        try:
            parts.update(_of_network(session, name, network_id, parts["uplinkStatuses"], reading))
            document = {part: known_fields(answer) for part, answer in parts.items() if answer is not None}
            return {"format": FORMAT, "version": VERSION, "exportedAt": time, **parse(document, "The API's answers")}
        except (DashboardError, ValueError) as error:
            reading.errors[name] = str(error)
            return {}

    found = on_each(dashboard, {name: network_id for name, (network_id, _item) in networks.items()}, read)
    return _with_objects(dashboard, {name: document for name, document in found.items() if document}, reading)


def _of_organization(dashboard: Dashboard, reading: _Reading) -> dict[str, list[Item] | None]:
    """Read the parts of all networks that take one request each."""
    item = {"networkId": str}
    return {
        "uplinkStatuses": reading.list_all(dashboard, "uplinkStatuses", item),
        "uplinksNat": reading.list_all(dashboard, "uplinksNat", item),
        "devices": reading.list_all(dashboard, "devices", {"networkId": Maybe(str)}, "?productTypes%5B%5D=appliance"),
    }


def _of_one(network_id: str, shared: Mapping[str, list[Item] | None]) -> dict[str, Any]:
    """Return the parts of one network out of those of all; uplinksNat is one item there, the others are several."""
    parts: dict[str, Any] = {
        name: None if items is None else [item for item in items if item.get("networkId") == network_id]
        for name, items in shared.items()
    }
    return {**parts, "uplinksNat": (parts["uplinksNat"] or [None])[0]}


def _of_network(
    session: Dashboard, name: str, network_id: str, statuses: list[Item] | None, reading: _Reading
) -> dict[str, Any]:
    """Read the parts of one network that take a request each; raises DashboardError, also if the key reads nothing."""
    network = (name, network_id)
    parts = {part: reading.ask(session, part, network) for part in ("applianceSettings", *_RULE_LISTS)}
    # As a bridge, an MX has no LAN of its own.
    if (parts["applianceSettings"] or {}).get("deploymentMode") != "passthrough":
        # 400: "VLANs are not enabled for this network" (the example of the API's page "Errors").
        parts["vlans"] = reading.ask(session, "vlans", network, _BAD_REQUEST)
        if parts["vlans"] is None:
            parts["singleLan"] = reading.ask(session, "singleLan", network)
        parts["staticRoutes"] = reading.ask(session, "staticRoutes", network)
    if any((item.get("highAvailability") or {}).get("enabled") for item in statuses or ()):
        parts["warmSpare"] = reading.ask(session, "warmSpare", network)
    if all(answer is None for answer in parts.values()):
        raise DashboardError(next(each["message"] for each in reading.unreadable if each["network"] == name))
    return parts


def _with_objects(dashboard: Dashboard, documents: dict[str, Document], reading: _Reading) -> dict[str, Document]:
    """Return the documents with the policy objects and groups that their rules name; none are asked for in vain."""
    rules = {name: json.dumps([document.get(part) for part in _RULE_LISTS]) for name, document in documents.items()}
    in_groups = any(map(_GROUP.search, rules.values()))
    alone = any(map(_OBJECT.search, rules.values()))
    item = {"id": Either((str, int))}
    groups = reading.list_all(dashboard, "policyObjectsGroups", item) if in_groups else []
    objects = reading.list_all(dashboard, "policyObjects", item) if in_groups or alone else []
    return {name: {**document, **_objects_of(rules[name], objects, groups)} for name, document in documents.items()}


def _objects_of(rules: str, objects: list[Item] | None, groups: list[Item] | None) -> dict[str, Any]:
    """Return the objects and groups that some rules name, and the objects of these groups; no part that is unknown."""
    named = [group for group in groups or () if str(group["id"]) in _GROUP.findall(rules)]
    inside = {str(each) for group in named for each in group.get("objectIds") or ()}
    wanted = inside | set(_OBJECT.findall(rules))
    return {
        **({} if objects is None else {"policyObjects": [known_fields(o) for o in objects if str(o["id"]) in wanted]}),
        **({} if groups is None else {"policyObjectsGroups": known_fields(named)}),
    }
