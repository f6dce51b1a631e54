# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook gate as the job files of docs/ci run it: exit code, lines and reports."""

from __future__ import annotations

import json
import shlex
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT, Hosts, Outcome, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._gate.networks import content, l3

JOBS = ("github.yml", "gitlab.yml")
SERVER: dict[str, Any] = {
    "ftp_public_address": "203.0.113.13",
    "ftp_lan_address": "192.168.128.13",
    "ftp_passive_ports": "61000-61099",
    "ftp_network": "HQ",
}


def texts(value: Any) -> list[str]:
    """Return all texts in a file, whatever they are values of."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in texts(each)]


def command(job: str) -> list[str]:
    """Return the words of the command of a job file that runs the gate."""
    file = yaml.safe_load((CHECKOUT / "docs" / "ci" / job).read_text())
    (found,) = [text for text in texts(file) if text.startswith("ansible-playbook ")]
    return shlex.split(found)


WORDS = command(JOBS[0])


def gate(playbooks: Playbooks, hosts: Hosts, exports: dict[str, bytes], *words: str) -> Outcome:
    """Run the gate on exports in the default folder."""
    folder = playbooks.folder / "exports"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in exports.items():
        (folder / name).write_bytes(text)
    return playbooks.run("mxlab.ftp.gate", hosts, *WORDS[4:], *words)


@pytest.mark.parametrize("job", JOBS)
def test_the_job_files_run_what_is_tested_here(job: str) -> None:
    assert command(job)[:4] == ["ansible-playbook", "-i", "inventory.yml", "mxlab.ftp.gate"]
    assert command(job) == WORDS


def test_all_networks_are_judged_and_reported_whatever_is_wrong_with_one(playbooks: Playbooks) -> None:
    hosts = {
        "right": SERVER,
        "closed": {**SERVER, "ftp_network": "N_Closed"},
        "broken": {**SERVER, "ftp_network": "Broken"},
        "auto": {**SERVER, "ftp_network": "Forwarded", "ftp_public_address": "auto"},
        "bare": {name: value for name, value in SERVER.items() if name != "ftp_lan_address"} | {"ftp_network": "Idle"},
    }
    exports = {
        "a.json": content(),
        "b.json": content("Closed", **l3({"comment": "no"})),
        "Broken-N_9.json": b"{",
        "c.json": content("Forwarded"),
        "d.json": content("Idle"),
    }
    outcome = gate(playbooks, hosts, exports)
    assert outcome.status == 2
    assert outcome.message("right") == "4 of 5 networks do not pass. The lines above say why."
    for line in (
        "unreadable: Broken-N_9: $: not JSON (Expecting property name enclosed in double quotes, line 1, column 2)",
        "passed: HQ (N_HQ): 1 endpoint, 3 flows",
        "failed: Closed (N_Closed): closed: active: TCP from 192.168.128.13, port 20, to any, ports 1024-65535",
        "failed: Forwarded (N_Forwarded): auto: control: TCP from any to 203.0.113.2, port 21, on Internet 1 is",
        "unreadable: Idle (N_Idle): bare: lan_address is empty; set ftp_lan_address",
    ):
        assert line in outcome.output
    results = json.loads((playbooks.folder / "gate.sarif").read_text())["runs"][0]["results"]
    files = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert set(files) == {"exports/Broken-N_9.json", "exports/b.json", "exports/c.json", "exports/d.json"}
    assert len(ET.parse(playbooks.folder / "gate.xml").getroot()) == 5
    assert (playbooks.folder / "gate.md").read_text().startswith("### FTP: 1 of 5 networks pass\n")


def test_what_is_undetermined_does_not_pass_unless_it_may(playbooks: Playbooks) -> None:
    exports = {"a.json": content(l3FirewallRules=None)}
    outcome = gate(playbooks, {"right": SERVER}, exports)
    assert (outcome.status, "undetermined: HQ (N_HQ): right: active" in outcome.output) == (2, True)
    assert gate(playbooks, {"right": SERVER}, exports, "-e", "ftp_gate_undetermined=pass").status == 0


def test_a_host_that_fails_before_the_judgement_is_in_lines_and_reports(playbooks: Playbooks) -> None:
    hosts = {"right": SERVER, "torn": {**SERVER, "ftp_public_address": "{{ nowhere }}"}}
    outcome = gate(playbooks, hosts, {"a.json": content()})
    assert outcome.status == 2
    assert outcome.message("right") == "1 of 2 networks do not pass. The lines above say why."
    assert "not judged: torn: torn: the host failed before the judgement" in outcome.output
    assert "passed: HQ (N_HQ): 1 endpoint, 3 flows" in outcome.output
    results = json.loads((playbooks.folder / "gate.sarif").read_text())["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["not-judged"]


def test_a_folder_without_exports_is_named(playbooks: Playbooks) -> None:
    outcome = gate(playbooks, {"right": SERVER}, {})
    assert f"{playbooks.folder / 'exports'}' has no file *.json; expected the exports" in outcome.message("right")


def test_a_variable_that_is_misspelt_for_any_host_is_named(playbooks: Playbooks) -> None:
    hosts = {"right": SERVER, "wrong": {**SERVER, "ftp_pasive_ports": "1-2"}}
    outcome = gate(playbooks, hosts, {"a.json": content()})
    assert outcome.message("right").startswith("ftp_pasive_ports is no variable of mxlab.ftp; did you mean ftp_passive")
