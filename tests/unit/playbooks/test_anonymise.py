# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook anonymise writes a file that says nothing of its owner, and that mx_reach takes."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Outcome, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints, exports


def anonymise(playbooks: Playbooks, **variables: object) -> Outcome:
    return playbooks.run("mxlab.ftp.anonymise", {"localhost": {}}, "-e", json.dumps(variables))


def test_the_file_has_the_question_without_names_and_addresses(playbooks: Playbooks, tmp_path: Path) -> None:
    export, result = tmp_path / "export.json", tmp_path / "anonymised.json"
    export.write_text(json.dumps(exports.DOCUMENT))
    # Relative to the folder in which the playbook is run, as people write it.
    named = {"ftp_export": os.path.relpath(export, playbooks.folder), "ftp_anonymised": str(result)}
    outcome = anonymise(playbooks, **named, ftp_endpoints=[endpoints.OPTIONS13])
    assert outcome.status == 0, outcome.output
    question = json.loads(result.read_text())
    assert set(parse(question["export"], "export")) == set(exports.PARTS)
    rule = question["export"]["oneToOneNatRules"]["rules"][0]
    assert question["endpoints"][0]["lan_address"] == rule["lanIp"]
    assert not [word for word in ("HQ", "server13", "192.168.128", "203.0.113.13") if word in result.read_text()]

    assert "No flow was compared" not in outcome.output

    again = anonymise(playbooks, **named, ftp_endpoints=[endpoints.OPTIONS13])
    assert "changed=0" in again.output


def test_without_endpoints_it_says_that_nothing_was_compared(playbooks: Playbooks, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_bytes(b"\xef\xbb\xbf" + json.dumps(exports.DOCUMENT).encode())
    outcome = anonymise(playbooks, ftp_export=str(export), ftp_anonymised=str(tmp_path / "anonymised.json"))
    assert (outcome.status, "No flow was compared" in outcome.output) == (0, True), outcome.output


def test_a_missing_or_unreadable_export_is_named(playbooks: Playbooks, tmp_path: Path) -> None:
    assert anonymise(playbooks).message("localhost").startswith("Set ftp_export to the file with the export")
    export = tmp_path / "export.json"
    export.write_text('{"vlans": [{"subnet": "x"}]}')
    outcome = anonymise(playbooks, ftp_export=str(export))
    assert "export.vlans[0].subnet: expected a subnet like 192.168.128.0/24, got" in outcome.output
