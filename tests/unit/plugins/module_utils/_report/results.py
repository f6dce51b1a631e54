# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of ftp_probe, for the tests of what is made of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.verdict import judge
from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import (
    Cell,
    Certificate,
    Edge,
    Evidence,
    Line,
    Tls,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report

ODD = 'odd "<&>" | \\ name'
CERTIFICATE = Certificate("CN=a", "CN=a", (), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", False, False, True, True)
TALK = (Line(1767225600.0, "client", "NOOP"), Line(1767225601.5, "server", "200 \\x1b[31m fine | so far"))


def cell(mode: str, stage: str = seen.DELETE, outcome: str = seen.OK, code: int = 0, **facts: Any) -> Cell:
    """Return a cell that says odd things; by default, one that passed."""
    made: dict[str, Any] = {"control_address": "203.0.113.13", "control_port": 21, "transcript": TALK, **facts}
    return Cell(mode, stage, outcome, code, f"{code} no | thanks", **made)


def judged(*cells: Cell, **evidence: Any) -> dict[str, Any]:
    """Return the result of these cells."""
    return judge(Evidence(cells, **evidence))


WELL = judged(*map(cell, seen.MODES), tls=Tls(CERTIFICATE, trusted=True))
FAILED = judged(
    cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address="192.168.128.13", data_port=61000),
    *map(cell, seen.MODES[1:]),
)
UNDETERMINED = judged(cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500), cell("PASV"))
ONLY_EDGES = judged(
    *map(cell, seen.MODES),
    edges=(Edge(61000, seen.REFUSED), Edge(61099, seen.TIMEOUT)),
    passive_ports=PortRange(61000, 61099),
)
NOT_PROBED = {"failed": True, "msg": "no | way"}
SKIPPED = {"skipped": True, "msg": "nothing is contacted in check mode"}
TWO_VANTAGES = report({"vps": FAILED, "desk": NOT_PROBED})
