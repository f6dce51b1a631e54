# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of a lab that was killed at a random moment, after `make lab-down`.

As root, `make bench-interrupted`, or `PYTHONPATH=tools python tests/bench/interrupted.py [--times 10] [--longest 45]
[--seed N]`; with DOCKER_HOST, in that engine.  Each time `make lab`, and the last time a scenario of Molecule, is
killed with SIGKILL: in turn the whole process group, and its first process.  Then the lab is taken down, and nothing
with its name may be there.  At the end `make lab` has to work.  It prints a line for each time, and ends with status 1
if anything was left.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
from lab import contained
from lab.__main__ import MOLECULE, OWN_MOLECULE
from lab.common import IDENTITY, ROOT, STATE

LAB = ["make", "lab"]
SCENARIO = ["molecule", "test", "-s", "mx_emulator"]
# Every program that is started inherits this variable; what runs in the lab's engine is in its control group.
MARK = f"MXLAB_INTERRUPTED={uuid.uuid4()}"
ENVIRONMENT = os.environ | {"MOLECULE_EPHEMERAL_DIRECTORY": str(OWN_MOLECULE)} | dict([MARK.split("=")])
SIGNS = (f"mxlab-ftp-{IDENTITY}", f"{STATE}/")
FOLDERS = [Path("/run"), Path("/var/lib"), *Path("/sys/fs/cgroup").glob("*"), Path("/sys/fs/cgroup")]


def main() -> int:
    """Run the command line; return the status."""
    parser = argparse.ArgumentParser(description="Kill labs at random moments and see what is left of them.")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--longest", type=float, default=45, help="seconds after which a lab is killed at the latest")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, lab {SIGNS[0]}", flush=True)
    chance = random.Random(arguments.seed)
    around = contained.outer_engine()
    engine = docker.DockerClient(base_url=around) if around else None
    take_down()
    before = volumes(engine)
    failures = 0
    for number in range(1, arguments.times + 1):
        command, alone = SCENARIO if number == arguments.times else LAB, number % 2 == 0
        how = interrupt(command, chance.uniform(0, arguments.longest), alone)
        took = take_down()
        left = [*files(), *processes(), *containers(engine), *(volumes(engine) - before)]
        failures += bool(left)
        print(f"{number:3} {' '.join(command)}: {how}, down in {took:.1f} s, left: {left or 'nothing'}", flush=True)
    works = subprocess.run(LAB, cwd=ROOT, env=ENVIRONMENT, check=False, stdout=subprocess.DEVNULL).returncode == 0
    print(f"make lab afterwards {'works' if works else 'fails'}")
    take_down()
    return int(failures > 0 or not works)


def interrupt(command: list[str], seconds: float, alone: bool) -> str:
    """Kill the command after the time, its first process alone or with its process group; return what was done."""
    none = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdin=none, stdout=none, stderr=none, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
        process.wait()
        return f"{'first process' if alone else 'process group'} killed after {seconds:.1f} s"
    return f"ended before {seconds:.1f} s"


def take_down() -> float:
    """Take the lab down as a user does; return how long it took."""
    begin = time.monotonic()
    subprocess.run(["make", "lab-down"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def files() -> list[str]:
    """Return the files and control groups of the lab."""
    found = [path for folder in FOLDERS for path in folder.glob(f"{SIGNS[0]}*")]
    return [*map(str, found), *(str(path) for path in (STATE, MOLECULE, OWN_MOLECULE) if path.exists())]


def processes() -> Iterator[str]:
    """Yield what runs, is mounted or is a namespace of the lab: each of these is seen at a process."""
    for process in Path("/proc").glob("[0-9]*"):
        words = read(process / "cmdline").replace("\0", " ")
        where = words + read(process / "cgroup") + read(process / "mountinfo")
        if process.name != str(os.getpid()) and (
            any(sign in where for sign in SIGNS) or MARK in read(process / "environ")
        ):
            yield f"process {process.name} {words[:70]}"


def read(path: Path) -> str:
    """Return what a file of a process says: nothing if the process has ended."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def containers(engine: docker.DockerClient | None) -> list[str]:
    """Return the lab's containers in the engine around it."""
    return [found.name for found in engine.containers.list(all=True, filters={"name": SIGNS[0]})] if engine else []


def volumes(engine: docker.DockerClient | None) -> set[str]:
    """Return all volumes of the engine around the lab's, whose names say nothing."""
    return {volume.name for volume in engine.volumes.list()} if engine else set()


if __name__ == "__main__":
    sys.exit(main())
