# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts of one MX that reachability depends on, checked.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._reach.packets import Interval, address


@dataclass(frozen=True)
class Uplink:
    """One uplink; addresses are dotted IPv4, None where not known.

    `address` is the interface's, `public_address` what the Internet sees: if they differ, the MX is itself behind NAT.
    """

    address: str | None
    public_address: str | None
    status: str | None

    @property
    def behind_nat(self) -> bool:
        """Whether the Internet sees another address than the interface has."""
        return None not in (self.address, self.public_address) and self.address != self.public_address


@dataclass(frozen=True)
class Mx:
    """The facts of one MX as mx_info returns them; `assumed` names those left out, which have the MX's default."""

    uplinks: Mapping[str, Uplink]
    passthrough: bool
    bound_to_template: bool
    nat_exceptions: tuple[str, ...]
    subnets: tuple[Interval, ...] | None
    assumed: tuple[str, ...]

    @classmethod
    def of(cls, option: Mapping[str, Any]) -> Mx:
        """Return the facts in the option `mx`; raises ValueError that names a wrong fact."""
        mode = option.get("deployment_mode") or "routed"
        if mode not in ("routed", "passthrough"):
            raise ValueError(f"mx.deployment_mode: {mode!r} is unknown; write routed or passthrough")
        subnets = option.get("subnets")
        return cls(
            uplinks={name: _uplink(name, facts) for name, facts in (option.get("uplinks") or {}).items()},
            passthrough=mode == "passthrough",
            bound_to_template=bool(option.get("bound_to_template")),
            nat_exceptions=tuple(option.get("nat_exceptions") or ()),
            subnets=None if subnets is None else tuple(_subnet(index, each) for index, each in enumerate(subnets)),
            assumed=tuple(name for name in ("deployment_mode", "nat_exceptions") if option.get(name) is None),
        )

    def uplink(self, name: str) -> Uplink:
        """Return what is known about an uplink, which may be nothing."""
        return self.uplinks.get(name, Uplink(None, None, None))

    def owner(self, public_address: str) -> str | None:
        """Return the name of the uplink that has the address, on its interface or as the Internet sees it."""
        owners = (name for name, each in self.uplinks.items() if public_address in (each.address, each.public_address))
        return next(owners, None)


def _uplink(name: str, facts: Any) -> Uplink:
    if not re.fullmatch(r"internet[0-9]+", name):
        raise ValueError(f"mx.uplinks: {name!r} is not an uplink; write it like internet1")
    if not isinstance(facts, Mapping):
        raise ValueError(f"mx.uplinks.{name}: expected address, public_address and status, got {facts!r}")
    for fact in ("address", "public_address"):
        if facts.get(fact) is not None:
            _check_single(f"mx.uplinks.{name}.{fact}", str(facts[fact]))
    return Uplink(facts.get("address"), facts.get("public_address"), facts.get("status"))


def _check_single(path: str, text: str) -> None:
    interval = _located(path, text)
    if interval.first != interval.last:
        raise ValueError(f"{path}: {text!r} is not one address; write it like 203.0.113.2")


def _subnet(index: int, facts: Any) -> Interval:
    if not isinstance(facts, Mapping) or "cidr" not in facts:
        raise ValueError(f"mx.subnets[{index}]: expected an item with cidr, got {facts!r}")
    return _located(f"mx.subnets[{index}].cidr", str(facts["cidr"]))


def _located(path: str, text: str) -> Interval:
    try:
        return address(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
