# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import (
    Dashboard,
    DashboardError,
    Response,
    UncertainError,
    sender,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import Clock
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

BASE = "https://api.example/api/v1"
KEY = "not-a-real-key"
RULES = "/networks/N_1/appliance/firewall/oneToOneNatRules"


class Script:
    """A `send` that answers from a list in order, and remembers what was sent and how long was slept."""

    def __init__(self, *answers: tuple[int, Any] | tuple[int, Any, dict[str, str]]) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, bytes | None]] = []
        self.keys: set[str] = set()
        self.clock = Clock()

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        self.sent.append((method, url, body))
        self.keys.add(headers["Authorization"])
        status, answer, *more = self.answers.pop(0)
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(status, more[0] if more else {}, text.encode())

    def dashboard(self) -> Dashboard:
        return Dashboard(BASE + "/", KEY, self, self.clock.limit())


def test_reading_a_list_is_one_request() -> None:
    script = Script((200, {"rules": [{"name": "a"}]}))
    dashboard = script.dashboard()
    assert dashboard.rules("N_1", "oneToOneNatRules") == [{"name": "a"}]
    assert script.sent == [("GET", BASE + RULES, None)]
    assert script.keys == {f"Bearer {KEY}"}
    assert dashboard.requests == [{"network": None, "method": "GET", "path": RULES, "status": 200}]


def test_requests_are_recorded_with_their_network() -> None:
    script = Script((200, {"rules": []}), (200, {"rules": []}))
    dashboard = script.dashboard()
    for name in ("HQ", "Branch"):
        dashboard.within(name).rules("N_1", "oneToOneNatRules")
    assert [request["network"] for request in dashboard.requests] == ["HQ", "Branch"]


def test_all_sessions_wait_when_one_is_told_to() -> None:
    script = Script((*LIMITED, {"retry-after": "5"}), (200, {"rules": []}), (200, {"rules": []}))
    dashboard = script.dashboard()
    dashboard.within("HQ").rules("N_1", "oneToOneNatRules")
    dashboard.within("Branch").rules("N_2", "oneToOneNatRules")
    assert script.clock.slept == pytest.approx([5.1, 0.1])


def test_writing_sends_the_whole_list_even_when_it_is_empty() -> None:
    script = Script((200, {"rules": []}))
    script.dashboard().replace_rules("N_1", "oneToOneNatRules", [])
    assert script.sent == [("PUT", BASE + RULES, b'{"rules": []}')]


LIMITED: tuple[int, Any] = (429, {"errors": ["API rate limit exceeded for organization"]})
FINE: tuple[int, Any] = (200, {"rules": []})

# (answers, seconds slept between them; after a hold the first token takes another tenth of a second)
RETRIES: list[tuple[list[Any], list[float]]] = [
    ([(*LIMITED, {"retry-after": "3"}), FINE], [3.1]),
    ([(*LIMITED, {"retry-after": "3600"}), FINE], [60.1]),
    ([LIMITED, (*LIMITED, {"retry-after": "soon"}), FINE], [2.1, 4.1]),
    ([(503, ""), (500, ""), (0, "reset"), FINE], [0.5, 1.0, 2.0]),
]


@pytest.mark.parametrize(("answers", "slept"), RETRIES)
def test_a_read_is_repeated_after_a_passing_fault(answers: list[Any], slept: list[float]) -> None:
    script = Script(*answers)
    dashboard = script.dashboard()
    assert dashboard.rules("N_1", "oneToOneNatRules") == []
    assert script.clock.slept == pytest.approx(slept)
    assert [request["status"] for request in dashboard.requests] == [answer[0] for answer in answers]


def test_a_write_is_repeated_only_when_it_was_turned_away() -> None:
    script = Script((*LIMITED, {"retry-after": "1"}), (503, {"errors": ["later"]}))
    with pytest.raises(UncertainError):
        script.dashboard().replace_rules("N_1", "oneToOneNatRules", [])
    assert script.clock.slept == pytest.approx([1.1])


@pytest.mark.parametrize(("status", "tries"), [(429, 10), (503, 4), (0, 4)])
def test_patience_ends(status: int, tries: int) -> None:
    script = Script(*[(status, "no")] * 20)
    with pytest.raises(DashboardError):
        script.dashboard().rules("N_1", "oneToOneNatRules")
    assert len(script.sent) == tries


# (status, body, headers, what the message ends with)
ERRORS: list[tuple[int, Any, dict[str, str], str]] = [
    (
        401,
        {"errors": ["Invalid API key"]},
        {},
        'was answered 401: {"errors": ["Invalid API key"]} The API key is not accepted. Check api_key or the'
        " environment variable MERAKI_DASHBOARD_API_KEY.",
    ),
    (
        404,
        {"errors": ["Not Found"]},
        {},
        'was answered 404: {"errors": ["Not Found"]} Not found, or not visible to this api_key.'
        " Check network, organization and base_url.",
    ),
    (
        400,
        {"errors": ["Network is bound to a template"]},
        {},
        'was answered 400: {"errors": ["Network is bound to a template"]}',
    ),
    (308, "", {"location": "https://n1.example"}, "was answered 308:  The API is at https://n1.example: set base_url."),
    (
        0,
        "refused",
        {},
        "got no answer: refused. Check base_url or the environment variable MERAKI_BASE_URL, and timeout,"
        " validate_certs and ca_path.",
    ),
    (200, "<html>", {}, "was answered 200: <html> The answer is not JSON. Check base_url."),
    (200, {"rules": [1]}, {}, ': expected {"rules": [...]}, got {"rules": [1]}. Check base_url.'),
    (200, [], {}, ': expected {"rules": [...]}, got []. Check base_url.'),
]


@pytest.mark.parametrize(("status", "body", "headers", "end"), ERRORS)
def test_errors_show_the_answer_and_the_option(status: int, body: Any, headers: dict[str, str], end: str) -> None:
    script = Script(*[(status, body, headers)] * 4)
    with pytest.raises(DashboardError) as error:
        script.dashboard().rules("N_1", "oneToOneNatRules")
    message = str(error.value)
    assert message.startswith(f"GET {BASE}{RULES}")
    assert message.endswith(end)
    assert KEY not in message


@pytest.mark.parametrize("base_url", ["", "api.meraki.com", "ftp://api.meraki.com", "https://"])
def test_a_base_url_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="^base_url: .* is not a web address"):
        Dashboard(base_url, KEY, Script())


NETS = f"{BASE}/organizations/100001/networks"


@pytest.mark.parametrize(
    "link",
    [
        f"<{NETS}?startingAfter=L_2>; rel=next",
        f'<{NETS}>; rel="first", <{NETS}?startingAfter=L_2>; rel="next"',
        f"<{NETS}?startingAfter=L_2>; rel=next, <{NETS}?endingBefore=x>; rel=last",
        "</organizations/100001/networks?startingAfter=L_2>; rel=next",
        "</api/v1/organizations/100001/networks?startingAfter=L_2>; rel=next",
        "<?startingAfter=L_2>; rel=next",
    ],
)
def test_pages_are_followed(link: str) -> None:
    script = Script((200, [{"id": "L_2"}], {"link": link}), (200, [{"id": "N_1"}], {"link": f"<{NETS}>; rel=first"}))
    dashboard = script.dashboard()
    assert list(dashboard.pages("/organizations/100001/networks")) == [{"id": "L_2"}, {"id": "N_1"}]
    assert [url for _method, url, _body in script.sent] == [NETS, f"{NETS}?startingAfter=L_2"]
    assert dashboard.requests[1]["path"] == "/organizations/100001/networks?startingAfter=L_2"


@pytest.mark.parametrize("link", ["https://evil.example/api/v1/x", "http://api.example/api/v1/x"])
def test_the_key_goes_to_no_other_host(link: str) -> None:
    script = Script((200, [], {"link": f"<{link}>; rel=next"}))
    with pytest.raises(DashboardError, match="outside base_url and was not followed"):
        list(script.dashboard().pages("/organizations/100001/networks"))
    assert len(script.sent) == 1


class Answers(BaseHTTPRequestHandler):
    """A server on loopback: echoes what it got, and has a redirect, an error and a body that breaks off."""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, {"X-Seen": self.headers["Authorization"]}, body)

    def do_GET(self) -> None:
        if self.path == "/moved":
            self._answer(302, {"Location": "/elsewhere"}, b"")
        elif self.path == "/short":
            self._answer(200, {"Content-Length": "100"}, b"{")
        else:
            self._answer(404, {}, b'{"errors": ["Not Found"]}')

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def loopback() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_real_sender(loopback: str) -> None:
    send = sender(timeout=10, validate_certs=True, ca_path=None)
    echoed = send("PUT", f"{loopback}/x", {"Authorization": "Bearer k"}, b"[1]")
    assert (echoed.status, echoed.headers["x-seen"], echoed.body) == (200, "Bearer k", b"[1]")
    missing = send("GET", f"{loopback}/missing", {}, None)
    assert (missing.status, missing.body) == (404, b'{"errors": ["Not Found"]}')
    moved = send("GET", f"{loopback}/moved", {}, None)
    assert (moved.status, moved.headers["location"]) == (302, "/elsewhere")
    assert send("GET", f"{loopback}/short", {}, None).status == 0


def test_the_real_sender_tells_why_no_answer_came(loopback: str) -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as closed:
        port = closed.server_port
    answer = sender(timeout=10, validate_certs=True, ca_path=None)("GET", f"http://127.0.0.1:{port}/", {}, None)
    assert answer.status == 0
    assert b"refused" in answer.body


@pytest.fixture
def https(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Return a server with a certificate that no authority has signed, and the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "server.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    server = HTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/missing", str(pem)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("validate_certs", "own_authority", "status"), [(True, False, 0), (True, True, 404), (False, False, 404)]
)
def test_the_real_sender_trusts_whom_it_may(
    https: tuple[str, str], validate_certs: bool, own_authority: bool, status: int
) -> None:
    url, certificate = https
    send = sender(timeout=10, validate_certs=validate_certs, ca_path=certificate if own_authority else None)
    # Also the second time, when nothing has to be loaded any more.
    assert [send("GET", url, {}, None).status for _time in range(2)] == [status] * 2


def test_the_real_sender_tells_of_a_file_that_is_not_there(loopback: str) -> None:
    answer = sender(timeout=10, validate_certs=True, ca_path="/nowhere")("GET", loopback, {}, None)
    assert (answer.status, b"No such file" in answer.body) == (0, True)
