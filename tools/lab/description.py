# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab tells of itself: ``lab.json``, variables for a shell, Docker's context, the summary of ``make lab``."""

from __future__ import annotations

import hashlib
import json
import shlex
from pathlib import Path
from typing import Any

from lab import collection, inventory, stopwatch
from lab.common import ROOT, STATE, SUFFIX, LabError, venv_bin
from lab.inventory import Machine

DESCRIPTION = STATE / "lab.json"
ENVIRONMENT = STATE / "env"
DOCKER_CONFIG = STATE / "docker"
ANSIBLE_CONFIG = STATE / "ansible.cfg"
SSH = STATE / "ssh"
CONTEXT = "mxlab-ftp"
# What the name of a machine's container begins with.
CONTAINERS = "mxlab-"


def write(engine: str, api: str, *parts: str) -> None:
    """Write all that the lab tells of itself: people, Ansible, Molecule and Docker's client read it."""
    DESCRIPTION.write_text(json.dumps(describe(engine, api, *parts), indent=2) + "\n")
    ENVIRONMENT.write_text(shell_lines(environment(engine)))
    for name, content in docker_config(engine).items():
        path = DOCKER_CONFIG / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    ANSIBLE_CONFIG.write_text(ansible_config())
    SSH.write_text(ssh(engine))
    SSH.chmod(0o755)


def read() -> dict[str, Any]:
    """Return what the running lab tells of itself; raises LabError where there is none."""
    if not DESCRIPTION.exists():
        raise LabError("the lab is not up: run make lab first")
    lab: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return lab


def describe(engine: str, api: str, *parts: str) -> dict[str, Any]:
    """Return the machine-readable description of the running lab, with the parts that it has besides hosts.yml."""
    common = inventory.group_variables("ftp_servers")
    machines = inventory.machines(*parts)
    return {
        "engine": engine,
        "machines": [described(machine) for machine in machines],
        "api": {
            "url": api,
            "key": common["ftp_dashboard_api_key"],
            "organization": common["ftp_organization"],
            "network": common["ftp_network"],
        },
        "ftp": {"user": common["ftp_probe_user"], "password": common["ftp_probe_password"]},
        "endpoints": [endpoint(machine, common) for machine in machines if machine.group == "ftp_servers"],
    }


def described(machine: Machine) -> dict[str, Any]:
    """Return what the description says of a machine."""
    return {
        "name": machine.name,
        "container": machine.container,
        "role": machine.role,
        "addresses": machine.addresses,
    }


def endpoint(machine: Machine, common: dict[str, Any]) -> dict[str, Any]:
    """Return what the description says of an FTP server that is published."""
    variables = common | machine.variables
    keys = ("public_address", "lan_address", "publish_by", "passive_ports")
    return {"name": machine.name} | {key: variables[f"ftp_{key}"] for key in keys}


def environment(engine: str) -> dict[str, str]:
    """Return the variables with which Ansible and Docker's client work on the lab, from any folder."""
    return {
        "DOCKER_HOST": engine,
        "MXLAB_LAB": SUFFIX,
        "MXLAB_STATE": str(STATE),
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_INVENTORY": str(inventory.FOLDER),
        "ANSIBLE_COLLECTIONS_PATH": collection.IN_PLACE,
    }


def shell_lines(variables: dict[str, str]) -> str:
    """Return the variables as lines for a shell to source."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([*lines, f'export PATH={shlex.quote(venv_bin())}:"$PATH"', ""])


def docker_config(engine: str) -> dict[str, str]:
    """Return the files of a folder for DOCKER_CONFIG, by which Docker's client finds the engine.

    Molecule sets its environment before there is an engine, so it names this folder, whose path is known.
    """
    meta = {"Name": CONTEXT, "Metadata": {}, "Endpoints": {"docker": {"Host": engine, "SkipTLSVerify": False}}}
    # Docker files a context under the hash of its name.
    place = Path("contexts", "meta", hashlib.sha256(CONTEXT.encode()).hexdigest(), "meta.json")
    return {"config.json": json.dumps({"currentContext": CONTEXT}), str(place): json.dumps(meta)}


def ansible_config() -> str:
    """Return the settings with which an Ansible that knows nothing of the lab reaches its machines, as if by SSH."""
    return f"[ssh_connection]\nssh_executable = {SSH}\ntransfer_method = piped\npipelining = true\n"


def ssh(engine: str) -> str:
    """Return a program in the place of ssh: it runs its last argument on the machine that the one before it names.

    The first label of a host name is the machine, so that client.example.net is the lab's client.
    """
    return f"""#!/bin/sh
while [ "$#" -gt 2 ]; do shift; done
exec docker --host {shlex.quote(engine)} exec --interactive "{CONTAINERS}${{1%%.*}}" sh -c "$2"
"""


def summary(reports: dict[str, Any], parts: list[tuple[str, float]]) -> str:
    """Return what ``make lab`` ends with: the matrix of each server, the time of each part, and how to look around."""
    lab = read()
    lines = [""]
    for endpoint in lab["endpoints"]:
        how = endpoint["publish_by"].replace("one_to_one_nat", "1:1 NAT").replace("_", " ")
        lines += [f"{endpoint['name']}: {endpoint['public_address']} -> {endpoint['lan_address']} by {how}"]
        lines += [f"  {line}" for line in reports[endpoint["name"]]["table"]] + [""]
    lines += [*stopwatch.table(parts), ""]
    lines += [
        "The lab is running.  Look around:",
        "  make lab-shell               a shell on the Internet client (MACHINE=mx, server13, homeclient ...)",
        f"  Dashboard API                {lab['api']['url']} (key {lab['api']['key']})",
        "  the main job again           . .lab/env && ansible-playbook mxlab.ftp.site",
        "  ten minutes as on a real MX  docs/tutorials/ten_minutes.md",
        "  one scenario                 . .venv/bin/activate && molecule test -s vsftpd",
        f"  machine-readable             {DESCRIPTION.relative_to(ROOT)}",
        "  make lab-down                remove everything",
    ]
    return "\n".join(lines)
