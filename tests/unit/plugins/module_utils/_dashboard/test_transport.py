# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real sender against servers on loopback that send too slowly, too much, or what is broken."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Callable

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import (
    MAX_BYTES,
    TOO_LARGE,
    USER_AGENT,
    Response,
    sender,
)

ROOT = Path(__file__).parents[5]
# What a server does with a connection after it has read the request, until the event is set.
Play = Callable[[socket.socket, threading.Event], None]


@contextmanager
def server(play: Play) -> Iterator[str]:
    """Serve one connection after the other, and give the address; the requests are not looked at."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                connection, _peer = listener.accept()
                with connection:
                    connection.recv(65536)
                    play(connection, over)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        over.set()
        # Wakes the accept up.
        socket.create_connection(listener.getsockname()).close()
        thread.join(60)
    assert not thread.is_alive()


def answer(play: Play, timeout: int = 30) -> Response:
    with server(play) as url:
        return sender(timeout, True, None)("GET", url, {}, None)


def sends(*parts: bytes) -> Play:
    def play(connection: socket.socket, _over: threading.Event) -> None:
        for part in parts:
            connection.sendall(part)

    return play


def drips(first: bytes, drop: bytes) -> Play:
    """Send a drop again and again, each before a timeout of a second."""

    def play(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(first)
        while not over.wait(0.2):
            connection.sendall(drop)

    return play


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (OK + b"Content-Length: 100000\r\n\r\n", b"x"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (OK + b"\r\n", b" "),
        (OK, b"X"),
        (b"", b"H"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "body without an end", "header", "status", "interim answers"],
)
def test_an_answer_that_drips_ends_with_the_timeout(first: bytes, drop: bytes) -> None:
    # Without an end of the whole, this test does not end.
    seen = answer(drips(first, drop), timeout=1)
    assert (seen.status, seen.body) == (0, b"no whole answer within 1 s")


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def told(body: bytes, *headers: bytes) -> Play:
    lines = b"".join(header + b"\r\n" for header in headers)
    return sends(OK + lines + b"Content-Length: %d\r\n\r\n" % len(body), body)


GZIP = b"Content-Encoding: gzip"


@pytest.mark.parametrize("body", [b"", b"{}", b"x" * MAX_BYTES])
def test_gzip_is_unpacked_up_to_the_limit(body: bytes) -> None:
    assert answer(told(packed(body), GZIP)).body == body
    assert answer(told(body)).body == body


@pytest.mark.parametrize(
    ("body", "headers", "defect"),
    [
        (packed(b"\0" * (MAX_BYTES + 1)), [GZIP], TOO_LARGE),
        (packed(b"\0" * (30 * MAX_BYTES)), [GZIP], TOO_LARGE),
        (b"\0" * (MAX_BYTES + 1), [], TOO_LARGE),
        (packed(b"{}")[:-9], [GZIP], "is gzip that breaks off"),
        (b"{}", [GZIP], "is not sound gzip (Error -3 while decompressing data: incorrect header check)"),
        (zlib.compress(b"{}"), [b"Content-Encoding: br"], "is encoded as br, though only gzip was asked for"),
    ],
)
def test_a_body_that_cannot_be_used_is_a_defect(body: bytes, headers: list[bytes], defect: str) -> None:
    seen = answer(told(body, *headers))
    assert (seen.status, seen.body, seen.defect) == (200, b"", defect)


def test_what_unpacks_to_more_than_the_limit_takes_no_more_memory_than_that() -> None:
    bomb = packed(b"\0" * (30 * MAX_BYTES))
    tracemalloc.start()
    try:
        assert answer(told(bomb, GZIP)).defect == TOO_LARGE
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 * MAX_BYTES


def test_a_body_without_an_end_is_read_to_the_limit() -> None:
    def play(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(OK + b"\r\n")
        with suppress(OSError):
            while not over.is_set():
                connection.sendall(b"x" * 65536)

    assert answer(play).defect == TOO_LARGE


@pytest.mark.parametrize(
    "parts",
    [
        (OK + b"Content-Length: 100\r\n\r\n{",),
        (OK + b"Content-Length: 100\r\n\r\n",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab",),
        (b"SSH-2.0-OpenSSH\r\n",),
        (b"HTTP/1.1 abc\r\n\r\n",),
        (b"",),
        (OK + b"X: y\r\n" * 200 + b"\r\n",),
        (b"x" * 70000,),
    ],
)
def test_what_is_no_whole_answer_is_none(parts: tuple[bytes, ...]) -> None:
    seen = answer(sends(*parts))
    assert seen.status == 0
    assert seen.body


def test_the_user_agent_has_the_form_that_the_vendor_asks_for() -> None:
    heard: list[bytes] = []

    def play(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(OK + b"Content-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _peer = listener.accept()
            with connection:
                heard.append(connection.recv(65536))
                play(connection, threading.Event())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        sender(30, True, None)("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, None)
        thread.join(60)
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert f"\r\nUser-Agent: {USER_AGENT}\r\n".lower() in heard[0].decode().lower()
    assert re.fullmatch(rf"[A-Za-z0-9]+/{re.escape(version)} [A-Za-z0-9]+", USER_AGENT)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/\n", "http://[::1/", "http://127.0.0.1:x/"])
def test_an_address_that_is_none_is_no_answer(url: str) -> None:
    assert sender(30, True, None)("GET", url, {}, None).status == 0


def test_a_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with server(told(b"from the proxy")) as url:
        monkeypatch.setenv("http_proxy", url)
        assert sender(30, True, None)("GET", "http://api.example/x", {}, None).body == b"from the proxy"
