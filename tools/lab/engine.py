# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Docker Engine of the lab, which is always its own, so that every lab has the same names and addresses inside.

Names of containers and pools of addresses are unique in an engine.  So where there is an engine already, the lab's runs
in a container there, and else in namespaces of its own.
"""

from __future__ import annotations

from pathlib import Path

from lab import contained, daemon, images, private
from lab.common import as_root, run, say


def start() -> str:
    """Return the URL of the lab's engine, which answers, starting it if it does not run.

    Raises LabError where DOCKER_HOST is dead, or neither an engine nor root is to be had.
    """
    if url := running():
        return url
    if outer := contained.outer_engine():
        return contained.start(outer)
    if contained.SYSTEM_SOCKET.exists():
        say(f"{contained.SYSTEM_SOCKET} does not answer here (no engine behind it, or no permission)")
    return private.start()


def running() -> str | None:
    """Return the URL of the lab's engine if it answers."""
    return next((url for url in (contained.URL, private.URL) if daemon.answers(url)), None)


def processes() -> Path:
    """Return the folder /proc as the running engine sees it, for root on the same machine."""
    pid = contained.process() if daemon.answers(contained.URL) else private.process()
    return Path(f"/proc/{pid}/root/proc")


def prepare() -> None:
    """Install and build all that a start would, for several labs that start side by side afterwards."""
    if contained.outer_engine() is None:
        # If sudo asks for a password, then here: what starts the labs is not in the terminal's foreground.
        run(as_root(["true"]))
        private.install()
    else:
        images.build_missing([images.ENGINE])
    images.build_missing(images.SUITES)


def stop() -> None:
    """End the lab's engine with all that runs in it, wherever it runs; does nothing where there is none."""
    contained.stop()
    private.stop()
