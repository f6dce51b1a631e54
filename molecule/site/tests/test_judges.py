# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that we did not write must agree that active and passive mode work through the MX."""

from __future__ import annotations

import uuid

import pytest
from testinfra.host import Host

# Strict on purpose: by default curl and lftp replace a wrong address in 227, and so pass on a broken server.
CURL = {
    "passive": "--disable-epsv --no-ftp-skip-pasv-ip",
    "extended passive": "--no-ftp-skip-pasv-ip",
    "active": "--disable-eprt -P -",
    "extended active": "-P -",
}
LFTP = {"passive": "yes", "active": "no"}


@pytest.fixture
def sent(client: Host) -> str:
    """The path of a file of random bytes on the client."""
    path = f"/tmp/judge-{uuid.uuid4().hex}"
    client.check_output(f"head -c 300000 /dev/urandom > {path}")
    return path


@pytest.mark.parametrize("options", CURL.values(), ids=CURL)
def test_strict_curl(client: Host, endpoint: dict[str, str], sent: str, login: str, options: str) -> None:
    name = sent.rsplit("/", 1)[1]
    url = f"ftp://{endpoint['ftp_public_address']}/{name}"
    curl = f"curl --silent --show-error --fail --max-time 20 --user {login} {options}"
    client.check_output(f"{curl} --upload-file {sent} {url}")
    client.check_output(f"{curl} --output {sent}.back {url}")
    client.check_output(f"cmp {sent} {sent}.back")
    client.check_output(f"{curl} --quote 'DELE {name}' ftp://{endpoint['ftp_public_address']}/ --output /dev/null")


@pytest.mark.parametrize("passive", LFTP.values(), ids=LFTP)
def test_strict_lftp(client: Host, endpoint: dict[str, str], sent: str, login: str, passive: str) -> None:
    name = sent.rsplit("/", 1)[1]
    commands = (
        "set net:timeout 10; set net:max-retries 1; set cmd:fail-exit yes; "
        f"set ftp:fix-pasv-address no; set ftp:prefer-epsv no; set ftp:passive-mode {passive}; "
        f"put {sent}; get {name} -o {sent}.back; rm {name}"
    )
    client.check_output(f"lftp -u {login.replace(':', ',')} -e '{commands}; exit' {endpoint['ftp_public_address']}")
    client.check_output(f"cmp {sent} {sent}.back")


def test_active_data_comes_from_port_20_of_the_public_address(
    client: Host, mx: Host, endpoint: dict[str, str], sent: str, login: str
) -> None:
    public = endpoint["ftp_public_address"]
    capture = f"/tmp/capture-{uuid.uuid4().hex}"
    # The first packet of a connection that leaves towards the client: none but the server's data connection does that.
    packets = "tcp[tcpflags] & (tcp-syn | tcp-ack) == tcp-syn and dst host 203.0.113.100"
    wan = mx.check_output("ip -oneline address show to 203.0.113.2").split()[1]
    tcpdump = f"timeout 30 tcpdump -lni {wan} -c 1 '{packets}' >{capture} 2>{capture}.log"
    mx.check_output(f'systemd-run --quiet sh -c "{tcpdump}"')
    mx.check_output(f"timeout 10 sh -c 'until grep -q listening {capture}.log; do sleep 0.1; done'")
    upload = f"--disable-eprt -P - --upload-file {sent} ftp://{public}/captured"
    client.check_output(f"curl -sS --max-time 20 --user {login} {upload}")
    mx.check_output(f"timeout 10 sh -c 'until [ -s {capture} ]; do sleep 0.1; done'")
    assert f" {public}.20 > 203.0.113.100." in mx.check_output(f"cat {capture}")
