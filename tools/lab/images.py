# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's images: Debian by mmdebstrap, with an apt repository inside so that roles install with no network.

An image is built once and kept as a tar file in the user's cache under a name that carries its recipe's hash.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import docker

from lab.common import CACHE, LabError, as_root, run, say
from lab.packages import install_command

LOCK = CACHE / "lock"
HOOK = Path(__file__).with_name("offline_repository.sh")
# For the Python of the machines.
ADDED = sorted(Path(__file__).with_name("machine").glob("mxlab_*"))
PYTHON_FOLDER = "/usr/lib/python3/dist-packages"
SUITES = {"debian12": "bookworm", "debian13": "trixie"}
# The lab's Docker Engine, for a container in another engine.
ENGINE, ENGINE_SUITE, ENGINE_PACKAGE = "engine", "trixie", "docker.io"
# What makes a container a machine, and the clients and captures that judge our work from outside.
INSTALLED = [
    *("systemd", "systemd-sysv", "dbus", "python3", "python3-apt", "apt-utils", "procps", "ca-certificates", "openssl"),
    *("iproute2", "iputils-ping", "nftables", "socat", "curl", "lftp", "tcpdump"),
]
# What roles install, one group a line: the FTP servers conflict with each other, so each group is fetched on its own.
OFFLINE = """\
vsftpd libpam-pwdfile
proftpd-core proftpd-mod-crypto
pure-ftpd
python3-pyftpdlib
python3-venv python3-packaging
ufw
firewalld
python3-fastapi python3-uvicorn"""
# Of these, what all machines of the suite have from the start: the MX runs on Debian 13, and its packages take longest.
READY = {"bookworm": "", "trixie": "python3-fastapi python3-uvicorn"}

KEPT = 2
# What no machine of the lab reads is two files in five.
LEFT_OUT = ("doc", "locale", "man")
# In a machine the package lists stay, or apt would know no package until its first update.
KEEP_LISTS = "--skip=cleanup/apt/lists"
OPTIONS = [
    *("--quiet", "--variant=minbase", KEEP_LISTS),
    *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in LEFT_OUT),
]


def build_missing(names: Iterable[str]) -> None:
    """Build what the cache lacks of these images, one after the other, and no lab of the same user meanwhile."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in names:
            if not archive(name).exists():
                build(name)


def ensure_image(client: docker.DockerClient, name: str) -> str:
    """Return the tag of one image, which the engine has afterwards."""
    key = recipe_key(name)
    tag = f"{repository(name)}:{key}"
    if not client.images.list(name=tag):
        say(f"Loading image {tag}")
        client.api.import_image_from_file(str(archive(name)), repository=repository(name), tag=key)
    return tag


def repository(name: str) -> str:
    """Return the name under which an engine has an image."""
    return f"mxlab-ftp/{name}"


def archive(name: str) -> Path:
    """Return where the cache keeps an image."""
    return CACHE / f"{name}-{recipe_key(name)}.tar"


def recipe_key(name: str) -> str:
    """Return a short hash of everything that decides what is in the image."""
    return hashlib.sha256("\n".join(recipe(name)).encode()).hexdigest()[:12]


def recipe(name: str) -> list[str]:
    """Return everything that decides what is in the image."""
    if name == ENGINE:
        return mmdebstrap(ENGINE, Path())
    suite = SUITES[name]
    files = [path.read_text() for path in (HOOK, *ADDED)]
    return [suite, *INSTALLED, OFFLINE, READY[suite], *files, *OPTIONS]


def build(name: str) -> None:
    """Make the image's tar file; an interrupted build leaves no file under the final name."""
    say(f"Building the image {name} (about half a minute)")
    make(archive(name), lambda target: mmdebstrap(name, target))


def make(archive: Path, command: Callable[[Path], list[str]]) -> None:
    """Make a tar file by a command of mmdebstrap for a given target, in one step."""
    if not shutil.which("mmdebstrap"):
        if not shutil.which("apt-get"):
            raise LabError("the images are made by mmdebstrap, which needs a Debian or Ubuntu host")
        say("Installing mmdebstrap from the distribution")
        run(as_root(["sh", "-c", install_command(["mmdebstrap", "debian-archive-keyring"])]))
    partial = archive.with_suffix(".partial.tar")
    run(as_root(command(partial)))
    run(as_root(["chown", f"{os.getuid()}:{os.getgid()}", str(partial)]))
    partial.rename(archive)
    forget_older(archive)


def mmdebstrap(name: str, target: Path) -> list[str]:
    """Return the command that makes an image."""
    if name == ENGINE:
        options = [option for option in OPTIONS if option != KEEP_LISTS]
        return ["mmdebstrap", *options, f"--include={ENGINE_PACKAGE}", ENGINE_SUITE, str(target)]
    suite = SUITES[name]
    hooks = [f"--customize-hook={HOOK}", f"--customize-hook=copy-in {shlex.join(map(str, ADDED))} {PYTHON_FOLDER}"]
    variables = ["env", f"OFFLINE={OFFLINE}", f"READY={READY[suite]}"]
    return [*variables, "mmdebstrap", *OPTIONS, f"--include={','.join(INSTALLED)}", *hooks, suite, str(target)]


def forget_older(archive: Path) -> None:
    """Keep two images of a suite in the cache, for two branches that differ in the recipe."""
    of_the_suite = CACHE.glob(f"{archive.name.rsplit('-', 1)[0]}-*.tar")
    for older in sorted(of_the_suite, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        older.unlink()
