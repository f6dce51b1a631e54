# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of all scenarios share: the machines and endpoints of the lab, and a capture."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import testinfra
import yaml
from testinfra.host import Host

INVENTORY = Path(__file__).parent / "inventory"
MACHINES = yaml.safe_load((INVENTORY / "hosts.yml").read_text())["all"]["children"]["lab"]["children"]
SERVERS = MACHINES["ftp_servers"]["hosts"]
STATE = Path(os.environ["MXLAB_STATE"])
VARIABLES = yaml.safe_load((INVENTORY / "group_vars" / "ftp_servers.yml").read_text())


@pytest.fixture(scope="session")
def variables() -> dict[str, str]:
    """Return the variables that all servers share."""
    return VARIABLES


@pytest.fixture(scope="session")
def api() -> str:
    """Return the base URL of the lab's Dashboard API."""
    url: str = json.loads((STATE / "lab.json").read_text())["api"]["url"]
    return url


@pytest.fixture(scope="session")
def snapshots() -> Path:
    """Return the folder of the snapshots that the role mx_rules keeps in the lab."""
    return STATE / "snapshots"


@pytest.fixture(scope="session")
def login() -> str:
    """User and password as curl takes them."""
    return f"{VARIABLES['ftp_probe_user']}:{VARIABLES['ftp_probe_password']}"


@pytest.fixture(scope="session")
def reader() -> str:
    """Return the read-only user of the same files."""
    return f"reader:{VARIABLES['ftp_probe_password']}"


@pytest.fixture(scope="session")
def servers() -> dict[str, dict[str, str]]:
    """All published servers' variables by name."""
    return SERVERS


@pytest.fixture(scope="session")
def client() -> Host:
    """Return the client on the Internet."""
    return testinfra.get_host("docker://mxlab-client")


@pytest.fixture(scope="session")
def mx() -> Host:
    """Return the MX."""
    return testinfra.get_host("docker://mxlab-mx")


@pytest.fixture(params=SERVERS)
def endpoint(request: pytest.FixtureRequest) -> dict[str, str]:
    """Each published server's variables, in turn."""
    return SERVERS[request.param]


@pytest.fixture
def first_towards_client(mx: Host) -> Callable[[], Callable[[], str]]:
    """Start a capture on the WAN; what it gives waits for the first packet of a connection towards the client.

    None but a server's active data connection begins in that direction.
    """

    def start() -> Callable[[], str]:
        path = f"/tmp/capture-{uuid.uuid4().hex}"
        wan = mx.check_output("ip -oneline address show to 203.0.113.2").split()[1]
        packets = "tcp[tcpflags] & (tcp-syn | tcp-ack) == tcp-syn and dst host 203.0.113.100"
        tcpdump = f"timeout 30 tcpdump -lni {wan} -c 1 '{packets}' >{path} 2>{path}.log"
        mx.check_output(f'systemd-run --quiet sh -c "{tcpdump}"')
        mx.check_output(f"timeout 10 sh -c 'until grep -q listening {path}.log; do sleep 0.1; done'")
        return lambda: mx.check_output(f"timeout 10 sh -c 'until [ -s {path} ]; do sleep 0.1; done; cat {path}'")

    return start
