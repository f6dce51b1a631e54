# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Docker Engine of the lab: the one that is there, or else a private one.

The private engine lives in network, mount and process namespaces of its own.  No lab packet can leave the first, its
mounts are seen by nobody else, and since its launcher is the parent of the process namespace, killing that one process
ends the engine with every container and mount at once, whatever their state (unshare(1) --kill-child,
pid_namespaces(7)).
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import docker

from lab.common import IDENTITY, LabError, as_root, run, say

SYSTEM_SOCKET = Path("/var/run/docker.sock")
RUN = Path(f"/run/mxlab-ftp-{IDENTITY}")
SOCKET = RUN / "docker.sock"
# Not in the checkout: tools that copy a source tree would copy every image.
DATA = Path(f"/var/lib/mxlab-ftp-{IDENTITY}")
LOG = RUN / "dockerd.log"
CGROUP = f"mxlab-ftp-{IDENTITY}"
PACKAGES = ["docker.io", "iproute2"]
START_SECONDS = 30


def start() -> str:
    """Return the URL of an engine that answers, starting the private one if there is no other.

    Raises LabError where DOCKER_HOST is dead, or neither an engine nor root is to be had.
    """
    url = find()
    if url is None:
        start_private()
        return f"unix://{SOCKET}"
    return url


def find() -> str | None:
    """Return the URL of the engine that answers, or None; raises LabError where DOCKER_HOST names a dead one."""
    if url := os.environ.get("DOCKER_HOST"):
        if not answers(url):
            raise LabError(f"no Docker Engine answers at DOCKER_HOST={url}: start it, or unset DOCKER_HOST")
        return url
    return next((url for url in (f"unix://{SYSTEM_SOCKET}", f"unix://{SOCKET}") if answers(url)), None)


def is_ours() -> bool:
    """Tell whether the lab has, or would start, a private engine; raises LabError where DOCKER_HOST is dead."""
    url = find()
    return url is None or is_private(url)


def answers(url: str) -> bool:
    """Tell whether a Docker Engine speaks at the URL."""
    try:
        client = docker.DockerClient(base_url=url, timeout=5)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except (docker.errors.DockerException, OSError):
        return False


def is_private(url: str) -> bool:
    """Tell whether the URL is that of the private engine."""
    return url == f"unix://{SOCKET}"


def start_private() -> None:
    """Start the private engine, after clearing what an interrupted start may have left."""
    if SYSTEM_SOCKET.exists():
        say(f"{SYSTEM_SOCKET} does not answer here (no engine behind it, or no permission): starting a private engine")
    stop()
    install()
    say("Starting a private Docker Engine (own socket, data and network namespace)")
    run(as_root(["sh", "-c", launcher()]))
    deadline = time.monotonic() + START_SECONDS
    seen = False
    while not answers(f"unix://{SOCKET}"):
        running = bool(launchers())
        if (seen and not running) or time.monotonic() > deadline:
            log = tail(LOG)
            stop()
            raise LabError(f"the private Docker Engine did not start; the end of its log:\n{log}")
        seen = seen or running
        time.sleep(0.2)


def launcher() -> str:
    """Return the root shell script that leaves dockerd running in namespaces of its own."""
    dockerd = shlex.join(
        [
            "dockerd",
            f"--host=unix://{SOCKET}",
            f"--group={os.getgid()}",
            f"--data-root={DATA}",
            f"--exec-root={RUN}/exec",
            f"--pidfile={RUN}/dockerd.pid",
            f"--cgroup-parent=/{CGROUP}",
            "--bridge=none",
            "--iptables=false",
        ]
    )
    namespaces = "unshare --net --mount --pid --fork --kill-child=KILL --mount-proc"
    inside = shlex.quote(f"ip link set lo up && exec {dockerd}")
    return f"mkdir -p -m 755 {RUN}; setsid {namespaces} sh -c {inside} >{LOG} 2>&1 </dev/null &"


def install() -> None:
    """Install the engine from the distribution's packages if it is absent, without letting the package start it."""
    if shutil.which("dockerd", path=f"{os.environ['PATH']}:/usr/sbin"):
        return
    if not shutil.which("apt-get"):
        raise LabError("no Docker Engine found, and no apt-get to install one: start an engine and set DOCKER_HOST")
    say(f"Installing {' and '.join(PACKAGES)} from the distribution")
    run(as_root(["sh", "-c", without_services(install_command(PACKAGES))]))


def install_command(packages: list[str]) -> str:
    """Return the shell command that installs packages of the distribution quietly."""
    install = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
    return f"apt-get update -qq && {install} {shlex.join(packages)} >/dev/null"


def without_services(command: str) -> str:
    """Wrap a package installation so that no service is started (policy-rc.d, Debian's invoke-rc.d interface)."""
    policy = "/usr/sbin/policy-rc.d"
    return (
        f"if [ -e {policy} ]; then {command}; else "
        f"trap 'rm -f {policy}' EXIT; printf '#!/bin/sh\\nexit 101\\n' >{policy}; chmod 755 {policy}; {command}; fi"
    )


def stop() -> None:
    """End the private engine with all that runs in it, and remove its data; does nothing where there is none."""
    if pids := launchers():
        say("Stopping the private Docker Engine")
        # The shell's own kill: the program of that name is not on every machine.
        run(as_root(["sh", "-c", f"kill -KILL {' '.join(pids)}"]))
        while launchers():
            time.sleep(0.05)
    if RUN.exists() or DATA.exists():
        run(as_root(["sh", "-c", f"rm -rf {RUN} {DATA}; {remove_cgroups()}"]))


def remove_cgroups() -> str:
    """Return the shell command that removes the engine's empty control groups, deepest first (v1 and v2)."""
    return f"find /sys/fs/cgroup -depth -type d -path '*/{CGROUP}*' -exec rmdir {{}} + 2>/dev/null || true"


def launchers() -> list[str]:
    """Return the pids of this checkout's launcher: none, or one.

    They are found by what they run and not by a pid in a file, which an interruption can lose and the machine can
    give to another program.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if words[0] == "unshare" and str(SOCKET) in words[-2]:
            found.append(process.name)
    return found


def tail(path: Path) -> str:
    """Return the last lines of a log that root has written."""
    return subprocess.run(as_root(["tail", "-n", "15", str(path)]), check=False, capture_output=True, text=True).stdout
