# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook probe where there is nothing to probe."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Playbooks
from jsonschema import Draft202012Validator
from probe_schema import PAGE


@pytest.mark.parametrize("options", [("-e", "ftp_probe_hosts=nobody"), ("-e", "ftp_probe_hosts=all:!server")])
def test_no_server_is_no_success(playbooks: Playbooks, options: tuple[str, ...]) -> None:
    outcome = playbooks.run("mxlab.ftp.probe", {"server": {}}, *options)
    assert outcome.status == 2
    assert f"ftp_probe_hosts is '{options[1].partition('=')[2]}', which is no host of " in outcome.output


def test_a_server_that_is_down_is_in_every_report(playbooks: Playbooks, tmp_path: Path) -> None:
    files = {name: tmp_path / f"ftp.{name}" for name in ("html", "markdown", "report", "junit", "nagios", "prometheus")}
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        host = {
            "ftp_probe_host": "127.0.0.1",
            "ftp_control_port": silent.getsockname()[1],
            "ftp_probe_user": "transfer",
            "ftp_probe_password": "x",
        }
        options = [word for name, path in files.items() for word in ("-e", f"ftp_probe_{name}={path}")]
        outcome = playbooks.run("mxlab.ftp.probe", {"server": host}, "-e", "ftp_probe_hosts=server", *options)
    assert outcome.status == 2, outcome.output
    assert outcome.message("server").startswith("FTP CRITICAL")
    assert "FTP does not work: 0 of 5 cells work, 5 fail." in files["html"].read_text()
    assert files["markdown"].read_text().startswith("### FTP does not work: 0 of 5 cells work, 5 fail.\n")
    written = json.loads(files["report"].read_text())
    assert Draft202012Validator(json.loads(PAGE.read_text())).is_valid(written)
    report = written["server"]
    assert report["passed"] is False
    assert [each["id"] in files["html"].read_text() for each in report["findings"]] == [True]
    assert all(path.stat().st_size for path in files.values())
