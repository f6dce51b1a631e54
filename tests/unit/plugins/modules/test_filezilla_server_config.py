# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module on a directory, with a stand-in for the server's own check."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.modules import filezilla_server_config
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

FILES = ["allowed_ips.xml", "disallowed_ips.xml", "groups.xml", "settings.xml", "users.xml"]
PASSWORD = "a password"
# Takes what is XML and does not hold the word REFUSE, and leaves its arguments behind.
SERVER = f"""#!{sys.executable}
import pathlib, sys
from xml.etree import ElementTree
folder = pathlib.Path(sys.argv[2])
folder.parent.joinpath("asked").write_text(" ".join(sys.argv[1:]))
for file in folder.iterdir():
    ElementTree.parse(file)
    if "REFUSE" in file.read_text():
        sys.exit("Product version mismatch")
"""


class Module:
    """The module, run again and again on one directory."""

    def __init__(self, folder: Path) -> None:
        self.etc = folder / "etc"
        self.etc.mkdir()
        self.certificate = folder / "certificate.pem"
        self.certificate.write_text("one")
        self.server = folder / "server"
        self.server.write_text(SERVER)
        self.server.chmod(0o755)

    def __call__(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        path = str(self.certificate)
        arguments = {
            "directory": str(self.etc),
            "server": str(self.server),
            "passive_ports": "61000-61099",
            "account": "ftpfiles",
            "admin_certificate": path,
            "admin_key": path,
            "users": [{"name": "alice", "password": PASSWORD}],
            **options,
            "_ansible_check_mode": check_mode,
            "_ansible_diff": True,
        }
        return run_module(filezilla_server_config, arguments)[0]

    def content(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in sorted(self.etc.iterdir())}


@pytest.fixture
def run(tmp_path: Path) -> Module:
    return Module(tmp_path)


def test_a_second_run_leaves_every_byte(run: Module) -> None:
    first = run()
    assert first["changed"]
    assert sorted(Path(each).name for each in first["files"]) == FILES
    before = run.content()
    assert list(before) == FILES
    again = run()
    assert not again["changed"]
    assert again["files"] == []
    assert run.content() == before


def test_a_new_password_changes_the_users_only(run: Module) -> None:
    run()
    before = run.content()
    changed = run(users=[{"name": "alice", "password": "another"}])
    assert [Path(each).name for each in changed["files"]] == ["users.xml"]
    assert {name for name, text in run.content().items() if text != before[name]} == {"users.xml"}


def test_a_renewed_certificate_is_a_change(run: Module) -> None:
    run()
    run.certificate.write_text("two")
    assert [Path(each).name for each in run()["files"]] == ["settings.xml"]


def test_a_certificate_of_an_internationalized_name_is_no_change(run: Module) -> None:
    run.certificate = run.certificate.rename(run.etc.parent / "xn--bcher-kva.example.pem")
    assert run()["changed"]
    assert not run()["changed"]


def test_files_are_for_the_owner_only(run: Module) -> None:
    run()
    assert {file.stat().st_mode & 0o777 for file in run.etc.iterdir()} == {0o600}
    (run.etc / "users.xml").chmod(0o644)
    assert [Path(each).name for each in run()["files"]] == ["users.xml"]
    assert (run.etc / "users.xml").stat().st_mode & 0o777 == 0o600


def test_nothing_shows_a_password_or_a_hash(run: Module) -> None:
    for _each in range(2):
        shown = json.dumps(run(users=[{"name": "alice", "password": PASSWORD, "password_hash": "$6$secret"}]))
        assert PASSWORD not in shown
        assert "$6$secret" not in shown
        assert "<hash>" not in shown.replace("<hash>********", "")
        run.certificate.write_text("two")


def test_the_server_checks_all_files_before_one_is_replaced(run: Module) -> None:
    run()
    before = run.content()
    refused = run(extra_options={"ftp_server": {"welcome_message": {"#text": "REFUSE"}}}, users=[])
    assert refused["failed"]
    assert "Product version mismatch" in refused["msg"]
    assert run.content() == before
    asked = (run.etc.parent / "asked").read_text().split()
    assert [asked[0], *asked[2:]] == ["--config-dir", "--config-version-check", "error"]
    assert not Path(asked[1]).exists()
    assert Path(asked[1]).parent == run.etc.parent


def test_it_says_where_the_server_listens_and_whether_a_reload_is_logged(run: Module) -> None:
    assert {name: run()[name] for name in ("listening", "reload_is_logged")} == {
        "listening": ["0.0.0.0:21"],
        "reload_is_logged": True,
    }
    elsewhere = run(control_port=2121, extra_options={"logger": {"name": "/var/log/filezilla.log"}})
    assert (elsewhere["listening"], elsewhere["reload_is_logged"]) == (["0.0.0.0:2121"], False)


def test_what_a_killed_run_has_left_is_removed(run: Module) -> None:
    left = run.etc.parent / ".mxlab-ftp-abc"
    left.mkdir()
    (left / "users.xml").write_text("hashes")
    run()
    assert not left.exists()


def test_check_mode_asks_the_server_and_writes_nothing(run: Module) -> None:
    assert run(check_mode=True)["changed"]
    assert run.content() == {}
    assert run(check_mode=True, extra_options={"ftp_server": {"welcome_message": {"#text": "REFUSE"}}})["failed"]


def test_check_mode_before_anything_is_installed(run: Module) -> None:
    run.etc.rmdir()
    assert "install FileZilla Server first" in run()["msg"]
    run.certificate.unlink()
    assert run(check_mode=True)["changed"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"passive_ports": "61099-61000"}, "inverted"),
        ({"extra_options": {"ftp_server": {"session": {"pasv": {"port_range": {"min": "abc"}}}}}}, "any port"),
        ({"admin_certificate": "/nowhere.pem"}, "/nowhere.pem does not exist"),
        ({"admin_key": "/nowhere.key"}, ".tls.key: the file /nowhere.key does not exist"),
        ({"tls": "required", "certificate": "/dev/null", "key": "/nowhere.key"}, "/nowhere.key does not exist"),
        ({"extra_options": {"webui": {"tls": {"certs": {"#text": "/nowhere.pem"}}}}}, "webui.tls.certs: the file"),
        ({"extra_options": {"logger": {"nam": "x"}}}, "logger.nam: no such setting"),
        ({"max_sessions": 65536}, "max_sessions: 65536"),
        ({"tls": "required"}, "certificate"),
    ],
)
def test_what_is_wrong_is_refused_with_nothing_written(run: Module, options: dict[str, Any], words: str) -> None:
    refused = run(**options)
    assert refused["failed"]
    assert words in refused["msg"]
    assert run.content() == {}
