# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario filezilla_server can pass with a package, which no distribution has, and leaves nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

SCENARIO = Path(__file__).resolve().parents[3] / "molecule" / "filezilla_server"
WITHOUT_PACKAGE = "neither package nor server"


def read(name: str) -> Any:
    return yaml.safe_load((SCENARIO / name).read_text())


@pytest.mark.parametrize(("package", "refused"), [("", True), ("/root/filezilla-server.deb", False)])
def test_a_missing_package_is_refused_only_where_none_is_installed(package: str, refused: bool) -> None:
    (task,) = read("side_effect.yml")[0]["tasks"]
    titles = [
        bad["title"]
        for bad in NativeEnvironment().from_string(task["loop"]).render(package=package, **read("vars/refused.yml"))
    ]
    assert (WITHOUT_PACKAGE in titles) == refused
    assert len(titles) > 1


def test_the_cleanup_removes_the_account_and_the_link_of_the_unit() -> None:
    tasks = read("cleanup.yml")[0]["tasks"]
    accounts = [task["ansible.builtin.user"] for task in tasks if "ansible.builtin.user" in task]
    assert accounts == [{"name": "ftp", "state": "absent"}]
    removed = [path for task in tasks if "ansible.builtin.file" in task for path in task["loop"]]
    assert "/etc/systemd/system/multi-user.target.wants/filezilla-server.service" in removed
