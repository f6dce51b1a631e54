# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an outsider meets at a server that requires TLS."""

from __future__ import annotations

import pytest
import testinfra
from testinfra.host import Host

ADDRESSES = {"server12": "203.0.113.2", "server13": "203.0.113.13"}
LOGIN = "transfer:lab-password"


@pytest.fixture(params=ADDRESSES)
def server(request: pytest.FixtureRequest) -> Host:
    return testinfra.get_host(f"docker://mxlab-{request.param}")


@pytest.fixture(params=ADDRESSES.values(), ids=ADDRESSES)
def curl(request: pytest.FixtureRequest) -> str:
    """A strict curl of the server's home directory, but for the options."""
    return f"curl -sS --max-time 20 --insecure --no-ftp-skip-pasv-ip ftp://{request.param}/"


@pytest.mark.parametrize("mode", ["--disable-epsv", "--epsv", "--disable-eprt -P -"], ids=["PASV", "EPSV", "PORT"])
def test_tls_works_in_every_mode(client: Host, curl: str, mode: str) -> None:
    client.check_output(f"{curl} --user {LOGIN} --ssl-reqd {mode}")


@pytest.mark.parametrize("login", [LOGIN, "anonymous:guest"])
def test_nobody_logs_in_without_tls(client: Host, curl: str, login: str) -> None:
    # 67 is curl's "denied login".
    assert client.run(f"{curl} --user {login}").rc == 67


@pytest.mark.parametrize("login", ["transfer:wrong", "root:root", "anonymous:guest"])
def test_only_the_named_users_log_in(client: Host, curl: str, login: str) -> None:
    assert client.run(f"{curl} --user {login} --ssl-reqd").rc == 67


def test_old_tls_is_refused(client: Host, curl: str) -> None:
    # 35 is curl's "SSL connect error"; the client itself would speak TLS 1.1 at this security level.
    assert client.run(f"{curl} --user {LOGIN} --ssl-reqd --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0").rc == 35


def test_a_user_is_confined_to_the_home_directory(client: Host, curl: str) -> None:
    # 9 is curl's "access denied"; the path leads out of the home directory.
    url = "%2F..%2F../etc/"
    assert client.run(f"{curl}{url} --user {LOGIN} --ssl-reqd").rc == 9


def test_the_service_starts_with_the_machine(server: Host) -> None:
    assert server.service("vsftpd").is_enabled
    assert server.check_output("stat -c %U:%a /etc/vsftpd.conf") == "root:644"
