# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Dashboard API in memory, for tests that need no more of an MX than its rule lists."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Lock, RLock
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.limit import RateLimit
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response

KEY = "key-of-the-lab"
BASE = "http://127.0.0.1:1/api/v1"
DEFAULT_RULE = {
    "comment": "Default rule",
    "policy": "Allow",
    "protocol": "Any",
    "srcPort": "Any",
    "srcCidr": "Any",
    "destPort": "Any",
    "destCidr": "Any",
    "syslogEnabled": False,
}
RESOURCES = {
    "one_to_one_nat": "oneToOneNatRules",
    "one_to_many_nat": "oneToManyNatRules",
    "port_forwarding": "portForwardingRules",
    "inbound_firewall": "inboundFirewallRules",
    "l3_firewall": "l3FirewallRules",
}

Rules = list[dict[str, Any]]
# Called before a request has its effect; an answer takes the effect's place. Rules: those of a PUT, None for a GET.
Fault = Callable[["Memory", str, str, "Rules | None"], "Response | None"]


class Clock:
    """Time that passes only by sleeping, and at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._lock = Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)

    def limit(self) -> RateLimit:
        return RateLimit(self, self.sleep)


class Memory:
    """One organization with some networks (name by id), and the rule lists of each as the text that was put.

    It is a `send` of the module's dashboard. `log` holds (method, last word of the path) of every request.
    """

    def __init__(self, networks: Mapping[str, str] | None = None, **rules: Rules) -> None:
        self.networks = dict(networks or {"N_100001": "Lab HQ"})
        self.lists = {self.path(network, kind): "[]" for network in self.networks for kind in RESOURCES}
        for kind, some in rules.items():
            self.put(self.path(next(iter(self.networks)), kind), some)
        self.log: list[tuple[str, str]] = []
        self.fault: Fault = lambda _memory, _method, _path, _rules: None
        self._lock = RLock()

    @staticmethod
    def path(network: str, kind: str) -> str:
        return f"/networks/{network}/appliance/firewall/{RESOURCES[kind]}"

    def put(self, path: str, rules: Rules) -> None:
        self.lists[path] = json.dumps(rules)

    def rules(self, network: str, kind: str) -> Rules:
        rules: Rules = json.loads(self.lists[self.path(network, kind)])
        return rules

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        with self._lock:
            path = url[len(BASE) :]
            self.log.append((method, path.rpartition("/")[2]))
            if headers["Authorization"] != f"Bearer {KEY}":
                return Response(401, {}, b'{"errors": ["Invalid API key"]}')
            return self._answer(method, path, None if body is None else json.loads(body)["rules"])

    def _answer(self, method: str, path: str, rules: Rules | None) -> Response:
        if path == "/organizations":
            return _json([{"id": "100001", "name": "Lab"}])
        if path == "/organizations/100001/networks":
            return _json([{"id": key, "name": name} for key, name in self.networks.items()])
        if path not in self.lists:
            return Response(404, {}, b'{"errors": ["Not Found"]}')
        answer = self.fault(self, method, path, rules)
        return answer or self.serve(path, rules)

    def serve(self, path: str, rules: Rules | None) -> Response:
        """Do what a request for a list wants, and answer it."""
        if rules is not None and DEFAULT_RULE["comment"] in [rule.get("comment") for rule in rules]:
            return Response(400, {}, b'{"errors": ["The default rule is not to be sent"]}')
        if rules is not None:
            self.put(path, rules)
        appended = [DEFAULT_RULE] if path.endswith(("inboundFirewallRules", "l3FirewallRules")) else []
        return _json({"rules": [*json.loads(self.lists[path]), *appended]})


def _json(value: Any) -> Response:
    return Response(200, {}, json.dumps(value).encode())
