# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request that the modules send against the vendor's OpenAPI document; the emulator answers them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response
from ansible_collections.mxlab.ftp.plugins.modules import mx_export, mx_ftp_rules, mx_info
from ansible_collections.mxlab.ftp.tests.unit.openapi import fields, paths, problems
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE
from ansible_collections.mxlab.ftp.tests.unit.plugins.mx_module import HQ, SERVER12, SERVER13, SERVER14, Run
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

Json = dict[str, Any]
# Newer than the document, whose version is 1.42.
NEWER = {("get", "/organizations/{organizationId}/appliance/uplinks/nat/byNetwork")}
FIREWALL = "/networks/{networkId}/appliance/firewall"
NAT_LISTS = {f"{FIREWALL}/{name}Rules" for name in ("oneToOneNat", "oneToManyNat", "portForwarding")}
INBOUND = f"{FIREWALL}/inboundFirewallRules"
OUTBOUND = f"{FIREWALL}/l3FirewallRules"
L7 = f"{FIREWALL}/l7FirewallRules"
IN_FORCE = {
    "inbound_firewall": True,
    "uplink_addresses": {"internet1": "203.0.113.2", "internet2": "198.51.100.2"},
}
FOREIGN = {
    "oneToOneNatRules": {
        "name": "Mail",
        "lanIp": "192.168.128.50",
        "publicIp": "203.0.113.50",
        "uplink": "internet2",
        "allowedInbound": [
            {"protocol": "tcp", "destinationPorts": ["25"], "allowedIps": ["any"]},
            {"protocol": "icmp-ping", "destinationPorts": [], "allowedIps": ["198.51.100.0/24"]},
        ],
    },
    "oneToManyNatRules": {
        "publicIp": "203.0.113.51",
        "uplink": "internet1",
        "portRules": [
            {
                "name": "Web",
                "protocol": "tcp",
                "publicPort": "443",
                "localPort": "8443",
                "localIp": "192.168.128.51",
                "allowedIps": ["any"],
            }
        ],
    },
    "portForwardingRules": {
        "name": "Camera",
        "lanIp": "192.168.128.52",
        "publicPort": "8100-8101",
        "localPort": "442-443",
        "protocol": "udp",
        "allowedIps": ["any"],
        "uplink": "both",
    },
    "inboundFirewallRules": {
        "comment": "Monitoring",
        "policy": "allow",
        "protocol": "icmp",
        "srcCidr": "198.51.100.7/32",
        "srcPort": "Any",
        "destCidr": "203.0.113.2/32",
        "destPort": "Any",
    },
}


class Recorder:
    """A `send` to the emulator that keeps method, path below the base, query and body of every request."""

    def __init__(self, mx: EmulatedMx) -> None:
        self._mx = mx
        self.sent: list[tuple[str, str, dict[str, str], Any]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        parts = urlsplit(url[len(BASE) :])
        self.sent.append((method.lower(), parts.path, dict(parse_qsl(parts.query)), body and json.loads(body)))
        return self._mx(method, url, headers, body)


@pytest.fixture
def mx(tmp_path: Path) -> EmulatedMx:
    emulated = EmulatedMx(tmp_path / "state.json")
    for name, rule in FOREIGN.items():
        emulated.write("PUT", f"firewall/{name}", {"rules": [rule]})
    return emulated


@pytest.fixture
def recorder(mx: EmulatedMx, run: Run, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Return what the modules send, from here on."""
    recorder = Recorder(mx)
    for module in (mx_export, mx_ftp_rules, mx_info):
        monkeypatch.setattr(module, "sender", lambda *_args: recorder)
    return recorder


@pytest.fixture
def operations() -> Json:
    return paths()


def rules_of_every_state(run: Run) -> None:
    """Let mx_ftp_rules do everything that it can do about one endpoint of each kind."""
    kinds = (SERVER12, SERVER13, SERVER14)
    published = run(*kinds, network="Lab HQ", **IN_FORCE)
    assert not published.get("failed"), published["msg"]
    assert {step["kind"] for step in published["plan"]} == {
        "one_to_one_nat",
        "one_to_many_nat",
        "port_forwarding",
        "inbound_firewall",
    }
    states: list[Json] = [
        {"state": "gathered", "endpoints": None, "inbound_firewall": True, "l3_firewall": True},
        {"state": "reverted", "endpoints": None, "reverts": {key: published[key] for key in ("before", "plan")}},
        {"state": "merged", "endpoints": [{**each, "allowed_ips": ["198.51.100.0/24"]} for each in kinds], **IN_FORCE},
        {"state": "replaced", "endpoints": [SERVER13, {**SERVER12, "uplink": "both"}]},
        {"state": "deleted", "endpoints": list(kinds), **IN_FORCE},
        {"state": "overridden", "endpoints": [SERVER14], "confirm_override": True, **IN_FORCE},
        {"state": "overridden", "endpoints": [], "confirm_override": True},
    ]
    for options in states:
        result = run(**options)
        assert not result.get("failed"), (options, result["msg"])
        assert result["changed"] is (options["state"] != "gathered"), options


def facts_of_every_kind(mx: EmulatedMx) -> None:
    """Let mx_info and mx_export ask about an MX with a single LAN, and with VLANs, in an organization by its name."""
    for vlans in (False, True):
        mx.write("PUT", "vlans/settings", {"vlansEnabled": vlans})
        options = {"api_key": "key-of-the-lab", "base_url": BASE, "organization": "Lab", "networks": [HQ]}
        (subnet,) = run_module(mx_info, options)[0]["networks"][HQ]["subnets"]
        assert subnet["source"] == ("vlan" if vlans else "single_lan")
        assert ("vlans" in run_module(mx_export, options)[0]["exports"][HQ]) is vlans


def template(operations: Json, path: str) -> str:
    """Return the document's path that a real one follows; one without variables comes first."""
    for candidate in sorted(operations, key=lambda each: each.count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", candidate), path):
            return str(candidate)
    return re.sub(r"^/(organization|network)s/[^/]+", r"/\1s/{\1Id}", path)


def complaints(operation: Json, query: Mapping[str, str], body: Any) -> list[str]:
    """Say what the document does not allow in a request."""
    parameters = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    # The vendor's clients write a list as "name[]".
    names = {each["name"] + "[]" * (each["schema"]["type"] == "array") for each in parameters}
    missing = {each["name"] for each in parameters if each.get("required")} - set(query)
    found = [f"query parameter {name}" for name in sorted((set(query) - names) | missing)]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return found if body is None else [*found, "a body"]
    return [*found, *problems(content["schema"], body), *sorted(fields(body) - fields(content))]


@pytest.fixture
def all_sent(recorder: Recorder, mx: EmulatedMx, run: Run) -> list[tuple[str, str, dict[str, str], Any]]:
    rules_of_every_state(run)
    facts_of_every_kind(mx)
    return recorder.sent


def test_every_request_of_the_modules_is_valid(operations: Json, all_sent: list[Any]) -> None:
    for method, path, query, body in all_sent:
        known = template(operations, path)
        if (method, known) not in NEWER:
            assert (method, path, complaints(operations[known][method], query, body)) == (method, path, [])


def test_the_requests_are_about_all_lists(operations: Json, all_sent: list[Any]) -> None:
    asked = {(method, template(operations, path)) for method, path, _query, _body in all_sent}
    lists = {each for each in asked if each[1].startswith(FIREWALL)}
    assert {path for method, path in lists if method == "get"} == NAT_LISTS | {INBOUND, OUTBOUND, L7}
    assert {path for method, path in lists if method == "put"} == NAT_LISTS | {INBOUND}
    assert asked >= NEWER


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rule: {**rule, "publicPort": 8100}, "8100 is not of type 'string'"),
        (lambda rule: {**rule, "protocol": "any"}, "'any' is not one of ['tcp', 'udp']"),
        (lambda rule: {**rule, "localip": ""}, "localip"),
        (lambda rule: {key: value for key, value in rule.items() if key != "lanIp"}, "'lanIp' is a required property"),
    ],
)
def test_what_is_not_valid_is_seen(operations: Json, change: Callable[[Json], Json], words: str) -> None:
    put = operations[f"{FIREWALL}/portForwardingRules"]["put"]
    assert complaints(put, {}, {"rules": [FOREIGN["portForwardingRules"]]}) == []
    assert complaints(put, {}, {"rules": [change(FOREIGN["portForwardingRules"])]}) == [words]
    assert complaints(put, {"page": "2"}, {"rules": []}) == ["query parameter page"]
