# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook census, with the log and the lines that docs/guides/client_census.md shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT, Playbooks

GUIDE = (CHECKOUT / "docs" / "guides" / "client_census.md").read_text()
LOG, SAID = re.findall(r"^```text\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
PLAN = {"ftp_census_plan": {"ftp_tls": "required"}}


def test_the_example_of_the_guide(playbooks: Playbooks, tmp_path: Path) -> None:
    (playbooks.folder / "ftp.log").write_text(LOG)
    hosts = {"files": {"ftp_server": "pure_ftpd", "ftp_census_log": "ftp.log"}}
    words = ("-e", json.dumps({**PLAN, "ftp_census_folder": str(tmp_path / "census")}))
    outcome = playbooks.run("mxlab.ftp.census", hosts, *words)
    assert outcome.status == 0, outcome.output
    assert all(line in outcome.output for line in SAID.splitlines())
    assert "### FTP clients: 1" in (tmp_path / "census" / "census.md").read_text()
    (row,) = json.loads((tmp_path / "census" / "census.json").read_text())["files"]["clients"]
    assert (row["client"], row["effects"]["ftp_tls"]["basis"]) == ("curl", "oracle")


def test_a_log_that_is_missing_is_named(playbooks: Playbooks) -> None:
    outcome = playbooks.run("mxlab.ftp.census", {"a": {"ftp_census_log": "no.log"}, "b": {"ftp_server": "iis_ftp"}})
    assert outcome.message("a") == "ftp_census_log is 'no.log'; expected a file on this machine."
    assert outcome.message("b").endswith("with the log of iis_ftp, which this playbook cannot read from the host.")


def test_a_log_that_is_not_read_whole_is_no_census(playbooks: Playbooks) -> None:
    """On a host where the user of Ansible may not read the journal."""
    journalctl = playbooks.folder / "bin" / "journalctl"
    journalctl.write_text("#!/bin/sh\necho 'No journal files were opened' >&2\nexit 1\n")
    journalctl.chmod(0o755)
    outcome = playbooks.run("mxlab.ftp.census", {"a": {"ftp_server": "pure_ftpd"}})
    journalctl.unlink()
    assert outcome.message("a").startswith(
        "The log of pure_ftpd on a was not read whole: No journal files were opened."
    )
    assert "no clients are known" not in outcome.output
