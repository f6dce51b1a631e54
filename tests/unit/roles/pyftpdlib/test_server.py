# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as its clients meet it, on loopback: what depends on its configuration."""

from __future__ import annotations

import ftplib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import LIBRARY, LOGIN, Running, until

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")


@pytest.mark.parametrize(("network", "told"), [("127.0.0.0/8", "127.0.0.1"), ("192.168.128.0/24", "203.0.113.13")])
def test_who_is_in_the_lan_is_told_the_lan_address(start: Callable[..., Running], network: str, told: str) -> None:
    reply = start(lan_networks=[network]).login().sendcmd("PASV")
    assert f"({told.replace('.', ',')}," in reply


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


def test_the_kernel_sends_keepalives_on_the_control_connection(start: Callable[..., Running]) -> None:
    """Linux: Documentation/networking/proc_net_tcp.rst: timer_active is 1 until all is acknowledged, then 2."""
    client = start().login()
    assert client.sock is not None
    ports = [f"{client.sock.getpeername()[1]:04X}", f"{client.sock.getsockname()[1]:04X}"]

    def timer() -> str:
        rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        return next(row[5][:2] for row in rows if [row[1][-4:], row[2][-4:]] == ports)

    until(lambda: timer() != "01")
    assert timer() == "02"


def test_the_check_says_what_is_wrong(raw: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "server.json"
    path.write_text(json.dumps({**raw, "handler": {"no_such": 1}}))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(LIBRARY), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "mxlab_ftpd", "--check", str(path)]
    checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 1
    assert "no_such" in checked.stderr


@pytest.mark.parametrize("logged", [True, False])
def test_commands_are_logged_if_the_user_wants_it_and_passwords_never(
    start: Callable[..., Running], logged: bool
) -> None:
    running = start(log_commands=logged)
    running.login().quit()
    until(lambda: "session closed" in running.log.read_text())
    text = running.log.read_text()
    assert ("<- USER transfer" in text, "<- PASS ******" in text) == (logged, logged)
    assert "logged in." in text and LOGIN[1] not in text
