# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The images that real clients run in: Debian 12 and 13, with the clients of each, and what kit.py fetches."""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path

import docker
from lab import images
from lab.common import CACHE, say

from clients import kit

SUITES = {"clients12": "bookworm", "clients13": "trixie"}
# ecj compiles Java where there is no compiler of a JDK.
PACKAGES = [
    *("python3", "ca-certificates", "openssl", "curl", "lftp", "tnftp", "ncftp", "wget"),
    *("default-jre-headless", "libcommons-net-java", "ecj"),
]
# Of Node.js 26.
_KIT_NEEDS = ("libatomic1",)
# Beside what the lab's images leave out: of pyenv's Pythons, what no session needs.
_PYTHON_LEFT_OUT = ("test", "idlelib", "lib2to3", "ensurepip", "site-packages", "__pycache__", "config-*", "*.a")


def ensure(client: docker.DockerClient) -> dict[str, str]:
    """Return the tags of the images, which the engine has afterwards; what is missing is built first."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with images.LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = kit.ensure()
        return {name: _ensure(client, name, folder) for name in SUITES}


def _ensure(client: docker.DockerClient, name: str, folder: Path) -> str:
    key = _key(name, folder)
    archive = CACHE / f"{name}-{key}.tar"
    if not archive.exists():
        say(f"Building the image {name} (some two minutes)")
        images.make(archive, lambda target: _command(name, target, folder))
    tag = f"{images.repository(name)}:{key}"
    if not client.images.list(name=tag):
        say(f"Loading image {tag}")
        client.api.import_image_from_file(str(archive), repository=images.repository(name), tag=key)
    return tag


def _key(name: str, folder: Path) -> str:
    """Return a short hash of everything that decides what is in the image."""
    return hashlib.sha256("\n".join(_command(name, Path(), folder)).encode()).hexdigest()[:12]


def _command(name: str, target: Path, folder: Path) -> list[str]:
    """Return the command of mmdebstrap; Debian 13 gets the kit, and 12 pyenv's Pythons, made for its libraries."""
    # Java's packages put links there, and the folder of man pages is left out.
    manuals = '--essential-hook=mkdir -p "$1/usr/share/man/man1"'
    hooks = [f'mkdir -p "$1{kit.INSIDE}"']
    packages = [*PACKAGES, *(_KIT_NEEDS if name == "clients13" else ())]
    if name == "clients13":
        hooks.append(f'cp -a {folder}/. "$1{kit.INSIDE}"')
    for path in kit.pythons() if name == "clients12" else []:
        excluded = " ".join(f"--exclude='{pattern}'" for pattern in _PYTHON_LEFT_OUT)
        parts = f"{path.name}/bin/python{path.name.rpartition('.')[0]} {path.name}/lib"
        hooks.append(f'tar -C {path.parent} {excluded} -c {parts} | tar -C "$1{kit.INSIDE}" -x')
    options = [option for option in images.OPTIONS if option != images.KEEP_LISTS]
    options += [f"--include={','.join(packages)}", manuals, *(f"--customize-hook={hook}" for hook in hooks)]
    return ["mmdebstrap", *options, SUITES[name], str(target)]
