# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only ProFTPD has."""

from __future__ import annotations

import uuid

import testinfra
from testinfra.host import Host


def test_data_must_resume_the_session_of_the_login(client: Host, endpoint: dict[str, str], login: str) -> None:
    curl = f"curl -sS --max-time 20 --ssl-reqd --insecure --user {login} ftp://{endpoint['ftp_public_address']}/"
    assert client.run(curl).rc == 0
    stranger = client.run(f"{curl} --no-sessionid")
    assert (stranger.stdout, "got 425" in stranger.stderr) == ("", True)


def test_the_server_copies_no_files(client: Host, endpoint: dict[str, str], login: str) -> None:
    url = f"ftp://{endpoint['ftp_public_address']}/"
    copying = client.run(f"curl -sSv --max-time 20 --user {login} --quote 'SITE CPFR .' --output /dev/null {url}")
    assert "< 500 'SITE CPFR' not understood" in copying.stderr


def test_transfers_are_logged(client: Host, endpoint: dict[str, str], login: str) -> None:
    name = f"logged-{uuid.uuid4().hex}"
    url = f"ftp://{endpoint['ftp_public_address']}/"
    client.check_output(f"echo content | curl -sS --max-time 20 --user {login} --upload-file - {url}{name}")
    client.check_output(f"curl -sS --max-time 20 --user {login} --quote 'DELE {name}' --output /dev/null {url}")
    log = testinfra.get_host(f"docker://{endpoint['ansible_host']}").file("/var/log/proftpd/xferlog").content_string
    (upload,) = (line for line in log.splitlines() if name in line and " i r transfer " in line)
    assert " 203.0.113.100 8 " in upload
