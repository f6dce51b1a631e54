# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each page of docs/tutorials, command after command: what it shows is what comes."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from lab.common import ROOT
from tutorials.compare import problems
from tutorials.page import steps
from tutorials.replay import replay

PAGES = sorted((ROOT / "docs" / "tutorials").glob("*.md"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the reader's folder: the collection's tarball is in it, and the lab, as in a checkout."""
    build = ["ansible-galaxy", "collection", "build", "--output-path", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (tmp_path / ".lab").symlink_to(os.environ["MXLAB_STATE"])
    return tmp_path


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a reader who has nothing but Python; pip finds ansible-core without a network."""
    return {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_a_page_shows_is_what_comes(path: Path, folder: Path, environment: dict[str, str]) -> None:
    page = steps(path.read_text())
    found = problems(page, replay(page, folder, environment))

    # An assertion would cut the outputs short.
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)
