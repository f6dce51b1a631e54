# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scenario's server cannot do is expected to fail, and a failure of the judges when it does not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import yaml

SHARED = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the judges that the scenario's vars/cannot.yml names, by expressions that match a whole name."""
    judges = [item for item in items if item.path.parent == SHARED]
    if not judges:
        return
    for pattern, reason in cannot().items():
        named = [item for item in judges if re.fullmatch(pattern, item.name)]
        if not named:
            raise pytest.UsageError(f"vars/cannot.yml names no judge: {pattern}")
        for item in named:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def cannot() -> dict[str, str]:
    """Return the scenario's variable "cannot", {regular expression: reason}; nothing without that file."""
    path = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"], "vars", "cannot.yml")
    return yaml.safe_load(path.read_text())["cannot"] if path.exists() else {}
