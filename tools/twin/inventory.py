# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers of an inventory, described by the role ftp as for the playbooks, and how their MX rules are written."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import Endpoint, parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import in_names, placed
from ansible_collections.mxlab.ftp.plugins.modules.mx_ftp_rules import ARGUMENT_SPEC
from lab.common import ROOT

from twin.common import TwinError

MOST_ENDPOINTS = 10
_PLAY = Path(__file__).with_name("endpoints.yml")
# The options of mx_ftp_rules that the role mx_rules takes from variables of hosts, by the variable.
_OPTIONS = {
    "mx_rules_on_conflict": "on_conflict",
    "mx_rules_inbound_firewall": "inbound_firewall",
    "mx_rules_uplink_addresses": "uplink_addresses",
}
# What the modules make of the variables, such as a list of a text.
_SPEC = {
    **{name: ARGUMENT_SPEC[name] for name in ("endpoints", *_OPTIONS.values())},
    "lan_networks": {"type": "list", "elements": "list"},
}


@dataclass(frozen=True)
class Server:
    """An FTP server of the inventory: its endpoint as an option of modules and parsed, and its clients without NAT.

    `host` is its name in the inventory; `tls` is the value of ftp_tls, or of the same option of its role.
    """

    option: Mapping[str, Any]
    endpoint: Endpoint
    lan_networks: tuple[str, ...]
    host: str
    tls: str


@dataclass(frozen=True)
class Inventory:
    """The servers behind one MX, and the options of mx_ftp_rules that the inventory sets."""

    servers: Sequence[Server]
    options: Mapping[str, Any]


def read(path: str) -> Mapping[str, Any]:
    """Return the variables of the servers by host; raise TwinError with what Ansible says if it cannot."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "servers.json")
        done = run_playbook(_PLAY, path, ["-e", f"twin_file={file}"], {})
        if done.returncode or not file.exists():
            raise TwinError(
                f"{path}: the servers cannot be described; expected a group ftp_servers, as for mxlab.ftp.plan:\n"
                f"{done.stdout.strip()}\n{done.stderr.strip()}"
            )
        found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def inventory(hosts: Mapping[str, Any], names: Sequence[str], facts: Mapping[str, Any]) -> Inventory:
    """Return the servers of the network that has one of these names; facts: of its MX, as mx_reach takes them.

    Raise TwinError if there are none or too many, and for what mx_ftp_rules would refuse.
    """
    mine = {name: each for name, each in hosts.items() if each["ftp_endpoint"]["network"] in ("", *names)}
    if not 0 < len(mine) <= MOST_ENDPOINTS:
        raise TwinError(
            f"{len(mine)} of the {len(hosts)} servers of the inventory are behind the MX of the export, whose network"
            f" is {' or '.join(map(repr, names))}; expected 1 to {MOST_ENDPOINTS}. Correct ftp_network, or use a"
            " smaller inventory"
        )
    # A task that runs once, as that of the role mx_rules does, has the variables of the first host.
    first = next(iter(hosts.values()))
    given = {theirs: first[ours] for ours, theirs in _OPTIONS.items() if ours in first}
    clients = [each.get("ftp_lan_networks") or [] for each in mine.values()]
    asked = {**given, "endpoints": [each["ftp_endpoint"] for each in mine.values()], "lan_networks": clients}
    checked = ArgumentSpecValidator(_SPEC).validate(asked)
    if checked.error_messages:
        raise TwinError("; ".join(checked.error_messages))
    options = checked.validated_parameters
    try:
        placed_options = [placed(each, facts) for each in options["endpoints"]]
        endpoints = parse_endpoints(placed_options, {})
    except ValueError as error:
        raise TwinError("\n".join(in_names(str(error), options["endpoints"]))) from error
    tls = [each["twin_tls"] for each in mine.values()]
    servers = map(Server, placed_options, endpoints, map(tuple, options["lan_networks"]), mine, tls)
    return Inventory(list(servers), {name: options[name] for name in _OPTIONS.values()})


def run_playbook(
    play: Path, inventory_path: str, options: Sequence[str], variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a playbook where Ansible finds the collection; variables: of the environment, besides those of this process.

    A symbolic link to an inventory is not followed: Ansible reads group_vars beside the link.
    """
    command = ["ansible-playbook", "-i", str(Path(inventory_path).absolute()), *options, str(play)]
    given = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", **variables}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
