# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only vsftpd has."""

from __future__ import annotations

import uuid

import testinfra
from testinfra.host import Host


def test_transfers_reach_the_journal(client: Host, endpoint: dict[str, str], login: str) -> None:
    name = f"logged-{uuid.uuid4().hex}"
    url = f"ftp://{endpoint['ftp_public_address']}/"
    client.check_output(f"echo content | curl -sS --max-time 20 --user {login} --upload-file - {url}{name}")
    client.check_output(f"curl -sS --max-time 20 --user {login} --quote 'DELE {name}' --output /dev/null {url}")
    server = testinfra.get_host(f"docker://{endpoint['ansible_host']}")
    # What the journal has taken in is not at once on disk, where others look for it.
    server.check_output("journalctl --sync")
    log = server.check_output(f"journalctl --no-pager --grep {name}")
    assert "[transfer] OK UPLOAD: Client" in log
    assert "[transfer] OK DELETE: Client" in log
