# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that we did not write must agree that every mode works through the MX, in clear and with TLS."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from testinfra.host import Host

# Strict on purpose: by default curl and lftp replace a wrong address in 227, and so pass on a broken server.
CURL = {
    "PASV": "--disable-epsv --no-ftp-skip-pasv-ip",
    "EPSV": "--no-ftp-skip-pasv-ip",
    "PORT": "--disable-eprt -P -",
    "EPRT": "-P -",
}
CURL_PROTECTION = {"clear": "", "PROT P": "--ssl-reqd --insecure"}
LFTP = {"passive": "yes", "active": "no"}
LFTP_PROTECTION = {
    "clear": "set ftp:ssl-allow no",
    "PROT P": "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; set ssl:verify-certificate no",
}


@pytest.fixture
def sent(client: Host) -> str:
    """Return the path of a file of random bytes on the client."""
    path = f"/tmp/judge-{uuid.uuid4().hex}"
    client.check_output(f"head -c 300000 /dev/urandom > {path}")
    return path


@pytest.mark.parametrize("protection", CURL_PROTECTION.values(), ids=CURL_PROTECTION)
@pytest.mark.parametrize("mode", CURL.values(), ids=CURL)
def test_strict_curl(client: Host, endpoint: dict[str, str], sent: str, login: str, mode: str, protection: str) -> None:
    name = sent.rsplit("/", 1)[1]
    url = f"ftp://{endpoint['ftp_public_address']}/{name}"
    curl = f"curl --silent --show-error --fail --max-time 20 --user {login} {mode} {protection}"
    commands = [
        f"{curl} --upload-file {sent} {url}",
        f"{curl} --output {sent}.back {url}",
        f"cmp {sent} {sent}.back",
        f"{curl} --quote 'DELE {name}' ftp://{endpoint['ftp_public_address']}/ --output /dev/null",
    ]
    # By one shell: to reach the machine takes longer than each of them.
    client.check_output(" && ".join(commands))


@pytest.mark.parametrize("protection", LFTP_PROTECTION.values(), ids=LFTP_PROTECTION)
@pytest.mark.parametrize("passive", LFTP.values(), ids=LFTP)
def test_strict_lftp(
    client: Host, endpoint: dict[str, str], sent: str, login: str, passive: str, protection: str
) -> None:
    name = sent.rsplit("/", 1)[1]
    commands = (
        "set net:timeout 10; set net:max-retries 1; set cmd:fail-exit yes; "
        f"set ftp:fix-pasv-address no; set ftp:prefer-epsv no; set ftp:passive-mode {passive}; {protection}; "
        f"put {sent}; get {name} -o {sent}.back; rm {name}"
    )
    lftp = f"lftp -u {login.replace(':', ',')} -e '{commands}; exit' {endpoint['ftp_public_address']}"
    client.check_output(f"{lftp} && cmp {sent} {sent}.back")


def test_active_data_comes_from_port_20_of_the_public_address(
    client: Host, first_towards_client: Callable[[], Callable[[], str]], endpoint: dict[str, str], sent: str, login: str
) -> None:
    public = endpoint["ftp_public_address"]
    first_packet = first_towards_client()
    upload = f"--disable-eprt -P - --upload-file {sent} ftp://{public}/captured"
    client.check_output(f"curl -sS --max-time 20 --user {login} {upload}")
    assert f" {public}.20 > 203.0.113.100." in first_packet()
