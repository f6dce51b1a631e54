# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands behind ``make``: ``python -m lab up | down | shell [MACHINE] | test | clean``."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator

import docker

from lab import collection, description, engine, images, recall, relay
from lab.common import CACHE, ROOT, STATE, LabError, run, say

PROBE_REPORT = STATE / "probe.json"


class Stopwatch:
    """Times the phases of a run, for its summary."""

    def __init__(self) -> None:
        self.phases: list[tuple[str, float]] = []

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside under the name."""
        begin = time.monotonic()
        yield
        self.phases.append((name, time.monotonic() - begin))


def up() -> None:
    """Bring up the lab, do the main job in it, and say what there is now."""
    watch = Stopwatch()
    with watch.phase("engine, images and relay"):
        environment = prepare(collection.IN_PLACE)
    with watch.phase("machines, networks and MX"):
        playbook(environment, "molecule/default/create.yml")
    with watch.phase("servers, MX rules and probe"):
        playbook(environment, "mxlab.ftp.site", "--extra-vars", f"ftp_probe_report={PROBE_REPORT}")
    description.write(environment)
    print(description.summary(json.loads(PROBE_REPORT.read_text()), watch.phases))


def prepare(collections: str) -> dict[str, str]:
    """Make engine, images and relay ready; return the environment in which the lab's playbooks and Molecule run."""
    url = engine.start()
    STATE.mkdir(exist_ok=True)
    with contextlib.closing(docker.DockerClient(base_url=url)) as client:
        tags = images.ensure(client)
    environment = description.environment(url, tags, relay.start(url), collections)
    description.write_environment(environment)
    return os.environ | environment


def playbook(environment: dict[str, str], *arguments: str) -> None:
    """Run a playbook on the lab."""
    say(f"ansible-playbook {arguments[0]}")
    run(["ansible-playbook", *arguments], env=environment, cwd=ROOT)


def test() -> None:
    """Run every Molecule scenario on the collection as installed from its tarball, in a lab made for that."""
    down()
    try:
        environment = prepare(collection.install())
        recall.run(["molecule", "test", "--all", "--no-command-borders"], env=environment, cwd=ROOT)
    finally:
        down()


def shell(machine: str = "client") -> None:
    """Replace this process by a shell on a machine of the lab."""
    if not description.DESCRIPTION.exists():
        raise LabError("the lab is not up: run make lab first")
    lab = json.loads(description.DESCRIPTION.read_text())
    containers = {entry["name"]: entry["container"] for entry in lab["machines"]}
    if machine not in containers:
        raise LabError(f"MACHINE={machine} is not in the lab; it has {', '.join(containers)}")
    os.environ["DOCKER_HOST"] = lab["engine"]
    os.execvp("docker", ["docker", "exec", "-it", containers[machine], "bash"])


def down() -> None:
    """Remove everything that the lab has started, on whichever engine; what is not there is not missed."""
    relay.stop()
    with contextlib.suppress(LabError):
        remove_from_engine()
    engine.stop()
    shutil.rmtree(STATE, ignore_errors=True)


def remove_from_engine() -> None:
    """Remove the lab's machines and networks from an engine that is not ours to stop."""
    url = engine.find()
    if url is None or engine.is_private(url):
        return
    owned = {"label": description.OWNER_LABEL}
    with contextlib.closing(docker.DockerClient(base_url=url)) as client:
        for container in client.containers.list(all=True, filters=owned):
            container.remove(force=True, v=True)
        for network in client.networks.list(filters=owned):
            network.remove()


def clean() -> None:
    """Take the lab down and forget its cached images."""
    down()
    shutil.rmtree(CACHE, ignore_errors=True)


def main() -> None:
    commands = {"up": up, "down": down, "shell": shell, "test": test, "clean": clean}
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except (LabError, docker.errors.DockerException) as error:
        sys.exit(f"lab: {error}")
    except KeyboardInterrupt:
        sys.exit("lab: interrupted; run the same command again to go on, or make lab-down to remove what was started")


if __name__ == "__main__":
    main()
