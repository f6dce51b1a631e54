# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenSSL 3.2 and newer say of one connection is neither taken for the truth nor left to another one."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import pytest
from ansible_collections.mxlab.ftp.tests.unit.plugins.openssl_errors import broken_pipe
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import PATIENCE, trusting

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")
from mxlab_ftpd.tls import TlsSocket  # noqa: E402

# What fails, and how the server calls it.
OPERATIONS: dict[str, Callable[[TlsSocket], object]] = {
    "do_handshake": lambda connection: connection.do_handshake(),
    "recv": lambda connection: connection.recv(1),
    "send": lambda connection: connection.send(b"."),
    "unwrap": lambda connection: connection.finish(),
}


@pytest.fixture
def context(tls: dict[str, Any]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls["tls_certificate"])
    context.sslsocket_class = TlsSocket
    return context


@contextlib.contextmanager
def secured(context: ssl.SSLContext) -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    """Give the client's and the server's end of a connection."""
    client, server = socket.socketpair()
    client.settimeout(PATIENCE)
    with ThreadPoolExecutor() as pool:
        other = pool.submit(trusting(ssl.TLSVersion.TLSv1_3).wrap_socket, client)
        with context.wrap_socket(server, server_side=True, suppress_ragged_eofs=False) as end, other.result() as peer:
            yield peer, end


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_connections_of_others_go_on(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    lost, peer = socket.socketpair()
    with peer, secured(context) as (_client, healthy):
        with context.wrap_socket(lost, server_side=True, do_handshake_on_connect=False) as failing:
            monkeypatch.setattr(ssl.SSLSocket, operation, broken_pipe)
            try:
                OPERATIONS[operation](failing)
            except BrokenPipeError:
                assert operation != "unwrap"
            monkeypatch.undo()
        healthy.setblocking(False)
        with pytest.raises(BlockingIOError):
            healthy.recv(1)


def after_user_canceled(connection: ssl.SSLSocket, *_anything: int) -> NoReturn:
    """Read the end, and say what OpenSSL 3.2 and newer say of it after a user_canceled (openssl#25254)."""
    assert connection.read() == b""
    raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")


def test_a_close_notify_is_the_end_whatever_openssl_calls_it(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssl.SSLSocket, "recv", after_user_canceled)
    with secured(context) as (client, server):
        client.setblocking(False)
        with pytest.raises(ssl.SSLWantReadError):
            client.unwrap()
        assert server.recv(1) == b""
