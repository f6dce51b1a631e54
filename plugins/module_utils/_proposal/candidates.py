# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may mend an endpoint: calls of mx_ftp_rules, each with the plan that it would make.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import (
    ENDPOINT_SPEC,
    Endpoint,
    parse_endpoints,
    uplinks_meet,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.lists import needed
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.mx import Mx
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    INBOUND_FIREWALL,
    ONE_TO_ONE_NAT,
    PORT_FORWARDING,
    WAYS,
    Lists,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.change import Plan, kinds_of
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.plan import plan_merged
from ansible_collections.mxlab.ftp.plugins.module_utils._rules.shapes import check_rules

# The policies about rules of others, in the order of what they do to those.
REPLACE = "replace"
POLICIES = ("fail", "keep", REPLACE)


@dataclass(frozen=True)
class Candidate:
    """One call of mx_ftp_rules with state merged; `endpoint` is as it is given to the module."""

    endpoint: Endpoint
    on_conflict: str
    inbound_firewall: bool
    uplink_addresses: Mapping[str, str]

    def options(self) -> dict[str, Any]:
        """Return the options of mx_ftp_rules, without those that have their default."""
        firewall = {"inbound_firewall": True, "uplink_addresses": dict(self.uplink_addresses)}
        return {
            "state": "merged",
            "endpoints": [options_of(self.endpoint)],
            **({} if self.on_conflict == POLICIES[0] else {"on_conflict": self.on_conflict}),
            **(firewall if self.inbound_firewall else {}),
        }

    def plan(self, lists: Lists) -> Plan:
        """Return what mx_ftp_rules would plan for these lists; raises ValueError if it would refuse."""
        option = {name: spec.get("default") for name, spec in ENDPOINT_SPEC.items()} | options_of(self.endpoint)
        endpoints = parse_endpoints([option], self.uplink_addresses)
        if self.inbound_firewall and not endpoints[0].mx_addresses:
            raise ValueError(f"the MX's own address on {self.endpoint.uplink} is not known: set mx.uplinks")
        names = [*WAYS, *([INBOUND_FIREWALL] if self.inbound_firewall else [])]
        # The list that is to be changed has to be known; a rule of others in another one may be in the way.
        missing = [name for name in names if name not in lists and name in (self.endpoint.publish_by, INBOUND_FIREWALL)]
        if missing:
            raise ValueError(needed(missing))
        known = {kind.name: kind.own(lists[kind.name]) for kind in kinds_of(names) if kind.name in lists}
        return plan_merged(check_rules(known, "lists"), endpoints, self.on_conflict)


def options_of(endpoint: Endpoint) -> dict[str, Any]:
    """Return the endpoint as an item of the option endpoints, without what has its default."""
    modes = {"active": endpoint.active, "passive": endpoint.passive_ports is not None}
    whole = {
        "name": endpoint.name,
        "network": endpoint.network,
        "public_address": endpoint.public_address,
        "lan_address": endpoint.lan_address,
        "control_port": endpoint.control_port,
        "passive_ports": None if endpoint.passive_ports is None else str(endpoint.passive_ports),
        "modes": [mode for mode, served in modes.items() if served],
        "allowed_ips": list(endpoint.allowed_ips),
        "publish_by": endpoint.publish_by,
        "uplink": endpoint.uplink,
        "inbound_data_port": endpoint.inbound_data_port,
        "server": endpoint.server,
        "announced_address": endpoint.announced_address,
    }
    return {
        name: value
        for name, value in whole.items()
        if value not in (None, "") and value != ENDPOINT_SPEC[name].get("default")
    }


def bases(endpoint: Endpoint, mx: Mx) -> list[Endpoint]:
    """Return the endpoint, and then as it would be if only its uplink or its way to publish were wrong.

    Its addresses and ports are those of the server and of its clients, which no rule changes. The dashboard refuses NAT
    of an address that is the MX's own, so an endpoint with one is not taken as it is.
    """
    owner, way = mx.owner(endpoint.public_address), endpoint.way
    if owner is not None and not way.own_address:
        return [replace(endpoint, publish_by=PORT_FORWARDING, uplink=owner)]
    only = next(iter(mx.uplinks)) if len(mx.uplinks) == 1 else None
    uplink = owner or only or endpoint.uplink
    found = [endpoint, replace(endpoint, uplink=uplink)]
    if owner is None and way.own_address:
        found.append(replace(endpoint, publish_by=ONE_TO_ONE_NAT, uplink="internet1" if uplink == "both" else uplink))
    return list(dict.fromkeys(found))


def candidates(base: Endpoint, mx: Mx) -> Iterator[Candidate]:
    """Yield the calls that may mend an endpoint, those first that leave the rules of others alone."""
    in_force = any(uplinks_meet(base.uplink, name) for name in mx.nat_exceptions)
    addresses = {name: each.address for name, each in mx.uplinks.items() if each.address is not None}
    # Nobody connects to the data port, but somebody may have opened it. The manual inbound firewall may admit all.
    choices = product(POLICIES, dict.fromkeys((False, in_force)), dict.fromkeys((False, base.inbound_data_port)))
    for policy, manual, data in choices:
        yield Candidate(replace(base, inbound_data_port=data), policy, manual, addresses if manual else {})
