# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as its inventory describes it: networks, machines, and the variables of the FTP servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from lab.common import ROOT

FOLDER = ROOT / "molecule" / "inventory"


@dataclass(frozen=True)
class Machine:
    """A machine of the lab."""

    name: str
    group: str
    role: str
    container: str
    image: str
    addresses: dict[str, str]
    default_route: str | None
    sysctls: dict[str, str]
    setup: str
    variables: dict[str, Any] = field(repr=False)


def machines(*parts: str) -> list[Machine]:
    """Return the machines that hosts.yml describes, and those of other parts of the lab, group by group."""
    return [
        machine(name, group, variables)
        for part in ("hosts", *parts)
        for group, entry in _read(f"{part}.yml")["all"]["children"]["lab"]["children"].items()
        for name, variables in entry["hosts"].items()
    ]


def machine(name: str, group: str, variables: dict[str, Any]) -> Machine:
    """Return a machine from its variables in the inventory."""
    return Machine(
        name=name,
        group=group,
        role=variables["lab_role"],
        container=variables["ansible_host"],
        image=variables["lab_image"],
        addresses=variables["lab_addresses"],
        default_route=variables.get("lab_default_route"),
        sysctls=variables.get("lab_sysctls", {}),
        setup=variables.get("lab_setup", ""),
        variables=variables,
    )


def networks() -> dict[str, dict[str, str]]:
    """Return the networks of the lab by name, each with its subnet and the address that its bridge claims."""
    found: dict[str, dict[str, str]] = _read("group_vars/lab.yml")["lab_networks"]
    return found


def group_variables(group: str) -> dict[str, Any]:
    """Return the variables of a group, with templates as they are."""
    return _read(f"group_vars/{group}.yml")


def role_default(name: str) -> Any:
    """Return the default of a variable of the role ftp."""
    return yaml.safe_load((ROOT / "roles" / "ftp" / "defaults" / "main.yml").read_text())[name]


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text())
    return content
