# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.filter.ports_per_client import FilterModule
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS, Server

ROOT = Path(__file__).parents[4]
ROLES = [server.role for server in SERVERS.values()]

ports_per_client = FilterModule().filters()["ports_per_client"]


@pytest.mark.parametrize("server", SERVERS.values(), ids=lambda server: server.role)
def test_it_gives_the_number_of_the_table(server: Server) -> None:
    assert ports_per_client(server.role) == server.ports_per_client >= 1


def test_an_unknown_role_is_refused_with_the_known_ones() -> None:
    expected = f"no server role is named 'nobody'; expected one of {', '.join(ROLES)}"
    with pytest.raises(ValueError, match=f"^{expected}$"):
        ports_per_client("nobody")


@pytest.mark.parametrize("role", ROLES)
def test_the_role_takes_its_number_from_here(role: str) -> None:
    stated = yaml.safe_load((ROOT / "roles" / role / "vars" / "main.yml").read_text())[f"{role}_ports_per_client"]
    assert f"'{role}' | mxlab.ftp.ports_per_client" in stated


def test_the_documentation_of_the_servers_has_the_same_numbers() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in (ROOT / "docs" / "servers.md").read_text().splitlines()
        if line.startswith("|")
    ]
    names = rows[0]
    [told] = [row for row in rows if row[0].startswith("ports of the range that one client")]
    numbers = {role: cell.partition(" ")[0].rstrip(",") for role, cell in zip(names, told) if role in ROLES}
    assert numbers == {server.role: str(server.ports_per_client) for server in SERVERS.values()}


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
def test_the_defaults_suit_each_server(server: Server) -> None:
    defaults = yaml.safe_load((ROOT / "roles" / "ftp" / "defaults" / "main.yml").read_text())
    first, last = map(int, defaults["ftp_passive_ports"].split("-"))
    assert last - first + 1 >= defaults["ftp_max_clients"] * server.ports_per_client


def test_one_address_cannot_hold_the_whole_service_by_default() -> None:
    defaults = yaml.safe_load((ROOT / "roles" / "ftp" / "defaults" / "main.yml").read_text())
    assert 0 < defaults["ftp_max_per_ip"] <= defaults["ftp_max_clients"] / 2
