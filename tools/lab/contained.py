# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Docker Engine in a container of an engine that is there, on this machine.

The container is on no network, so no packet of the lab can leave it.  Removing this one container ends the engine with
every machine, network and mount, whatever their state.  The engine's socket is in the lab's folder, by a bind mount.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container

from lab import daemon, images
from lab.common import IDENTITY, STATE, LabError, say

NAME = f"mxlab-ftp-{IDENTITY}"
FOLDER = STATE / "engine"
SOCKET = FOLDER / daemon.SOCKET_NAME
URL = f"unix://{SOCKET}"
# Remembers the engine around it, for a lab-down from a shell with another DOCKER_HOST.
OUTER = FOLDER / "outer"
SYSTEM_SOCKET = Path("/var/run/docker.sock")
INSIDE = "/lab"
# unix(7), sun_path: 108 bytes with the one that ends it.
LONGEST_SOCKET = 107
# The engine manages its own control groups, and on cgroup v2 no process may be where groups with limits begin.
LAUNCHER = f"""\
set -eu
{daemon.ENOUGH_INOTIFY}
while read -r device place type rest; do
  case $type in cgroup*) mount -o remount,bind,rw "$place";; esac
done </proc/self/mounts
cd /sys/fs/cgroup
if [ -e cgroup.controllers ]; then
  mkdir engine
  echo 1 >engine/cgroup.procs
  for controller in $(cat cgroup.controllers); do echo "+$controller"; done >cgroup.subtree_control
fi
exec {daemon.command(f"--host=unix://{INSIDE}/{daemon.SOCKET_NAME}", f"--group={os.getgid()}")}
"""
# What an engine needs, and no --privileged: that fails where the engine around it lacks a capability.
HOST_CONFIG: dict[str, Any] = {
    "network_mode": "none",
    "cgroupns": "private",
    "binds": [f"{FOLDER}:{INSIDE}:rw"],
    "cap_add": ["SYS_ADMIN", "NET_ADMIN", "SYS_NICE", "DAC_READ_SEARCH"],
    "security_opt": ["seccomp=unconfined", "apparmor=unconfined"],
}
# The engine writes to /proc/sys.  Docker's Python client has no option for this.
UNMASKED: dict[str, Any] = {"MaskedPaths": [], "ReadonlyPaths": []}


def outer_engine() -> str | None:
    """Return the URL of an engine that the lab's can run in, or None; raises LabError where DOCKER_HOST is dead.

    MXLAB_DOCKER_HOST is DOCKER_HOST as it was before Molecule's settings cleared it.
    """
    url = os.environ.get("MXLAB_DOCKER_HOST") or os.environ.get("DOCKER_HOST")
    # A shell that has sourced .lab/env names the engine of a lab, which ends with that lab.
    if url and not daemon.is_of_a_lab(url):
        if not daemon.answers(url):
            raise LabError(f"no Docker Engine answers at DOCKER_HOST={url}: start it, or unset DOCKER_HOST")
        return url
    return f"unix://{SYSTEM_SOCKET}" if daemon.answers(f"unix://{SYSTEM_SOCKET}") else None


def start(outer: str) -> str:
    """Return the URL of the engine after starting it in the engine with the URL outer."""
    if len(str(SOCKET).encode()) > LONGEST_SOCKET:
        raise LabError(f"the path {SOCKET} is too long for a socket: move the checkout to a shorter path")
    say(f"Starting the lab's Docker Engine as the container {NAME} in the engine at {outer}")
    stop()
    images.build_missing([images.ENGINE])
    FOLDER.mkdir(parents=True)
    OUTER.write_text(outer)
    with contextlib.closing(docker.DockerClient(base_url=outer)) as client:
        container = create(client)
        container.start()
        if not daemon.comes_up(URL, lambda: is_running(container)):
            said = failure(container)
            remove(client)
            raise LabError(said)
    return URL


def create(client: docker.DockerClient) -> Container:
    """Create the container; images and containers of the lab's engine are in a volume, which it removes with it."""
    made = client.api.create_container(
        images.ensure_image(client, images.ENGINE),
        name=NAME,
        command=["sh", "-c", LAUNCHER],
        # Or the engine looks for AppArmor, which it cannot use in here.
        environment={"container": "docker"},
        volumes=["/var/lib/docker"],
        host_config=client.api.create_host_config(**HOST_CONFIG) | UNMASKED,
    )
    return client.containers.get(made["Id"])


def is_running(container: Container) -> bool:
    """Tell whether the container runs now."""
    container.reload()
    return bool(container.status == "running")


def process() -> str:
    """Return the pid of a process that has the running engine's mounts."""
    with contextlib.closing(docker.DockerClient(base_url=OUTER.read_text())) as client:
        return str(client.containers.get(NAME).attrs["State"]["Pid"])


def failure(container: Container) -> str:
    """Return why the engine does not answer, in words."""
    if is_running(container):
        return (
            f"the lab's Docker Engine runs in the engine at {OUTER.read_text()}, but {SOCKET} does not answer: "
            "that engine has to run on this machine and see the checkout under the same path"
        )
    log = container.logs(tail=15).decode(errors="replace")
    return f"the lab's Docker Engine ended in its container {NAME}; the end of its log:\n{log}"


def stop() -> None:
    """Remove the container with all that runs in it; does nothing where there is none."""
    for url in places():
        if daemon.answers(url):
            with contextlib.closing(docker.DockerClient(base_url=url)) as client:
                remove(client)
        else:
            say(f"No Docker Engine answers at {url}: when it runs again, remove the lab there: docker rm -fv {NAME}")
    shutil.rmtree(FOLDER, ignore_errors=True)


def places() -> set[str]:
    """Return the URLs of the engines in which the container may be: the one remembered, and the one to use now."""
    urls = {OUTER.read_text()} if OUTER.exists() else set()
    with contextlib.suppress(LabError):
        urls |= {outer_engine() or ""} - {""}
    return urls


def remove(client: docker.DockerClient) -> None:
    """Remove the container of this lab, and no other, from an engine."""
    with contextlib.suppress(docker.errors.NotFound):
        client.containers.get(NAME).remove(force=True, v=True)


def forget() -> None:
    """Remove the image of the lab's engine from the engine around it, unless another lab uses it."""
    if url := outer_engine():
        with contextlib.closing(docker.DockerClient(base_url=url)) as client:
            for image in client.images.list(name=images.repository(images.ENGINE)):
                with contextlib.suppress(docker.errors.APIError):
                    client.images.remove(image.id)
