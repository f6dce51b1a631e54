# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's Docker Engine has in common wherever it runs: how it is started, and how to see that it answers."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable

import docker

# By this name, an engine that belongs to a lab is known.
# The systemd of each machine takes four or five of the kernel's 128 (fs.inotify.max_user_instances, inotify(7)), which
# are one user's on the whole machine; without them systemd ends at once.  Higher until the next boot: nobody has less.
_INOTIFY = "/proc/sys/fs/inotify/max_user_instances"
ENOUGH_INOTIFY = f"[ $(cat {_INOTIFY}) -ge 1024 ] || echo 1024 >{_INOTIFY}"
SOCKET_NAME = "mxlab-ftp.sock"
START_SECONDS = 30


def command(*options: str) -> str:
    """Return the shell command of an engine that leaves the networks alone but for the bridges it is told to make.

    Docker's other driver of control groups would need systemd, and names no group that the lab could remove.
    """
    common = ["--bridge=none", "--iptables=false", "--exec-opt=native.cgroupdriver=cgroupfs"]
    return shlex.join(["dockerd", *options, *common])


def is_of_a_lab(url: str) -> bool:
    """Tell whether the URL is that of the engine of a lab, this one or another."""
    return url.endswith(f"/{SOCKET_NAME}")


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


def comes_up(url: str, is_running: Callable[[], bool]) -> bool:
    """Wait until an engine that was started answers; False if it ends instead, or does not answer in time."""
    deadline = time.monotonic() + START_SECONDS
    seen = False
    while not answers(url):
        now = is_running()
        if (seen and not now) or time.monotonic() > deadline:
            return False
        seen = seen or now
        time.sleep(0.2)
    return True
