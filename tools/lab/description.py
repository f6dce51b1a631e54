# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab tells of itself: the environment to work in, ``.lab/lab.json`` and the summary of ``make lab``."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import Any

from lab.common import ROOT, STATE, venv_bin

DESCRIPTION = STATE / "lab.json"
ENVIRONMENT = STATE / "env"
OWNER_LABEL = "owner=mxlab-ftp"
ROLES = {
    "clients": "Internet client",
    "mx_emulators": "MX",
    "ftp_servers": "FTP server",
    "lan_clients": "LAN client",
    "home_routers": "NAT router at home",
    "home_clients": "client behind that router",
    "internet_servers": "FTP server on the Internet",
}


def environment(engine: str, images: dict[str, str], api: str, collections: str) -> dict[str, str]:
    """Return the variables that Ansible, Molecule and Docker's client need to work on the lab."""
    tags = {f"MXLAB_IMAGE_{name.upper()}": tag for name, tag in images.items()}
    return tags | {
        "DOCKER_HOST": engine,
        "MXLAB_DASHBOARD_URL": api,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_INVENTORY": str(ROOT / "molecule" / "inventory"),
        "ANSIBLE_COLLECTIONS_PATH": collections,
        # Molecule's own place is shared by all checkouts of one name and outlives the lab.
        "MOLECULE_EPHEMERAL_DIRECTORY": str(STATE / "molecule"),
        # A lab's snapshots are no use to the next one, whose lists are others.
        "MXLAB_SNAPSHOTS": str(STATE / "snapshots"),
    }


def write_environment(variables: dict[str, str]) -> None:
    """Keep the variables as a file for a shell to source."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    ENVIRONMENT.write_text("\n".join([*lines, f'export PATH={shlex.quote(venv_bin())}:"$PATH"', ""]))


def write(variables: dict[str, str]) -> None:
    """Write the machine-readable description of the running lab."""
    listing = subprocess.run(
        ["ansible-inventory", "--list"], env=variables, cwd=ROOT, check=True, capture_output=True, text=True
    )
    DESCRIPTION.write_text(json.dumps(describe(json.loads(listing.stdout), variables), indent=2) + "\n")


def describe(inventory: dict[str, Any], variables: dict[str, str]) -> dict[str, Any]:
    """Return the description, from the inventory as ``ansible-inventory --list`` gives it."""
    hosts = inventory["_meta"]["hostvars"]
    server = hosts[inventory["ftp_servers"]["hosts"][0]]
    return {
        "engine": variables["DOCKER_HOST"],
        "machines": [
            {
                "name": name,
                "container": hosts[name]["ansible_host"],
                "role": role,
                "addresses": hosts[name]["lab_addresses"],
            }
            for group, role in ROLES.items()
            for name in inventory[group]["hosts"]
        ],
        "api": {
            "url": variables["MXLAB_DASHBOARD_URL"],
            "key": server["ftp_dashboard_api_key"],
            "organization": server["ftp_organization"],
            "network": server["ftp_network"],
        },
        "ftp": {"user": server["ftp_probe_user"], "password": server["ftp_probe_password"]},
        "endpoints": [
            {"name": name}
            | {
                key: hosts[name][f"ftp_{key}"]
                for key in ("public_address", "lan_address", "publish_by", "passive_ports")
            }
            for name in inventory["ftp_servers"]["hosts"]
        ],
    }


def summary(reports: dict[str, Any], phases: list[tuple[str, float]]) -> str:
    """Return what ``make lab`` ends with: the matrix of each server, the time of each phase, and how to look around."""
    lab = json.loads(DESCRIPTION.read_text())
    lines = [""]
    for endpoint in lab["endpoints"]:
        how = endpoint["publish_by"].replace("one_to_one_nat", "1:1 NAT").replace("_", " ")
        lines += [f"{endpoint['name']}: {endpoint['public_address']} -> {endpoint['lan_address']} by {how}"]
        lines += [f"  {line}" for line in reports[endpoint["name"]]["table"]] + [""]
    lines += [f"{seconds:6.1f} s  {name}" for name, seconds in phases]
    lines += [f"{sum(seconds for name, seconds in phases):6.1f} s  in all", ""]
    lines += [
        "The lab is running.  Look around:",
        "  make lab-shell               a shell on the Internet client (MACHINE=mx, server13, homeclient ...)",
        f"  Dashboard API                {lab['api']['url']} (key {lab['api']['key']})",
        "  the main job again           . .lab/env && ansible-playbook mxlab.ftp.site",
        f"  machine-readable             {DESCRIPTION.relative_to(ROOT)}",
        "  make lab-down                remove everything",
    ]
    return "\n".join(lines)
