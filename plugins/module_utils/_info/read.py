# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests for what mx_info returns: once for the organization where the API allows it, else for each network.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, TypeVar
from urllib.parse import quote

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError, RefusedError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import failures, identify, on_each
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.lookup import (
    is_network_id,
    organization_id,
    visible_networks,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Either, Maybe
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import (
    Answers,
    Item,
    Organization,
    facts,
    own_uplinks,
)

_BAD_REQUEST = 400
_FORBIDDEN = 403
_NOT_FOUND = 404
_UNLISTED = "This network is not in the organization. Check network, networks and organization."
_SILENT = "No MX of this network reports its uplinks to the organization. Check network, networks and organization."

# What of each answer is read (field names: OpenAPI document of the API).
_TEXT = Maybe(str)
_STATUS = {
    "networkId": str,
    "highAvailability": Maybe({"role": _TEXT}),
    "uplinks": Maybe([{"interface": str, "status": _TEXT, "ip": _TEXT, "publicIp": _TEXT}]),
}
_NAT = {"networkId": str, "uplinks": [{"interface": str, "nat": {"enabled": bool}}]}
_SETTINGS = {"deploymentMode": str, "dynamicDns": Maybe({"enabled": Maybe(bool), "url": _TEXT})}
_FIRMWARE = {"products": {"appliance": Maybe({"currentVersion": Maybe({"shortName": _TEXT, "firmware": _TEXT})})}}
_SUBNET = {"id": Maybe(Either((str, int))), "subnet": _TEXT, "name": _TEXT, "enabled": Maybe(bool)}

Answer = TypeVar("Answer")


@dataclass
class _Reading:
    """One run: `errors` by network, and `unreadable`, what the key may not read."""

    errors: dict[str, str]
    unreadable: list[dict[str, Any]] = field(default_factory=list)

    def unless(
        self, statuses: Collection[int], network: str | None, path: str, ask: Callable[[str], Answer]
    ) -> Answer | None:
        """Return the answer, or None if it is one of these statuses; a refused one is noted.

        Raises DashboardError for others.
        """
        try:
            return ask(path)
        except RefusedError as error:
            if error.status not in statuses:
                raise
            if error.status == _FORBIDDEN:
                self.unreadable.append({"network": network, "path": path, "message": str(error)})
            return None


def read_all(dashboard: Dashboard, networks: Iterable[str], organization: str | None) -> dict[str, Any]:
    """Return the facts of networks, given by id or name, what failed, and what the key may not read.

    A network that cannot be read stops no other. Raises DashboardError if the organization cannot be read, and
    ValueError if two of the networks are the same.
    """
    names = list(dict.fromkeys(networks))
    visible = visible_networks(dashboard, organization)
    ids, errors = identify(names, visible)
    listed = {item["id"] for item in visible}
    errors.update({name: _UNLISTED for name, found in ids.items() if found not in listed})
    ids = {name: found for name, found in ids.items() if found in listed}
    reading = _Reading(errors)
    facts_by_name = _read_each(dashboard, ids, _organization(dashboard, visible, reading), reading) if ids else {}
    return {
        "networks": facts_by_name,
        "unreadable": reading.unreadable,
        **failures({name: errors.get(name) for name in names}),
    }


def read_uplinks(dashboard: Dashboard, networks: Iterable[str], organization: str | None) -> dict[str, Any]:
    """Return the uplinks of networks and nothing else, in the form of read_all, which raises the same.

    One request, if the organization and all networks are given by id.
    """
    names = list(dict.fromkeys(networks))
    owner = organization_id(dashboard, organization)
    visible = [] if all(is_network_id(name) for name in names) else visible_networks(dashboard, owner)
    ids, errors = identify(names, visible)
    reading = _Reading(errors)
    statuses = _statuses(dashboard, owner, reading) if ids else None
    reporting = {item["networkId"] for item in statuses or ()}
    if statuses is not None:
        errors.update({name: _SILENT for name, found in ids.items() if found not in reporting})
    return {
        "networks": {
            name: {"uplinks": own_uplinks(found, statuses)} for name, found in ids.items() if name not in errors
        },
        "unreadable": reading.unreadable,
        **failures({name: errors.get(name) for name in names}),
    }


def _read_each(
    dashboard: Dashboard, ids: Mapping[str, str], organization: Organization, reading: _Reading
) -> dict[str, dict[str, Any]]:
    """Return the facts by name of the networks that can be read, and note the errors of the others."""

    def read(session: Dashboard, name: str, network_id: str) -> dict[str, Any]:
        try:
            return facts(network_id, organization, _answers(session, name, network_id, reading))
        except DashboardError as error:
            reading.errors[name] = str(error)
        return {}

    return {name: found for name, found in on_each(dashboard, ids, read).items() if found}


def _organization(dashboard: Dashboard, visible: list[dict[str, Any]], reading: _Reading) -> Organization:
    owner = visible[0].get("organizationId")
    if owner is None:
        raise DashboardError(
            "GET /organizations/{id}/networks: expected organizationId in each network, got none. Check base_url."
        )
    return Organization(
        networks=visible,
        statuses=_statuses(dashboard, owner, reading),
        # Newer than version 1.42 of the API, and no scope of an OAuth token lists it.
        nat=reading.unless(
            (_FORBIDDEN, _NOT_FOUND),
            None,
            f"{_appliance(owner)}/uplinks/nat/byNetwork",
            lambda path: dashboard.pages(path, _NAT),
        ),
    )


def _statuses(dashboard: Dashboard, owner: str, reading: _Reading) -> Sequence[Item] | None:
    return reading.unless(
        (_FORBIDDEN,), None, f"{_appliance(owner)}/uplink/statuses", lambda path: dashboard.pages(path, _STATUS)
    )


def _appliance(owner: str) -> str:
    return f"/organizations/{quote(owner, safe='')}/appliance"


def _answers(session: Dashboard, name: str, network_id: str, reading: _Reading) -> Answers:
    """Read one network; raises DashboardError, also if the key may read nothing of it."""
    network = f"/networks/{quote(network_id, safe='')}"

    def read(path: str, shape: Any, *statuses: int) -> Any:
        return reading.unless((_FORBIDDEN, *statuses), name, network + path, lambda full: session.get(full, shape))

    settings: Item | None = read("/appliance/settings", _SETTINGS)
    firmware: Item | None = read("/firmwareUpgrades", _FIRMWARE)
    # As a bridge, an MX has no LAN of its own.
    if settings is not None and settings["deploymentMode"] == "passthrough":
        return Answers(settings, firmware, vlans=None, single_lan=None, routes=None)
    # 400: "VLANs are not enabled for this network" (the example of the API's page "Errors").
    vlans = read("/appliance/vlans", [_SUBNET], _BAD_REQUEST)
    single_lan = read("/appliance/singleLan", _SUBNET) if vlans is None else None
    routes = read("/appliance/staticRoutes", [_SUBNET])
    if settings is firmware is routes is None and vlans is single_lan is None:
        raise DashboardError(reading.unreadable[-1]["message"])
    whole = routes is not None and (vlans, single_lan) != (None, None)
    return Answers(settings, firmware, vlans, single_lan, routes if whole else None)
