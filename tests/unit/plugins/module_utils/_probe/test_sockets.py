# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections, deadlines and the outcome words for socket errors."""

from __future__ import annotations

import errno
import select
import socket
import ssl
import struct

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import (
    Clock,
    Halt,
    connect,
    keep_alive,
    left,
    outcome_of,
    own_address,
    receive,
    receive_all,
    resolve,
    send_all,
)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (socket.timeout(), seen.TIMEOUT),
        (OSError(errno.ETIMEDOUT, ""), seen.TIMEOUT),
        (OSError(errno.ECONNREFUSED, ""), seen.REFUSED),
        (OSError(errno.EHOSTUNREACH, ""), seen.UNREACHABLE),
        (OSError(errno.ENETUNREACH, ""), seen.NO_ROUTE),
        (OSError(errno.EADDRNOTAVAIL, ""), seen.NO_ROUTE),
        (OSError(errno.ECONNRESET, ""), seen.CLOSED),
        (ssl.SSLError(), seen.CLOSED),
    ],
)
def test_each_socket_error_has_an_outcome_word(error: OSError, outcome: str) -> None:
    assert outcome_of(error) == outcome


def test_no_time_left_is_still_a_timeout() -> None:
    clock = Clock(60.0, 0)
    assert clock.over
    assert 0 < left(clock.deadline()) < 1


def test_a_connection_to_a_closed_port_is_refused(closed_port: int) -> None:
    with pytest.raises(Halt) as halt:
        connect("127.0.0.1", closed_port, Clock(20.0).deadline())
    assert halt.value.outcome == seen.REFUSED


def test_a_connection_that_is_reset_before_connect_returns_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def connect_slowly(connection: socket.socket, address: tuple[str, int]) -> None:
            # As CPython's own: start, wait, ask for the error.  The reset comes in between.
            connection.setblocking(False)
            assert connection.connect_ex(address) == errno.EINPROGRESS
            accepted = server.accept()[0]
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            accepted.close()
            reset = select.poll()
            reset.register(connection, 0)
            assert reset.poll(20_000)
            raise OSError(connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), "")

        monkeypatch.setattr(socket.socket, "connect", connect_slowly)
        with connect("127.0.0.1", server.getsockname()[1], Clock(20.0).deadline()) as connection:
            assert connection.getsockname()[0] == "127.0.0.1"
            assert receive(connection, 1, Clock(20.0).deadline()) == b""


def test_keepalives_are_sent_every_few_seconds() -> None:
    with socket.socket() as connection:
        keep_alive(connection, 7)
        found = [
            connection.getsockopt(socket.IPPROTO_TCP, name) for name in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL)
        ]
        assert (connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), found) == (1, [7, 7])


def test_content_is_received_up_to_the_limit() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send_all(theirs, b"x" * 1000, Clock(20.0).deadline())
        theirs.close()
        assert receive_all(ours, 400, Clock(20.0).deadline()) == b"x" * 400
        assert receive_all(ours, 4000, Clock(20.0).deadline()) == b"x" * 600


def test_an_address_resolves_to_itself() -> None:
    assert resolve("127.0.0.1") == ("127.0.0.1",)
    assert own_address("127.0.0.1") == "127.0.0.1"
