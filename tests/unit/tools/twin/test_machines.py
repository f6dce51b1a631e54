# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers of an inventory run by their roles, and what of the inventory their machines get."""

from __future__ import annotations

import pytest
from twin.inventory import Inventory, inventory
from twin.machines import failed_task, variables, with_roles

OUTPUT = """
PLAY [Configure the FTP servers] ***

TASK [Gathering Facts] ***
ok: [files]

TASK [mxlab.ftp.vsftpd : Check the range] ***
fatal: [files]: FAILED! => {"msg": "the range is too small"}

PLAY RECAP ***
files : ok=1 failed=1
"""


def read(**servers: tuple[str, str]) -> Inventory:
    """Return an inventory of servers, each with its software and LAN address."""
    hosts = {
        name: {
            "ftp_endpoint": {
                "name": f"{name} of Berlin",
                "network": "Berlin",
                "server": software,
                "public_address": f"203.0.113.{number}",
                "lan_address": address,
                "control_port": 2100 + number,
                "passive_ports": f"{50000 + 100 * number}-{50099 + 100 * number}",
            },
            "twin_tls": "optional",
        }
        for number, (name, (software, address)) in enumerate(servers.items(), 10)
    }
    return inventory(hosts, ["Berlin"], {"uplinks": {}})


@pytest.mark.parametrize(
    ("software", "by_role"),
    [
        ("vsftpd", True),
        ("proftpd", True),
        ("pure_ftpd", True),
        ("pyftpdlib", True),
        ("filezilla_server", False),
        ("iis_ftp", False),
        ("appliance", False),
    ],
)
def test_servers_with_a_role_and_a_package_of_debian_run_by_it(software: str, by_role: bool) -> None:
    servers = read(files=(software, "10.10.0.13")).servers
    assert with_roles(servers) == (list(servers) if by_role else [])


def test_servers_that_share_an_address_are_stand_ins() -> None:
    found = read(one=("vsftpd", "10.10.0.13"), two=("proftpd", "10.10.0.13"), other=("vsftpd", "10.10.0.14"))
    assert [server.host for server in with_roles(found.servers)] == ["other"]


def test_a_machine_gets_nothing_that_is_at_the_server_only() -> None:
    (server,) = read(files=("vsftpd", "10.10.0.13")).servers
    given = variables({"mxlab-twin1": server})
    assert given["twin_machines"] == {"files": "mxlab-twin1"}
    assert given["twin_addresses"] == {"files": "203.0.113.10"}
    assert [user["name"] for user in given["ftp_users"]] == ["twin"]
    assert given["vsftpd_users"] == given["ftp_users"]
    assert given["ansible_connection"] == "community.docker.docker"
    # A certificate may be in a folder that no machine has, and a firewall none that it has.
    assert given["vsftpd_tls_certificate"] == given["ftp_tls_certificate"] == "/etc/ssl/certs/ftp-self-signed.pem"
    assert given["ftp_host_firewall"] == "none"
    # ftp_lan_address may be made of them.
    assert not given.keys() & {"ansible_host", "ansible_user"}


def test_the_task_that_failed_is_shown_and_no_other() -> None:
    assert failed_task(OUTPUT) == OUTPUT[OUTPUT.index("TASK [mxlab") : OUTPUT.index("\n\nPLAY RECAP")]
    assert failed_task(OUTPUT.replace("fatal: [files]: FAILED!", "failed: [files] (item=x)")) != ""
    assert failed_task("no hosts matched") == ""
