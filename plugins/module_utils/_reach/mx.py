# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of one MX that reachability depends on, checked.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import (
    CARRIER,
    PRIVATE,
    NoHost,
    kind_of,
    no_host,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, address

# What mx_info returns of one network; the first two count for nothing here.
FACTS = (
    "network",
    "dynamic_dns",
    "deployment_mode",
    "bound_to_template",
    "firmware",
    "uplinks",
    "nat_exceptions",
    "subnets",
)
UPLINK_FACTS = ("address", "public_address", "status")
SUBNET_FACTS = ("cidr", "source", "name", "vlan", "appliance_ip")
# The first releases that let a LAN client's FTP work in active mode ("Active and Passive FTP Overview and
# Configuration": 12.25+ and 13.6+).
_ACTIVE_FTP = ((12, 25), (13, 6))


@dataclass(frozen=True)
class Uplink:
    """One uplink; addresses are dotted IPv4, None where not known.

    `address` is the interface's, `public_address` what the Internet sees: if they differ, the MX is itself behind NAT.
    """

    address: str | None
    public_address: str | None
    status: str | None

    @property
    def down(self) -> bool:
        """Whether the uplink is known to have no connection; one that stands by is ready."""
        return self.status is not None and self.status.lower() not in ("active", "ready")

    @property
    def behind_nat(self) -> bool:
        """Whether the Internet sees another address than the interface has, be it known or not."""
        if self.address is None or self.public_address is not None:
            return self.address not in (None, self.public_address)
        return kind_of(self.address) in (PRIVATE, CARRIER)


@dataclass(frozen=True)
class Mx:
    """The facts of one MX as mx_info returns them; `assumed` names those left out, which have the MX's default.

    `vlans` are the subnets of VLANs by the VLAN's id; `firmware` is (major, minor), None where not known. `lan` are the
    subnets as they were given.
    """

    uplinks: Mapping[str, Uplink]
    passthrough: bool
    bound_to_template: bool
    nat_exceptions: tuple[str, ...]
    subnets: tuple[Interval, ...] | None
    assumed: tuple[str, ...]
    vlans: Mapping[str, Interval]
    firmware: tuple[int, int] | None
    lan: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, option: Mapping[str, Any]) -> Mx:
        """Return the facts in the option `mx`; raises ValueError that names a wrong fact."""
        _check_keys("mx", option, FACTS)
        mode = "routed" if option.get("deployment_mode") is None else option["deployment_mode"]
        if mode not in ("routed", "passthrough"):
            raise ValueError(f"mx.deployment_mode: {mode!r} is unknown; write routed or passthrough")
        subnets = _optional(option, "subnets", list, "a list of subnets, each with cidr")
        located = None if subnets is None else tuple(_subnet(index, each) for index, each in enumerate(subnets))
        return cls(
            uplinks=_uplinks(_optional(option, "uplinks", Mapping, "a dictionary by uplink, like internet1") or {}),
            passthrough=mode == "passthrough",
            bound_to_template=bool(_optional(option, "bound_to_template", bool, "true or false")),
            nat_exceptions=_nat_exceptions(option),
            subnets=located,
            assumed=tuple(name for name in ("deployment_mode", "nat_exceptions") if option.get(name) is None),
            vlans=_vlans(subnets or [], located or ()),
            firmware=_firmware(_optional(option, "firmware", str, "a version, like MX 18.211.2")),
            lan=tuple(subnets or ()),
        )

    def uplink(self, name: str) -> Uplink:
        """Return what is known about an uplink, which may be nothing."""
        return self.uplinks.get(name, Uplink(None, None, None))

    def owner(self, public_address: str) -> str | None:
        """Return the name of the uplink that has the address, on its interface or as the Internet sees it."""
        owners = (name for name, each in self.uplinks.items() if public_address in (each.address, each.public_address))
        return next(owners, None)

    def no_host(self, lan_address: str) -> NoHost | None:
        """Return why no server has an address of the LAN; None if one may."""
        return no_host(lan_address, self.lan)

    def route(self, place: Interval) -> str:
        """Return what leads to these addresses, in words: the smallest subnet that has them all; "" if none has."""
        around = (
            (subnet.last - subnet.first, number)
            for number, subnet in enumerate(self.subnets or ())
            if subnet.first <= place.first and place.last <= subnet.last
        )
        smallest = min(around, default=None)
        return "" if smallest is None else _route(self.lan[smallest[1]])

    @property
    def active_ftp(self) -> bool | None:
        """Whether active mode works for FTP clients in the LAN; None if the firmware is not known."""
        if self.firmware is None:
            return None
        since = dict(_ACTIVE_FTP)
        major, minor = self.firmware
        return major > max(since) or (major in since and minor >= since[major])


def uplink_name(text: str) -> str | None:
    """Return the name that rules use, as internet1 for wan1 (uplinks/nat and uplink statuses of the API); or None."""
    found = re.fullmatch(r"(?:internet|wan)([1-9][0-9]*)", text)
    return f"internet{found[1]}" if found else None


def _check_keys(path: str, facts: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in facts:
        if key not in known:
            raise ValueError(f"{path}: {key!r} is unknown; there are {', '.join(known)}, as mxlab.ftp.mx_info returns")


def _optional(option: Mapping[str, Any], name: str, kind: type, expected: str) -> Any:
    """Return a fact that may be left out or null; raises ValueError if it is of another type."""
    value = option.get(name)
    if value is None or isinstance(value, kind):
        return value
    raise ValueError(f"mx.{name}: expected {expected}, got {value!r}")


def _uplinks(option: Mapping[str, Any]) -> dict[str, Uplink]:
    found: dict[str, Uplink] = {}
    for key, facts in option.items():
        name = uplink_name(str(key))
        if name is None:
            raise ValueError(f"mx.uplinks: {key!r} is not an uplink; write it like internet1")
        if name in found:
            raise ValueError(f"mx.uplinks: {key!r} is {name}, which is there already; name each uplink once")
        found[name] = _uplink(f"mx.uplinks.{key}", facts)
    return found


def _uplink(path: str, facts: Any) -> Uplink:
    if not isinstance(facts, Mapping):
        raise ValueError(f"{path}: expected address, public_address and status, got {facts!r}")
    _check_keys(path, facts, UPLINK_FACTS)
    for fact in ("address", "public_address"):
        if facts.get(fact) is not None:
            _check_single(f"{path}.{fact}", facts[fact])
    status = facts.get("status")
    if not isinstance(status, (str, type(None))):
        raise ValueError(f"{path}.status: expected a word like active or ready, got {status!r}")
    return Uplink(facts.get("address"), facts.get("public_address"), status)


def _check_single(path: str, value: Any) -> None:
    try:
        IPv4Address(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{path}: {value!r} is not one address; write it like 203.0.113.2") from None


def _nat_exceptions(option: Mapping[str, Any]) -> tuple[str, ...]:
    items = _optional(option, "nat_exceptions", list, "a list of the uplinks whose NAT is off, like [internet1]") or []
    found = (_nat_exception(f"mx.nat_exceptions[{index}]", item) for index, item in enumerate(items))
    return tuple(name for name in found if name is not None)


def _nat_exception(path: str, item: Any) -> str | None:
    """Return the uplink of an item, which may be as uplinks/nat of the API has it; None if NAT is on there."""
    interface, off = item, True
    if isinstance(item, Mapping):
        _check_keys(path, item, ("interface", "nat"))
        nat = item.get("nat")
        enabled = nat.get("enabled") if isinstance(nat, Mapping) else None
        if not isinstance(enabled, bool):
            raise ValueError(f"{path}.nat: expected enabled, which is true or false, got {nat!r}")
        interface, off = item.get("interface"), not enabled
    name = uplink_name(interface) if isinstance(interface, str) else None
    # Cellular has no rules, but the API lists it beside the others.
    if name is None and interface != "cellular":
        raise ValueError(f"{path}: {interface!r} is not an uplink; write it like internet1")
    return name if off else None


def _subnet(index: int, facts: Any) -> Interval:
    path = f"mx.subnets[{index}]"
    if not isinstance(facts, Mapping) or "cidr" not in facts:
        raise ValueError(f"{path}: expected an item with cidr, got {facts!r}")
    _check_keys(path, facts, SUBNET_FACTS)
    if not isinstance(facts["cidr"], str):
        raise ValueError(f"{path}.cidr: expected a text like 192.168.128.0/24, got {facts['cidr']!r}")
    if "/" not in facts["cidr"]:
        raise ValueError(f"{path}.cidr: {facts['cidr']!r} is not a subnet; write it like 192.168.128.0/24")
    if facts.get("appliance_ip") is not None:
        _check_single(f"{path}.appliance_ip", facts["appliance_ip"])
    return _located(f"{path}.cidr", facts["cidr"])


def _vlans(subnets: Sequence[Mapping[str, Any]], located: Sequence[Interval]) -> dict[str, Interval]:
    """Return the subnets by VLAN, without a VLAN that has two."""
    pairs = {(str(facts["vlan"]), place) for facts, place in zip(subnets, located) if facts.get("vlan") is not None}
    several = Counter(vlan for vlan, _place in pairs)
    return {vlan: place for vlan, place in pairs if several[vlan] == 1}


def _route(facts: Mapping[str, Any]) -> str:
    """Return a subnet as the dashboard names it, of what mx_info returns."""
    number = "" if facts.get("vlan") is None else f" {facts['vlan']}"
    kind = {"static_route": "static route", "single_lan": "the LAN"}.get(str(facts.get("source")), f"VLAN{number}")
    name = f" {str(facts['name'])!r}" if facts.get("name") else ""
    return f"{kind}{name}, {facts['cidr']}"


def _located(path: str, text: str) -> Interval:
    try:
        return address(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _firmware(text: str | None) -> tuple[int, int] | None:
    """Return major and minor of a version like "MX 18.211.2" or "wired-18-107"; None if it does not read like one."""
    found = re.search(r"([0-9]{1,4})[.-]([0-9]{1,5})", text or "")
    return (int(found[1]), int(found[2])) if found else None
