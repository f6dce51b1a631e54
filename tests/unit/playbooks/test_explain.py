# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook explain says why FTP fails, what mends it, and draws it, from a file alone."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Outcome, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins import exports

SERVER13 = {
    "ftp_public_address": "203.0.113.13",
    "ftp_lan_address": "192.168.128.13",
    "ftp_passive_ports": "61000-61199",
}


def explain(playbooks: Playbooks, **variables: Any) -> Outcome:
    return playbooks.run("mxlab.ftp.explain", {"server13": SERVER13}, "-e", json.dumps(variables), key="")


def explain_parts(playbooks: Playbooks, export: Path, parts: dict[str, Any], **variables: Any) -> Outcome:
    export.write_text(json.dumps(parts))
    return explain(playbooks, ftp_export=str(export), **variables)


def test_a_file_is_enough_for_reason_remedy_and_pictures(playbooks: Playbooks, tmp_path: Path) -> None:
    (tmp_path / "hq.json").write_text(json.dumps(exports.DOCUMENT))
    outcome = explain(playbooks, ftp_export=str(tmp_path / "hq.json"), ftp_explain_folder=str(tmp_path / "pictures"))
    assert outcome.status == 0, outcome.output
    assert "server13 control: TCP from any to 203.0.113.13, port 21, on Internet 1 is admitted" in outcome.output
    assert "server13 passive: FAILS. TCP from any to 203.0.113.13, ports 61100-61199, on Internet 1" in outcome.output
    assert '"All flows pass after mxlab.ftp.mx_ftp_rules with these options."' in outcome.output
    assert '"passive_ports": "61000-61199"' in outcome.output
    picture = ET.parse(tmp_path / "pictures" / "flows.svg").getroot()
    assert any("Security & SD-WAN > Configure > Firewall" in str(each.text) for each in picture.iter())
    assert (tmp_path / "pictures" / "flows.mmd").read_text().startswith("flowchart LR\n")


def test_rules_of_others_that_are_removed_are_shown(playbooks: Playbooks, tmp_path: Path) -> None:
    rule = {**exports.PARTS["oneToOneNatRules"]["rules"][0], "name": "web", "lanIp": "192.168.128.80"}
    (tmp_path / "hq.json").write_text(json.dumps({**exports.DOCUMENT, "oneToOneNatRules": {"rules": [rule]}}))
    outcome = explain(playbooks, ftp_export=str(tmp_path / "hq.json"))
    assert "Rules of others are removed or changed: see remedies and changes." in outcome.output
    assert "on_conflict=replace removes this one_to_one_nat rule of others." in outcome.output
    assert '"action": "remove"' in outcome.output


def test_a_server_of_another_network_is_refused_by_name(playbooks: Playbooks, tmp_path: Path) -> None:
    (tmp_path / "hq.json").write_text(json.dumps(exports.DOCUMENT))
    outcome = explain(playbooks, ftp_export=str(tmp_path / "hq.json"), ftp_network="Branch 7")
    assert "server13 (Branch 7)" in outcome.message("server13")


def test_a_missing_file_and_a_misspelt_variable_are_named(playbooks: Playbooks) -> None:
    outcome = explain(playbooks, ftp_export="nowhere.json", ftp_explain_foldr=".")
    message = outcome.message("server13")
    assert "ftp_explain_foldr is no variable of mxlab.ftp; did you mean ftp_explain_folder?" in message
    assert "ftp_export is 'nowhere.json', which is no file" in message


def test_an_address_that_nothing_can_be_asked_for_is_named(playbooks: Playbooks, tmp_path: Path) -> None:
    outcome = explain_parts(playbooks, tmp_path / "hq.json", exports.DOCUMENT, ftp_lan_address="")
    assert "ftp_lan_address is ''; expected two IPv4 addresses" in outcome.message("server13")


def test_what_is_undetermined_or_not_needed_is_no_failure(playbooks: Playbooks, tmp_path: Path) -> None:
    outcome = explain_parts(playbooks, tmp_path / "hq.json", {"vlans": exports.DOCUMENT["vlans"]})
    assert "server13 control: UNDETERMINED. TCP from any" in outcome.output
    assert "server13 data: No client needs this. TCP from any" in outcome.output
    assert "FAILS" not in outcome.output


def test_no_server_is_no_success(playbooks: Playbooks, tmp_path: Path) -> None:
    (tmp_path / "hq.json").write_text(json.dumps(exports.DOCUMENT))
    outcome = explain(playbooks, ftp_export=str(tmp_path / "hq.json"), ftp_explain_hosts="web*")
    assert outcome.status == 2
    assert "ftp_explain_hosts is 'web*', which is no host of " in outcome.output
