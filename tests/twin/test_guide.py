# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example of docs/guides/twin.md runs, and gives the answer that the guide shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lab.common import ROOT
from mx_emulator import app
from mxlab_ftpd import configuration

from .test_twin import USABLE

pytestmark = pytest.mark.skipif(not USABLE, reason="needs root, ip, nft and nsenter")

GUIDE = (ROOT / "docs" / "guides" / "twin.md").read_text()
PATHS = [
    ROOT / "tools",
    ROOT / ".ansible/collections",
    *(Path(each.__file__).parents[1] for each in (app, configuration)),
]


def test_the_example_gives_the_answer_of_the_guide(tmp_path: Path) -> None:
    found = re.search(r"make twin EXPORT=(\S+) INVENTORY=(\S+)\n", GUIDE)
    assert found
    command = [sys.executable, "-m", "twin", *found.groups(), "--report", str(tmp_path / "twin.html")]
    # Programs of the virtual environment are found by their names.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS)), "PATH": path}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    shown = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)[0]
    for part in shown.split("[...]\n"):
        assert part in done.stdout, done.stdout
    assert "The change breaks 1 of" in (tmp_path / "twin.html").read_text()


def test_a_twin_that_cannot_be_built_says_why(tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    whole = json.loads((ROOT / "docs" / "twin" / "head-office.json").read_text())
    export.write_text(json.dumps({name: part for name, part in whole.items() if name != "l7FirewallRules"}))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "twin", str(export), "docs/twin/inventory.yml"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "not in the export: l7FirewallRules" in done.stderr
