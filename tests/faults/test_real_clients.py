# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the oracle foretells is what real clients meet, of those that are installed here, on loopback.

Debian has tnftp, ncftp, lftp, wget and curl as packages. PyPI has aioftp and npm has basic-ftp; NODE_PATH says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import real_clients
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.probe import probe
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.options import ARGUMENT_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._report.oracle import client_oracle
from faulty_files import PATIENT
from faulty_script import Script
from faulty_server import PASSWORD, USER, running

# Only EPSV is left, so that a client that cannot read the 229 has nothing else.
REFUSED = ["REPLY PASV 550 no", "REPLY PORT 550 no", "REPLY EPRT 550 no"]
SCRIPTS: dict[str, list[str]] = {
    "healthy": [],
    "EPSV unknown": ["REPLY EPSV 500 no"],
    "EPSV denied": ["REPLY EPSV 550 no"],
    "EPSV answered by 227": ["REPLY EPSV 227 Entering Passive Mode (127,0,0,1,200,1)"],
    "uploads refused": ["REPLY STOR 553 no"],
    "no data connection for uploads": ["REPLY STOR 425 no"],
    "login refused": ["REPLY PASS 530 no"],
    "229 with exclamation marks": ["REWRITE EPSV 229 Go (!!!{port}!)", *REFUSED],
    "229 with hashes": ["REWRITE EPSV 229 Go (###{port}#)", *REFUSED],
    "229 with digits": ["REWRITE EPSV 229 Go (111{port}1)", *REFUSED],
    "229 with another bracket before": ["REWRITE EPSV 229 Go (to) (|||{port}|)", *REFUSED],
    "229 with a bar behind": ["REWRITE EPSV 229 Go (|||{port}|) | ok |", *REFUSED],
    "229 with an address": ["REWRITE EPSV 229 Go (|1|{address}|{port}|)", *REFUSED],
}
PAIRS = [(number, name, client) for number, name in enumerate(SCRIPTS) for client in real_clients.CLIENTS]


def address(number: int, client: str) -> str:
    """Return an address of loopback for one server of these tests only."""
    return f"127.240.{number}.{1 + list(real_clients.CLIENTS).index(client)}"


def foretold(script: list[str], number: int, home: Path) -> dict[str, str]:
    """Return the oracle's verdict on each client, by what the probe meets."""
    host = f"127.240.{number}.100"
    with running(host, Script.parse(script), home, home) as server:
        options = {name: spec.get("default") for name, spec in ARGUMENT_SPEC.items()}
        modes = ["PASV", "PASV-peer", "EPSV", "PORT"]
        options.update(host=host, port=server.address[1], user=USER, password=PASSWORD, timeout=PATIENT, modes=modes)
        return {row["client"]: row["verdict"] for row in client_oracle(probe({**options, "tls": "disabled"}))}


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[dict[str, str]]]]:
    with ThreadPoolExecutor(4) as pool:
        home: Any = partial(tmp_path_factory.mktemp, "home")
        yield {
            name: pool.submit(foretold, script, number, home()) for number, (name, script) in enumerate(SCRIPTS.items())
        }


@pytest.mark.parametrize(("number", "name", "client"), PAIRS)
def test_the_oracle_foretells_what_a_real_client_meets(
    number: int, name: str, client: str, oracle: dict[str, Future[dict[str, str]]], tmp_path: Path
) -> None:
    if not real_clients.installed(client):
        pytest.skip(f"{client} is not installed")
    told = oracle[name].result()[client]
    host = address(number, client)
    with running(host, Script.parse(SCRIPTS[name]), tmp_path, tmp_path) as server:
        service = real_clients.Service(host, str(server.address[1]), USER, PASSWORD)
        # One that does not give up is stopped soon; one that works has all the time of a busy machine.
        patience = PATIENT * 3 if told == "works" else PATIENT / 2
        met = real_clients.verdict(client, False, service, tmp_path, patience)
    assert told == "unknown" or (told == "works") == (met == "works"), f"foretold: {told}, met: {met}"
