# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands behind ``make`` and Molecule's create and destroy.

``python -m lab start [PART ...] | remove PART | stop | up | down | shell [MACHINE] | test | clean``
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import docker
from molecule.text import checksum

from lab import contained, description, engine, everything, images, machines, orphans, relay, tasktimes
from lab.common import CACHE, ROOT, STATE, SUFFIX, LabError
from lab.stopwatch import Stopwatch

PROBE_REPORT = STATE / "probe.json"
# Where Molecule keeps its record of what is there, by the folder's name only, and where it does so for this tool.
ANSIBLE_HOME = Path(os.environ.get("ANSIBLE_HOME", "~/.ansible")).expanduser()
MOLECULE = ANSIBLE_HOME / "tmp" / f"molecule.{checksum(ROOT.name, 4)}"
OWN_MOLECULE = ROOT / ".ansible" / "tmp" / f"molecule{SUFFIX}"


def start(*parts: str) -> None:
    """Bring up engine, images, networks, machines and relay, as Molecule's create does before it starts the MX.

    parts: files of the inventory whose machines are wanted besides those of hosts.yml.
    """
    bring_up(Stopwatch(), *parts)


def bring_up(watch: Stopwatch, *parts: str) -> None:
    """Do what start does, with the time of each step."""
    STATE.mkdir(exist_ok=True)
    with watch.part("engine"):
        url = engine.start()
    with watch.part("images built"):
        images.build_missing(images.SUITES)
    with watch.part("images loaded, networks and machines"):
        machines.ensure(url, *parts)
    with watch.part("relay"):
        description.write(url, relay.start(url), *parts)


def up() -> None:
    """Bring up the lab, do the main job in it, and say what there is now."""
    watch = Stopwatch()
    bring_up(watch)
    playbooks = ["molecule/shared/mx.yml", "mxlab.ftp.site"]
    watch.parts += tasktimes.run(playbooks, {"ftp_probe_report": str(PROBE_REPORT)}, environment())
    print(description.summary(json.loads(PROBE_REPORT.read_text()), watch.parts))


def environment() -> dict[str, str]:
    """Return this process's environment with what Ansible needs to work on the running lab."""
    return os.environ | description.environment(description.read()["engine"])


def shell(machine: str = "client") -> None:
    """Replace this process by a shell on a machine of the lab."""
    lab = description.read()
    containers = {entry["name"]: entry["container"] for entry in lab["machines"]}
    if machine not in containers:
        raise LabError(f"MACHINE={machine} is not in the lab; it has {', '.join(containers)}")
    os.environ["DOCKER_HOST"] = lab["engine"]
    os.execvp("docker", ["docker", "exec", "-it", containers[machine], "bash"])


def remove(part: str) -> None:
    """Remove the machines of a part of the lab besides hosts.yml."""
    machines.remove_part(description.read()["engine"], part)


def stop() -> None:
    """Remove everything that the lab has started.  Molecule's destroy does this."""
    orphans.end()
    relay.stop()
    engine.stop()
    shutil.rmtree(STATE, ignore_errors=True)


def down() -> None:
    """Remove the lab, and Molecule's record of it: by that, its next converge would not create the machines again."""
    stop()
    for record in (MOLECULE, OWN_MOLECULE):
        shutil.rmtree(record, ignore_errors=True)


def clean() -> None:
    """Take the lab down and forget its cached images."""
    down()
    contained.forget()
    shutil.rmtree(CACHE, ignore_errors=True)


COMMANDS: dict[str, Callable[..., int | None]] = {
    "start": start,
    "remove": remove,
    "stop": stop,
    "up": up,
    "down": down,
    "shell": shell,
    "test": everything.test,
    "clean": clean,
}


def main() -> None:
    """Run the command that the arguments name."""
    try:
        sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
    except (LabError, docker.errors.DockerException) as error:
        sys.exit(f"lab: {error}")
    except KeyboardInterrupt:
        sys.exit("lab: interrupted; run the same command again to go on, or make lab-down to remove what was started")


if __name__ == "__main__":
    main()
