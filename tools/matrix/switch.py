# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MX of a situation: rules and settings through its API, what no API has through the emulator's configuration."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import INBOUND_FIREWALL, JUDGED, WAYS, api_path
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import plan_rendered
from lab.common import LabError

from matrix.ground import Server
from matrix.machines import run

NETWORK = "N_100001"
# The two uplinks have a gateway each, so that the MX sends connections of its LAN by the primary one, as a real MX.
EMULATOR = {
    "uplinks": [
        {"address": "203.0.113.2/24", "gateway": "203.0.113.55"},
        {"address": "198.51.100.2/24", "gateway": "198.51.100.55"},
    ]
}
OWN_ADDRESSES = [uplink["address"].partition("/")[0] for uplink in EMULATOR["uplinks"]]
# systemd refuses a sixth start within ten seconds, unless its count is reset.
RESTART = """\
systemctl reset-failed mx-emulator
systemctl restart mx-emulator
timeout 60 sh -c 'until curl -s -o /dev/null http://127.0.0.1:8080/; do sleep 0.1; done'
"""
_PATCH = f"""\
set -euo pipefail
cd /etc/mx-emulator
[ -e was.json ] || cp -p config.json was.json
python3 -c '
import json, sys
config = json.load(open("was.json"))
config["organizations"][0]["networks"][0].update(json.load(sys.stdin))
json.dump(config, open("config.json", "w"))'
{RESTART}"""
_RESTORE = f"""\
set -euo pipefail
cd /etc/mx-emulator
[ ! -e was.json ] || mv was.json config.json
{RESTART}"""


@dataclass(frozen=True)
class State:
    """All that decides about packets at the MX.

    requests: API path -> body of its PUT.  emulator: fields of the emulator's configuration.  commands: what else has
    to be done, as a situation's path.
    """

    requests: Mapping[str, Mapping[str, Any]]
    emulator: Mapping[str, Any]
    commands: Sequence[Mapping[str, str]] = ()

    @property
    def key(self) -> str:
        """Return a text that is the same for the same state."""
        return json.dumps([self.requests, self.emulator, self.commands], sort_keys=True)

    @property
    def rules(self) -> dict[str, list[Any]]:
        """Return the rule lists, by the last words of their paths, without the empty ones."""
        lists = {path.rpartition("/")[2]: body["rules"] for path, body in self.requests.items() if body.get("rules")}
        return dict(sorted(lists.items()))


def state(servers: Sequence[Server], mx: Mapping[str, Any]) -> State:
    """Return the state in which all servers are published, but for the differences that a situation names."""
    lists: dict[str, Any] = {name: [] for name in JUDGED}
    changes = mx.get("endpoints", {})
    options = [{**server.endpoint(), **changes.get(server.kind, {})} for server in servers]
    kinds = [*WAYS, *([INBOUND_FIREWALL] if mx.get("nat_exceptions") else [])]
    lists |= plan_rendered(kinds, parse_endpoints(options, {})).after
    lists |= {name: rules for name, rules in mx.items() if name in lists}
    requests = {api_path(name).format(networkId=NETWORK): {"rules": rules} for name, rules in lists.items()}
    excepted = mx.get("nat_exceptions", [])
    switches = [{"interface": name, "nat": {"enabled": name not in excepted}} for name in ("wan1", "wan2")]
    requests[f"/networks/{NETWORK}/appliance/uplinks/nat"] = {"uplinks": switches}
    mode = mx.get("deployment_mode", "routed")
    requests[f"/networks/{NETWORK}/appliance/settings"] = {"deploymentMode": mode}
    return State(requests, {**EMULATOR, **mx.get("emulator", {})}, mx.get("commands", []))


@dataclass
class Switch:
    """The MX of the lab, at the URL of its API; what it was told last is not told again."""

    url: str
    key: str
    _written: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _emulator: Mapping[str, Any] = field(default_factory=dict)
    _undo: list[Mapping[str, str]] = field(default_factory=list)

    def turn(self, wanted: State) -> None:
        """Put a state in force; raise LabError if the MX refuses it."""
        self.undo()
        if wanted.emulator != self._emulator:
            run("mx", _PATCH, json.dumps(wanted.emulator))
            self._emulator = wanted.emulator
        for path, body in self._steps(wanted):
            self._put(path, body)
            self._written[path] = body
        for command in wanted.commands:
            self._undo.append(command)
            run(command["at"], command["do"])

    def undo(self) -> None:
        """Undo the commands of the last state."""
        while self._undo:
            command = self._undo.pop()
            run(command["at"], command["undo"])

    def restore(self, empty: State) -> None:
        """Leave the MX without rules, and as the role has configured it."""
        self.turn(empty)
        run("mx", _RESTORE)

    def _steps(self, wanted: State) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the requests that change something; lists are emptied first, so that no two claim one address."""
        changing = {path: body for path, body in wanted.requests.items() if self._written.get(path) != body}
        for path, body in changing.items():
            if body.get("rules") and self._written.get(path, {"rules": [1]}).get("rules"):
                yield path, {"rules": []}
        yield from sorted(changing.items(), key=lambda item: len(item[1].get("rules", ())))

    def _put(self, path: str, body: Mapping[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="PUT")
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60):
                    return
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    raise LabError(f"the MX refused {path}: {error.read().decode(errors='replace')}") from error
                time.sleep(float(error.headers["Retry-After"]))
