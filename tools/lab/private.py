# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's Docker Engine in network, mount and process namespaces of its own, where there is no other engine.

No lab packet can leave the first, its mounts are seen by nobody else, and since its launcher is the parent of the
process namespace, killing that one process ends the engine with every container and mount at once, whatever their state
(unshare(1) --kill-child, pid_namespaces(7)).
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

from lab import daemon
from lab.common import IDENTITY, LabError, as_root, processes, run, say
from lab.packages import install_command, without_services

RUN = Path(f"/run/mxlab-ftp-{IDENTITY}")
SOCKET = RUN / daemon.SOCKET_NAME
URL = f"unix://{SOCKET}"
# Not in the checkout: tools that copy a source tree would copy every image.
DATA = Path(f"/var/lib/mxlab-ftp-{IDENTITY}")
LOG = RUN / "dockerd.log"
CGROUP = f"mxlab-ftp-{IDENTITY}"
PACKAGES = ["docker.io", "iproute2"]


def start() -> str:
    """Return the URL of the engine after starting it, and after clearing what an interrupted start may have left."""
    stop()
    install()
    say("Starting a private Docker Engine (own socket, data and network namespace)")
    run(as_root(["sh", "-c", launcher()]))
    if not daemon.comes_up(URL, lambda: bool(launchers())):
        log = tail(LOG)
        stop()
        raise LabError(f"the private Docker Engine did not start; the end of its log:\n{log}")
    return URL


def launcher() -> str:
    """Return the root shell script that leaves dockerd running in namespaces of its own."""
    dockerd = daemon.command(
        f"--host={URL}",
        f"--group={os.getgid()}",
        f"--data-root={DATA}",
        f"--exec-root={RUN}/exec",
        f"--pidfile={RUN}/dockerd.pid",
        f"--cgroup-parent=/{CGROUP}",
    )
    namespaces = "unshare --net --mount --pid --fork --kill-child=KILL --mount-proc"
    inside = shlex.quote(f"ip link set lo up && exec {dockerd}")
    before = f"{daemon.ENOUGH_INOTIFY}; mkdir -p -m 755 {RUN}"
    return f"{before}; setsid {namespaces} sh -c {inside} >{LOG} 2>&1 </dev/null &"


def install() -> None:
    """Install the engine from the distribution's packages if it is absent, without letting the package start it."""
    if shutil.which("dockerd", path=f"{os.environ['PATH']}:/usr/sbin"):
        return
    if not shutil.which("apt-get"):
        raise LabError("no Docker Engine found, and no apt-get to install one: start an engine and set DOCKER_HOST")
    say(f"Installing {' and '.join(PACKAGES)} from the distribution")
    run(as_root(["sh", "-c", without_services(install_command(PACKAGES))]))


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
    """Return the pids of this lab's launcher: none, or one."""
    return processes(lambda words: words[0] == "unshare" and f"{RUN}/" in words[-1])


def process() -> str:
    """Return the pid of a process that has the running engine's mounts."""
    return launchers()[0]


def tail(path: Path) -> str:
    """Return the last lines of a log that root has written."""
    return subprocess.run(as_root(["tail", "-n", "15", str(path)]), check=False, capture_output=True, text=True).stdout
