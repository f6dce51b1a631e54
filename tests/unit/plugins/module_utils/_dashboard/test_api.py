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
from unittest.mock import Mock

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import (
    MAX_PAGES,
    Dashboard,
    DashboardError,
    RefusedError,
    UncertainError,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.limit import PATIENCE
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response, sender
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
    assert script.clock.slept == pytest.approx([5.2, 0.2], abs=0.001)


def test_writing_sends_the_whole_list_even_when_it_is_empty() -> None:
    script = Script((200, {"rules": []}))
    script.dashboard().replace_rules("N_1", "oneToOneNatRules", [])
    assert script.sent == [("PUT", BASE + RULES, b'{"rules": []}')]


LIMITED: tuple[int, Any] = (429, {"errors": ["API rate limit exceeded for organization"]})
FINE: tuple[int, Any] = (200, {"rules": []})

# (answers, seconds slept between them; after a hold the first token takes a fifth of a second, as the rate is halved)
RETRIES: list[tuple[list[Any], list[float]]] = [
    ([(*LIMITED, {"retry-after": "3"}), FINE], [3.2]),
    ([(*LIMITED, {"retry-after": "120"}), FINE], [120.2]),
    ([LIMITED, (*LIMITED, {"retry-after": "soon"}), FINE], [2.2, 4.4]),
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
    assert script.clock.slept == pytest.approx([1.2])


@pytest.mark.parametrize("status", [0, 500, 502, 503, 504, 507, 520, 522, 524, 599])
def test_a_write_that_failed_in_the_middle_may_have_happened(status: int) -> None:
    script = Script((status, "upstream"))
    with pytest.raises(UncertainError):
        script.dashboard().replace_rules("N_1", "oneToOneNatRules", [])
    assert len(script.sent) == 1


@pytest.mark.parametrize("status", [301, 400, 404, 501, 505])
def test_a_write_that_was_refused_has_not_happened(status: int) -> None:
    with pytest.raises(RefusedError):
        Script((status, "no")).dashboard().replace_rules("N_1", "oneToOneNatRules", [])


@pytest.mark.parametrize(("status", "tries"), [(429, 9), (503, 4), (0, 4)])
def test_patience_ends(status: int, tries: int) -> None:
    script = Script(*[(status, "no")] * 20)
    with pytest.raises(DashboardError):
        script.dashboard().rules("N_1", "oneToOneNatRules")
    assert len(script.sent) == tries


DIFFERS = " The answer differs from the API's documentation. Check base_url."
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
    (308, "", {"location": "https://n1.example"}, "was answered 308: The API is at https://n1.example: set base_url."),
    (
        0,
        "refused",
        {},
        "got no answer: refused. Check base_url or the environment variable MERAKI_BASE_URL, and timeout,"
        " validate_certs and ca_path.",
    ),
    (
        200,
        "<html>",
        {},
        "was answered 200: expected JSON in UTF-8, got other text: <html> (Content-Type: none). Check base_url.",
    ),
    (
        200,
        {"rules": [1]},
        {},
        ": expected an object as rules[0], got 1." + DIFFERS,
    ),
    (200, [], {}, ": expected an object, got []." + DIFFERS),
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
        "<?startingAfter=L_2>; Rel=NEXT",
        '<?startingAfter=L_2>; title="more" ; rel = "last next"',
    ],
)
def test_pages_are_followed(link: str) -> None:
    script = Script((200, [{"id": "L_2"}], {"link": link}), (200, [{"id": "N_1"}], {"link": f"<{NETS}>; rel=first"}))
    dashboard = script.dashboard()
    assert dashboard.pages("/organizations/100001/networks", {"id": str}) == [{"id": "L_2"}, {"id": "N_1"}]
    assert [url for _method, url, _body in script.sent] == [NETS, f"{NETS}?startingAfter=L_2"]
    assert dashboard.requests[1]["path"] == "/organizations/100001/networks?startingAfter=L_2"


@pytest.mark.parametrize("link", ["https://evil.example/api/v1/x", "http://api.example/api/v1/x"])
def test_the_key_goes_to_no_other_host(link: str) -> None:
    script = Script((200, [], {"link": f"<{link}>; rel=next"}))
    with pytest.raises(DashboardError, match="outside base_url and was not followed"):
        script.dashboard().pages("/organizations/100001/networks", {"id": str})
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
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
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
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
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


@pytest.mark.parametrize("retry_after", ["86400", "9" * 5000, "Fri, 31 Dec 2999 23:59:59 GMT"])
def test_a_wait_that_is_longer_than_patience_is_not_begun(retry_after: str) -> None:
    script = Script(*[(*LIMITED, {"retry-after": retry_after})] * 5)
    with pytest.raises(DashboardError, match="was answered 429"):
        script.dashboard().rules("N_1", "oneToOneNatRules")
    assert (len(script.sent), script.clock.slept) == (1, [])


@pytest.mark.parametrize("retry_after", ["²", "-5", "", "soon", "1.5", "Thu, 01 Jan 1970 00:00:00 GMT", "0x10", "Mon"])
def test_a_wait_that_is_no_wait_is_guessed(retry_after: str) -> None:
    script = Script((*LIMITED, {"retry-after": retry_after}), FINE)
    assert script.dashboard().rules("N_1", "oneToOneNatRules") == []
    assert script.clock.slept == pytest.approx([2.2])


@pytest.mark.parametrize("retry_after", ["0", "1", "60", ""])
def test_a_limit_without_an_end_ends_all_networks_within_the_documented_time(retry_after: str) -> None:
    script = Script(*[(*LIMITED, {"retry-after": retry_after})] * 1000)
    dashboard = script.dashboard()
    for number in range(50):
        with pytest.raises(DashboardError):
            dashboard.within(f"Site {number}").rules("N_1", "oneToOneNatRules")
    # Beside the waits, 50 networks with ten tries each take their places in the rate of 10 a second.
    assert script.clock.now < PATIENCE + 50 * 10 * (1 + 0.2)


def test_a_limit_that_lasts_costs_a_later_network_one_request() -> None:
    script = Script(*[(*LIMITED, {"retry-after": "60"})] * 1000)
    dashboard = script.dashboard()
    asked = []
    for _network in range(3):
        with pytest.raises(DashboardError):
            dashboard.rules("N_1", "oneToOneNatRules")
        asked.append(len(script.sent))
    assert asked[1:] == [asked[0] + 1, asked[0] + 2]


def next_page(number: int) -> dict[str, str]:
    return {"link": f"<{NETS}?startingAfter={number}>; rel=next"}


@pytest.mark.parametrize(
    "pages",
    [
        [(200, [], {"link": f"<{NETS}>; rel=next"})],
        [(200, [{"id": "1"}], next_page(number % 2)) for number in range(4)],
        [(200, [], next_page(number)) for number in range(MAX_PAGES)],
    ],
    ids=["itself", "a circle", "ever more"],
)
def test_pages_without_an_end_are_an_error(pages: list[Any]) -> None:
    script = Script(*pages, *[(500, "")] * 4)
    with pytest.raises(DashboardError, match="expected a list that ends within 100 different pages and 64 MiB"):
        script.dashboard().pages("/organizations/100001/networks", {})
    assert len(script.sent) <= MAX_PAGES


def test_pages_that_are_large_together_are_an_error() -> None:
    page = json.dumps([{"notes": "x" * 7_000_000}])
    script = Script(*[(200, page, next_page(number)) for number in range(MAX_PAGES)])
    with pytest.raises(DashboardError, match="64 MiB, got more after 10 pages and"):
        script.dashboard().pages("/organizations/100001/networks", {})


def test_the_last_page_may_be_the_hundredth() -> None:
    script = Script(*[(200, [{}], next_page(number)) for number in range(MAX_PAGES - 1)], (200, [{}]))
    assert len(script.dashboard().pages("/organizations/100001/networks", {})) == MAX_PAGES


def test_a_list_that_is_an_empty_object_is_not_taken_for_empty() -> None:
    with pytest.raises(DashboardError, match="This does not say that the list is empty"):
        Script((200, {})).dashboard().rules("N_1", "oneToOneNatRules")


# (body, how the message goes on after "expected JSON in UTF-8, got ")
UNREADABLE: list[tuple[bytes, str]] = [
    (b"", "an empty answer"),
    (b" \n", "an empty answer"),
    (b"[" * 100_000, "JSON that is nested deeper than 50 levels"),
    (b"[" * 100_000 + b"]" * 100_000, "JSON that is nested deeper than 50 levels"),
    (b'{"rules": ' + b"[" * 60 + b"]" * 60 + b"}", "JSON that is nested deeper than 50 levels"),
    ('{"rules": ["\xe9"]}'.encode("latin-1"), "other bytes: "),
    ('{"rules": []}'.encode("utf-16"), "other bytes: "),
    (b'{"rules": [NaN]}', "other text: "),
    (b'{"rules": [{"syslog": 1e999}]}', "other text: "),
    (b'{"rules": [{"syslog": -1.5E+999}]}', "other text: "),
    (b'{"rules": [' + b"9" * 5000 + b"]}", "other text: "),
    (b'{"rules": [{"name": "\\ud800"}]}', "other bytes: "),
    (b"<html><body>Sign in</body></html>", "other text: <html>"),
    (b"null null", "other text: null null"),
]


@pytest.mark.parametrize(("body", "came"), UNREADABLE)
def test_a_body_that_is_not_json_is_said_to_be_that(body: bytes, came: str) -> None:
    def send(*_request: Any) -> Response:
        return Response(200, {}, body)

    with pytest.raises(DashboardError) as error:
        Dashboard(BASE, KEY, send, Clock().limit()).rules("N_1", "oneToOneNatRules")
    assert f"GET {BASE}{RULES} was answered 200: expected JSON in UTF-8, got {came}" in str(error.value)
    assert len(str(error.value)) < 1000


def test_a_body_after_the_byte_order_mark_is_read() -> None:
    def send(*_request: Any) -> Response:
        return Response(200, {}, b'\xef\xbb\xbf{"rules": [{"name": "\\ud83d\\ude00"}]}')

    assert Dashboard(BASE, KEY, send, Clock().limit()).rules("N_1", "oneToOneNatRules") == [{"name": "\U0001f600"}]


def test_no_message_shows_the_key_a_half_of_it_or_what_only_a_terminal_sees() -> None:
    key = "0123456789abcdef0123456789abcdef01234567"
    echo = f"\x1b]0;x\x07Bearer {key}, {key[:20]} and {key[25:]}\u202e \x9b" + "z" * 100_000
    for status, headers in ((404, {}), (302, {"location": echo}), (0, {}), (200, {"content-type": echo})):
        send = Mock(return_value=Response(status, headers, echo.encode()))
        with pytest.raises(DashboardError) as error:
            Dashboard(BASE, key, send, Clock().limit()).rules("N_1", "oneToOneNatRules")
        message = str(error.value)
        assert message.isprintable()
        assert len(message) < 2000
        assert not [start for start in range(len(key) - 7) if key[start : start + 8] in message]
