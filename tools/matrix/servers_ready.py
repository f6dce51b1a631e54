# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines and servers of the matrix: configured once, until what they are made of changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

import docker
from lab import description, inventory, machines, tasktimes
from lab.__main__ import bring_up, environment
from lab.common import ROOT, STATE
from lab.stopwatch import Stopwatch

from matrix import ground

STAMP = STATE / "matrix.configured"
PLAYBOOKS = ["molecule/shared/mx.yml", "molecule/matrix/converge.yml"]
_MADE_OF = (ROOT / "roles", inventory.FOLDER, ROOT / "molecule" / "matrix" / "converge.yml")


def ensure(watch: Stopwatch) -> None:
    """Have all machines run and all servers configured; raise LabError where that fails."""
    bring_up(watch, ground.PART)
    if STAMP.exists() and STAMP.read_text() == stamp():
        return
    STAMP.unlink(missing_ok=True)
    # Molecule has set the path of the collection that it tests.
    path = {name: os.environ[name] for name in ("ANSIBLE_COLLECTIONS_PATH",) if name in os.environ}
    watch.parts += tasktimes.run(PLAYBOOKS, {}, environment() | path)
    STAMP.write_text(stamp())


def stamp() -> str:
    """Return a hash of what the servers are made of: the files, and the machines that they run on."""
    made_of = hashlib.sha256()
    for part in [*_files(), *_containers()]:
        made_of.update(part)
    return made_of.hexdigest()


def _files() -> Iterator[bytes]:
    for place in _MADE_OF:
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                yield str(file.relative_to(ROOT)).encode()
                yield file.read_bytes()


def _containers() -> Iterator[bytes]:
    client = docker.DockerClient(base_url=description.read()["engine"])
    try:
        running = client.containers.list(filters={"label": machines.FINGERPRINT})
        for container in sorted(running, key=lambda found: str(found.name)):
            yield str(container.id).encode()
    finally:
        client.close()
