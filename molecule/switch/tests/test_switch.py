# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server takes another's place by ftp_server alone, and every client goes on as before."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

MOLECULE = Path(__file__).parents[2]
JUDGES = MOLECULE / "shared" / "tests" / "test_transfers.py"
# The servers that the lab can run: their scenarios say what they leave.
SERVERS = sorted((path.parents[1].name for path in MOLECULE.glob("*/vars/leftovers.yml")), reverse=True)
# There and back, so that each takes another's place.
TURNS = [*SERVERS, SERVERS[0]]


@pytest.mark.parametrize("server", TURNS)
def test_the_same_playbook_with_another_server(server: str) -> None:
    environment = os.environ | {"ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_NOCOLOR": "true"}
    playbook = ["ansible-playbook", "mxlab.ftp.site", "--extra-vars", f"ftp_server={server}"]
    run = subprocess.run(playbook, env=environment, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    strict_curl = ["pytest", str(JUDGES), "-k", "test_strict_curl and clear", "--hosts=docker://mxlab-client"]
    judged = subprocess.run(strict_curl, env=environment, check=False, capture_output=True, text=True)
    assert judged.returncode == 0, judged.stdout
    assert "8 passed" in judged.stdout
