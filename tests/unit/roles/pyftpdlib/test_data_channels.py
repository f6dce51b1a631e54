# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data channels: their ports, and that each serves one transfer."""

from __future__ import annotations

import ftplib
import re
import socket
from collections.abc import Callable

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import PATIENCE, Running

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")

# After its reply to PORT, the server waits until the client has reset the connection.
UNTIL_RESET = """
import select
from mxlab_ftpd.session import Session
respond = Session.respond
def until_reset(session, reply, *rest, **more):
    respond(session, reply, *rest, **more)
    if reply.startswith("200 Active"):
        reset = select.poll()
        reset.register(session._dtp_connector.socket, 0)
        reset.poll()
Session.respond = until_reset
"""


def test_an_exhausted_range_is_told_and_not_left(start: Callable[..., Running], free_ports: list[int]) -> None:
    running = start()
    clients = [running.login() for _turn in range(3)]
    announced = [int(re.findall(r"\d+", client.sendcmd("EPSV"))[1]) for client in clients[:2]]
    assert sorted(announced) == free_ports[1:3]
    with pytest.raises(ftplib.error_temp, match="425"):
        clients[2].sendcmd("EPSV")
    clients[0].close()
    assert clients[1].sendcmd("NOOP")


def test_active_data_comes_from_the_port_below_the_control_port(start: Callable[..., Running]) -> None:
    running = start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        client = running.login()
        client.sendport(*listener.getsockname())
        data, peer = listener.accept()
        data.close()
    assert peer == ("127.0.0.1", running.port - 1)


def test_a_pair_of_ports_that_was_in_use_a_moment_ago_is_not_in_the_way(start: Callable[..., Running]) -> None:
    """The server ends the data connection of a listing, so that the kernel keeps its end for a minute."""
    client = start().login()
    peers = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        for _turn in range(2):
            client.sendport(*listener.getsockname())
            client.sendcmd("NLST")
            data, peer = listener.accept()
            assert data.recv(1000) is not None
            data.close()
            client.voidresp()
            peers.append(peer[1])
    assert peers[0] == client.port - 1


def test_a_transfer_without_a_data_connection_is_refused_at_once(start: Callable[..., Running]) -> None:
    client = start().login()
    with pytest.raises(ftplib.error_perm, match="501"):
        client.sendport("203.0.113.1", 60000)
    for command in ("LIST", "STOR new"):
        with pytest.raises(ftplib.error_temp, match="425"):
            client.sendcmd(command)


def test_an_active_data_connection_serves_one_transfer(start: Callable[..., Running]) -> None:
    client = start().login()
    client.set_pasv(False)
    client.retrlines("LIST", lambda line: None)
    with pytest.raises(ftplib.error_temp, match="425"):
        client.sendcmd("LIST")


def test_an_active_transfer_takes_no_other_client_from_the_server(start: Callable[..., Running]) -> None:
    """The second client's connection gets the number of the descriptor that the first one's data connection had."""
    running = start()
    active = running.login()
    active.set_pasv(False)
    active.retrlines("LIST", lambda line: None)
    other = running.login()
    active.retrlines("LIST", lambda line: None)
    assert other.sendcmd("NOOP")


def test_an_active_connection_that_is_reset_at_once_has_one_reply_and_does_not_keep_the_session(
    start: Callable[..., Running],
) -> None:
    client = start(before=UNTIL_RESET).login()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert client.sendport(*listener.getsockname()).startswith("200 Active")
    assert client.sendcmd("NOOP").startswith("200 I")
    assert client.sendcmd("QUIT").startswith("221")
    assert client.file is not None
    assert client.file.read() == ""
