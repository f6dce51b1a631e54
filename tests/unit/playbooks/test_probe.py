# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook probe where there is nothing to probe."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import Playbooks


@pytest.mark.parametrize("options", [("-e", "ftp_probe_hosts=nobody"), ("-e", "ftp_probe_hosts=all:!server")])
def test_no_server_is_no_success(playbooks: Playbooks, options: tuple[str, ...]) -> None:
    outcome = playbooks.run("mxlab.ftp.probe", {"server": {}}, *options)
    assert outcome.status == 2
    assert f"ftp_probe_hosts is '{options[1].partition('=')[2]}', which is no host of " in outcome.output
