# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make cores` does with one ansible-core: all on the collection as installed from its tarball."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import yaml

from release.supported import ROOT, Core

# What the tests need besides ansible-core, in the versions of requirements-dev.txt.
TOOLS = ("fastapi", "httpx", "jsonschema", "pytest", "uvicorn")
# Filters, tests and modules in the core's own Python, and playbooks as a user runs them, against the emulator.
TESTS = (
    "plugins/filter",
    "plugins/test",
    "plugins/modules",
    "playbooks/test_export.py",
    "playbooks/test_explain.py",
    "playbooks/test_gate.py",
)
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def pins(*names: str) -> list[str]:
    """Return the requirements of requirements-dev.txt for these packages."""
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    return [line for line in lines if line.split("==", 1)[0] in names]


# The pinned hypothesis needs a newer Python than the oldest core has.
NEEDED = [*pins(*TOOLS), "hypothesis"]


class Session(Protocol):
    """What of a session of nox is used here."""

    def run(self, *words: str, **options: Any) -> Any:
        """Run a program; end the session if it fails."""

    def create_tmp(self) -> str:
        """Return a folder of the session."""

    def chdir(self, folder: Path, /) -> AbstractContextManager[Any]:
        """Run programs in another folder meanwhile."""

    def error(self, *words: Any) -> Any:
        """End the session with a message."""


def test(session: Session, core: Core) -> None:
    """Install the collection where nothing else is, and use it: documentation, playbooks, tests, sanity."""
    folder = Path(session.create_tmp()).resolve() / "collections"
    shutil.rmtree(folder, ignore_errors=True)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"}
    install(session, folder, environment)
    dump = session.run("ansible-doc", "--metadata-dump", "mxlab.ftp", env=environment, silent=True, stderr=None)
    problem = undocumented(dump)
    if problem:
        session.error(problem)
    for name in PLAYBOOKS:
        session.run("ansible-playbook", "--syntax-check", "-i", "localhost,", f"mxlab.ftp.{name}", env=environment)
    session.run("pytest", *units(folder), env=environment)
    session.run(str(ROOT / "tools" / "sanity.sh"), str(place(folder)), external=True)


def install(session: Session, folder: Path, environment: Mapping[str, str]) -> None:
    """Build the tarball and install it, without what only the role iis_ftp needs."""
    build = folder.parent / "build"
    galaxy = ("ansible-galaxy", "collection")
    session.run(*galaxy, "build", "--force", "--output-path", str(build), str(ROOT), env=environment)
    session.run(
        *galaxy, "install", "--force", "--no-deps", "--offline", "-p", str(folder), str(tarball(build)), env=environment
    )


def place(folder: Path) -> Path:
    """Return where the collection is in a folder for collections."""
    return folder / "ansible_collections" / "mxlab" / "ftp"


def tarball(folder: Path) -> Path:
    """Return the tarball of this version in a folder."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    return folder / f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"


def undocumented(dump: str) -> str:
    """Say which modules, filters, tests and roles ansible-doc does not show, "" if it shows all."""
    shown = json.loads(dump)["all"]
    missing = [f"{kind} {name}" for kind, name in documented() if f"mxlab.ftp.{name}" not in shown[kind]]
    return f"ansible-doc does not show: {', '.join(missing)}" if missing else ""


def documented() -> list[tuple[str, str]]:
    """Return kind and name of all that ansible-doc has to show."""
    modules = [("module", path.stem) for path in sorted((ROOT / "plugins" / "modules").glob("*.py"))]
    roles = [("role", path.parent.parent.name) for path in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml"))]
    files = [(path.parent.name, path.stem) for path in sorted((ROOT / "plugins").glob("[ft]*/*.yml"))]
    return [*modules, *files, *roles]


def units(folder: Path) -> list[str]:
    """Return the words for pytest: the tests of the installed collection, which import it and not the checkout."""
    collection = place(folder)
    paths = [folder, collection / "roles" / "mx_emulator" / "files", ROOT / "tools"]
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(collection)]
    tests = [str(collection / "tests" / "unit" / test) for test in TESTS]
    return [*settings, "--override-ini", f"pythonpath={' '.join(map(str, paths))}", *tests]
