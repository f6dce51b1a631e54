# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines for people."""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.plugins.module_utils._report.table import _clients, table
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import FAILED, WELL


def test_the_table_fits_a_terminal() -> None:
    two = report({"vps": FAILED, "desk": {"msg": "x" * 300}})
    lines = table({"a": WELL, "b": two})
    assert max(map(len, lines)) <= 100
    assert "b from vps: 4 of 5 cells work" in lines
    assert "b: private-address-announced (server): 227 announces a private address" in lines
    assert any(line.startswith("  remedy: ") for line in lines)
    assert any("works: curl, lftp, " in line for line in lines)
    assert "hangs: wget, z/OS passive" in " ".join(line.strip() for line in lines)


def test_versions_of_a_client_are_told_apart_where_they_differ() -> None:
    rows = [("old", "before 2", "fails"), ("old", "2 and newer", "works"), ("same", "before 2", "works")]
    rows += [("same", "2 and newer", "works"), ("other", "", "fails")]
    told = _clients([{"client": name, "versions": versions, "verdict": verdict} for name, versions, verdict in rows])
    assert told == "works: old 2 and newer, same; fails: old before 2, other"


def test_a_vantage_that_was_not_probed_says_why() -> None:
    assert table({"a": {"failed": True, "msg": "no\nway"}}) == ["a: not probed: no way"]
