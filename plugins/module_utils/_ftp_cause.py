# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of the tables of causes is: the evidence that shows a cause, what it means, and what mends it.

Private to the collection mxlab.ftp: it may change in any release.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_evidence import Cell, Evidence


@dataclass(frozen=True)
class Cause:
    """A cell that fits stages, outcomes, modes and codes (empty: any) and also where, shows this cause.

    verdict is what the cell then is.  with_edges: what the range's edges met belongs to the evidence.
    also_passed: a cell that works can show it, too.
    """

    id: str
    layer: str
    explanation: str
    remedy: str
    stages: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    where: Callable[[Cell, Evidence], bool] = lambda cell, evidence: True
    verdict: str = "failed"
    with_edges: bool = False
    also_passed: bool = False

    def fits(self, cell: Cell, evidence: Evidence) -> bool:
        """Whether the cell shows this cause."""
        return (
            (self.also_passed or not cell.passed)
            and (not self.stages or cell.stage in self.stages)
            and (not self.outcomes or cell.outcome in self.outcomes)
            and (not self.modes or cell.mode in self.modes)
            and (not self.codes or cell.code in self.codes)
            and self.where(cell, evidence)
        )
