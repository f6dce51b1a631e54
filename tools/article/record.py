# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what a picture shows: in its situation, one cell is probed while its packets are captured along the path."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.__main__ import environment
from lab.common import LabError
from matrix import machines, run, switch
from matrix.ground import Server
from matrix.situation import Situation
from matrix.switch import Switch

from article.normal import normal
from article.pictures import Picture

PLAYBOOK = Path(__file__).with_name("capture.yml")
# Addresses of the MX on its LAN and its uplinks.
_LAN, _UPLINKS = "192.168.128.1", {"internet1": "203.0.113.2", "internet2": "198.51.100.2"}


@dataclass(frozen=True)
class Recorder:
    """What all recordings of a run share."""

    situations: Mapping[str, Situation]
    servers: Sequence[Server]
    login: Mapping[str, str]
    mx: Switch

    def record(self, picture: Picture) -> dict[str, Any]:
        """Return the recording of a picture, in normal form; raise LabError if the situation has no such server."""
        situation = self.situations[picture.situation]
        server = self._server(situation, picture.server)
        self.mx.turn(switch.state(self.servers, situation.mx))
        with _path(situation):
            found = _play(situation, server, self._options(situation, server, picture))
        (cell,) = found["cells"]
        return normal(
            {
                "situation": situation.name,
                "server": picture.server,
                "control_port": server.endpoint()["control_port"],
                "cell": cell,
                "captures": found["captures"],
            }
        )

    def _server(self, situation: Situation, software: str) -> Server:
        for server in self.servers:
            if (server.kind, server.software) == (situation.servers, software):
                return server
        raise LabError(f"the matrix has no {situation.servers} server {software}")

    def _options(self, situation: Situation, server: Server, picture: Picture) -> dict[str, Any]:
        options = run.options(run.Job(situation, server), self.login)
        # Without TLS on the control connection where the picture shows a cell in clear.
        tls = {"tls": options["tls"] if picture.protection != "clear" else "disabled"}
        return {**options, **tls, "modes": [picture.mode], "protection": [picture.protection]}


@contextlib.contextmanager
def _path(situation: Situation) -> Iterator[None]:
    """Prepare the path of a situation, and put it back."""
    try:
        for command in situation.path:
            machines.run(command["at"], command["do"])
        yield
    finally:
        for command in reversed(situation.path):
            machines.run(command["at"], command["undo"])


def _play(situation: Situation, server: Server, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cell and the captures of one probe."""
    inside = options["host"] if situation.place == "outbound" else options["lan_address"]
    with tempfile.NamedTemporaryFile("r") as recording:
        variables = {
            "article_client": situation.client,
            "article_options": options,
            "article_inside": inside,
            "article_recording": recording.name,
            "ftp_probe_captures": _places(situation, server, options["host"], inside),
        }
        command = ["ansible-playbook", str(PLAYBOOK), "--limit", server.host, "--extra-vars", json.dumps(variables)]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError(f"{situation.name}: the probe failed\n{done.stdout}{done.stderr}")
        found: dict[str, Any] = json.loads(Path(recording.name).read_text())
        return found


def _places(situation: Situation, server: Server, called: str, inside: str) -> dict[str, dict[str, str]]:
    """Return where to capture, from the client to the server.

    Out of the LAN, the client's side of the MX is its LAN.  What the MX turns round passes one of its interfaces twice:
    there, client and server tell more.
    """
    ends = {
        "client": (situation.client, f"route get {called}"),
        "server": (server.host, f"address show to {inside}"),
    }
    sides = [_UPLINKS[server.endpoint()["uplink"]], _LAN]
    if situation.place == "outbound":
        sides.reverse()
    between = {} if situation.place == "lan" else dict(zip(("wan", "lan"), sides))
    found = {**ends, **{place: ("mx", f"address show to {address}") for place, address in between.items()}}
    return {place: {"host": host, "interface": _interface(host, query)} for place, (host, query) in found.items()}


def _interface(machine: str, query: str) -> str:
    """Return the interface that an answer of ip(8) names."""
    words = machines.run(machine, f"ip -oneline {query}").split()
    name = words[words.index("dev") + 1] if "dev" in words else words[1]
    return name.partition("@")[0]
