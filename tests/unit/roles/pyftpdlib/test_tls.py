# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An error of one client's connection stays with it: with OpenSSL 3.5 it also ended those of other clients."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from threading import Thread
from typing import Any

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


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_connections_of_others_go_on(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    client, server = socket.socketpair()
    lost, peer = socket.socketpair()
    client.settimeout(PATIENCE)
    secured: list[ssl.SSLSocket] = []
    thread = Thread(target=lambda: secured.append(trusting(ssl.TLSVersion.TLSv1_3).wrap_socket(client)))
    thread.start()
    with peer, context.wrap_socket(server, server_side=True) as healthy:
        thread.join(PATIENCE)
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
    secured[0].close()
