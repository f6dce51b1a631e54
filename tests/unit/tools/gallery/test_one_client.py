# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the gallery's client is told to do, and what it shows of what it heard."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lab.common import ROOT

SOURCE = ROOT / "molecule" / "faults" / "files" / "one_client.py"


@pytest.fixture(scope="module")
def one_client() -> Any:
    spec = importlib.util.spec_from_file_location("one_client", SOURCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    # Its dataclass looks for its own module.
    import sys

    sys.modules["one_client"] = module
    spec.loader.exec_module(module)
    return module


def call(one_client: Any, **fields: Any) -> Any:
    plain = {"host": "203.0.113.13", "port": 21, "user": "u", "password": "p", "mode": "EPSV", "tls": "none"}
    return one_client.Call(**{**plain, "protection": "clear", "directory": "", **fields})


@pytest.mark.parametrize(
    "fields, options",
    [
        ({}, []),
        ({"mode": "PASV"}, ["--disable-epsv", "--no-ftp-skip-pasv-ip"]),
        ({"mode": "PASV-peer"}, ["--disable-epsv"]),
        ({"mode": "PORT"}, ["--ftp-port", "-", "--disable-eprt"]),
        ({"mode": "EPRT"}, ["--ftp-port", "-"]),
        ({"tls": "explicit", "protection": "P"}, ["--ssl-reqd"]),
        ({"tls": "explicit", "protection": "C"}, ["--ssl-control"]),
        ({"tls": "explicit"}, []),
        ({"tls": "implicit", "protection": "P"}, []),
    ],
)
def test_each_cell_has_its_options(one_client: Any, fields: dict[str, Any], options: list[str]) -> None:
    assert one_client.options(call(one_client, **fields)) == [*options, "--user", "u:p"]


def test_the_url_has_scheme_port_and_directory(one_client: Any) -> None:
    assert one_client.url(call(one_client)) == "ftp://203.0.113.13:21/"
    assert one_client.url(call(one_client, tls="implicit", port=990)) == "ftps://203.0.113.13:990/"
    assert one_client.url(call(one_client, directory="/nowhere")) == "ftp://203.0.113.13:21//nowhere/"


def test_the_end_of_the_dialogue_is_shown_without_the_password(one_client: Any) -> None:
    output = (
        "* Uses proxy\n> USER u\r\n< 331 Password?\r\n> PASS secret\r\n{ [5 bytes data]\n< 530 No.\r\ncurl: (67) denied"
    )
    assert one_client.shown(output) == ["> USER u", "< 331 Password?", "> PASS ***", "< 530 No.", "curl: (67) denied"]
    assert one_client.shown("\n".join(f"< 200 {number}" for number in range(20)))[0] == "< 200 12"


def test_the_first_transfer_that_fails_is_told(one_client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **_options: Any) -> Any:
        ran.append(command)
        return SimpleNamespace(returncode=28, stderr="curl: (28) Connection timed out")

    monkeypatch.setattr(subprocess, "run", run)
    story = one_client.story(call(one_client))
    assert len(ran) == 1
    assert story["command"] == "curl --user u:p --upload-file hello.bin ftp://203.0.113.13:21/"
    assert (story["lines"], story["works"]) == (["curl: (28) Connection timed out"], False)


@pytest.mark.parametrize("same", [True, False])
def test_a_client_works_if_the_file_comes_back_as_it_was(
    one_client: Any, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    def run(command: list[str], cwd: Path, **_options: Any) -> Any:
        if "--output" in command:
            (cwd / "back.bin").write_bytes((cwd / "hello.bin").read_bytes() if same else b"other")
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(subprocess, "run", run)
    assert one_client.story(call(one_client))["works"] is same
