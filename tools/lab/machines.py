# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's networks and machines on the engine, made side by side, and only what is not there yet."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import docker
from docker.models.containers import Container
from docker.types import IPAMConfig, IPAMPool

from lab import images, inventory
from lab.common import LabError
from lab.inventory import Machine

FINGERPRINT = "mxlab-ftp.fingerprint"
# More starts of systemd side by side only take from each other.
AT_A_TIME = 8
# The bridges get no address and no masquerading: the host is on none of these networks, and no packet leaves through
# it.  Docker's "internal" networks would not do, for their isolation rules drop routed packets.
BRIDGE = {
    "com.docker.network.bridge.enable_ip_masquerade": "false",
    "com.docker.network.bridge.inhibit_ipv4": "true",
}
# systemd needs no --privileged: these capabilities, no seccomp filter, and the host's control groups are enough.
HOST_CONFIG: dict[str, Any] = {
    "cgroupns": "host",
    # The latter two are for Pure-FTPd, which does not start without them.
    "cap_add": ["SYS_ADMIN", "NET_ADMIN", "SYS_NICE", "DAC_READ_SEARCH"],
    "security_opt": ["seccomp=unconfined", "apparmor=unconfined"],
    "tmpfs": {"/run": "", "/run/lock": "", "/tmp": ""},
    "binds": ["/sys/fs/cgroup:/sys/fs/cgroup:rw"],
    # Docker's resolver would ask the host's: the lab's machines have no other resolver to ask.
    "dns": ["127.0.0.1"],
}
# Right after the start there is no bus yet, and --wait gives up on that.  A machine in use is "degraded" as soon as one
# of its services has failed, which need not stop a second start.
WAIT_FOR_SYSTEMD = """\
up() { state=$(systemctl is-system-running --wait 2>/dev/null); [ "$state" = running ] || [ "$state" = degraded ]; }
for try in $(seq 300); do up && break; sleep 0.1; done
up || { echo "systemd is '$state' instead of running"; exit 1; }
"""


def ensure(url: str, *parts: str) -> None:
    """Load the images, make the networks, and have all machines run; raises LabError where one does not.

    parts: other parts of the lab besides the one that every lab has.

    A machine starts as soon as its image is there, while others are still loading.
    """
    wanted = inventory.machines(*parts)
    with (
        contextlib.closing(docker.DockerClient(base_url=url)) as client,
        ThreadPoolExecutor() as loading,
        ThreadPoolExecutor(AT_A_TIME) as starting,
    ):
        tags = {name: loading.submit(images.ensure_image, client, name) for name in images.SUITES}
        ensure_networks(client, {network for machine in wanted for network in machine.addresses})
        there = {found.name: found for found in client.containers.list(all=True)}
        made = [starting.submit(ensure_machine, client, there, machine, tags[machine.image]) for machine in wanted]
        for one in made:
            one.result()


def ensure_networks(client: docker.DockerClient, wanted: Collection[str]) -> None:
    """Create the wanted networks that are missing."""
    there = {network.name for network in client.networks.list()}
    for name, addresses in inventory.networks().items():
        if name in wanted and name not in there:
            pool = IPAMPool(subnet=addresses["subnet"], gateway=addresses["bridge"])
            ipam = IPAMConfig(pool_configs=[pool])
            client.networks.create(name, options=BRIDGE, ipam=ipam, check_duplicate=True)


def ensure_machine(
    client: docker.DockerClient, there: dict[str, Container], machine: Machine, image: Future[str]
) -> None:
    """Have one machine run: as it is if it is right, made anew if it was made otherwise."""
    tag = image.result()
    container = there.get(machine.container)
    if container and not is_right(container, machine, tag):
        container.remove(force=True, v=True)
        container = None
    container = container or create(client, machine, tag)
    if container.status != "running":
        container.start()
    code, output = container.exec_run(["bash", "-c", finish(machine)])
    if code:
        raise LabError(f"the machine {machine.name} did not come up: {output.decode(errors='replace').strip()}")


def is_right(container: Container, machine: Machine, tag: str) -> bool:
    """Tell whether a container was made as the machine is described, and to the end."""
    joined = container.attrs["NetworkSettings"]["Networks"]
    return container.labels.get(FINGERPRINT) == fingerprint(machine, tag) and set(joined) == set(machine.addresses)


def fingerprint(machine: Machine, tag: str) -> str:
    """Return a short hash of everything that a container cannot change once it is made."""
    made_of = [tag, machine.name, machine.addresses, machine.sysctls, HOST_CONFIG]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:12]


def create(client: docker.DockerClient, machine: Machine, tag: str) -> Container:
    """Create the container of a machine, on all its networks."""
    api = client.api
    (first, address), *others = machine.addresses.items()
    joined = api.create_networking_config({first: api.create_endpoint_config(ipv4_address=address)})
    labels = {FINGERPRINT: fingerprint(machine, tag)}
    host = {"sysctls": machine.sysctls, "network_mode": first}
    made = _created(client, tag, machine.container, machine.name, labels, host, joined)
    # Engines before API 1.44 take one network at the creation.
    for network, further in others:
        api.connect_container_to_network(made.id, network, ipv4_address=further)
    return made


def start_alone(client: docker.DockerClient, tag: str, name: str, address: str, label: str) -> Container:
    """Start a machine that is on no network, and return it when its systemd is up; it is going to have the address."""
    host = {"network_mode": "none", "extra_hosts": {name: address}}
    made = _created(client, tag, name, name, {label: ""}, host, None)
    made.start()
    code, output = made.exec_run(["bash", "-c", WAIT_FOR_SYSTEMD])
    if code:
        raise LabError(f"the machine {name} did not come up: {output.decode(errors='replace').strip()}")
    made.reload()
    return made


def _created(
    client: docker.DockerClient,
    tag: str,
    container: str,
    name: str,
    labels: dict[str, str],
    host: dict[str, Any],
    joined: dict[str, Any] | None,
) -> Container:
    made = client.api.create_container(
        tag,
        name=container,
        hostname=name,
        command=["/lib/systemd/systemd"],
        stop_signal="SIGRTMIN+3",
        labels=labels,
        host_config=client.api.create_host_config(**HOST_CONFIG, **host),
        networking_config=joined,
    )
    return client.containers.get(made["Id"])


def finish(machine: Machine) -> str:
    """Return the shell script that completes a started machine; a second run changes nothing."""
    route = f"replace default via {machine.default_route}" if machine.default_route else "flush exact default"
    return f"{WAIT_FOR_SYSTEMD}set -euo pipefail\nip route {route}\n{machine.setup}"


def remove_part(url: str, part: str) -> None:
    """Remove the machines that only a part of the lab has."""
    kept = {machine.container for machine in inventory.machines()}
    gone = {machine.container for machine in inventory.machines(part)} - kept
    with contextlib.closing(docker.DockerClient(base_url=url)) as client:
        for container in client.containers.list(all=True):
            if container.name in gone:
                container.remove(force=True, v=True)
