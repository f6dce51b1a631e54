# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the matrix stands on: its servers and their endpoints, as the inventory describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from lab import inventory
from lab.common import LabError

PART = "matrix"
_GROUPS = "_servers"
# Of an endpoint, what the inventory sets; all else has its default.
_FIELDS = ("lan_address", "control_port", "passive_ports", "publish_by", "uplink")


@dataclass(frozen=True, eq=False)
class Server:
    """One server: its host, the kind of its addresses (own, second, shared, bare), its software, its variables."""

    host: str
    kind: str
    software: str
    variables: Mapping[str, Any]

    @property
    def public_address(self) -> str:
        """Return the address that the MX has for the server, which the server need not know."""
        address: str = self.variables.get("lab_public_address") or self.variables["ftp_public_address"]
        return address

    @property
    def addresses(self) -> dict[str, str]:
        """Return the addresses that a situation may name in its field "to"."""
        return {
            "public_address": self.public_address,
            "lan_address": self.variables["ftp_lan_address"],
            "wan_address": self.variables.get("lab_wan_address", ""),
            "outer_address": self.variables.get("lab_outer_address", ""),
            "name": f"{self.host}.example.net",
        }

    def endpoint(self) -> dict[str, Any]:
        """Return the server's endpoint as mx_ftp_rules takes it, with all defaults."""
        defaults = {name: spec.get("default") for name, spec in ENDPOINT_SPEC.items()}
        own = {name: self.variables[f"ftp_{name}"] for name in _FIELDS if f"ftp_{name}" in self.variables}
        return {
            **defaults,
            "passive_ports": inventory.role_default("ftp_passive_ports"),
            **own,
            "name": self.host,
            "public_address": self.public_address,
        }


def servers() -> list[Server]:
    """Return all servers of the matrix."""
    return list(_servers())


def _servers() -> Iterator[Server]:
    for machine in inventory.machines(PART):
        if "ftp_server" in machine.variables:
            variables = {**inventory.group_variables(machine.group), **machine.variables}
            yield Server(machine.name, machine.group.removesuffix(_GROUPS), variables["ftp_server"], variables)


def chosen(wanted: str, among: Sequence[Server]) -> list[Server]:
    """Return the servers of the comma-separated software; "" means all; raise LabError for an unknown one."""
    known = sorted({server.software for server in among})
    names = [name for name in wanted.split(",") if name] or known
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LabError(f"SERVER={wanted}: {', '.join(unknown)} is none of {', '.join(known)}")
    return [server for server in among if server.software in names]
