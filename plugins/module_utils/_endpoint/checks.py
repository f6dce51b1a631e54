# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the options of endpoints, each checked alone.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import refusal
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import WAYS

# The Dashboard takes rule names of 1 to 127 characters (netascode's data model of Meraki).  The longest made of an
# endpoint's name is "NAME FTP passive"; one limit for every kind of rule, so that publish_by can be changed later.
RULE_NAME_LIMIT = 127
NAME_LIMIT = RULE_NAME_LIMIT - len(" FTP passive")

# One item of the module's option `endpoints`, with its defaults filled in.
Option = Mapping[str, Any]


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
    problem = refusal(str(text))
    if problem:
        raise ValueError(f"{text!r} {problem}; write it like 203.0.113.13")


def _check_announced_address(option: Option) -> None:
    if option.get("announced_address"):
        _check_address(option["announced_address"])


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
            raise ValueError(f"'{ports}' contains {port}, the {use} port; choose a range without it")


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
    if uplink == "both" and not WAYS[option["publish_by"]].own_address:
        raise ValueError("'both' is for port_forwarding only; any other rule has one uplink, like internet1")
    if uplink != "both" and not _is_uplink(uplink):
        raise ValueError(f"{uplink!r} is not an uplink; write it like internet1")


def _is_uplink(text: str) -> bool:
    return re.fullmatch(r"internet[0-9]+", text) is not None


_CHECKS: Mapping[str, Callable[[Option], None]] = {
    "name": _check_name,
    "public_address": lambda option: _check_address(option["public_address"]),
    "lan_address": lambda option: _check_address(option["lan_address"]),
    "announced_address": _check_announced_address,
    "control_port": _check_control_port,
    "passive_ports": _check_passive_ports,
    "modes": _check_modes,
    "allowed_ips": _check_allowed_ips,
    "uplink": _check_uplink,
}


def suboption_problems(options: Sequence[Option]) -> Iterator[str]:
    """Yield a line for each suboption that is wrong; it names the suboption and says what it should be."""
    for index, option in enumerate(options):
        for suboption, check in _CHECKS.items():
            try:
                check(option)
            except ValueError as error:
                yield f"endpoints[{index}].{suboption}: {error}"


def uplink_address_problems(uplink_addresses: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each item of the option `uplink_addresses` that is wrong."""
    for uplink, address in uplink_addresses.items():
        try:
            if not _is_uplink(uplink):
                raise ValueError("is not an uplink; write it like internet1")
            _check_address(address)
        except ValueError as error:
            yield f"uplink_addresses.{uplink}: {error}"
