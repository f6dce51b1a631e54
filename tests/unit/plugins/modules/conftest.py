# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.tests.unit.plugins.mx_module import Run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the module, against a Dashboard API in memory that has no rules at first."""
    return Run(monkeypatch)
