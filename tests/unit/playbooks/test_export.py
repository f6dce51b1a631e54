# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook export writes a file for each network, which changes only if the MX does, and mx_reach reads it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import parse
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Outcome, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx

FILES = ["Bound-N_2.json", "Lab HQ-N_100001.json"]


def export(playbooks: Playbooks, folder: Path, *networks: str) -> Outcome:
    chosen: dict[str, Any] = {"ftp_export_networks": list(networks)} if networks else {}
    variables = json.dumps({"ftp_export_folder": str(folder), **chosen})
    return playbooks.run("mxlab.ftp.export", {"localhost": {}}, "-e", variables)


def test_each_network_has_a_file_that_changes_only_if_the_mx_does(
    playbooks: Playbooks, mx: EmulatedMx, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    assert export(playbooks, folder).status == 0
    assert sorted(path.name.replace("%20", " ") for path in folder.iterdir()) == FILES
    before = {path: path.read_text() for path in folder.iterdir()}
    assert {parse(json.loads(text), "export")["network"]["name"] for text in before.values()} == {"Bound", "Lab HQ"}
    again = export(playbooks, folder)
    assert "changed=0" in again.output
    assert {path: path.read_text() for path in folder.iterdir()} == before

    mx.write("PUT", "settings", {"deploymentMode": "passthrough"})
    changed = export(playbooks, folder)
    mx.write("PUT", "settings", {"deploymentMode": "routed"})
    assert "changed=1" in changed.output
    assert [path.name for path, text in before.items() if path.read_text() != text] == ["Lab%20HQ-N_100001.json"]


def test_a_network_that_fails_is_named_after_the_others_are_written(playbooks: Playbooks, tmp_path: Path) -> None:
    outcome = export(playbooks, tmp_path / "exports", "Lab HQ", "Lab HR")
    assert outcome.message("localhost").startswith("1 of 2 networks failed.\nLab HR: ")
    assert [path.name for path in (tmp_path / "exports").iterdir()] == ["Lab%20HQ-N_100001.json"]


def test_the_default_folder_is_where_the_playbook_is_run(playbooks: Playbooks) -> None:
    folder = playbooks.folder / "exports"
    shutil.rmtree(folder, ignore_errors=True)
    outcome = playbooks.run("mxlab.ftp.export", {"localhost": {}})
    assert outcome.status == 0, outcome.output
    assert [path.name for path in sorted(folder.iterdir())] == ["Bound-N_2.json", "Lab%20HQ-N_100001.json"]
