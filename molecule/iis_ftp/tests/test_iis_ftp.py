# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared tests that need nothing but a client, from this machine against the FTP service of a Windows host."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import testinfra
import yaml
from shared.tests.test_server import (  # noqa: F401
    curl,
    passed_on,
    public,
    test_a_read_only_user_changes_nothing,
    test_a_read_only_user_downloads,
    test_a_read_only_user_uploads_nothing,
    test_the_parent_directory_is_the_home_directory,
)
from shared.tests.test_transfers import sent, test_strict_curl, test_strict_lftp  # noqa: F401
from testinfra.host import Host

HOST = os.environ.get("MXLAB_IIS_HOST", "")
PASSWORDS = {
    user["name"]: user["password"]
    for user in yaml.safe_load((Path(__file__).parents[1] / "vars" / "host.yml").read_text())["ftp_users"]
}
MISSING = [program for program in ("curl", "lftp", "cmp") if not shutil.which(program)]

pytestmark = [
    pytest.mark.skipif(
        not HOST, reason="MXLAB_IIS_HOST does not name a Windows host; docs/windows_host.md says how to make one"
    ),
    pytest.mark.skipif(bool(MISSING), reason=f"this machine is the client, and lacks {', '.join(MISSING)}"),
]


@pytest.fixture(scope="session")
def client() -> Host:
    """Return this machine: the machines of the lab reach nothing outside."""
    return testinfra.get_host("local://")


@pytest.fixture
def endpoint() -> dict[str, str]:
    """Return the server's variables, as far as the shared tests read them."""
    return {"ftp_public_address": HOST}


@pytest.fixture(scope="session")
def login() -> str:
    """Return user and password as curl takes them."""
    return f"transfer:{PASSWORDS['transfer']}"


@pytest.fixture(scope="session")
def reader() -> str:
    """Return the read-only user of the same files."""
    return f"reader:{PASSWORDS['reader']}"
