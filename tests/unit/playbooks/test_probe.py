# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook probe writes its reports where it is run, also by relative paths."""

from __future__ import annotations

import json

from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT, Playbooks


def test_relative_paths_begin_where_the_playbook_is_run(playbooks: Playbooks) -> None:
    folder = playbooks.folder / "reports"
    folder.mkdir()
    paths = {name: f"reports/{name}" for name in ("junit", "nagios", "prometheus", "report")}
    variables = {f"ftp_probe_{name}": path for name, path in paths.items()} | {"ftp_probe_timelines": "reports"}
    # Nothing listens there: the reports are written all the same, before the playbook fails.
    login = {"ftp_probe_user": "transfer", "ftp_probe_password": "none of ours", "ftp_probe_timeout": 2}
    server = {"ftp_probe_host": "127.0.0.1", "ftp_control_port": 9, "ftp_modes": ["passive"], **login}
    outcome = playbooks.run("mxlab.ftp.probe", {"server": server}, "-e", json.dumps(variables))
    assert outcome.message("server").startswith("FTP CRITICAL - server: "), outcome.output
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["server-localhost.svg", "server-localhost.txt", *paths]
    )
    assert not (CHECKOUT / "playbooks" / "reports").exists()
