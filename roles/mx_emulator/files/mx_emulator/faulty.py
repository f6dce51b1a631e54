# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The room where faults happen: around the whole application, next to the connection."""

from __future__ import annotations

import asyncio
import socket
import struct

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .change_log import Author
from .emulator import Emulator
from .faults import Edit, Fault
from .lists import KINDS, updated
from .web import errors

# Under this key the server puts the connection's asyncio transport into the scope of a request.
TRANSPORT = "mx_emulator.transport"
# The administrator of edits, who has no key.
ANOTHER = "another"


class Faulty:
    """ASGI middleware that lets the emulator's faults happen."""

    def __init__(self, app: ASGIApp, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless a fault is for it."""
        wanted = scope["type"] == "http" and scope["path"].startswith("/api/")
        fault = self._emulator.faults.take(scope["method"], scope["path"]) if wanted else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await asyncio.sleep(fault.delay)
            await self._fail(fault, scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.reset and not fault.after:
            # Not while the request is still coming in, or the client would see now a reset, now a disorderly end.
            while (await receive()).get("more_body"):
                pass
            await _reset(scope, receive)
            return
        if fault.status and not fault.after:
            # For the gate, so that the key is checked and the request log knows of it.
            scope.setdefault("state", {})["refusal"] = _refusal(fault.status, fault.retry_after)
        messages = await self._messages(scope, receive)
        if fault.edit:
            self._apply(fault.edit)
        if fault.reset:
            await _reset(scope, receive)
        elif fault.status and fault.after:
            await _refusal(fault.status, fault.retry_after)(scope, receive, send)
        elif fault.truncate:
            await _truncate(messages, scope, receive, send)
        else:
            for message in messages:
                await send(message)

    async def _messages(self, scope: Scope, receive: Receive) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        return messages

    def _apply(self, edit: Edit) -> None:
        network = self._emulator.config.networks[edit.network_id]
        kind = next(kind for kind in KINDS if kind.name == edit.rule_list)
        wanted = updated(kind, self._emulator.site(network), edit.body)
        path = f"/api/v1/networks/{network.id}/appliance/firewall/{kind.name}"
        self._emulator.change(network, Author(ANOTHER, f"PUT {path}"), kind.answer, **{kind.field: wanted})


def _refusal(status: int, retry_after: int | None) -> JSONResponse:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return errors(status, [f"An emulated fault: {status}"], headers)


async def _truncate(messages: list[Message], scope: Scope, receive: Receive, send: Send) -> None:
    start, *rest = messages
    body = b"".join(message.get("body", b"") for message in rest)
    await send(start)
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    transport: asyncio.Transport = scope[TRANSPORT]
    transport.close()
    await _disconnected(receive)


async def _reset(scope: Scope, receive: Receive) -> None:
    # To linger for no time is how a program asks for a TCP reset instead of an orderly end: socket(7).
    transport: asyncio.Transport = scope[TRANSPORT]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    # The server would answer on the connection, or complain, if the application ended before it knows of the end.
    while (await receive())["type"] != "http.disconnect":
        pass
