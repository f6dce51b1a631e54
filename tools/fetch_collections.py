#!/usr/bin/env python
# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put this checkout and the collections of requirements.yml under .ansible/collections.

Galaxy is asked first.  Where it is out of reach, the collections (and what they depend on) are taken
out of the ``ansible`` wheel on PyPI, which bundles them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
COLLECTIONS = ROOT / ".ansible" / "collections"
BUNDLE = "ansible==14.5.0"


def link_checkout() -> None:
    """Make the checkout importable as its collection, although its folder may have any name."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    link = COLLECTIONS / "ansible_collections" / galaxy["namespace"] / galaxy["name"]
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(ROOT, link.parent))


def install_from_galaxy() -> bool:
    """Tell whether Galaxy gave everything; when all is installed, nothing is asked of the network."""
    command = ["ansible-galaxy", "collection", "install", "-r", str(ROOT / "requirements.yml"), "-p", str(COLLECTIONS)]
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_GALAXY_SERVER_TIMEOUT": "20"}
    return subprocess.run(command, env=environment, check=False, capture_output=True).returncode == 0


def unpack_from_bundle(names: list[str]) -> None:
    """Extract the named collections and their dependencies from the bundle's wheel."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        # The collections inside run on older Pythons than the bundle asks for.
        subprocess.run(
            [*pip, "--no-deps", "--ignore-requires-python", "--only-binary", ":all:", "--dest", folder, BUNDLE],
            check=True,
        )
        (wheel,) = Path(folder).glob("ansible-*.whl")
        with zipfile.ZipFile(wheel) as bundle:
            unpack(bundle, names)


def unpack(bundle: zipfile.ZipFile, names: list[str]) -> None:
    """Extract collections, following the dependencies that their manifests name."""
    waiting, done = list(names), set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        prefix = f"ansible_collections/{name.replace('.', '/')}/"
        bundle.extractall(COLLECTIONS, [member for member in bundle.namelist() if member.startswith(prefix)])
        manifest = json.loads((COLLECTIONS / prefix / "MANIFEST.json").read_text())
        waiting.extend(manifest["collection_info"]["dependencies"])


def main() -> None:
    """Put the collections where Ansible finds them: from Galaxy, or from the wheel of ansible."""
    link_checkout()
    if not install_from_galaxy():
        print(f"Galaxy is out of reach: taking the collections from {BUNDLE}")
        wanted = yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]
        unpack_from_bundle([collection["name"] for collection in wanted])


if __name__ == "__main__":
    main()
