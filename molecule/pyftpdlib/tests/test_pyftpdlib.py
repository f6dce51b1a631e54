# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only pyftpdlib has: it is a service of ours."""

from __future__ import annotations

import uuid

import pytest
import testinfra
from testinfra.host import Host


@pytest.fixture
def server(endpoint: dict[str, str]) -> Host:
    """Return the server's machine."""
    return testinfra.get_host(f"docker://{endpoint['ansible_host']}")


def test_transfers_reach_the_journal(client: Host, server: Host, endpoint: dict[str, str], login: str) -> None:
    name = f"logged-{uuid.uuid4().hex}"
    url = f"ftp://{endpoint['ftp_public_address']}/"
    client.check_output(f"echo content | curl -sS --max-time 20 --user {login} --upload-file - {url}{name}")
    client.check_output(f"curl -sS --max-time 20 --user {login} --quote 'DELE {name}' --output /dev/null {url}")
    # What the journal has taken in is not at once on disk, where others look for it.
    server.check_output("journalctl --sync")
    log = server.check_output(f"journalctl --no-pager --unit pyftpdlib --grep {name}")
    assert f"STOR /srv/ftp/transfer/{name} completed=1" in log
    assert f"DELE /srv/ftp/transfer/{name}" in log


def test_it_has_no_privilege_but_to_bind_low_ports(server: Host) -> None:
    pid = server.check_output("systemctl show --property MainPID --value pyftpdlib")
    assert server.check_output(f"stat --format %U /proc/{pid}") == "ftpfiles"
    # CAP_NET_BIND_SERVICE is the tenth bit (capability.h).
    assert f"CapBnd:\t{1 << 10:016x}" in server.check_output(f"cat /proc/{pid}/status")
