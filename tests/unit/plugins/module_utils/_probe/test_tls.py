# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS of the probe: contexts for one version, and the words for handshakes that fail."""

from __future__ import annotations

import errno
import select
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Clock, Halt, drain
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.tls import (
    VERSIONS,
    client_context,
    finish,
    is_expired,
    one_version_context,
    secure,
    version_context,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins.openssl_errors import OPERATIONS, broken_pipe

Pair = tuple[socket.socket, socket.socket]


@pytest.mark.parametrize(
    ("age", "lifetime", "version", "expired"),
    [
        (0, 3, "TLSv1.3", False),
        (60, 3600, "TLSv1.3", False),
        (60, 3, "TLSv1.3", True),
        # Before 1.3, the lifetime is a hint, and OpenSSL offers the session all the same.
        (60, 3, "TLSv1.2", False),
    ],
)
@pytest.mark.parametrize("ticket", [True, False])
def test_with_tls_13_a_ticket_expires(age: int, lifetime: int, version: str, expired: bool, ticket: bool) -> None:
    came = int(time.time()) - age
    session: Any = SimpleNamespace(id=b"id" * ticket, has_ticket=ticket, time=came, ticket_lifetime_hint=lifetime)
    assert is_expired(session, version) is (expired and ticket)


def test_without_a_session_none_expires() -> None:
    assert not is_expired(None, "TLSv1.3")


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Return two ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("version", VERSIONS)
def test_a_context_speaks_one_version_and_no_other(version: str) -> None:
    try:
        context = version_context(version)
    except Halt as halt:
        # This host's OpenSSL has switched the old ones off.
        assert (halt.outcome, version in ("TLSv1", "TLSv1.1")) == (seen.UNSUPPORTED, True)
        return
    number = getattr(ssl.TLSVersion, version.replace(".", "_"))
    assert (context.minimum_version, context.maximum_version) == (number, number)
    assert (context.check_hostname, context.verify_mode) == (False, ssl.CERT_NONE)


@pytest.mark.parametrize(("validate", "mode"), [(True, ssl.CERT_REQUIRED), (False, ssl.CERT_NONE)])
def test_certificates_are_checked_only_if_asked_for(validate: bool, mode: ssl.VerifyMode) -> None:
    context = client_context(validate)
    assert (context.verify_mode, context.check_hostname) == (mode, validate)


@pytest.mark.parametrize(("validate", "mode"), [(True, ssl.CERT_REQUIRED), (False, ssl.CERT_NONE)])
def test_one_version_alone_checks_certificates_as_well_and_keeps_to_safe_ciphers(
    validate: bool, mode: ssl.VerifyMode
) -> None:
    context, default = one_version_context("TLSv1.2", validate), client_context(validate)
    assert (context.minimum_version, context.maximum_version) == (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
    assert (context.verify_mode, context.check_hostname) == (mode, validate)
    assert context.get_ciphers() == default.get_ciphers()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"", seen.CLOSED),
        (b"220 ready\r\n" * 10, seen.NO_TLS),
        # The alert handshake_failure (RFC 8446 section 6).
        (b"\x15\x03\x03\x00\x02\x02\x28", seen.NO_TLS),
    ],
    ids=["closed", "clear text", "alert"],
)
def test_a_handshake_that_fails_has_an_outcome_word(pair: Pair, answer: bytes, outcome: str) -> None:
    ours, theirs = pair
    theirs.sendall(answer)
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Halt) as halt:
        secure(ours, client_context(False), "ftp.example.com", Clock(20.0).deadline())
    assert halt.value.outcome == outcome


def test_a_connection_that_was_reset_before_the_handshake_is_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as ours:
        theirs = server.accept()[0]
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        reset = select.poll()
        reset.register(ours, 0)
        assert reset.poll(20_000)
        # The error has been told, as where connect() meets the reset.
        assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET
        with pytest.raises(Halt) as halt:
            secure(ours, client_context(False), "ftp.example.com", Clock(20.0).deadline())
    assert halt.value.outcome == seen.CLOSED


def test_a_server_that_says_nothing_is_waited_for_to_the_deadline(pair: Pair) -> None:
    with pytest.raises(Halt) as halt:
        secure(pair[0], client_context(False), "ftp.example.com", Clock(20.0, 0).deadline())
    assert halt.value.outcome == seen.TIMEOUT


def serving(pair: Pair, context: ssl.SSLContext, use: Callable[[ssl.SSLSocket], None]) -> Thread:
    """Serve TLS on their end in a thread."""

    def serve() -> None:
        with context.wrap_socket(pair[1], server_side=True) as served:
            use(served)

    thread = Thread(target=serve)
    thread.start()
    return thread


def test_an_untrusted_certificate_is_told_from_no_tls(pair: Pair, server_tls: ssl.SSLContext) -> None:
    def serve() -> None:
        with pytest.raises(ssl.SSLError):
            server_tls.wrap_socket(pair[1], server_side=True)

    thread = Thread(target=serve)
    thread.start()
    with pytest.raises(Halt) as halt:
        secure(pair[0], client_context(True), "localhost", Clock(20.0).deadline())
    pair[0].close()
    thread.join(20)
    assert halt.value.outcome == seen.UNTRUSTED
    assert halt.value.detail


def test_an_upload_ends_with_the_shutdown_of_tls_and_waits_for_the_server(
    pair: Pair, server_tls: ssl.SSLContext
) -> None:
    """Without it some servers keep nothing of the file; what the server still sends is read, so nothing is reset."""
    received: list[bytes] = []
    ended: list[bool] = []

    def read(served: ssl.SSLSocket) -> None:
        while chunk := served.recv(65536):
            received.append(chunk)
        # Only the shutdown of TLS ends the loop: an end without it is an SSLEOFError.
        ended.append(True)
        served.sendall(b"late")

    thread = serving(pair, server_tls, read)
    connection = secure(pair[0], client_context(False), "localhost", Clock(20.0).deadline())
    connection.sendall(b"content")
    with finish(connection) as ended_here:
        assert drain(ended_here, Clock(20.0).deadline())
    thread.join(20)
    assert not thread.is_alive()
    assert (b"".join(received), ended) == (b"content", [True])
    assert connection.fileno() == -1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_error_of_one_connection_is_not_taken_for_that_of_another(
    pair: Pair, server_tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    """What ends the data connection would otherwise end the control connection, too, and hide the server's reply."""
    tried = Event()
    # OpenSSL empties the list of errors when it takes a ticket in.
    server_tls.num_tickets = 0
    thread = serving(pair, server_tls, lambda _served: tried.wait(20))
    control = secure(pair[0], client_context(False), "localhost", Clock(20.0).deadline())
    ours, theirs = socket.socketpair()
    with theirs, client_context(False).wrap_socket(ours, do_handshake_on_connect=False) as data:
        monkeypatch.setattr(ssl.SSLSocket, operation, broken_pipe)
        with pytest.raises(BrokenPipeError):
            OPERATIONS[operation](data)
        monkeypatch.undo()
    control.settimeout(0)
    try:
        with pytest.raises(ssl.SSLWantReadError):
            control.recv(8)
    finally:
        tried.set()
        thread.join(20)
