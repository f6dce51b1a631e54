# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organizations' API request log (getOrganizationApiRequests): it tells a test what a client has sent."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from fastapi import Request

from .clock import timestamp

# Enough for a fleet run; in memory, because a restart of the emulator ends a measurement anyway.
CAPACITY = 10_000


class _Entry(NamedTuple):
    organization: str | None
    answer: dict[str, Any]


class RequestLog:
    """Requests with a valid key, newest first."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque(maxlen=CAPACITY)

    def add(self, organization: str | None, admin: str, request: Request, status: int) -> None:
        """Note one answered request; organization is the id in its path, None for requests that name none."""
        answer = {
            "adminId": admin,
            "method": request.method,
            "host": request.url.hostname or "",
            "path": request.url.path,
            "queryString": request.url.query,
            "userAgent": request.headers.get("user-agent", ""),
            "ts": timestamp(),
            "responseCode": status,
            "sourceIp": request.client.host if request.client else "",
            "version": 1,
        }
        # An unknown path and a request over the limit never reach a route, so they have no operation.
        operation = getattr(request.scope.get("route"), "operation_id", None)
        self._entries.appendleft(_Entry(organization, answer | ({"operationId": operation} if operation else {})))

    def of(self, organization: str) -> list[dict[str, Any]]:
        """Return the entries of one organization, and those that name none, in the API's shape."""
        return [entry.answer for entry in self._entries if entry.organization in (organization, None)]
