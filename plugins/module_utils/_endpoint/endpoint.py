# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint: one published FTP service, checked before anything is asked of the MX.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.checks import (
    Option,
    suboption_problems,
    uplink_address_problems,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import ONE_TO_ONE_NAT, WAYS, Way

# The suboptions of an endpoint, for the argument specs of the modules that take them.
ENDPOINT_SPEC: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "network": {"type": "str"},
    "public_address": {"type": "str", "required": True},
    "lan_address": {"type": "str", "required": True},
    "control_port": {"type": "int", "default": 21},
    "passive_ports": {"type": "str"},
    "modes": {"type": "list", "elements": "str", "choices": ["active", "passive"], "default": ["active", "passive"]},
    "allowed_ips": {"type": "list", "elements": "str", "default": ["any"]},
    "publish_by": {"type": "str", "choices": list(WAYS), "default": ONE_TO_ONE_NAT},
    "uplink": {"type": "str", "default": "internet1"},
    "inbound_data_port": {"type": "bool", "default": True},
    "server": {"type": "str"},
    "announced_address": {"type": "str"},
}


@dataclass(frozen=True)
class Endpoint:
    """One published FTP service.

    Addresses are dotted IPv4; `passive_ports` is None unless passive mode is served; `allowed_ips` holds addresses,
    CIDR blocks or "any"; `publish_by` is the name of a Way; `uplink` is "internetN", or "both" for a way on the
    MX's own address; `network` is the MX's network as the user names it, "" if it has no name;
    `mx_addresses` are the MX's own on the uplink, as far as they are known; `server` is the server's software, "" if
    it was not given; `announced_address` is what the server answers to PASV, "" if it was not given.
    """

    name: str
    public_address: str
    lan_address: str
    control_port: int
    passive_ports: PortRange | None
    active: bool
    allowed_ips: tuple[str, ...]
    publish_by: str
    uplink: str
    inbound_data_port: bool
    network: str = ""
    mx_addresses: tuple[str, ...] = ()
    server: str = ""
    announced_address: str = ""

    @classmethod
    def of(cls, option: Option, uplink_addresses: Mapping[str, str], network: str) -> Endpoint:
        """Return the endpoint of an item that has passed the checks; `network` is for one that does not name it."""
        return cls(
            name=option["name"],
            public_address=option["public_address"],
            lan_address=option["lan_address"],
            control_port=option["control_port"],
            passive_ports=PortRange.parse(option["passive_ports"]) if "passive" in option["modes"] else None,
            active="active" in option["modes"],
            allowed_ips=_allowed_ips(option["allowed_ips"]),
            publish_by=option["publish_by"],
            uplink=option["uplink"],
            inbound_data_port=option["inbound_data_port"],
            network=option.get("network") or network,
            mx_addresses=_mx_addresses(option, uplink_addresses),
            server=option.get("server") or "",
            announced_address=option.get("announced_address") or "",
        )

    @property
    def way(self) -> Way:
        """The way to publish that `publish_by` names."""
        return WAYS[self.publish_by]

    def openings(self) -> dict[str, PortRange]:
        """Return the ports that the MX must admit, by purpose: control, passive, data.

        The server connects from the data port (control port - 1, RFC 959 section 3.2) and clients never connect to
        it; the vendor opens it nevertheless ("Active and Passive FTP Overview and Configuration").
        """
        ports = {"control": PortRange(self.control_port, self.control_port)}
        if self.passive_ports is not None:
            ports["passive"] = self.passive_ports
        if self.active and self.inbound_data_port:
            ports["data"] = PortRange(self.control_port - 1, self.control_port - 1)
        return ports


def uplinks_meet(one: str, other: str) -> bool:
    """Tell whether two rules with these uplinks can catch the same packet; "both" stands for every uplink."""
    return one == other or "both" in (one, other)


def parse_endpoints(
    options: Sequence[Option], uplink_addresses: Mapping[str, Any], network: str = ""
) -> list[Endpoint]:
    """Return the endpoints of the module's options; `network` is the network of those that do not name one.

    Raises ValueError with one line for each problem, which names the option and says what it should be.
    """
    problems = [*uplink_address_problems(uplink_addresses), *suboption_problems(options)]
    if not problems:
        endpoints = [Endpoint.of(option, uplink_addresses, network) for option in options]
        problems = [*_own_address_problems(endpoints, uplink_addresses), *_pair_problems(endpoints)]
    if problems:
        raise ValueError("\n".join(problems))
    return endpoints


def _allowed_ips(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the sources in lower case; "any" alone if it is among them, because the Dashboard takes either."""
    sources = tuple(text.lower() for text in texts)
    return ("any",) if "any" in sources else sources


def _mx_addresses(option: Option, uplink_addresses: Mapping[str, str]) -> tuple[str, ...]:
    uplink = option["uplink"]
    known = [address for name, address in sorted(uplink_addresses.items()) if uplinks_meet(name, uplink)]
    forwarded = [option["public_address"]] if WAYS[option["publish_by"]].own_address else []
    return tuple(known or forwarded)


def _own_address_problems(endpoints: Sequence[Endpoint], uplink_addresses: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each endpoint with NAT on an address of the MX ("Port Forwarding and NAT Rules on the MX")."""
    own = {(each.network, each.public_address): each.uplink for each in endpoints if each.way.own_address}
    own.update(((each.network, address), uplink) for each in endpoints for uplink, address in uplink_addresses.items())
    for index, endpoint in enumerate(endpoints):
        uplink = own.get((endpoint.network, endpoint.public_address))
        if uplink is not None and not endpoint.way.own_address:
            yield (
                f"endpoints[{index}].public_address: {endpoint.public_address} is the MX's own address on {uplink};"
                f" {endpoint.way.title} needs another address, or set publish_by to port_forwarding"
            )


def _pair_problems(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    for (_index, one), (index, other) in combinations(enumerate(endpoints), 2):
        if one.network != other.network:
            continue
        if one.name == other.name:
            yield f"endpoints[{index}].name: {other.name!r} is used twice; give each endpoint a name of its own"
            continue
        yield from (f"endpoints[{index}].{problem}" for problem in _clashes(one, other))


def _clashes(one: Endpoint, other: Endpoint) -> Iterator[str]:
    """Say what `other` cannot have because `one`, behind the same MX, has it already."""
    address = _address_clash(one, other)
    if address is not None:
        yield address
    elif _share_ports(one, other):
        yield from _port_clashes(one, other)


def _address_clash(one: Endpoint, other: Endpoint) -> str | None:
    if one.public_address != other.public_address or one.way.own_address or other.way.own_address:
        return None
    taken = f"public_address: {other.public_address} already"
    if one.publish_by != other.publish_by:
        return f"{taken} has {one.way.title} for {one.name!r}; an address has one kind of NAT"
    if not one.way.shared and (one.lan_address, one.uplink) != (other.lan_address, other.uplink):
        return (
            f"{taken} leads to {one.lan_address} by {one.uplink} for {one.name!r};"
            f" a {one.way.title} address has one LAN address and one uplink"
        )
    if one.uplink != other.uplink:
        return f"{taken} belongs to {one.uplink} for {one.name!r}; a {one.way.title} address has one uplink"
    return None


def _share_ports(one: Endpoint, other: Endpoint) -> bool:
    if one.publish_by != other.publish_by:
        return False
    if one.way.own_address:
        return uplinks_meet(one.uplink, other.uplink)
    return one.public_address == other.public_address


def _port_clashes(one: Endpoint, other: Endpoint) -> Iterator[str]:
    for purpose, ports in other.openings().items():
        for taken in one.openings().values():
            if ports.overlaps(taken):
                option = "passive_ports" if purpose == "passive" else "control_port"
                yield f"{option}: {purpose} port {ports} overlaps with {taken} of {one.name!r}; use other ports"
