# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoints that tests share: as a user writes them, with the module's defaults, and parsed."""

from __future__ import annotations

from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import (
    ENDPOINT_SPEC,
    Endpoint,
    parse_endpoints,
)

# One for each way to publish. Each has addresses of its own, and where they share one (the MX's), ports of their own.
OPTIONS13: dict[str, Any] = {
    "name": "server13",
    "public_address": "203.0.113.13",
    "lan_address": "192.168.128.13",
    "passive_ports": "61000-61099",
}
OPTIONS12: dict[str, Any] = {
    "name": "server12",
    "public_address": "203.0.113.2",
    "lan_address": "192.168.128.12",
    "passive_ports": "61100-61199",
    "publish_by": "port_forwarding",
}
OPTIONS14: dict[str, Any] = {
    "name": "server14",
    "public_address": "203.0.113.14",
    "lan_address": "192.168.128.14",
    "passive_ports": "61200-61299",
    "modes": ["passive"],
    "publish_by": "one_to_many_nat",
}


def filled(options: dict[str, Any]) -> dict[str, Any]:
    """Return an item of the option endpoints with the defaults of the module."""
    return {**{name: words.get("default") for name, words in ENDPOINT_SPEC.items()}, **options}


def endpoint(options: dict[str, Any]) -> Endpoint:
    """Return the endpoint that an item of the option endpoints means."""
    (parsed,) = parse_endpoints([filled(options)], {})
    return parsed


SERVER13 = endpoint(OPTIONS13)
