# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request and its answer, with an end in time and in size whatever the other side does.

The sockets' own timeout is one for each read: a server that sends a byte now and then would hold a request for hours.
Here each read gets what is left of the request's time. Ansible's own Request offers no place for that, so this builds
on urllib alone; proxies of the environment work as with Ansible, redirects are not followed, and .netrc is not read.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from io import BufferedReader, RawIOBase
from typing import Any, Callable
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from ansible.module_utils.urls import make_context

UNANSWERED = 0
# A rule takes some 300 bytes and a network some 500, of which a page has 1000; so this is several times what there is.
MAX_BYTES = 8 * 1024 * 1024
# The vendor's form is Name/1.0 Vendor, in letters and digits ("User Agents Overview" of the API's guide).
USER_AGENT = "MxlabFtp/1.0.0 Mxlab"

TOO_LARGE = f"is larger than {MAX_BYTES // 1024 // 1024} MiB, the most that is read"

_CHUNK = 64 * 1024
# zlib: a gzip header is expected, and the largest window.
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Response:
    """One answer; header names in lower case. `status` UNANSWERED (0) means none came, and `body` says why.

    `defect` says why the body cannot be used, "" if it can.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    defect: str = ""


# (method, URL, headers, body) -> answer; raises nothing.
Send = Callable[[str, str, Mapping[str, str], "bytes | None"], Response]


def sender(timeout: int, validate_certs: bool, ca_path: str | None) -> Send:
    """Return the `send` that really talks to the network; `timeout` in seconds for each request as a whole."""

    # Loading the system's authorities anew for each request would take more time than all the rest of it.
    @cache
    def tls() -> Any:
        return make_context(cafile=ca_path, validate_certs=validate_certs)

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        deadline = _Deadline(timeout)
        own = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
        try:
            request = Request(url, data=body, headers={**headers, **own}, method=method)
            with _opener(deadline, tls()).open(request) as answer:
                return _read(answer)
        # ValueError: an address or a header that http.client does not take.
        except (OSError, HTTPException, ValueError) as error:
            reason = f"no whole answer within {timeout} s" if deadline.over() else str(error) or type(error).__name__
            return Response(UNANSWERED, {}, reason.encode(errors="replace"))

    return send


class _Deadline:
    """The end of a request, so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raises TimeoutError if there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def over(self) -> bool:
        return time.monotonic() >= self._end


class _TimedReader(RawIOBase):
    """The bytes of a socket, each read with what is left of the time."""

    def __init__(self, deadline: _Deadline, sock: Any) -> None:
        self._deadline, self._sock, self._raw = deadline, sock, sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.left())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer that is read in time; also the answer of a proxy to CONNECT."""

    def __init__(self, deadline: _Deadline, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = BufferedReader(_TimedReader(deadline, sock))


class _TimedConnection(HTTPConnection):
    """A connection each step of which gets what is left of the time; urllib's own timeout is not used."""

    def __init__(self, deadline: _Deadline, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._deadline = deadline
        self._create_connection = partial(_connected, deadline)
        self.response_class = partial(_TimedResponse, deadline)  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self._deadline.left())
        super().send(data)


class _TimedTlsConnection(_TimedConnection, HTTPSConnection):
    """The same with TLS."""


def _connected(deadline: _Deadline, address: tuple[str, int], *_options: Any) -> socket.socket:
    """Connect to one of the addresses of a host, each of which gets its share of the time; raises OSError."""
    targets: list[Any] = [found[4][:2] for found in socket.getaddrinfo(*address, type=socket.SOCK_STREAM)]
    for index, target in enumerate(targets, start=1):
        try:
            sock = socket.create_connection(target, deadline.left() / (len(targets) - index + 1))
        except OSError:
            if index == len(targets):
                raise
        else:
            sock.settimeout(deadline.left())
            return sock
    raise OSError(f"{address[0]} has no address")


class _Http(HTTPHandler):
    """Opens http URLs."""

    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> HTTPResponse:
        connection: Any = partial(_TimedConnection, self._deadline)
        return self.do_open(connection, req)


class _Https(HTTPSHandler):
    """Opens https URLs."""

    def __init__(self, deadline: _Deadline, context: Any) -> None:
        super().__init__(context=context)
        self._deadline, self._tls = deadline, context

    def https_open(self, req: Request) -> HTTPResponse:
        connection: Any = partial(_TimedTlsConnection, self._deadline)
        return self.do_open(connection, req, context=self._tls)


def _opener(deadline: _Deadline, context: Any) -> OpenerDirector:
    """Return an opener without what follows redirects and without what raises on a status."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), _Http(deadline), _Https(deadline, context)):
        opener.add_handler(handler)
    return opener


def _read(answer: HTTPResponse) -> Response:
    """Return an answer with its body, of which at most MAX_BYTES are read; raises OSError, HTTPException."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        return Response(answer.status, headers, b"", f"is encoded as {encoding}, though only gzip was asked for")
    raw = _whole(answer)
    if raw is None:
        return Response(answer.status, headers, b"", TOO_LARGE)
    body, defect = _unpacked(raw) if encoding == "gzip" and raw else (raw, "")
    return Response(answer.status, headers, body, defect)


def _whole(answer: HTTPResponse) -> bytes | None:
    """Return the body as it was sent, None if it is larger than MAX_BYTES; raises IncompleteRead if it is cut."""
    raw = bytearray()
    while chunk := answer.read(_CHUNK):
        raw += chunk
        if len(raw) > MAX_BYTES:
            return None
    # With a length given, http.client does not notice that the body ends before.
    if answer.length:
        raise IncompleteRead(bytes(raw), answer.length)
    return bytes(raw)


def _unpacked(raw: bytes) -> tuple[bytes, str]:
    """Return what gzip packs, and what is wrong with it, "" if nothing is."""
    unpack = zlib.decompressobj(_GZIP)
    try:
        body = unpack.decompress(raw, MAX_BYTES + 1)
    except zlib.error as error:
        return b"", f"is not sound gzip ({error})"
    if len(body) > MAX_BYTES:
        return b"", TOO_LARGE
    return (body, "") if unpack.eof else (b"", "is gzip that breaks off")
