# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one kind of request: GET without a body, limited in size and in time as a whole, not for each byte."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from ftp_probe_app.exporter.answers import Answer, Refused, bad

MAX_HEAD_BYTES = 8192
MAX_TARGET_BYTES = 2048
# Seconds for the whole head of a request, and for the whole response.
PATIENCE = 5.0
_CHUNK = 4096
# What a client may still send behind its request: read, so that its own errors do not cost it the response.
_MAX_DRAINED = 1 << 16
_DRAIN_SECONDS = 0.5


@dataclass(frozen=True)
class Request:
    """A request: path, parameters of the URL, and headers in lower case."""

    path: str
    parameters: Mapping[str, list[str]]
    headers: Mapping[str, str]

    @classmethod
    def parse(cls, head: bytes) -> Request:
        """Return the request that a head holds; refuse anything that is no GET of HTTP/1."""
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = _words(first)
        if not version.startswith("HTTP/1."):
            raise Refused(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "expected HTTP/1.0 or HTTP/1.1")
        if method != "GET":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "expected GET", {"Allow": "GET"})
        if len(target) > MAX_TARGET_BYTES:
            raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, f"expected a URL of at most {MAX_TARGET_BYTES} bytes")
        headers = dict(map(_header, filter(None, lines)))
        try:
            url = urlsplit(target)
            parameters = parse_qs(url.query, keep_blank_values=True, max_num_fields=20, errors="strict")
        except ValueError as error:
            raise bad("the URL cannot be read; expected at most 20 parameters in UTF-8") from error
        return cls(url.path, parameters, headers)

    def parameter(self, name: str) -> str:
        """Return a parameter of the URL, "" if it is missing; refuse one that is there twice."""
        values = self.parameters.get(name, [""])
        if len(values) > 1:
            raise bad(f"the URL has {name} {len(values)} times; expected it once")
        return values[0]


def receive(connection: socket.socket) -> Request:
    """Return the request that a client sends within PATIENCE; refuse one that is too slow or too long."""
    deadline = time.monotonic() + PATIENCE
    received = bytearray()
    while b"\r\n\r\n" not in received:
        if len(received) > MAX_HEAD_BYTES:
            raise Refused(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"expected a request of at most {MAX_HEAD_BYTES} bytes"
            )
        chunk = _chunk(connection, deadline)
        if not chunk:
            raise bad("the request is not complete")
        received += chunk
    return Request.parse(bytes(received.partition(b"\r\n\r\n")[0]))


def respond(connection: socket.socket, answer: Answer) -> None:
    """Send the response and end the connection; a client that does not read it within PATIENCE loses the rest."""
    with contextlib.suppress(OSError):
        connection.settimeout(PATIENCE)
        connection.sendall(answer.encoded())
        connection.shutdown(socket.SHUT_WR)
        _drain(connection)


def _drain(connection: socket.socket) -> None:
    """Wait a moment for the client's end: closing with unread bytes would reset the connection."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    drained = 0
    while drained < _MAX_DRAINED and time.monotonic() < deadline:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        chunk = connection.recv(_CHUNK)
        if not chunk:
            return
        drained += len(chunk)


def _chunk(connection: socket.socket, deadline: float) -> bytes:
    connection.settimeout(max(deadline - time.monotonic(), 0.001))
    try:
        return connection.recv(_CHUNK)
    except socket.timeout as error:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, f"expected a whole request within {PATIENCE:g} seconds") from error


def _words(line: str) -> tuple[str, str, str]:
    words = line.split(" ")
    if len(words) != 3 or not line.isascii() or not line.isprintable():
        raise bad("expected a request line such as GET /metrics HTTP/1.1")
    return words[0], words[1], words[2]


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or name != name.strip() or not name:
        raise bad("expected header lines of the form NAME: VALUE")
    return name.lower(), value.strip()
