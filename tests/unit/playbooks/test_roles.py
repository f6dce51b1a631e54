# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server role works with its own variables alone, and for a server that only its LAN uses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Playbooks

PLAY = [
    {
        "hosts": "ftp_servers",
        "gather_facts": False,
        "tasks": [
            {"ansible.builtin.include_role": {"name": "mxlab.ftp.{{ role }}", "tasks_from": "check"}},
            {"ansible.builtin.debug": {"msg": "{{ role }} serves {{ ftp_endpoint | to_json }}."}},
        ],
    }
]
ROLES = ("vsftpd", "proftpd", "pure_ftpd", "pyftpdlib")
ADDRESSES = {"masquerade_address": "203.0.113.13", "lan_address": "192.168.128.13", "passive_ports": "62000-62199"}
# What is set, as variables of the role, and the addresses of the endpoint.
SITUATIONS: dict[str, tuple[dict[str, str], tuple[str, str]]] = {
    "published": (ADDRESSES, ("203.0.113.13", "192.168.128.13")),
    "lan_only": ({"lan_address": "192.168.128.13", "passive_ports": "62000-62199"}, ("", "192.168.128.13")),
}


@pytest.fixture(scope="module")
def served(playbooks: Playbooks, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Check all roles in all situations in one run; return the endpoints by host."""
    play = tmp_path_factory.mktemp("roles") / "play.json"
    play.write_text(json.dumps(PLAY))
    users = [{"name": "transfer", "password_hash": "$6$salt$hash"}]
    hosts: dict[str, dict[str, Any]] = {
        f"{role}-{name}": {
            "role": role,
            f"{role}_users": users,
            **{f"{role}_{key}": value for key, value in own.items()},
        }
        for role in ROLES
        for name, (own, _addresses) in SITUATIONS.items()
    }
    outcome = playbooks.run(str(play), hosts)
    assert outcome.status == 0, outcome.output
    shown = re.findall(r"ok: \[([^]]*)\] => \{\s*\"msg\": (\".* serves .*\")\s*\}", outcome.output)
    return {name: json.loads(json.loads(text).partition(" serves ")[2].removesuffix(".")) for name, text in shown}


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_works_with_its_own_variables_alone(served: dict[str, dict[str, Any]], role: str, name: str) -> None:
    endpoint = served[f"{role}-{name}"]
    assert (endpoint["public_address"], endpoint["lan_address"]) == SITUATIONS[name][1]
    assert endpoint["passive_ports"] == "62000-62199"


def test_a_role_reads_the_facts_that_a_play_has_not_gathered(
    playbooks: Playbooks, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The check may refuse this machine, which need not be Debian, but has to know what it is."""
    play = tmp_path_factory.mktemp("facts") / "play.json"
    play.write_text(json.dumps(PLAY))
    addresses = {"ftp_public_address": "203.0.113.13", "ftp_lan_address": "192.168.128.13"}
    users = [{"name": "transfer", "password_hash": "$6$salt$hash"}]
    unknown = {"role": "vsftpd", "ftp_users": users, **addresses}
    outcome = playbooks.run(str(play), {"unknown": unknown}, facts=False)
    assert "TASK [mxlab.ftp.server : " in outcome.output
    assert "os_family" not in outcome.output
