# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both ends of the carrier, the far one as the program that the MX container runs."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from lab import carrier


class Echo(socketserver.StreamRequestHandler):
    """Answers each line, until the word to leave."""

    def handle(self) -> None:
        for line in self.rfile:
            if line == b"leave\n":
                return
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


@pytest.fixture
def echo() -> Iterator[int]:
    """Return the port of a server that answers each line with the same line."""
    with Server(("127.0.0.1", 0), Echo) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@dataclass
class FarEnd:
    """The program beside the server, and the thread that reads from it."""

    process: subprocess.Popen[bytes]
    reader: Thread


@pytest.fixture
def far_ends() -> Iterator[list[FarEnd]]:
    """Return a list of programs that end with the test."""
    begun: list[FarEnd] = []
    yield begun
    for end in begun:
        end.process.kill()
        end.reader.join()
        # What a test could not send any more is lost with its reader.
        with contextlib.suppress(BrokenPipeError), end.process:
            pass


@pytest.fixture
def begin(far_ends: list[FarEnd]) -> Callable[[int], carrier.Carrier]:
    """Return what begins a carrier to a port."""

    def begin(port: int) -> carrier.Carrier:
        command = [sys.executable, "-c", Path(carrier.__file__).read_text(), "127.0.0.1", str(port)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin and process.stdout
        near_end = carrier.Carrier(process.stdout, process.stdin)
        far_ends.append(FarEnd(process, Thread(target=near_end.deliver, daemon=True)))
        far_ends[-1].reader.start()
        return near_end

    return begin


@contextlib.contextmanager
def client(near_end: carrier.Carrier, number: int) -> Iterator[socket.socket]:
    """Return a client's end of a connection that is carried; it waits at most ten seconds for anything."""
    outer, inner = socket.socketpair()
    outer.settimeout(10)
    near_end.add(number, inner)
    carrying = Thread(target=near_end.carry, args=(number,), daemon=True)
    carrying.start()
    with outer:
        yield outer
    carrying.join()


def test_each_connection_has_its_own_answers(begin: Callable[[int], carrier.Carrier], echo: int) -> None:
    near_end = begin(echo)

    def answered(number: int) -> bool:
        line = f"{number}".encode() * 50_000 + b"\n"
        with client(near_end, number) as connection, connection.makefile("rwb") as lines:
            lines.write(line)
            lines.flush()
            return lines.readline() == line

    with ThreadPoolExecutor(20) as pool:
        assert all(list(pool.map(answered, range(100))))


def test_a_connection_that_the_server_ends_is_ended_at_the_client(
    begin: Callable[[int], carrier.Carrier], echo: int
) -> None:
    with client(begin(echo), 1) as connection:
        connection.sendall(b"leave\n")
        assert connection.recv(1) == b""


def test_without_a_server_the_connection_ends(begin: Callable[[int], carrier.Carrier]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with client(begin(port), 1) as connection:
        connection.sendall(b"anyone?\n")
        assert connection.recv(1) == b""


def test_a_client_that_leaves_does_not_harm_the_others(begin: Callable[[int], carrier.Carrier], echo: int) -> None:
    near_end = begin(echo)
    with client(near_end, 1) as stays:
        with client(near_end, 2) as leaves:
            leaves.sendall(b"x" * 1_000_000 + b"\n")
        stays.sendall(b"still here\n")
        assert stays.makefile("rb").readline() == b"still here\n"


def test_when_the_far_end_dies_every_connection_ends_and_the_carrier_says_so(
    begin: Callable[[int], carrier.Carrier], echo: int, far_ends: list[FarEnd]
) -> None:
    near_end = begin(echo)
    with client(near_end, 1) as connection, client(near_end, 2) as another:
        connection.sendall(b"one\n")
        assert connection.makefile("rb").readline() == b"one\n"
        far_ends[0].process.kill()
        assert connection.recv(1) == another.recv(1) == b""
    assert near_end.ended
