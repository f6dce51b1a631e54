# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of cisco.meraki, as a playbook runs them, against the emulator on loopback.

Those that are made of the API's description use Meraki's SDK. The older ones, named meraki_*, speak HTTP themselves.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.cisco_meraki import installed
from ansible_collections.mxlab.ftp.tests.unit.emulator import test_foreign_clients as foreign
from ansible_collections.mxlab.ftp.tests.unit.emulator.served import served
from fastapi.testclient import TestClient

Json = dict[str, Any]
NETWORK, ORGANIZATION = foreign.NETWORK, foreign.ORGANIZATION
# The collection takes a network's id for the name of a rule, and does not find the list.
NOT_FOUND = "Object does not exists, plugin only has update"
APPLIANCE, FIREWALL = "networks_appliance_", "networks_appliance_firewall_"
LAYER_3 = {**foreign.LAYER_3, "srcCidr": "Any"}
MAPPED = {
    "name": "server13",
    "lan_ip": "192.168.128.13",
    "public_ip": "203.0.113.13",
    "uplink": "internet1",
    "allowed_inbound": [{"protocol": "tcp", "destination_ports": ["21"], "allowed_ips": ["any"]}],
}
OUTBOUND = {"policy": "allow", "protocol": "tcp", "src_cidr": "any", "src_port": "any", "dest_cidr": "any"}
GUESTS = {"vlan_id": 30, "name": "Guests", "subnet": "10.40.0.0/24", "appliance_ip": "10.40.0.1"}
# (module, options, the message with which it fails or "", what has to be in the answer that it returns).
Task = tuple[str, Json, str, str]
TASKS: list[Task] = [
    ("organizations_info", {}, "", "Lab"),
    ("networks_info", ORGANIZATION, "", "Lab HQ"),
    (f"{APPLIANCE}settings_info", NETWORK, "", "routed"),
    (f"{APPLIANCE}single_lan_info", NETWORK, "", "192.168.128.0/24"),
    (f"{APPLIANCE}vlans_settings", {**NETWORK, "vlansEnabled": True}, "", "true"),
    (f"{APPLIANCE}vlans", {**NETWORK, "state": "present", "id": "20", **foreign.VLAN}, "", "10.20.0.0/24"),
    (f"{APPLIANCE}vlans_info", NETWORK, "", "DMZ"),
    (f"{APPLIANCE}static_routes", {**NETWORK, "state": "present", **foreign.ROUTE}, "", "10.30.0.0/16"),
    (f"{APPLIANCE}static_routes_info", NETWORK, "", "Branch"),
    (f"{FIREWALL}one_to_one_nat_rules", {**NETWORK, "rules": [foreign.ONE_TO_ONE]}, NOT_FOUND, ""),
    (f"{FIREWALL}one_to_one_nat_rules_info", NETWORK, "", "rules"),
    (f"{FIREWALL}one_to_many_nat_rules", {**NETWORK, "rules": [foreign.MANY]}, NOT_FOUND, ""),
    (f"{FIREWALL}one_to_many_nat_rules_info", NETWORK, "", "rules"),
    (f"{FIREWALL}port_forwarding_rules", {**NETWORK, "rules": [foreign.FORWARD]}, NOT_FOUND, ""),
    (f"{FIREWALL}port_forwarding_rules_info", NETWORK, "", "rules"),
    (f"{FIREWALL}l3_firewall_rules", {**NETWORK, "rules": [LAYER_3]}, "", "Default rule"),
    (f"{FIREWALL}l3_firewall_rules_info", NETWORK, "", "Default rule"),
    (f"{FIREWALL}inbound_firewall_rules", {**NETWORK, "rules": [LAYER_3]}, "", "Default rule"),
    (f"{FIREWALL}inbound_firewall_rules_info", NETWORK, "", "Default rule"),
    (f"{FIREWALL}l7_firewall_rules", {**NETWORK, "rules": foreign.LAYER_7}, "", "example.com"),
    (f"{FIREWALL}l7_firewall_rules_info", NETWORK, "", "example.com"),
    (f"{APPLIANCE}warm_spare_info", NETWORK, "", "primarySerial"),
    (f"{APPLIANCE}uplinks_nat", {**NETWORK, **foreign.NAT}, "", "wan2"),
    ("organizations_appliance_uplinks_nat_by_network_info", ORGANIZATION, "", "false"),
    ("organizations_policy_objects", {**ORGANIZATION, "state": "present", **foreign.OBJECT}, "", "1001"),
    ("organizations_policy_objects_info", ORGANIZATION, "", "Partners"),
    ("meraki_mx_nat", {"state": "present", "one_to_one": [MAPPED]}, "", "server13"),
    ("meraki_mx_nat", {"state": "query"}, "", "server13"),
    ("meraki_mx_l3_firewall", {"state": "present", "rules": [{**OUTBOUND, "dest_port": "21"}]}, "", "21"),
    ("meraki_mx_l3_firewall", {"state": "query"}, "", "Default rule"),
    ("meraki_mx_l7_firewall", {"state": "query"}, "", "example.com"),
    ("meraki_mx_vlan", {"state": "present", **GUESTS}, "", "10.40.0.0/24"),
    ("meraki_mx_vlan", {"state": "query"}, "", "Guests"),
    (
        "meraki_mx_static_route",
        {"state": "present", "name": "Store", "subnet": "10.50.0.0/16", "gateway_ip": "10.20.0.8"},
        "",
        "10.50.0.0/16",
    ),
    ("meraki_mx_static_route", {"state": "query"}, "", "Store"),
    ("meraki_mx_network_vlan_settings", {"state": "query"}, "", "true"),
    ("meraki_network", {"state": "query"}, "", "Lab HQ"),
]


@pytest.fixture
def clock() -> foreign.Hurried:
    return foreign.Hurried()


@pytest.fixture
def port(api: TestClient) -> Iterator[int]:
    """Return where the lab's network is served."""
    with served(api.app) as number:
        yield number


def whole(module: str, options: Json, port: int) -> Json:
    """Return a module's options, with those about where the API is and how to ask it."""
    if module.startswith("meraki_"):
        here = {"auth_key": "good-key", "host": f"127.0.0.1:{port}", "use_https": False}
        return {**here, "org_name": "Lab", "net_name": "Lab HQ", **options}
    here = {"meraki_api_key": "good-key", "meraki_base_url": f"http://127.0.0.1:{port}/api/v1"}
    return {**here, "meraki_suppress_logging": True, "meraki_maximum_retries": 1, **options}


def results(folder: Path, found: Path, port: int) -> list[Json]:
    """Run the tasks in one play, and return what each has returned."""
    steps = [
        {f"cisco.meraki.{module}": whole(module, options, port), "register": f"result{number}", "ignore_errors": True}
        for number, (module, options, _message, _words) in enumerate(TASKS)
    ]
    names = ", ".join(f"result{number}" for number in range(len(TASKS)))
    answers = folder / "answers.json"
    end = {"ansible.builtin.copy": {"dest": str(answers), "content": f"{{{{ [{names}] | to_json }}}}"}}
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [*steps, end]}
    (folder / "play.yml").write_text(json.dumps([play]))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MERAKI")} | {
        "ANSIBLE_COLLECTIONS_PATH": str(found),
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        # Meraki's SDK keeps a cache in the home of whoever runs it.
        "HOME": str(folder),
    }
    command = [sys.executable, "-m", "ansible", "playbook", "--inventory", "localhost,", "play.yml"]
    run = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert answers.exists(), run.stdout + run.stderr
    found_answers: list[Json] = json.loads(answers.read_text())
    return found_answers


def test_each_module_does_what_it_can(port: int, tmp_path: Path) -> None:
    pytest.importorskip("meraki", reason="Meraki's SDK is not installed (requirements-dev.txt)")
    for (module, options, message, words), result in zip(TASKS, results(tmp_path, installed(), port)):
        assert (bool(result.get("failed")), message in str(result.get("msg"))) == (bool(message), True), (
            module,
            result,
        )
        answer = result.get("meraki_response", result.get("data"))
        assert words in json.dumps(answer), (module, options, result)
