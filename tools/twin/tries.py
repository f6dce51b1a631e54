# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that are tried for real: each says where it has arrived, and from whom.

The host that a connection reaches answers on any port, without a server: what it is told by its kernel, it sends back.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from twin.checks import INBOUND, Check
from twin.ground import ANSWERING_PORT, Ground
from twin.places import Place

# Nothing on the way takes its time, so an answer comes at once or, when a packet was lost in the rush, with the first
# repetition of a SYN, which Linux sends after a second.
PATIENCE = 3.0
AT_ONCE = 400
_SO_ORIGINAL_DST = 80  # linux/netfilter_ipv4.h
_FIRST_PORT = 40000
# More than an MX has uplinks.
_PORTS_OF_A_ROUND = 100


class Arrival(NamedTuple):
    """Where a connection has arrived, and its other end as it is seen there."""

    destination: str
    port: int
    source: str
    source_port: int


class Tries:
    """All connections that are tried on one ground; each round and uplink has a port, so none repeats another."""

    def __init__(self, stack: ExitStack, ground: Ground) -> None:
        self._ground = ground
        self._port = _FIRST_PORT
        places = [ground.internet, ground.lan, *ground.clients.values()]
        self._listeners = [stack.enter_context(_listener(place)) for place in places]

    def arrivals(self, checks: Sequence[Check]) -> list[Arrival | None]:
        """Try each connection once, and return where each has arrived; None if no answer came."""
        self._port += _PORTS_OF_A_ROUND
        return asyncio.run(self._arrivals(checks))

    def source_port(self, check: Check) -> int:
        """Return the port that a connection came from in the last round."""
        return check.source_port or self._port + self._ground.number(check.uplink)

    async def _arrivals(self, checks: Sequence[Check]) -> list[Arrival | None]:
        servers = [await asyncio.start_server(_answer, sock=each.dup(), backlog=AT_ONCE) for each in self._listeners]
        found: list[Arrival | None] = []
        for begin in range(0, len(checks), AT_ONCE):
            found += await asyncio.gather(*map(self._tried, checks[begin : begin + AT_ONCE]))
        for server in servers:
            server.close()
        return found

    async def _tried(self, check: Check) -> Arrival | None:
        place = self._ground.source(check.source) if check.direction == INBOUND else self._ground.lan
        with place.inside():
            tried = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with tried:
            tried.setblocking(False)
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, self._ground.service(check.uplink))
            # No TIME_WAIT is left behind.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            tried.bind((check.source, self.source_port(check)))
            with contextlib.suppress(OSError, asyncio.TimeoutError):
                return await asyncio.wait_for(_told(tried, check), PATIENCE)
        return None


async def _told(tried: socket.socket, check: Check) -> Arrival | None:
    loop = asyncio.get_running_loop()
    await loop.sock_connect(tried, (check.destination, check.port))
    data = b""
    while not data.endswith(b"\n"):
        more = await loop.sock_recv(tried, 256)
        if not more:
            return None
        data += more
    destination, port, source, source_port = data.decode().split()
    return Arrival(destination, int(port), source, int(source_port))


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Tell a connection where it was meant to go, before the redirection to this listener, and from whom it came."""
    kernel = writer.get_extra_info("socket")
    port, address = struct.unpack("!2xH4s8x", kernel.getsockopt(socket.IPPROTO_IP, _SO_ORIGINAL_DST, 16))
    source, source_port = writer.get_extra_info("peername")
    writer.write(f"{socket.inet_ntoa(address)} {port} {source} {source_port}\n".encode())
    with contextlib.suppress(OSError):
        await writer.drain()
        await reader.read()
    writer.close()


@contextlib.contextmanager
def _listener(place: Place) -> Iterator[socket.socket]:
    with place.inside():
        listener = socket.create_server(("0.0.0.0", ANSWERING_PORT), backlog=AT_ONCE)
    with listener:
        yield listener
