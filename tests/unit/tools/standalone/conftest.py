# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The zipapp, built once for all its tests, and broken servers on loopback."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import build_probe
import faulty_certificates
import pytest
from faulty_script import Script
from faulty_server import FaultyServer, running

Start = Callable[..., FaultyServer]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the zipapp and its man page."""
    folder = tmp_path_factory.mktemp("build")
    build_probe.write(folder)
    return folder


@pytest.fixture(scope="session")
def zipapp(built: Path) -> Path:
    return built / "ftp-probe.pyz"


@pytest.fixture(scope="session")
def addresses() -> Iterator[str]:
    """Yield addresses that no other test uses: tests/faults has 127.16.0.0 and above."""
    return (f"127.15.{os.getpid() % 250}.{number}" for number in itertools.count(1))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder that servers show."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def start(addresses: Iterator[str], home: Path, tmp_path: Path) -> Iterator[Start]:
    """Return what starts a server with the verbs of tests/faults/README.md; it stops after the test."""
    with ExitStack() as servers:

        def started(*script: str, address: str = "") -> FaultyServer:
            address = address or next(addresses)
            faulty_certificates.write(tmp_path, [address])
            return servers.enter_context(running(address, Script.parse(list(script)), home, tmp_path))

        yield started
