# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probe all faulty servers side by side."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import faulty_certificates
import pytest
from faulty_files import FAULTS, Probed, probe

SIDE_BY_SIDE = 8


@pytest.fixture(scope="session")
def probes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Probed]]]:
    """Start the probes of all tests that will run together, so that a timeout of one does not delay the others."""
    folder = tmp_path_factory.mktemp("certificates")
    faulty_certificates.write(folder, [fault.address for fault in FAULTS])
    wanted = {item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {
            fault.name: pool.submit(probe, fault, tmp_path_factory.mktemp("home"), folder)
            for fault in FAULTS
            if fault.name in wanted
        }
