# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries many TCP connections over one pair of pipes.

Both ends run this file.  As a program, ``python3 carrier.py HOST PORT``, it is the end beside the server; there it has
the standard library only.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Callable
from threading import Lock, Thread
from typing import IO

# The number of a connection, and how many bytes of it follow; none says that the connection has ended.
HEADER = struct.Struct("!II")
CHUNK = 65536


class Carrier:
    """One end of the pipes."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source = source
        self._sink = sink
        self._sending = Lock()
        self._connections: dict[int, socket.socket] = {}
        self.ended = False

    def add(self, number: int, connection: socket.socket) -> None:
        """Let the connection have what arrives for this number."""
        self._connections[number] = connection

    def carry(self, number: int) -> None:
        """Send what the connection says until it ends, and close it."""
        with self._connections[number] as connection, contextlib.suppress(OSError):
            while not self.ended and (data := connection.recv(CHUNK)):
                self._send(number, data)
        del self._connections[number]
        self.end(number)

    def end(self, number: int) -> None:
        """Say that there is no connection with this number any more."""
        with contextlib.suppress(OSError):
            self._send(number, b"")

    def deliver(self, connect: Callable[[int], None] = lambda number: None) -> None:
        """Give what arrives to its connections until the pipe ends; connect is called with each number that is new."""
        while header := self._source.read(HEADER.size):
            number, length = HEADER.unpack(header)
            data = self._source.read(length)
            if data and number not in self._connections:
                connect(number)
            self._give(number, data)
        self.ended = True
        for number in list(self._connections):
            self._give(number, b"")

    def _give(self, number: int, data: bytes) -> None:
        """Hand the data to its connection, or end it if there is none; a connection that has left gets nothing."""
        with contextlib.suppress(OSError, KeyError):
            if data:
                self._connections[number].sendall(data)
            else:
                self._connections[number].shutdown(socket.SHUT_RDWR)

    def _send(self, number: int, data: bytes) -> None:
        with self._sending:
            self._sink.write(HEADER.pack(number, len(data)) + data)
            self._sink.flush()


def serve(carrier: Carrier, server: tuple[str, int]) -> None:
    """Connect each number that arrives to the server, until the pipe ends."""

    def connect(number: int) -> None:
        try:
            carrier.add(number, socket.create_connection(server))
        except OSError:
            carrier.end(number)
        else:
            Thread(target=carrier.carry, args=(number,), daemon=True).start()

    carrier.deliver(connect)


if __name__ == "__main__":
    # Unbuffered, because Python cannot end while one of the threads writes to a buffer.
    with os.fdopen(sys.stdout.fileno(), "wb", buffering=0) as output:
        serve(Carrier(sys.stdin.buffer, output), (sys.argv[1], int(sys.argv[2])))
