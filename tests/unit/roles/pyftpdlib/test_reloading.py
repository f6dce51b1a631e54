# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of the configuration while the server serves."""

from __future__ import annotations

import ftplib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.roles.pyftpdlib.harness import PATIENCE, Running

pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed; requirements-dev.txt has it")


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
