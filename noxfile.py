# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of nox: the installed collection with each supported ansible-core (``make cores``)."""

from __future__ import annotations

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from release import importer, one_core  # noqa: E402
from release.interpreters import interpreter  # noqa: E402
from release.supported import cores  # noqa: E402

nox.options.envdir = ".ansible/nox"
nox.options.error_on_missing_interpreters = True
CORES = {core.name: core for core in cores()}


@nox.session(venv_backend="venv")
@nox.parametrize(
    ("python", "core"),
    [nox.param(interpreter(core.python), name, id=name) for name, core in CORES.items()],
)
def core(session: nox.Session, core: str) -> None:
    """Install the tarball beside one ansible-core, and use all of it."""
    session.install("--quiet", f"ansible-core=={CORES[core].release}", *one_core.NEEDED)
    one_core.test(session, CORES[core])


@nox.session(name="importer", venv_backend="venv")
def import_collection(session: nox.Session) -> None:
    """Run the importer of Galaxy on the tarball; a warning is an error."""
    session.install("--quiet", *importer.NEEDED)
    importer.test(session)
