# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports in files, endpoints and rows that the tests of the gate share."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._gate.exports import Export, read
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import Policy, Row, judged
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports

FOLDER = "exports"
# What markup, links, mentions and broken encoders are made of.
HOSTILE = "a|b</code><img src=x>`c`&\"'@org/team #1 [l](javascript:x) www.x.example\n\x1b[31m\ud800\u202e"


def content(name: str = "HQ", **parts: Any) -> bytes:
    """Return an export of a network with this name, with these parts in place of the shared ones."""
    network = {**exports.NETWORK, "name": name, "id": f"N_{name}"}
    statuses = [{**item, "networkId": network["id"]} for item in exports.PARTS["uplinkStatuses"]]
    return json.dumps({**exports.DOCUMENT, "network": network, "uplinkStatuses": statuses, **parts}).encode()


def export(name: str = "HQ", **parts: Any) -> Export:
    return read(f"{FOLDER}/{name}.json", content(name, **parts))


def endpoint(network: str = "HQ", **fields: Any) -> dict[str, Any]:
    """Return an endpoint that the shared export lets through."""
    return shared.filled({**shared.OPTIONS13, "network": network, **fields})


def rows(*found: Export, endpoints: list[dict[str, Any]] | None = None, strict: bool = False) -> list[Row]:
    return list(judged(found, [endpoint()] if endpoints is None else endpoints, FOLDER, Policy(strict)))


def l3(*rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part with these outbound rules."""
    plain = {"policy": "deny", "protocol": "any", "srcCidr": "Any", "srcPort": "Any", "destCidr": "Any"}
    return {"l3FirewallRules": {"rules": [{**plain, "destPort": "Any", **copy.deepcopy(dict(rule))} for rule in rules]}}


# One network of each verdict, with hostile texts where an export has texts of people.
NETWORKS = (
    export(),
    export("Closed", **l3({"comment": HOSTILE})),
    export("Open", l7FirewallRules={"rules": [{"policy": "deny", "type": "host", "value": HOSTILE}]}),
    export(HOSTILE, vlans=[{"subnet": HOSTILE}], staticRoutes=7),
    export("Idle"),
)
ENDPOINTS = [
    *(endpoint(name) for name in ("HQ", "Closed", "Open", HOSTILE, "Lost")),
    endpoint("HQ", name="server14", lan_address="192.168.128.14", public_address="203.0.113.14"),
]
ROWS = rows(*NETWORKS, endpoints=ENDPOINTS)
STRICT = rows(*NETWORKS, endpoints=ENDPOINTS, strict=True)
PARTIAL = {strict: rows(export(uplinksNat=None), strict=strict) for strict in (False, True)}
