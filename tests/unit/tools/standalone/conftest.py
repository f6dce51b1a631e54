# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The zipapp, built once for all its tests."""

from __future__ import annotations

from pathlib import Path

import build_probe
import pytest


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the zipapp and its man page."""
    folder = tmp_path_factory.mktemp("build")
    build_probe.write(folder)
    return folder


@pytest.fixture(scope="session")
def zipapp(built: Path) -> Path:
    return built / "ftp-probe.pyz"
