# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizations' change log (getOrganizationConfigurationChanges)."""

from __future__ import annotations

import json
from collections import deque
from typing import Any, NamedTuple

from .clock import timestamp
from .config import Network

# In memory, as the request log is.
CAPACITY = 10_000


class Author(NamedTuple):
    """Who changes something, and by which request: PUT /api/v1/..."""

    admin: str
    label: str


class ChangeLog:
    """Changes, newest first."""

    def __init__(self) -> None:
        self._entries: deque[tuple[str, dict[str, Any]]] = deque(maxlen=CAPACITY)

    def add(self, organization: str, network: Network | None, author: Author, old: object, new: object) -> None:
        """Note one change; old and new are the changed part as the API answers it, None where there is nothing.

        Without a network it is a change of the organization.
        """
        entry = {
            "ts": timestamp(),
            "adminName": f"Administrator {author.admin}",
            "adminEmail": f"admin{author.admin}@example.com",
            "adminId": author.admin,
            **({"networkName": network.name, "networkId": network.id} if network else {}),
            "page": "via API",
            "label": author.label,
            "oldValue": json.dumps(old),
            "newValue": json.dumps(new),
        }
        self._entries.appendleft((organization, entry))

    def of(self, organization: str) -> list[dict[str, Any]]:
        """Return the entries of one organization in the API's shape."""
        return [entry for owner, entry in self._entries if owner == organization]
