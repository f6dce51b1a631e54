# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from lab import description
from lab.common import STATE


@pytest.mark.parametrize("variable", ["MOLECULE_EPHEMERAL_DIRECTORY", "MXLAB_SNAPSHOTS"])
def test_what_is_remembered_of_the_lab_goes_with_the_lab(variable: str) -> None:
    variables = description.environment("unix:///socket", {}, "http://127.0.0.1:1", "/collections")

    assert STATE in Path(variables[variable]).parents
