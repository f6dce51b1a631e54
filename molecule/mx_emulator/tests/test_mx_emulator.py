# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX before anybody has given it a rule, and after a restart."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product

import pytest
import testinfra
from testinfra.host import Host

RULES = "http://127.0.0.1:8080/api/v1/networks/N_100001/appliance/firewall/portForwardingRules"
SSH = {
    "lanIp": "192.168.128.13",
    "publicPort": "2222",
    "localPort": "22",
    "allowedIps": ["any"],
    "protocol": "tcp",
    "uplink": "internet1",
    "name": "Kept",
}


def call(mx: Host, key: str, *options: str) -> str:
    """Ask the API from the MX itself, with a client that is not ours."""
    return mx.check_output(f"curl -sS --fail -H 'Authorization: Bearer {key}' {' '.join(options)} {RULES}")


ADDRESSES = ["203.0.113.2", "198.51.100.2", "203.0.113.13"]
PORTS = [20, 21, 8080, 61000]


@cache
def admitted() -> list[tuple[str, int]]:
    """Return where the client on the Internet gets a connection, all tried side by side: what is dropped takes long."""
    client = testinfra.get_host("docker://mxlab-client")
    tries = list(product(ADDRESSES, PORTS))
    with ThreadPoolExecutor(len(tries)) as pool:
        runs = pool.map(lambda to: client.run("timeout 2 socat -u OPEN:/dev/null TCP:%s:%s", *map(str, to)), tries)
        return [to for to, run in zip(tries, runs) if run.rc == 0]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("port", PORTS)
def test_nothing_is_admitted_before_there_is_a_rule(address: str, port: int) -> None:
    assert (address, port) not in admitted()


def test_the_mx_itself_answers_a_ping(client: Host) -> None:
    client.check_output("ping -c 1 -W 2 203.0.113.2")


def test_rules_survive_a_restart(mx: Host, variables: dict[str, str]) -> None:
    key = variables["ftp_dashboard_api_key"]
    body = json.dumps({"rules": [SSH]})
    call(mx, key, "-X PUT -H 'Content-Type: application/json'", f"-d '{body}'")
    try:
        mx.check_output("systemctl restart mx-emulator")
        mx.check_output("timeout 20 sh -c 'until curl -s -o /dev/null http://127.0.0.1:8080/; do sleep 0.1; done'")
        assert json.loads(call(mx, key))["rules"] == [SSH]
        assert "2222" in mx.check_output("nft list ruleset")
    finally:
        call(mx, key, "-X PUT -H 'Content-Type: application/json'", "-d '{\"rules\": []}'")
