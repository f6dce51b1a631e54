# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role server reads of the state of a host."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = "host_state"
SOCKETS = """\
/run/systemd/private systemd-journald.socket systemd-journald.service
[::]:21              proftpd.socket          -
[::]:2121            other.socket            other.service
"""


@pytest.mark.parametrize(
    ("cgroups", "unit"),
    [
        pytest.param("0::/system.slice/vsftpd.service\n", "vsftpd.service", id="version 2"),
        pytest.param("2:cpu:/\n1:name=systemd:/system.slice/vsftpd.service\n", "vsftpd.service", id="version 1"),
        pytest.param("0::/user.slice/user-0.slice/session-3.scope\n", "session-3.scope", id="by hand"),
        pytest.param("0::/\n", "", id="none"),
    ],
)
def test_a_process_belongs_to_its_unit(script: ModuleType, cgroups: str, unit: str) -> None:
    assert script.unit_of(cgroups) == unit


def test_what_systemd_holds_is_named_by_its_socket(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "output", lambda command: SOCKETS)
    assert script.listening_unit(21) == "proftpd.socket"


def test_directories(script: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir(mode=0o750)
    (tmp_path / "used" / "file").touch()
    (tmp_path / "empty").mkdir()
    assert script.directory(tmp_path / "missing") == {"owner": "", "group": "", "mode": "", "used": False}
    assert script.directory(tmp_path / "used")["used"]
    assert script.directory(tmp_path / "used")["mode"] == "0750"
    assert not script.directory(tmp_path / "empty")["used"]
    assert script.directory(tmp_path / "used" / "file")["used"], "a file is no empty directory"


def test_the_holder_of_a_port_is_named(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = f'LISTEN 0 5 127.0.0.1:2121 0.0.0.0:* users:(("python3",pid={os.getpid()},fd=3))'
    monkeypatch.setattr(script, "output", lambda command: found if command[-1] == "sport = :2121" else "")
    (tmp_path / "server").write_text("vsftpd\n")
    (tmp_path / "range").write_text("32768\t60999\n")
    question = {"record": str(tmp_path / "server"), "control_port": 2121, "directories": []}
    question |= {"reservation": str(tmp_path / "range"), "packages": ["dpkg", "no-such-package"]}
    question |= {"accounts": ["root", "nobody-of-that-name"], "certificate": "", "key": ""}
    monkeypatch.setattr(script, "firewall", lambda: "none")
    monkeypatch.setattr(script, "EPHEMERAL", tmp_path / "range")
    script.main(question)
    answer = json.loads(capsys.readouterr().out)
    name = Path("/proc/self/comm").read_text().strip()
    assert [holder.split()[0] for holder in answer.pop("holders")] == [name.split()[0]]
    no_certificate = {"exists": False, "fingerprint": "", "problem": ""}
    assert answer == {
        "recorded": {"service": "vsftpd", "holds_data_port": False},
        "packages": ["dpkg"],
        "accounts": {"root": {"uid": 0, "gid": 0}},
        "directories": {},
        "certificate": no_certificate,
        "firewall": "none",
        "ephemeral": [32768, 60999],
        "reserved": True,
    }


@pytest.mark.parametrize(
    ("text", "service", "held"),
    [("vsftpd\n", "vsftpd", False), ("pure-ftpd\nholds-data-port\n", "pure-ftpd", True), (None, "", False)],
)
def test_the_recorded_server(script: ModuleType, tmp_path: Path, text: str | None, service: str, held: bool) -> None:
    if text is not None:
        (tmp_path / "server").write_text(text)
    assert script.recorded(tmp_path / "server") == {"service": service, "holds_data_port": held}


def test_what_keeps_certificate_and_key_from_being_a_pair_is_said(script: ModuleType, tmp_path: Path) -> None:
    for name in ("one", "two"):
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        files = ["-subj", "/CN=test", "-keyout", f"{tmp_path}/{name}.key", "-out", f"{tmp_path}/{name}.pem"]
        subprocess.run([*command, *files], check=True, capture_output=True)
    pair = script.certificate(f"{tmp_path}/one.pem", f"{tmp_path}/one.key")
    assert pair["exists"] and pair["fingerprint"] and not pair["problem"]
    other = script.certificate(f"{tmp_path}/one.pem", f"{tmp_path}/two.key")
    assert other["problem"] == "The key is not the key of the certificate."
    assert f"{tmp_path}/no.key" in script.certificate(f"{tmp_path}/one.pem", f"{tmp_path}/no.key")["problem"]
    assert not script.certificate(f"{tmp_path}/no.pem", f"{tmp_path}/one.key")["exists"]


def test_a_command_that_is_missing_is_named(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match="The command ss-of-nobody is missing on this host. Install its package"):
        script.output(["ss-of-nobody"])


def test_a_host_without_proc_is_told_so(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "EPHEMERAL", tmp_path / "missing")
    with pytest.raises(SystemExit, match=f"{tmp_path}/missing is missing on this host, .* Mount /proc there"):
        script.main({})


def test_a_listener_that_has_ended_is_named_by_its_number(script: ModuleType) -> None:
    assert script.holder("99999999", 21) == "process 99999999"
