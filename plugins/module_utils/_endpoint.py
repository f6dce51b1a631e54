# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint: one published FTP service, checked before anything is asked of the MX.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

ONE_TO_ONE_NAT = "one_to_one_nat"
PORT_FORWARDING = "port_forwarding"

# The Dashboard takes rule names of 1 to 127 characters (netascode's data model of Meraki).  The longest made of an
# endpoint's name is "NAME FTP passive"; one limit for every kind of rule, so that publish_by can be changed later.
RULE_NAME_LIMIT = 127
NAME_LIMIT = RULE_NAME_LIMIT - len(" FTP passive")

Option = Mapping[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One published FTP service.

    Addresses are dotted IPv4; `passive_ports` is None unless passive mode is served; `allowed_ips` holds addresses,
    CIDR blocks or "any"; `publish_by` is ONE_TO_ONE_NAT or PORT_FORWARDING; `uplink` is "internetN", or "both" for port
    forwarding.
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

    @classmethod
    def of(cls, option: Option) -> Endpoint:
        """Take one item of the option `endpoints` that has passed the checks below."""
        return cls(
            name=option["name"],
            public_address=option["public_address"],
            lan_address=option["lan_address"],
            control_port=option["control_port"],
            passive_ports=PortRange.parse(option["passive_ports"]) if "passive" in option["modes"] else None,
            active="active" in option["modes"],
            allowed_ips=tuple(text.lower() for text in option["allowed_ips"]),
            publish_by=option["publish_by"],
            uplink=option["uplink"],
            inbound_data_port=option["inbound_data_port"],
        )

    def openings(self) -> dict[str, PortRange]:
        """Give what the MX must let in, by purpose: control, passive, data.

        The server connects from the data port (control port - 1, RFC 959 section 3.2) and nobody ever connects to it;
        the vendor opens it all the same ("Active and Passive FTP Overview and Configuration").
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


def parse_endpoints(options: Sequence[Option], uplink_addresses: Mapping[str, Any]) -> list[Endpoint]:
    """Take the module's options and give the endpoints.

    Raises ValueError with one line for each problem, which names the option and says what it should be.
    """
    problems = [*_uplink_address_problems(uplink_addresses), *_suboption_problems(options)]
    if not problems:
        endpoints = [Endpoint.of(option) for option in options]
        problems = [*_own_address_problems(endpoints, uplink_addresses), *_pair_problems(endpoints)]
    if problems:
        raise ValueError("\n".join(problems))
    return endpoints


def _check_name(option: Option) -> None:
    name = option["name"]
    if not name or name != name.strip():
        raise ValueError(f"{name!r} is empty or has spaces at an end; write a name like server13")
    if len(name) > NAME_LIMIT:
        raise ValueError(
            f"{len(name)} characters are too many: with what is appended to it, the name of a rule would be longer "
            f"than the {RULE_NAME_LIMIT} that the API allows; use at most {NAME_LIMIT}"
        )


def _check_address(text: Any) -> None:
    try:
        IPv4Address(str(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 address; write it like 203.0.113.13") from None


def _check_control_port(option: Option) -> None:
    port = option["control_port"]
    PortRange.parse(port)
    if port == 1 and "active" in option["modes"]:
        raise ValueError("1 leaves no data port below it; use another port, or take active out of modes")


def _check_passive_ports(option: Option) -> None:
    if "passive" not in option["modes"]:
        return
    if option["passive_ports"] is None:
        raise ValueError("is missing though modes contains passive; write the server's range, like 61000-61099")
    ports = PortRange.parse(option["passive_ports"])
    control = option["control_port"]
    for use, port in (("control", control), ("data", control - 1)):
        if port in ports:
            raise ValueError(f"'{ports}' contains {port}, the {use} port; choose a range clear of it")


def _check_modes(option: Option) -> None:
    if not option["modes"]:
        raise ValueError("is empty; list active, passive or both")


def _check_allowed_ips(option: Option) -> None:
    if not option["allowed_ips"]:
        raise ValueError("is empty; list who may connect, or write any")
    for text in option["allowed_ips"]:
        try:
            if text.lower() != "any":
                IPv4Network(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is not an IPv4 address, a CIDR block or any ({error})") from None


def _check_uplink(option: Option) -> None:
    uplink = option["uplink"]
    if uplink == "both" and option["publish_by"] != PORT_FORWARDING:
        raise ValueError("'both' is for port_forwarding only; a 1:1 NAT rule has one uplink, like internet1")
    if uplink != "both" and not _is_uplink(uplink):
        raise ValueError(f"{uplink!r} is not an uplink; write it like internet1")


def _is_uplink(text: str) -> bool:
    return re.fullmatch(r"internet[0-9]+", text) is not None


_CHECKS: Mapping[str, Callable[[Option], None]] = {
    "name": _check_name,
    "public_address": lambda option: _check_address(option["public_address"]),
    "lan_address": lambda option: _check_address(option["lan_address"]),
    "control_port": _check_control_port,
    "passive_ports": _check_passive_ports,
    "modes": _check_modes,
    "allowed_ips": _check_allowed_ips,
    "uplink": _check_uplink,
}


def _suboption_problems(options: Sequence[Option]) -> Iterator[str]:
    for index, option in enumerate(options):
        for suboption, check in _CHECKS.items():
            try:
                check(option)
            except ValueError as error:
                yield f"endpoints[{index}].{suboption}: {error}"


def _uplink_address_problems(uplink_addresses: Mapping[str, Any]) -> Iterator[str]:
    for uplink, address in uplink_addresses.items():
        try:
            if not _is_uplink(uplink):
                raise ValueError("is not an uplink; write it like internet1")
            _check_address(address)
        except ValueError as error:
            yield f"uplink_addresses.{uplink}: {error}"


def _own_address_problems(endpoints: Sequence[Endpoint], uplink_addresses: Mapping[str, str]) -> Iterator[str]:
    """A 1:1 rule takes no address of the MX itself ("Port Forwarding and NAT Rules on the MX")."""
    own = {each.public_address: each.uplink for each in endpoints if each.publish_by == PORT_FORWARDING}
    own.update((address, uplink) for uplink, address in uplink_addresses.items())
    for index, endpoint in enumerate(endpoints):
        if endpoint.publish_by == ONE_TO_ONE_NAT and endpoint.public_address in own:
            yield (
                f"endpoints[{index}].public_address: {endpoint.public_address} is the MX's own address on"
                f" {own[endpoint.public_address]}; 1:1 NAT needs another one, or set publish_by to port_forwarding"
            )


def _pair_problems(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    for (_index, one), (index, other) in combinations(enumerate(endpoints), 2):
        if one.name == other.name:
            yield f"endpoints[{index}].name: {other.name!r} is there twice; give each endpoint its own name"
        elif one.publish_by == other.publish_by:
            yield from (f"endpoints[{index}].{problem}" for problem in _clashes(one, other))


def _clashes(one: Endpoint, other: Endpoint) -> Iterator[str]:
    """Say what `other` cannot have because `one`, published by the same kind of rule, has it already."""
    if one.publish_by == ONE_TO_ONE_NAT:
        if one.public_address != other.public_address:
            return
        if (one.lan_address, one.uplink) != (other.lan_address, other.uplink):
            yield (
                f"public_address: {other.public_address} already leads to {one.lan_address} by {one.uplink} for"
                f" {one.name!r}; a 1:1 NAT address has one LAN address and one uplink"
            )
            return
    elif not uplinks_meet(one.uplink, other.uplink):
        return
    for purpose, ports in other.openings().items():
        for taken in one.openings().values():
            if ports.overlaps(taken):
                option = "passive_ports" if purpose == "passive" else "control_port"
                yield f"{option}: {purpose} port {ports} overlaps with {taken} of {one.name!r}; use other ports"
