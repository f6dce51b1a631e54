# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Those who can publish an endpoint by 1:1 NAT: mx_ftp_rules, and cisco.meraki's modules where they are installed."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible import constants
from ansible.module_utils.testing import patch_module_args
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules
from emulated import FOREIGN_RULE, KEY, Api

CURRENT = "networks_appliance_firewall_one_to_one_nat_rules"
ENDPOINT = {
    "name": "files",
    "public_address": "203.0.113.13",
    "lan_address": "192.168.128.13",
    "passive_ports": "61000-61099",
}
# What the endpoint needs.
OWN_RULE = {
    "name": "files FTP",
    "lanIp": "192.168.128.13",
    "publicIp": "203.0.113.13",
    "uplink": "internet1",
    "allowedInbound": [
        {"protocol": "tcp", "destinationPorts": ["21", "20", "61000-61099"], "allowedIps": ["any"]},
    ],
}
# The newer module of cisco.meraki takes a list of named rules for one that is not there.
NAMELESS_RULE = {key: value for key, value in FOREIGN_RULE.items() if key != "name"}


class FailedError(Exception):
    """A contender did not do its job; the message is its own."""


@dataclass(frozen=True)
class Contender:
    """One that may take part: its name, how it publishes in so many networks, and why it cannot, or nothing.

    `neighbour` is the rule of others beside which it can.
    """

    name: str
    publish: Callable[[Api, int], None]
    neighbour: dict[str, Any]
    missing: str = ""


def contenders() -> list[Contender]:
    """Give all; the first is ours."""
    places = [Path(place, "ansible_collections/cisco/meraki") for place in constants.COLLECTIONS_PATHS]
    collection = "" if any(place.is_dir() for place in places) else "cisco.meraki is not in ANSIBLE_COLLECTIONS_PATH"
    sdk = "" if find_spec("meraki") else "the Python package meraki is not installed"
    return [
        Contender("mxlab.ftp.mx_ftp_rules", _ours, FOREIGN_RULE),
        Contender(f"cisco.meraki.{CURRENT}", _current, NAMELESS_RULE, collection or sdk),
        Contender("cisco.meraki.meraki_mx_nat (deprecated)", _legacy, FOREIGN_RULE, collection),
    ]


def _ours(api: Api, count: int) -> None:
    endpoints = [{**ENDPOINT, "network": f"N_{number}"} for number in range(count)]
    output = io.StringIO()
    options = {"api_key": KEY, "base_url": api.base_url, "endpoints": endpoints}
    with patch_module_args(options), redirect_stdout(output), suppress(SystemExit):
        mx_ftp_rules.main()
    result = json.loads(output.getvalue())
    if result.get("failed"):
        raise FailedError(result["msg"])


def _current(api: Api, count: int) -> None:
    # It writes the whole list, so whoever wants to keep the rules of others has to know them; so does the older one.
    options = {"meraki_api_key": KEY, "meraki_base_url": api.base_url, "rules": [NAMELESS_RULE, OWN_RULE]}
    _play(f"cisco.meraki.{CURRENT}", {**options, "networkId": "{{ item }}"}, count)


def _legacy(api: Api, count: int) -> None:
    options = {
        "auth_key": KEY,
        "host": api.host,
        "use_https": False,
        "org_id": "1",
        "one_to_one": [_snake(rule) for rule in (FOREIGN_RULE, OWN_RULE)],
    }
    _play("cisco.meraki.meraki_mx_nat", {**options, "net_id": "{{ item }}"}, count)


def _snake(value: Any) -> Any:
    """Give a rule with the names of options that the old module has for the API's."""
    if isinstance(value, dict):
        return {
            re.sub("([A-Z])", lambda found: "_" + found[1].lower(), key): _snake(each) for key, each in value.items()
        }
    return [_snake(each) for each in value] if isinstance(value, list) else value


def _play(module: str, options: dict[str, Any], count: int) -> None:
    """Run a module that knows one network a call for each of them, as a playbook does: with a loop."""
    task = {module: options, "loop": [f"N_{number}" for number in range(count)]}
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(constants.COLLECTIONS_PATHS),
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }
    with TemporaryDirectory() as folder:
        book = Path(folder, "play.yml")
        book.write_text(json.dumps([play]))
        command = [sys.executable, "-m", "ansible", "playbook", "--inventory", "localhost,", str(book)]
        run = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    if run.returncode:
        message = re.search(r'"msg": ("(?:[^"\\]|\\.)*")', run.stdout)
        raise FailedError(json.loads(message[1]) if message else run.stdout + run.stderr)
