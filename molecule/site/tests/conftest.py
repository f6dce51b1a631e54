# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines of the lab, and its endpoints as the inventory has them."""

from __future__ import annotations

from pathlib import Path

import pytest
import testinfra
import yaml
from testinfra.host import Host

INVENTORY = Path(__file__).parents[2] / "inventory"
MACHINES = yaml.safe_load((INVENTORY / "hosts.yml").read_text())["all"]["children"]["lab"]["children"]
SERVERS = MACHINES["ftp_servers"]["hosts"]
VARIABLES = yaml.safe_load((INVENTORY / "group_vars" / "ftp_servers.yml").read_text())


@pytest.fixture(scope="session")
def variables() -> dict[str, str]:
    """The variables that all servers share."""
    return VARIABLES


@pytest.fixture(scope="session")
def login() -> str:
    """User and password as curl takes them."""
    return f"{VARIABLES['ftp_probe_user']}:{VARIABLES['ftp_probe_password']}"


@pytest.fixture(scope="session")
def client() -> Host:
    """The client on the Internet."""
    return testinfra.get_host("docker://mxlab-client")


@pytest.fixture(scope="session")
def mx() -> Host:
    """The MX."""
    return testinfra.get_host("docker://mxlab-mx")


@pytest.fixture(params=SERVERS)
def endpoint(request: pytest.FixtureRequest) -> dict[str, str]:
    """Each published server's variables, in turn."""
    return SERVERS[request.param]
