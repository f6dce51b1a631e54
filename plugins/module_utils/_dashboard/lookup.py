# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of networks: given as such, or looked up by name.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Maybe
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import presentable

# What the API returns of an organization or a network: at least its id and name.
Item = dict[str, Any]
_NAMED = {"id": str, "name": str, "organizationId": Maybe(str), "isBoundToConfigTemplate": Maybe(bool)}
# Names that a message lists; the others are counted.
_LISTED = 20


def is_network_id(network: str) -> bool:
    """Tell whether a text is a network's id, which costs no look-up."""
    return re.fullmatch(r"[NL]_[0-9]+", network) is not None


def visible_networks(dashboard: Dashboard, organization: str | None) -> list[Item]:
    """List the networks of an organization, given by id or name; None if the key sees only one."""
    owner = organization_id(dashboard, organization)
    return dashboard.pages(f"/organizations/{quote(owner, safe='')}/networks", _NAMED)


def network_id(network: str, visible: list[Item]) -> str:
    """Return the id of a network given by id or name; raises DashboardError that lists the networks there are."""
    return network if is_network_id(network) else _pick("network", network, visible)


def organization_id(dashboard: Dashboard, organization: str | None) -> str:
    """Return the id of an organization given by id, which costs no look-up, or by name; None if the key sees only one.

    Raises DashboardError that lists the organizations there are.
    """
    if organization is not None and re.fullmatch(r"[0-9]+", organization):
        return organization
    visible = dashboard.pages("/organizations", _NAMED)
    if organization is None and len(visible) == 1:
        return str(visible[0]["id"])
    return _pick("organization", organization, visible)


def _pick(option: str, wanted: str | None, visible: list[Item]) -> str:
    """Return the id of the one item that has `wanted` as its id or name."""
    found = [item for item in visible if wanted in (item["id"], item["name"])]
    if len(found) == 1:
        return str(found[0]["id"])
    names = [f"{presentable(item['name'])} ({presentable(item['id'])})" for item in visible[:_LISTED]]
    more = [f"and {len(visible) - _LISTED} more"] if len(visible) > _LISTED else []
    seen = ", ".join([*names, *more]) or "none"
    problem = "is not set" if wanted is None else f"{wanted!r} is {'ambiguous' if found else 'unknown'}"
    # The roles and playbooks have the options as variables of these names.
    advice = f"Set {option} (ftp_{option}) to one of these." if visible else "Use an api_key that sees it."
    raise DashboardError(f"{option} {problem}; this api_key sees: {seen}. {advice}")
