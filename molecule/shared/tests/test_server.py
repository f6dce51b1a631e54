# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What everybody may expect of every server, judged from outside: who gets in, how far, and with whom it talks."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import testinfra
import yaml
from testinfra.host import Host

DIALOGUE = (Path(__file__).parent / "dialogue.py").read_text()
# curl(1), "Exit codes".
LOGIN_DENIED, UPLOAD_DENIED = 67, 25
STRANGERS = ["anonymous:guest", "ftp:ftp", "transfer:wrong", "root:root", "ftpfiles:ftpfiles"]
PROTECTION = {"clear": "", "TLS": "--ssl-reqd --insecure"}
ROLE = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"]).name
SERVICE = yaml.safe_load((Path(__file__).parents[3] / "roles" / ROLE / "vars" / "main.yml").read_text())


@pytest.fixture
def public(endpoint: dict[str, str]) -> str:
    """Return the address at which clients on the Internet reach the server."""
    return endpoint["ftp_public_address"]


@pytest.fixture
def server(endpoint: dict[str, str]) -> Host:
    """Return the server's machine."""
    return testinfra.get_host(f"docker://{endpoint['ansible_host']}")


@pytest.fixture
def neighbour(endpoint: dict[str, str], servers: dict[str, dict[str, str]]) -> Host:
    """Return a machine in the server's own LAN."""
    other = next(machine for machine in servers.values() if machine != endpoint)
    return testinfra.get_host(f"docker://{other['ansible_host']}")


@pytest.fixture
def curl(public: str) -> str:
    """Return a strict curl of the home directory, but for user and options."""
    return f"curl -sS --max-time 20 --no-ftp-skip-pasv-ip ftp://{public}/"


@pytest.fixture
def passed_on(client: Host, curl: str, login: str) -> Iterator[str]:
    """Return the name of a file in the home directory that both users share."""
    client.check_output(f"echo content | {curl}passed-on --user {login} --upload-file -")
    yield "passed-on"
    client.check_output(f"{curl} --user {login} --quote 'DELE passed-on' --output /dev/null")


@pytest.fixture
def system_user(server: Host) -> Iterator[str]:
    """Return a user of the machine itself, with a shell and this password, as curl takes them."""
    server.check_output("useradd --create-home --shell /bin/bash judge && echo judge:judge-password | chpasswd")
    yield "judge:judge-password"
    server.check_output("userdel --remove judge")


@pytest.fixture
def second_address(client: Host) -> Iterator[str]:
    """Another address of the client on the Internet."""
    wan = client.check_output("ip -oneline address show to 203.0.113.100").split()[1]
    client.check_output(f"ip address add 203.0.113.101/24 dev {wan}")
    yield "203.0.113.101"
    client.check_output(f"ip address del 203.0.113.101/24 dev {wan}")


def dialogue(machine: Host, host: str, login: str, attempt: str, argument: str) -> dict[str, Any]:
    """Hold a dialogue of dialogue.py on the machine; return what came of it."""
    arguments = shlex.join([host, *login.split(":"), attempt, argument])
    return json.loads(machine.check_output("printf %%s %s | python3 - " + arguments, DIALOGUE))


# Who gets in.


@cache
def answers_to_strangers(curl: str) -> dict[tuple[str, str], int]:
    """Return how curl ended for each stranger, side by side, because servers refuse slowly on purpose."""
    client = testinfra.get_host("docker://mxlab-client")
    tries = list(product(STRANGERS, PROTECTION.values()))
    with ThreadPoolExecutor(len(tries)) as pool:
        runs = pool.map(lambda each: client.run(f"{curl} --user {each[0]} {each[1]}").rc, tries)
        return dict(zip(tries, runs))


@pytest.mark.parametrize("protection", PROTECTION.values(), ids=PROTECTION)
@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_are_refused(curl: str, who: str, protection: str) -> None:
    assert answers_to_strangers(curl)[who, protection] == LOGIN_DENIED


def test_users_of_the_system_are_refused(client: Host, curl: str, system_user: str) -> None:
    assert client.run(f"{curl} --user {system_user}").rc == LOGIN_DENIED


def test_a_former_user_is_refused(client: Host, curl: str) -> None:
    """The scenario's side effect has had the user in, and out again."""
    assert client.run(f"{curl} --user former:lab-password").rc == LOGIN_DENIED


@pytest.mark.parametrize("version", ["tls1", "tls1_1"])
def test_old_tls_is_refused(client: Host, public: str, version: str) -> None:
    handshake = "openssl s_client -starttls ftp -cipher DEFAULT@SECLEVEL=0 -connect"
    assert "Protocol: TLSv1.2" in client.check_output(f"{handshake} {public}:21 -tls1_2 </dev/null 2>&1")
    old = client.run(f"{handshake} {public}:21 -{version} </dev/null 2>&1")
    # The server ends the handshake, FileZilla Server without an alert: the client itself would speak that version.
    assert old.rc != 0
    assert "SSL alert number" in old.stdout or "unexpected eof while reading" in old.stdout


# How far.


def test_a_read_only_user_downloads(client: Host, curl: str, passed_on: str, reader: str) -> None:
    assert client.check_output(f"{curl}{passed_on} --user {reader}") == "content"


# RNFR only begins a renaming, and Pure-FTPd refuses its end, with 451.
@pytest.mark.parametrize(
    "command", ["DELE passed-on", "RNFR passed-on;RNTO other", "MKD folder", "RMD .", "SITE CHMOD 777 passed-on"]
)
def test_a_read_only_user_changes_nothing(
    client: Host, curl: str, public: str, passed_on: str, reader: str, command: str
) -> None:
    replies = dialogue(client, public, reader, "commands", command)["replies"]
    assert replies[-1].startswith(("4", "5")), replies
    assert client.check_output(f"{curl}{passed_on} --user {reader}") == "content"


def test_a_read_only_user_uploads_nothing(client: Host, curl: str, passed_on: str, reader: str) -> None:
    for name in ("other", passed_on):
        assert client.run(f"echo other | {curl}{name} --user {reader} --upload-file -").rc == UPLOAD_DENIED
    assert client.check_output(f"{curl}{passed_on} --user {reader}") == "content"


def test_no_way_out_of_the_home_directory(client: Host, server: Host, public: str, passed_on: str, login: str) -> None:
    server.check_output("ln -sfn /etc/passwd /srv/ftp/transfer/way-out")
    paths = ["../../../etc/passwd", "/etc/passwd", "/../../../etc/passwd", "way-out", passed_on]
    fetched = [dialogue(client, public, login, "fetch", path) for path in paths]
    server.check_output("rm /srv/ftp/transfer/way-out")
    assert [answer["content"] for answer in fetched] == ["", "", "", "", "content\n"]
    assert all(answer["reply"].startswith("5") for answer in fetched[:-1]), fetched


def test_the_parent_directory_is_the_home_directory(client: Host, public: str, login: str) -> None:
    replies = dialogue(client, public, login, "commands", "CWD ..;CWD ../..;PWD")["replies"]
    assert '"/"' in replies[-1]


# With whom it talks.


@pytest.mark.parametrize(
    "target", ["198.51.100.100:61100", "203.0.113.100:81"], ids=["other address", "port below 1024"]
)
def test_it_does_not_bounce(client: Host, public: str, login: str, target: str) -> None:
    seen = dialogue(client, public, login, "bounce", target)
    assert not seen["connected"]
    assert seen["replies"][-1][:1] in ("4", "5"), seen


def test_data_goes_to_the_client_only(
    client: Host, public: str, login: str, passed_on: str, second_address: str
) -> None:
    assert passed_on in dialogue(client, public, login, "peer", "203.0.113.100")["received"]
    assert dialogue(client, public, login, "peer", second_address)["received"] == ""


def test_each_client_is_told_an_address_that_it_reaches(
    client: Host, neighbour: Host, endpoint: dict[str, str], login: str
) -> None:
    def told(machine: Host, address: str) -> list[str]:
        curl = f"curl -sSv --max-time 20 --no-ftp-skip-pasv-ip --disable-epsv --user {login} ftp://{address}/"
        dialogues = machine.run(f"for transfer in 1 2 3 4 5; do {curl} || exit; done")
        assert dialogues.rc == 0
        return [line for line in dialogues.stderr.splitlines() if line.startswith("< 227")]

    addresses = [endpoint["ftp_public_address"], endpoint["ftp_lan_address"]]
    with ThreadPoolExecutor() as both:
        answers = list(both.map(told, [client, neighbour], addresses))
    for address, lines in zip(addresses, answers):
        assert len(lines) == 5
        assert all(f"({address.replace('.', ',')}," in line for line in lines), lines


def test_it_starts_with_the_machine(server: Host) -> None:
    assert server.service(SERVICE[f"{ROLE}_service"]).is_enabled
