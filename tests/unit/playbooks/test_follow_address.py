# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook follow_address changes the announced address and nothing else, or says why it does not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Hosts, Outcome, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx

GOOD: dict[str, Any] = {
    "ftp_server": "vsftpd",
    "ftp_public_address": "auto",
    "ftp_publish_by": "port_forwarding",
    "ftp_network": "N_100001",
    "ftp_organization": "100001",
    "ftp_uplink": "internet1",
    "ftp_lan_address": "192.168.128.13",
}
# A file as a role writes it, with the address of yesterday. One of the lines is a secret.
FILE = "# hash $6$salt$hash\nlisten=YES\npasv_address={address}\npasv_promiscuous=NO\n"
YESTERDAY, TODAY = "203.0.113.9", "203.0.113.2"
# Servers that announce something else: their variables.
FIXED = {"fixed": {"ftp_public_address": YESTERDAY}, "own": {"vsftpd_masquerade_address": YESTERDAY}}
# Servers that cannot be followed: their variables (None: the variable is missing), and the words of the message.
REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "two": (
        {"ftp_uplink": None},
        ["this MX has 2 uplinks: internet1 (active, 203.0.113.2), internet2 (active, 192.0.2.9).", "(ftp_uplink)"],
    ),
    "behind": (
        {"ftp_uplink": "internet2"},
        ["internet2 has the address 198.51.100.2, and the Internet sees 192.0.2.9: another router translates"],
    ),
    "fleeting": ({"ftp_publish_by": "one_to_one_nat"}, ["ftp_publish_by is 'one_to_one_nat'", "'port_forwarding'"]),
    "lost": ({"ftp_network": "N_9"}, ["No MX of this network reports its uplinks"]),
    "unknown": ({"ftp_server": "vsftp"}, ["Did you mean vsftpd?"]),
    "new": ({}, ["new.conf of new do not have the address that vsftpd announces", "Run the playbook mxlab.ftp.site"]),
    "windows": ({"ftp_server": "iis_ftp"}, ["IIS announces on windows is not followed", "mxlab.ftp.site"]),
}


@dataclass(frozen=True)
class Servers:
    """Servers whose files are in a folder; their services do not run, so that nothing of this machine is touched."""

    playbooks: Playbooks
    folder: Path

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.conf").write_text(text)

    def read(self, name: str) -> str:
        return (self.folder / f"{name}.conf").read_text()

    def run(self, hosts: Hosts, *words: str) -> Outcome:
        path = f"{self.folder}/{{{{ inventory_hostname }}}}"
        there = {
            "vsftpd_address_files": [{"path": f"{path}.conf", "regexp": r"^(pasv_address=)(\S+)$"}],
            "server_address_mark": f"{path}.mark",
        }
        return self.playbooks.run("mxlab.ftp.follow_address", hosts, "-e", json.dumps(there), *words)


@pytest.fixture(scope="module")
def servers(playbooks: Playbooks, tmp_path_factory: pytest.TempPathFactory) -> Servers:
    (playbooks.folder / "bin" / "systemctl").write_text("#!/bin/sh\n[ $1 != is-active ] || echo inactive\n")
    return Servers(playbooks, tmp_path_factory.mktemp("servers"))


@dataclass(frozen=True)
class Seen:
    """What a run said, and the requests that it made."""

    outcome: Outcome
    requests: list[str]


def hosts() -> Hosts:
    refused = {name: different for name, (different, _words) in REFUSED.items()}
    all_of_them = {"right": {}, "interrupted": {}, **FIXED, **refused}
    return {
        name: {key: value for key, value in {**GOOD, **different}.items() if value is not None}
        for name, different in all_of_them.items()
    }


@pytest.fixture(scope="module")
def seen(servers: Servers, mx: EmulatedMx) -> Seen:
    """One run for all of them."""
    for name in hosts():
        servers.write(name, FILE.format(address=YESTERDAY))
    servers.write("new", "# the file of the distribution\n")
    # An earlier run has ended before the service read its file.
    servers.write("interrupted", FILE.format(address=TODAY))
    (servers.folder / "interrupted.mark").touch()
    log = "/organizations/100001/apiRequests"
    before = len(mx.get(log, params={"perPage": 1000}).json())
    outcome = servers.run(hosts())
    made = mx.get(log, params={"perPage": 1000}).json()
    return Seen(outcome, [each["path"] for each in made[: len(made) - before - 1]])


def test_the_address_is_changed_and_nothing_else(seen: Seen, servers: Servers) -> None:
    assert servers.read("right") == FILE.format(address=TODAY)
    assert f"vsftpd announces {YESTERDAY}. The MX has {TODAY}." in seen.outcome.output
    assert "$6$salt" not in seen.outcome.output
    assert sorted(path.name for path in servers.folder.iterdir()) == sorted(f"{name}.conf" for name in hosts())


def test_a_change_that_was_interrupted_is_completed(seen: Seen) -> None:
    assert f"vsftpd announces {TODAY}. The MX has {TODAY}." in seen.outcome.output


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_address_stays(seen: Seen, servers: Servers, name: str) -> None:
    assert seen.outcome.message(name) == ""
    assert servers.read(name) == FILE.format(address=YESTERDAY)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_followed_is_said_and_left(seen: Seen, servers: Servers, name: str) -> None:
    message = seen.outcome.message(name)
    assert [word for word in REFUSED[name][1] if word not in message] == [], message
    assert TODAY not in servers.read(name)


def test_one_request_tells_the_addresses_of_all(seen: Seen) -> None:
    assert [path.rpartition("/appliance/")[2] for path in seen.requests] == ["uplink/statuses"]


def test_check_mode_tells_what_would_change(servers: Servers) -> None:
    servers.write("right", FILE.format(address=TODAY))
    servers.write("late", FILE.format(address=YESTERDAY))
    outcome = servers.run({"right": GOOD, "late": GOOD}, "--check", "--diff")
    assert f"vsftpd announces {YESTERDAY}. The MX has {TODAY}." in outcome.output
    assert [
        line.split()[0] for line in outcome.output.splitlines() if "changed=" in line and "changed=0" not in line
    ] == ["late"]
    assert servers.read("late") == FILE.format(address=YESTERDAY)
    assert "$6$salt" not in outcome.output


def test_a_run_without_an_address_to_follow_fails(servers: Servers) -> None:
    outcome = servers.run({"fixed": {**GOOD, "ftp_public_address": YESTERDAY}})
    assert outcome.message("fixed").startswith("No server of this run has ftp_public_address: auto in the inventory")
