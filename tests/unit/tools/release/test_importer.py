# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Galaxy's importer would complain about."""

from __future__ import annotations

import subprocess
from fnmatch import fnmatch

import yaml
from release.supported import ROOT


def files() -> list[str]:
    """Return the files of the repository that come into the tarball."""
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [
        file
        for file in known.splitlines()
        if not any(fnmatch(file, pattern) or file.startswith(f"{pattern}/") for pattern in ignored)
    ]


def test_no_playbook_imports_one_of_the_collection_itself() -> None:
    """ansible-lint looks for it among the installed collections, where the importer has not put it."""
    playbooks = [file for file in files() if file.endswith(".yml")]
    assert "playbooks/site.yml" in playbooks
    assert [file for file in playbooks if "import_playbook: mxlab.ftp." in (ROOT / file).read_text()] == []
