# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for people."""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import table
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import FAILED, WELL


def test_the_table_fits_a_terminal() -> None:
    two = report({"vps": FAILED, "desk": {"msg": "x" * 300}})
    lines = table({"a": WELL, "b": two})
    assert max(map(len, lines)) <= 100
    assert "b from vps: 4 of 5 cells work" in lines
    assert "b: private-address-announced (server): 227 announces a private address" in lines
    assert any(line.startswith("  remedy: ") for line in lines)
    assert any("hangs: wget, z/OS passive" in line for line in lines)


def test_a_vantage_that_was_not_probed_says_why() -> None:
    assert table({"a": {"failed": True, "msg": "no\nway"}}) == ["a: not probed: no way"]
