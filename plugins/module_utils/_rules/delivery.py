# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why an MX cannot deliver what rules admit: its facts, as mx_info returns them, compared with an endpoint.

Only what no rule of this module can change is judged here. The fate of packets by all rules is the work of mx_reach.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import CARRIER, PRIVATE, kind_of, no_host
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import Maybe, fault
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import shown
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint

# The facts of one MX.
Facts = Mapping[str, Any]

_SHAPE = {
    "deployment_mode": Maybe(str),
    "uplinks": Maybe(dict),
    "nat_exceptions": Maybe([str]),
    "subnets": Maybe([{"cidr": str, "appliance_ip": Maybe(str)}]),
}
_MODES = ("routed", "passthrough")
# What mx_info returns besides, which counts for nothing here.
_OTHERS = ("network", "dynamic_dns", "bound_to_template", "firmware")
_UPLINK = {"address": Maybe(str), "public_address": Maybe(str)}


def parse_facts(option: Mapping[str, Any]) -> Mapping[str, Facts]:
    """Return the option `facts`, by network; raises ValueError that names the fact that cannot be read."""
    for network, facts in option.items():
        _require(facts, _SHAPE, f"facts.{network}")
        _require_known(facts, f"facts.{network}")
        for uplink, addresses in (facts.get("uplinks") or {}).items():
            _require(addresses, _UPLINK, f"facts.{network}.uplinks.{uplink}")
            _require_uplink(uplink, f"facts.{network}.uplinks")
        for index, uplink in enumerate(facts.get("nat_exceptions") or []):
            _require_uplink(uplink, f"facts.{network}.nat_exceptions[{index}]")
        for index, subnet in enumerate(facts.get("subnets") or []):
            _require_network(subnet["cidr"], f"facts.{network}.subnets[{index}].cidr")
    return option


def obstacles(endpoints: Sequence[Endpoint], facts: Facts | None, inbound_firewall: bool) -> list[str]:
    """Return why the MX will not deliver to endpoints although their rules are there, a sentence each."""
    if facts is None:
        return ["The MX's facts are missing in facts. Read them with mx_info, also for this network."]
    if facts.get("deployment_mode") == "passthrough":
        return ["The MX is in passthrough mode. NAT and forwarding rules have no effect there. Set it to routed mode."]
    found = (each for endpoint in endpoints for each in _of_endpoint(endpoint, facts, inbound_firewall))
    return list(dict.fromkeys(found))


def unknown(facts: Facts | None) -> list[str]:
    """Return a sentence about the facts that are null or left out, so that they could not be checked."""
    missing = [] if facts is None else [name for name in _SHAPE if facts.get(name) is None]
    # In passthrough mode, mx_info reads no subnets.
    return [f"Not checked, because facts does not have it: {', '.join(missing)}."] if missing else []


def _of_endpoint(endpoint: Endpoint, facts: Facts, inbound_firewall: bool) -> Iterator[str]:
    subnets = facts.get("subnets")
    address = IPv4Address(endpoint.lan_address)
    if subnets is not None and not any(address in _network(each["cidr"]) for each in subnets):
        seen = ", ".join(each["cidr"] for each in subnets) or "none"
        yield (
            f"{endpoint.name}: lan_address {address} is in no VLAN and behind no static route of the MX, which has:"
            f" {seen}. Correct lan_address, or add the VLAN or the route."
        )
    wrong = no_host(endpoint.lan_address, subnets or ())
    if wrong is not None and wrong.certain:
        yield f"{endpoint.name}: lan_address {address} {wrong.reason}. Set it to the server's own address."
    uplinks = facts.get("uplinks")
    if uplinks is not None:
        yield from _of_uplinks(endpoint, uplinks)
        yield from _of_own_addresses(endpoint, uplinks)
    off = [name for name in facts.get("nat_exceptions") or [] if endpoint.uplink in (name, "both")]
    if off and not inbound_firewall:
        yield (
            f"{endpoint.name}: NAT is off on {', '.join(off)}, so the manual inbound firewall is in force there. Set"
            " inbound_firewall=true."
        )


def _of_uplinks(endpoint: Endpoint, uplinks: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    used = {name: each for name, each in uplinks.items() if endpoint.uplink in (name, "both")}
    if not used:
        seen = ", ".join(uplinks) or "none"
        yield f"{endpoint.name}: the MX has no uplink {endpoint.uplink!r}; it has: {seen}. Set uplink."
    # With several uplinks, one that is reached directly is enough.
    elif all(_behind_nat(each) for each in used.values()):
        seen = ", ".join(f"{name} has {each.get('address')}" for name, each in used.items())
        yield (
            f"{endpoint.name}: another router translates addresses in front of the MX ({seen}, and the Internet sees"
            f" {', '.join(str(each.get('public_address')) for each in used.values())}). It has to forward the same"
            " ports to the MX. A provider's carrier NAT cannot: ask for a public address."
        )


def _of_own_addresses(endpoint: Endpoint, uplinks: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield why NAT of another address is refused (vendor: "Port Forwarding and NAT Rules on the MX")."""
    own = [name for name, each in uplinks.items() if each.get("address") == endpoint.public_address]
    if own and not endpoint.way.own_address:
        yield (
            f"{endpoint.name}: public_address {endpoint.public_address} is the MX's own address on {own[0]}."
            f" {endpoint.way.title} needs another address: correct public_address, or set publish_by to"
            " port_forwarding."
        )


def _behind_nat(uplink: Mapping[str, Any]) -> bool:
    address, public = uplink.get("address"), uplink.get("public_address")
    other = None not in (address, public) and address != public
    return other or kind_of(str(address)) in (PRIVATE, CARRIER)


def _require(value: Any, shape: Any, path: str) -> None:
    found = fault(value, shape)
    if found is not None:
        place = f"{path}.{found.path}" if found.path else path
        raise ValueError(f"{place}: expected {found.expected}, got {shown(found.got)}; give the networks of mx_info")


def _require_known(facts: Facts, path: str) -> None:
    """Refuse what would count for nothing although somebody has set it."""
    strange = next((name for name in facts if name not in (*_SHAPE, *_OTHERS)), None)
    if strange is not None:
        known = ", ".join((*_SHAPE, *_OTHERS))
        raise ValueError(f"{path}: {shown(strange)} is unknown; there are {known}, as mx_info returns")
    mode = facts.get("deployment_mode")
    if mode not in (None, *_MODES):
        raise ValueError(f"{path}.deployment_mode: {shown(mode)} is unknown; write {' or '.join(_MODES)}")


def _require_uplink(name: Any, path: str) -> None:
    if re.fullmatch(r"internet[0-9]+", str(name)) is None:
        raise ValueError(f"{path}: {shown(name)} is not an uplink; write it like internet1, as mx_info returns")


def _require_network(text: str, path: str) -> None:
    try:
        _network(text)
    except ValueError:
        raise ValueError(f"{path}: {shown(text)} is not an IPv4 network; write it like 192.168.128.0/24") from None


def _network(text: str) -> IPv4Network:
    return IPv4Network(text, strict=False)
