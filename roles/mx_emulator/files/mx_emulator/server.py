# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: uvicorn, which for the sake of faults shows each request the connection that it came on."""

from __future__ import annotations

from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .faulty import TRANSPORT


def server(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> Any:
    """Return a uvicorn server that is yet to run."""
    # uvicorn calls what it is given, and only its annotation asks for a class.
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, http=_protocol))  # type: ignore[arg-type]


def _protocol(*arguments: Any, **named: Any) -> Any:
    # ASGI gives no access to the connection, and a reset is nothing that HTTP could express.
    protocol = H11Protocol(*arguments, **named)
    app: ASGIApp = protocol.app

    async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, TRANSPORT: protocol.transport}, receive, send)

    protocol.app = with_transport
    return protocol
