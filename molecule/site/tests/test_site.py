# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the main job must be besides green: cheap on the second run, and shut off from the world."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from typing import Any

from testinfra.host import Host


def requests_seen(api: str, key: str) -> list[dict[str, Any]]:
    """Return what the Dashboard API says of the requests that it has got, oldest first, without these questions."""
    request = urllib.request.Request(
        f"{api}/organizations/100001/apiRequests?perPage=1000",
        headers={"Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request) as answer:
        log = json.load(answer)
    return [entry for entry in reversed(log) if not entry["path"].endswith("/apiRequests")]


def test_another_run_changes_nothing_and_reads_each_nat_list_thrice(api: str, variables: dict[str, str]) -> None:
    key = variables["ftp_dashboard_api_key"]
    before = requests_seen(api, key)
    # Molecule on a terminal or in CI forces colours, which Ansible heeds more than ANSIBLE_NOCOLOR.
    environment = os.environ | {"ANSIBLE_FORCE_COLOR": "false", "ANSIBLE_NOCOLOR": "true"}
    run = subprocess.run(
        ["ansible-playbook", "mxlab.ftp.site"], env=environment, check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout
    recap = run.stdout.split("PLAY RECAP")[1]
    # Two servers, and the controller.
    assert recap.count("changed=0 ") == 3, recap
    asked = [(entry["method"], entry["path"].rsplit("/", 1)[1]) for entry in requests_seen(api, key)[len(before) :]]
    assert {method for method, _name in asked} == {"GET"}
    # Before anything changes: for the plan, and for its verdict; and for the plan that would be written.
    nat = [name for _method, name in asked if name in ("oneToManyNatRules", "oneToOneNatRules", "portForwardingRules")]
    assert sorted(nat) == ["oneToManyNatRules"] * 3 + ["oneToOneNatRules"] * 3 + ["portForwardingRules"] * 3


def test_no_way_out_of_the_lab(client: Host, mx: Host) -> None:
    for machine in (client, mx):
        assert machine.check_output("ip route show default") == ""
        assert machine.run("ip route get 192.0.2.1").rc != 0


def test_the_host_is_on_none_of_the_networks() -> None:
    routes = subprocess.run(["ip", "route"], check=True, capture_output=True, text=True).stdout
    assert not [line for line in routes.splitlines() if line.startswith(("203.0.113.", "198.51.100.", "192.168.128."))]
