# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests for what mx_info returns: once for the organization where the API allows it, else for each network.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from traceback import format_exc
from typing import Any, Callable, TypeVar
from urllib.parse import quote

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError, RefusedError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.fleet import failures, identify, on_each
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.lookup import visible_networks
from ansible_collections.mxlab.ftp.plugins.module_utils._info.facts import Answers, Item, Organization, facts

_BAD_REQUEST = 400
_NOT_FOUND = 404
_UNLISTED = "This network is not in the organization. Check network, networks and organization."

Answer = TypeVar("Answer")


def read_all(dashboard: Dashboard, networks: Iterable[str], organization: str | None) -> dict[str, Any]:
    """Return the facts of networks, given by id or name, and what failed.

    A network that cannot be read stops no other. Raises DashboardError if the organization cannot be read, and
    ValueError if two of the networks are the same.
    """
    names = list(dict.fromkeys(networks))
    visible = visible_networks(dashboard, organization)
    ids, errors = identify(names, visible)
    listed = {item["id"] for item in visible}
    errors.update({name: _UNLISTED for name, found in ids.items() if found not in listed})
    ids = {name: found for name, found in ids.items() if found in listed}
    facts_by_name = _read_each(dashboard, ids, _organization(dashboard, visible), errors) if ids else {}
    return {"networks": facts_by_name, **failures({name: errors.get(name) for name in names})}


def _read_each(
    dashboard: Dashboard, ids: Mapping[str, str], organization: Organization, errors: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Return the facts by name of the networks that can be read, and put the others into `errors`."""

    def read(session: Dashboard, name: str, network_id: str) -> dict[str, Any]:
        try:
            return facts(network_id, organization, _answers(session, network_id))
        except DashboardError as error:
            errors[name] = str(error)
        except (AttributeError, LookupError, TypeError):
            errors[name] = f"The API's answer differs from its documentation: {format_exc()}"
        return {}

    return {name: found for name, found in on_each(dashboard, ids, read).items() if found}


def _organization(dashboard: Dashboard, visible: list[dict[str, Any]]) -> Organization:
    appliance = f"/organizations/{quote(visible[0]['organizationId'], safe='')}/appliance"
    return Organization(
        networks=visible,
        statuses=list(dashboard.pages(f"{appliance}/uplink/statuses")),
        # Newer than version 1.42 of the API.
        nat=_unless(_NOT_FOUND, lambda: list(dashboard.pages(f"{appliance}/uplinks/nat/byNetwork"))),
    )


def _answers(session: Dashboard, network_id: str) -> Answers:
    network = f"/networks/{quote(network_id, safe='')}"
    settings: Item = session.get(f"{network}/appliance/settings")
    firmware: Item = session.get(f"{network}/firmwareUpgrades")
    # As a bridge, an MX has no LAN of its own.
    if settings["deploymentMode"] == "passthrough":
        return Answers(settings, firmware, vlans=None, single_lan=None, routes=None)
    # 400: "VLANs are not enabled for this network" (the example of the API's page "Errors").
    vlans = _unless(_BAD_REQUEST, lambda: session.get(f"{network}/appliance/vlans"))
    single_lan = session.get(f"{network}/appliance/singleLan") if vlans is None else None
    return Answers(settings, firmware, vlans, single_lan, session.get(f"{network}/appliance/staticRoutes"))


def _unless(status: int, ask: Callable[[], Answer]) -> Answer | None:
    """Return the answer, or None if it is this status; raises DashboardError for others."""
    try:
        return ask()
    except RefusedError as error:
        if error.status != status:
            raise
        return None
