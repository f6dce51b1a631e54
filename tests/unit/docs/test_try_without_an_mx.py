# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide docs/guides/try_without_an_mx.md names what is in the lab, and the commands that make lab ends with."""

from __future__ import annotations

import re

import pytest
import yaml
from gallery import set_ups
from lab import description
from lab.common import ROOT

GUIDE = (ROOT / "docs" / "guides" / "try_without_an_mx.md").read_text()
LAB = description.describe("", "")


def test_the_problems_are_those_that_make_explain_shows() -> None:
    problems = re.findall(r"make explain PROBLEM=(\S+)", GUIDE)
    assert len(problems) == 2
    assert [problem for problem in problems if not (set_ups.showing(problem) or problem in set_ups.read())] == []


def test_machines_addresses_and_users_are_those_of_the_lab() -> None:
    assert set(re.findall(r"MACHINE=(\w+)", GUIDE)) <= {machine["name"] for machine in LAB["machines"]}
    ways = {endpoint["name"]: (endpoint["publish_by"], endpoint["public_address"]) for endpoint in LAB["endpoints"]}
    assert ways["server12"][0] == "port_forwarding"
    ((user, password, address),) = re.findall(r"curl --user (\w+):(\S+) ftp://([\d.]+)/", GUIDE)
    assert ways["server13"] == ("one_to_one_nat", address)
    servers = yaml.safe_load((ROOT / "molecule/inventory/group_vars/ftp_servers.yml").read_text())
    assert (user, password) == (servers["ftp_probe_user"], servers["ftp_probe_password"])


def test_the_other_commands_are_those_that_make_lab_ends_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "read", lambda: {**LAB, "endpoints": []})
    told = description.summary({}, [])
    others = re.findall(r"^(?:\. |make lab-)[^\n]*", GUIDE, re.MULTILINE)
    assert others == [". .lab/env && ansible-playbook mxlab.ftp.site", "make lab-down"]
    assert [command for command in others if command not in told] == []
