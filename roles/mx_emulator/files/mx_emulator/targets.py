# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Request targets in the forms in which clients send them: for a proxy, and with a slash at the end."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

# "A server MUST accept the absolute-form in requests" (RFC 9112 section 3.2.2): so Meraki's SDK asks for a further page
# behind its option requests_proxy.
_ABSOLUTE = re.compile(r"https?://([^/?#]+)(.*)", re.IGNORECASE | re.DOTALL)


class Targets:
    """ASGI middleware that passes requests on with the path alone, and the host of an absolute target."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        await self._app(_usual(scope) if scope["type"] == "http" else scope, receive, send)


def _usual(scope: Scope) -> Scope:
    absolute = _ABSOLUTE.fullmatch(scope["path"])
    path = (absolute[2] or "/") if absolute else scope["path"]
    if path.startswith("/api/"):
        # Older clients end some paths with a slash.
        path = path.rstrip("/")
    headers = scope["headers"]
    if absolute:
        others = [(name, value) for name, value in headers if name != b"host"]
        headers = [(b"host", absolute[1].encode("latin-1", "replace")), *others]
    return {**scope, "path": path, "headers": headers}
