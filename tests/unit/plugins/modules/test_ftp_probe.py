# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it: options in on standard input, JSON out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.modules import ftp_probe
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module, shown

PASSWORD = "s3cret-s3cret"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port on loopback that refuses connections: bound, so that nobody else takes it, but not listening."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


def arguments(options: dict[str, object]) -> dict[str, object]:
    return {"host": "127.0.0.1", "user": "probe", "password": PASSWORD, "timeout": 20, **options}


def run(**options: object) -> dict[str, Any]:
    """Run the module in this process: another one would take most of the time."""
    result, printed = run_module(ftp_probe, arguments(options))
    assert PASSWORD not in printed
    return result


def run_program(**options: object) -> dict[str, Any]:
    """Run the module as Ansible does."""
    done = subprocess.run(
        [sys.executable, ftp_probe.__file__],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments(options)}),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    result = shown(done.stdout)
    assert PASSWORD not in json.dumps(result) + done.stderr
    return result


def test_a_red_cell_is_a_result_and_no_failure(closed_port: int) -> None:
    result = run_program(port=closed_port, passive_ports=str(closed_port), modes=["PASV", "EPRT"])
    assert not result.get("failed")
    assert (result["changed"], result["passed"]) == (False, False)
    assert [finding["id"] for finding in result["findings"]] == ["control-port-refused"]
    assert result["range"] == [{"port": closed_port, "outcome": "refused"}]
    assert result["table"] == [
        f"PASV       failed        control connection to 127.0.0.1:{closed_port}: refused",
        f"EPRT       failed        control connection to 127.0.0.1:{closed_port}: refused",
    ]


def test_every_returned_key_is_documented(closed_port: int) -> None:
    documented = yaml.safe_load(ftp_probe.RETURN)
    result = run(port=closed_port, passive_ports=str(closed_port))
    assert set(documented) == set(result) - {"changed", "invocation"}
    for key in ("cells", "range", "findings"):
        assert set(documented[key]["contains"]) == set(result[key][0])


def test_nothing_is_contacted_in_check_mode() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        result = run(port=listener.getsockname()[1], _ansible_check_mode=True)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert (result["skipped"], result["changed"]) == (True, False)
    assert "check mode" in result["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"port": 0}, "port is 0; expected 1 to 65535"),
        ({"size": 0}, "size is 0; expected 1 to 16777216"),
        ({"timeout": 301}, "timeout is 301.0; expected 0.1 to 300"),
        ({"user": "probe\r\nDELE x"}, "user contains a line break"),
        ({"password": f"{PASSWORD}\n"}, "password contains a line break"),
        ({"directory": "a\rb"}, "directory contains a line break"),
        ({"public_address": "ftp.example.com"}, "public_address is 'ftp.example.com'; expected an IPv4 address"),
        ({"lan_address": "2001:db8::1"}, "lan_address is '2001:db8::1'"),
        ({"active_address": "203.0.113"}, "active_address is '203.0.113'"),
        ({"passive_ports": "61099-61000"}, "passive_ports: "),
        ({"modes": ["pasv"]}, "value of modes must be one or more of"),
        ({"host": "::1", "modes": ["PASV", "PORT"]}, "host '::1' has only an IPv6 address"),
        ({"host": "no.such.host.invalid"}, "host 'no.such.host.invalid' has no usable address"),
        ({"protection": ["P"]}, "protection P does not work with tls disabled"),
        ({"tls": "implicit", "protection": ["clear", "P"]}, "protection clear does not work with tls implicit"),
        ({"trials": ["bounce"]}, "trials has bounce; set foreign_address"),
        ({"range_check": "full"}, "passive_ports is not set; range_check full needs a range"),
        ({"exhaust": True, "passive_ports": "1024-1280"}, "passive_ports is '1024-1280'; exhaust needs a range"),
    ],
)
def test_bad_options_are_refused_by_name(options: dict[str, object], message: str) -> None:
    result = run(**options)
    assert result["failed"]
    assert message in result["msg"]
