# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from changed import EVERYTHING, scope


@pytest.mark.parametrize(
    "path",
    [".ansible-lint", "requirements-dev.txt", "galaxy.yml", "meta/runtime.yml", "plugins/doc_fragments/dashboard.py"],
)
def test_everything_is_linted_where_a_file_may_concern_every_other(path: str) -> None:
    assert scope([path, "molecule/site/converge.yml"]) == EVERYTHING


def test_a_differing_file_is_linted_by_itself() -> None:
    assert scope(["molecule/site/converge.yml", "README.md", "tests/unit/tools/test_changed.py"]) == [
        "molecule/site/converge.yml"
    ]


def test_files_that_name_a_module_that_differs_are_linted_too() -> None:
    assert "molecule/shared/tasks/probe.yml" in scope(["plugins/modules/ftp_probe.py"])


def test_files_that_name_a_role_of_which_any_file_differs_are_linted_too() -> None:
    assert "molecule/shared/mx.yml" in scope(["roles/mx_emulator/files/mx_emulator/app.py"])


def test_what_is_gone_is_not_linted() -> None:
    assert scope(["molecule/site/gone.yml"]) == []
