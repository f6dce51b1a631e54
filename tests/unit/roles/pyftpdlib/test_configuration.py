# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the configuration file may say, and what is said of one that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mxlab_ftpd.configuration import ConfigurationError, load, parse

WRONG = {
    "port": ({"control_port": 0}, "control_port is 0"),
    "port above the last": ({"control_port": 65536}, "control_port is 65536"),
    "truth for a number": ({"max_clients": True}, "max_clients must be of type int"),
    "text for a number": ({"idle_timeout": "300"}, "idle_timeout must be of type int"),
    "inverted range": ({"passive_ports": "61001-61000"}, "passive_ports is '61001-61000'"),
    "range of the system": ({"passive_ports": "500-600"}, "passive_ports is '500-600'"),
    "range with the control port": ({"control_port": 61000}, "without the control port"),
    "host name": ({"masquerade_address": "ftp.example.com"}, "masquerade_address is 'ftp.example.com'"),
    "network": ({"lan_networks": ["192.168.128.0/33"]}, "lan_networks has '192.168.128.0/33'"),
    "mode": ({"modes": ["aktive"]}, "modes is ['aktive']"),
    "no mode": ({"modes": []}, "modes is []"),
    "tls": ({"tls": "explicit"}, "tls is 'explicit'"),
    "unknown key": ({"colour": "red"}, "has unknown keys colour"),
    "users": ({"users": [{"name": "a"}]}, "users[0] lacks home, password_hash, read_only"),
}


def test_a_good_configuration_is_taken(raw: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "server.json"
    path.write_text(json.dumps(raw))
    configuration = load(str(path))
    assert list(configuration.passive_ports) == [61000, 61001]
    assert [(user.name, user.read_only) for user in configuration.users] == [("transfer", False), ("reader", True)]


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_one_is_refused(raw: dict[str, Any], change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        parse({**raw, **change})
    assert words in str(refusal.value)


def test_a_missing_key_is_named(raw: dict[str, Any]) -> None:
    del raw["tls"]
    with pytest.raises(ConfigurationError, match="lacks tls"):
        parse(raw)


@pytest.mark.parametrize(("key", "value"), [("home", "/no/such/home"), ("password_hash", "secret"), ("name", "reader")])
def test_a_wrong_user_is_refused_without_the_hash(raw: dict[str, Any], key: str, value: str) -> None:
    raw["users"][0][key] = value
    with pytest.raises(ConfigurationError) as refusal:
        parse(raw)
    assert "secret" not in str(refusal.value)
    assert "$6$" not in str(refusal.value)


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_what_is_no_json_object_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "server.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError):
        load(str(path))
