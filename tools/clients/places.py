# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The places where clients run: a container for each image and vantage, in the network of that vantage's machine."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
from lab import description
from matrix import machines, station
from matrix.ground import Server
from matrix.station import Station

from clients import image, kit

_INSIDE = Path(__file__).with_name("inside")
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# NcFTP asks for its host's name before all else, and the lab has no resolver to wait for.  Pythons of pyenv are not
# where they were made, and would not find their libraries.
_PREPARE = f"""\
set -e
cat >>{_CERTIFICATES}
sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf
ls -d {kit.INSIDE}/*/lib >/etc/ld.so.conf.d/clients.conf 2>/dev/null || true
ldconfig
"""
# By these, OpenSSL and Node.js read that file.
_BUNDLES = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
_LABEL = "mxlab-ftp.clients"
Places = Mapping["tuple[str, str]", Station]


@contextlib.contextmanager
def opened(vantages: list[str], servers: list[Server]) -> Iterator[Places]:
    """Have a station for each image and vantage, which trusts the servers' certificates, as long as this lasts."""
    lab = description.read()
    with contextlib.closing(docker.DockerClient(base_url=lab["engine"])) as client:
        tags = image.ensure(client)
        pairs = [(name, vantage) for vantage in vantages for name in image.SUITES]
        _remove(client)
        try:
            trusted = "".join(machines.run(server.host, "cat /etc/ssl/certs/ftp-self-signed.pem") for server in servers)
            with ThreadPoolExecutor(4) as starting:
                stations = starting.map(lambda pair: _station(client, pair, tags[pair[0]], trusted), pairs)
                found = dict(zip(pairs, stations))
            yield found
            for one in found.values():
                one.end()
        finally:
            _remove(client)


def _station(client: docker.DockerClient, pair: tuple[str, str], tag: str, trusted: str) -> Station:
    name, vantage = pair
    container = client.containers.run(
        tag,
        ["sleep", "infinity"],
        name=f"mxlab-{name}-{vantage}",
        labels={_LABEL: name},
        network_mode=f"container:mxlab-{vantage}",
        tmpfs={"/run": "exec"},
        environment={**dict.fromkeys(_BUNDLES, _CERTIFICATES), "LC_ALL": "C.UTF-8"},
        init=True,
        detach=True,
    )
    begin = functools.partial(_begin, str(container.id))
    with begin("sh", "-c", _PREPARE) as writing:
        writing.communicate(trusted.encode())
    code = station.code(*(path for path in sorted(_INSIDE.iterdir()) if path.is_file()))
    return Station(f"mxlab-{name}-{vantage}", code, "sessions.py", begin)


def _begin(container: str, *command: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"DOCKER_HOST": description.read()["engine"]}
    command = ("docker", "exec", "-i", container, *command)
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _remove(client: docker.DockerClient) -> None:
    for container in client.containers.list(all=True, filters={"label": _LABEL}):
        container.remove(force=True, v=True)
