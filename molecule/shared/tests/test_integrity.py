# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server acknowledged is there, whole; what was cut off is not acknowledged.

A few uploads of each kind: make bench-integrity does hundreds.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import testinfra
from testinfra.host import Host

UPLOADS = (Path(__file__).parents[1] / "files" / "uploads.py").read_text()
DIALOGUE = (Path(__file__).parent / "dialogue.py").read_text()
HOME = "/srv/ftp/transfer"
KINDS = list(product(["lftp", "curl", "ftplib"], ["1.2", "1.3"], ["active", "passive"]))
COUNT, SIZE = 3, 300_000
# How an upload is cut: see cut in dialogue.py. In clear, the end of the connection is the end of the file.
CUTS = [("reset", "clear"), ("vanish", "clear"), ("reset", "TLS"), ("end", "TLS"), ("vanish", "TLS")]


@pytest.fixture(scope="module")
def cleared() -> Iterator[list[Host]]:
    """Collect the machines of the servers; remove what the uploads have left there."""
    machines: list[Host] = []
    yield machines
    for machine in machines:
        machine.check_output(f"rm -f {HOME}/upload-* {HOME}/cut-off")


def run(program: str, *arguments: object) -> Any:
    """Run a program of Python on the client; return what it has printed."""
    client = testinfra.get_host("docker://mxlab-client")
    command = "printf %%s %s | python3 - " + shlex.join(map(str, arguments))
    return json.loads(client.check_output(command, program))


@cache
def uploads(host: str, login: str) -> dict[tuple[str, str, str], Future[Any]]:
    """Run the clients side by side, because they wait for most of the time; one may fail without the others."""
    with ThreadPoolExecutor(4) as pool:
        return {kind: pool.submit(run, UPLOADS, host, 21, *login.split(":"), *kind, COUNT, SIZE) for kind in KINDS}


@cache
def cut_off(host: str, login: str) -> dict[tuple[str, str], str]:
    """Return what the server replied to each cut upload; most of the time goes by waiting for it."""

    def cut(way: tuple[str, str]) -> str:
        end, protection = way
        return str(run(DIALOGUE, host, *login.split(":"), "cut", end, protection)["reply"])

    with ThreadPoolExecutor(len(CUTS)) as pool:
        return dict(zip(CUTS, pool.map(cut, CUTS)))


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_what_is_acknowledged_is_there_whole(
    endpoint: dict[str, str], login: str, cleared: list[Host], kind: tuple[str, str, str]
) -> None:
    server = testinfra.get_host(f"docker://{endpoint['ansible_host']}")
    cleared.append(server)
    acknowledged: dict[str, str] = uploads(endpoint["ftp_public_address"], login)[kind].result()["acknowledged"]
    assert len(acknowledged) == COUNT
    lines = server.check_output(f"cd {HOME} && sha256sum {shlex.join(acknowledged)}").splitlines()
    assert {name: checksum for checksum, name in (line.split() for line in lines)} == acknowledged


@pytest.mark.parametrize("way", CUTS, ids=" in ".join)
def test_what_is_cut_off_is_not_acknowledged(
    endpoint: dict[str, str], login: str, cleared: list[Host], way: tuple[str, str]
) -> None:
    cleared.append(testinfra.get_host(f"docker://{endpoint['ansible_host']}"))
    assert not cut_off(endpoint["ftp_public_address"], login)[way].startswith("2")
