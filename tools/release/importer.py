# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The importer of Galaxy on the tarball, without a warning."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from release.one_core import Session, pins, tarball
from release.supported import ROOT

# Its pins of attrs and flake8 are older than those of the toolchain: so it has an environment of its own.
LINTERS = ("ansible-core", "ansible-lint")
NEEDED = ["galaxy-importer==0.4.44", *pins(*LINTERS)]
DEPENDENCY = Path("ansible_collections", "ansible", "windows")


def test(session: Session) -> None:
    """Import the tarball; the collection that it depends on is where ansible-lint finds it, as on Galaxy."""
    folder = Path(session.create_tmp()).resolve()
    session.run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(folder), str(ROOT))
    place = session.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", silent=True).strip()
    shutil.copytree(ROOT / ".ansible" / "collections" / DEPENDENCY, Path(place) / DEPENDENCY, dirs_exist_ok=True)
    # It leaves its result, a file, where it runs.
    with session.chdir(folder):
        said = session.run("python", "-m", "galaxy_importer.main", str(tarball(folder)), silent=True)
    print(said)
    found = complaints(said)
    if found:
        session.error("\n".join(found))


def complaints(said: str) -> list[str]:
    """Return the warnings and errors of the importer."""
    return [line for line in said.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]
