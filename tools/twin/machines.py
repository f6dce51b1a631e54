# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers by their roles: each on a machine of the lab's engine that has no network but the twin's."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import docker
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import FILEZILLA, IIS, SERVERS
from docker.models.containers import Container
from lab import engine, images
from lab.common import CHEAP_WORKERS, say
from lab.machines import AT_A_TIME, start_alone

from twin.common import TwinError
from twin.ground import Ground
from twin.inventory import Server, run_playbook
from twin.places import Place
from twin.servers import ACCOUNT

_IMAGE, _LABEL = "debian13", "mxlab-ftp.twin"
# What each role gets in place of what is at the server only: its users, its certificate, its firewall.
_OF_THE_TWIN = {
    "users": [ACCOUNT],
    "tls_self_signed": True,
    "tls_certificate": "/etc/ssl/certs/ftp-self-signed.pem",
    "tls_key": "/etc/ssl/private/ftp-self-signed.key",
    "host_firewall": "none",
}
_PLAY = Path(__file__).with_name("servers.yml")
# The others are no packages of Debian.
_ROLES = [server.role for name, server in SERVERS.items() if name not in (FILEZILLA, IIS)]


def with_roles(servers: Sequence[Server]) -> list[Server]:
    """Return those servers that can be had by their roles: they alone have their LAN address."""
    hosts = Counter(server.endpoint.lan_address for server in servers)
    return [each for each in servers if each.endpoint.server in _ROLES and hosts[each.endpoint.lan_address] == 1]


@contextmanager
def by_roles(servers: Sequence[Server], inventory: str, ground: Ground, folder: Path) -> Iterator[None]:
    """Run these servers of an inventory by their roles while this is open; raise TwinError if a role fails.

    inventory: its path.  folder: for files of this run; nobody else can read it.
    """
    url = engine.start()
    images.build_missing([_IMAGE])
    with ExitStack() as stack:
        client = stack.enter_context(contextlib.closing(docker.DockerClient(base_url=url)))
        _remove(client)
        stack.callback(_remove, client)
        tag = images.ensure_image(client, _IMAGE)
        hosts = {f"mxlab-twin{number}": server for number, server in enumerate(servers, 1)}
        say(f"Starting a machine for each of {len(hosts)} servers, and running its role on it (one or two minutes)")
        with ThreadPoolExecutor(AT_A_TIME) as starting:
            made = [
                starting.submit(start_alone, client, tag, name, server.endpoint.lan_address, _LABEL)
                for name, server in hosts.items()
            ]
        for number, (server, one) in enumerate(zip(servers, made), 1):
            machine = Place(server.endpoint.name, stack, _namespace(one.result()))
            ground.house(number, server.endpoint.lan_address, machine)
        _configure(hosts, inventory, {"DOCKER_HOST": url}, folder)
        yield


def _namespace(container: Container) -> Path:
    """Return the file of a machine's network namespace, by the engine's own view of its processes."""
    process = engine.processes() / str(container.attrs["State"]["Pid"])
    control_groups = process / "cgroup"
    # A number of another machine's processes may be here, too, and be a stranger's.
    if not (control_groups.exists() and str(container.id) in control_groups.read_text()):
        raise TwinError(
            "the processes of the lab's engine are not seen from here, so no cable can be laid to its machines: the"
            " engine at DOCKER_HOST has to run on this machine. Leave out SERVERS=roles"
        )
    return process / "ns" / "net"


def _configure(servers: Mapping[str, Server], inventory: str, more: Mapping[str, str], folder: Path) -> None:
    given = folder / "variables.json"
    given.write_text(json.dumps(variables(servers)), encoding="utf-8")
    hosts = ",".join(server.host for server in servers.values())
    options = [f"--forks={len(servers)}", "--limit", hosts, "-e", f"@{given}"]
    done = run_playbook(_PLAY, inventory, options, {**CHEAP_WORKERS, **more})
    if done.returncode:
        raise TwinError(
            "the role of a server fails on its machine of the twin. Correct the variable that it names, or leave out"
            f" SERVERS=roles:\n{failed_task(done.stdout) or done.stdout}\n{done.stderr.strip()}"
        )


def failed_task(output: str) -> str:
    """Return what a playbook has printed of the first task that failed, "" if none did."""
    tasks = output.partition("\nPLAY RECAP")[0].split("\nTASK [")
    # Of a loop, Ansible prints the items that failed.
    return next((f"TASK [{task.strip()}" for task in tasks if "fatal: " in task or "failed: [" in task), "")


def variables(servers: Mapping[str, Server]) -> dict[str, Any]:
    """Return the variables in place of the inventory's: how a machine is reached, and what only the server has.

    ansible_host and ansible_user stay: other variables of the inventory may be made of them.
    """
    at = "{{ twin_%s[inventory_hostname] }}"
    prefixes = "ftp", *_ROLES
    return {
        "ansible_connection": "community.docker.docker",
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_docker_user": "root",
        "ansible_shell_type": "sh",
        "ansible_shell_executable": "/bin/sh",
        "ansible_become": False,
        "ansible_docker_host": at % "machines",
        "twin_machines": {server.host: name for name, server in servers.items()},
        # It may be "auto" in the inventory.
        "ftp_public_address": at % "addresses",
        "twin_addresses": {server.host: server.endpoint.public_address for server in servers.values()},
        **{f"{prefix}_{name}": value for prefix in prefixes for name, value in _OF_THE_TWIN.items()},
    }


def _remove(client: docker.DockerClient) -> None:
    for container in client.containers.list(all=True, filters={"label": _LABEL}):
        container.remove(force=True, v=True)
