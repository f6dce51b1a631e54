# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both modules against a Dashboard that is broken or hostile, over HTTP on loopback: a clear failure, and no secret."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard import api
from ansible_collections.mxlab.ftp.plugins.modules import mx_export, mx_ftp_rules, mx_info
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import Clock
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

KEY = "0123456789abcdef0123456789abcdef01234567"
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
OSC = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"


class Broken(ThreadingHTTPServer):
    """Answers every request alike: `status`, `headers` and `body`; `seen` counts the requests."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seen = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep the test's output clean: a client that has read enough hangs up."""


class Handler(BaseHTTPRequestHandler):
    """What Broken does with a request."""

    server: Broken

    def do_GET(self) -> None:
        self.server.seen += 1
        self.send_response(self.server.status)
        for name, value in {"Content-Length": str(len(self.server.body)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def broken() -> Iterator[Broken]:
    server = Broken(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(60)


def text(value: Any) -> bytes:
    return json.dumps(value).encode()


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


# name -> (status, headers, body, what the message says, number of requests)
TABLE: dict[str, tuple[int, Mapping[str, str], bytes, str, int]] = {
    "a text": (200, JSON, b'"x"', 'got "x".', 1),
    "null": (200, JSON, b"null", "got null.", 1),
    "a number": (200, JSON, b"7", "got 7.", 1),
    "an object of errors": (200, JSON, text({"errors": ["x"]}), "expected ", 1),
    "a list of null": (200, JSON, b"[null]", "expected an object", 1),
    "items without id": (200, JSON, b'[{"name": "x"}]', "expected ", 1),
    "an id that is a list": (200, JSON, b'[{"id": [], "name": "x"}]', "expected ", 1),
    "nothing": (200, JSON, b"", "expected JSON in UTF-8, got an empty answer", 1),
    "no content": (204, {}, b"", "expected JSON in UTF-8, got an empty answer", 1),
    "a page to sign in": (200, HTML, b"<html>Sign in</html>", "got other text: <html>Sign in</html>", 1),
    "a captive portal": (302, {"Location": f"https://jane@portal/{KEY}"}, b"", "was answered 302", 1),
    "another character set": (
        200,
        {"Content-Type": "application/json; charset=latin-1"},
        b'["\xe9"]',
        "other bytes",
        1,
    ),
    "cut JSON": (200, JSON, b'[{"id": "N_1"', "got other text: ", 1),
    "deep JSON": (200, JSON, deep(100_000), "nested deeper than 50 levels", 1),
    "rather deep JSON": (200, JSON, deep(300), "nested deeper than 50 levels", 1),
    "no gzip": (200, {"Content-Encoding": "gzip"}, b"[]", "got an answer that is not sound gzip", 1),
    "cut gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"[]")[:-4], "gzip that breaks off", 1),
    "a bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(20_000_000)), "larger than 8 MiB", 1),
    "too much": (200, JSON, b" " * 9_000_000, "larger than 8 MiB", 1),
    "a body that ends early": (200, {"Content-Length": "100"}, b"[", "got no answer: IncompleteRead", 4),
    "escapes": (404, JSON, text({"errors": [OSC]}) + OSC.encode(), "was answered 404", 1),
    "the key": (400, HTML, f"Bearer {KEY}, {KEY[:20]}, {KEY[20:]} {KEY.upper()}".encode(), "Bearer ********", 1),
    "a long text": (500, HTML, b"x" * 1_000_000, "(1000000 characters in all)", 4),
    "wrong key": (401, JSON, b'{"errors": ["Invalid API key"]}', "The API key is not accepted.", 1),
    "no scope": (403, JSON, b'{"errors": ["No"]}', "This API key may not do this.", 1),
    "rate limit": (429, {"Retry-After": "86400"}, b"", "was answered 429", 1),
    "odd Retry-After": (429, {"Retry-After": "\xb2"}, b"", "was answered 429", 9),
}
CALLS: dict[ModuleType, dict[str, Any]] = {
    mx_info: {"network": "Lab HQ", "organization": "100001"},
    mx_export: {"network": "Lab HQ", "organization": "100001"},
    mx_ftp_rules: {"network": "N_1", "state": "gathered"},
}


@pytest.mark.parametrize("module", CALLS, ids=[module.__name__.rpartition(".")[2] for module in CALLS])
@pytest.mark.parametrize("case", TABLE)
def test_a_broken_dashboard_is_a_clear_failure(
    monkeypatch: pytest.MonkeyPatch, broken: Broken, module: ModuleType, case: str
) -> None:
    broken.status, broken.headers, broken.body, words, requests = TABLE[case]
    monkeypatch.setattr(api, "RateLimit", Clock().limit)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    base_url = f"http://127.0.0.1:{broken.server_port}/api/v1"
    result, printed = run_module(module, {"api_key": f"{KEY}\n", "base_url": base_url, **CALLS[module]})
    message = result["msg"]
    assert result["failed"]
    assert words in message
    assert f"GET {base_url}/" in message
    assert message.replace("\n", "").isprintable()
    assert len(message) < 2000
    assert "Traceback" not in printed
    assert not [start for start in range(33) if KEY[start : start + 8] in printed.lower()]
    assert broken.seen == requests


SECRET = "hunter22hunter22"


@pytest.mark.parametrize("module", CALLS, ids=[module.__name__.rpartition(".")[2] for module in CALLS])
@pytest.mark.parametrize("source", ["option", "environment"])
@pytest.mark.parametrize(
    ("key", "base_url", "words"),
    [
        (f"{KEY[:20]}\r\n{KEY[20:]}", "http://127.0.0.1:1", "the environment variable MERAKI_DASHBOARD_API_KEY"),
        (f"{KEY[:20]}\u00e9{KEY[20:]}", "http://127.0.0.1:1", "api_key: character 21 of 41 is a blank, "),
        (KEY, f"https://jane:{SECRET}@127.0.0.1:1/api/v1\n", "base_url: has a name or password before an @"),
    ],
)
def test_no_output_of_a_refused_call_shows_a_secret(
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    source: str,
    key: str,
    base_url: str,
    words: str,
) -> None:
    given: dict[str, Any] = dict(CALLS[module])
    if source == "option":
        given.update(api_key=key, base_url=base_url)
    else:
        monkeypatch.setenv("MERAKI_DASHBOARD_API_KEY", key)
        monkeypatch.setenv("MERAKI_BASE_URL", base_url)
    result, printed = run_module(module, given)
    assert words in result["msg"]
    assert result["requests"] == []
    assert not [part for part in (KEY[:20], KEY[20:], SECRET) if part in printed]
