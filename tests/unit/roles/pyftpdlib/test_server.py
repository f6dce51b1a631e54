# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as its clients meet it, on loopback: where it differs from pyftpdlib, and a change while it serves."""

from __future__ import annotations

import ftplib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import LIBRARY, PATIENCE, Running

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")


@pytest.mark.parametrize(("network", "told"), [("127.0.0.0/8", "127.0.0.1"), ("192.168.128.0/24", "203.0.113.13")])
def test_who_is_in_the_lan_is_told_the_lan_address(start: Callable[..., Running], network: str, told: str) -> None:
    reply = start(lan_networks=[network]).login().sendcmd("PASV")
    assert f"({told.replace('.', ',')}," in reply


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


@pytest.mark.parametrize(("modes", "closed"), [(["active"], "EPSV"), (["active"], "PASV"), (["passive"], "PORT 1")])
def test_a_mode_that_is_off_is_unknown(start: Callable[..., Running], modes: list[str], closed: str) -> None:
    client = start(modes=modes).login()
    with pytest.raises(ftplib.error_perm, match="50[02]"):
        client.sendcmd(closed)


def test_the_limit_counts_clients_and_not_their_channels(start: Callable[..., Running]) -> None:
    running = start(max_clients=2)
    clients = [running.login() for _turn in range(2)]
    for client in clients:
        assert client.sendcmd("EPSV")
    with pytest.raises(ftplib.error_temp, match="421"):
        running.login()


def test_a_reload_ends_no_transfer_and_every_idle_session(
    start: Callable[..., Running], raw: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "large").write_bytes(os.urandom(20_000_000))
    running = start()
    downloading, idle = running.login(), running.login()
    downloading.voidcmd("TYPE I")
    with downloading.transfercmd("RETR large") as data:
        received = data.recv(1000)
        running.write({**raw, "users": [{**raw["users"][0], "name": "newcomer"}]})
        running.reload()
        with pytest.raises(ftplib.error_temp, match="421"):
            idle.getresp()
        with pytest.raises(ftplib.error_perm, match="530"):
            running.login()
        while piece := data.recv(1 << 20):
            received += piece
    assert received == (tmp_path / "large").read_bytes()
    assert downloading.getresp().startswith("226")
    with pytest.raises(ftplib.error_temp, match="421"):
        downloading.getresp()


def test_a_bad_configuration_changes_nothing(start: Callable[..., Running], raw: dict[str, Any]) -> None:
    running = start()
    client = running.login()
    running.write({**raw, "tls": "yes"})
    running.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + PATIENCE
    while "The new configuration is refused" not in running.log.read_text():
        assert client.sendcmd("NOOP").startswith("200")
        assert time.monotonic() < until
    assert running.login().sendcmd("NOOP").startswith("200")


def test_the_check_says_what_is_wrong(raw: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "server.json"
    path.write_text(json.dumps({**raw, "handler": {"no_such": 1}}))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(LIBRARY), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "mxlab_ftpd", "--check", str(path)]
    checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "no_such" in checked.stderr
