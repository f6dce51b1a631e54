# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counts of the exact comparison."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest


@dataclass
class Tally:
    """What was compared, and how it came out."""

    exports: int = 0
    classes: int = 0
    undecided: int = 0
    packets: int = 0
    disagreements: int = 0
    seen: int = 0
    equivalent: int = 0
    refused: int = 0
    begin: float = field(default_factory=time.monotonic)

    def text(self) -> str:
        """Return the counts as one sentence for each question."""
        return (
            f"exact: {self.exports} exports, {self.classes} classes of packets ({self.undecided} undecided), "
            f"{self.packets} packets sent, {self.disagreements} disagreements; "
            f"mutations: {self.seen} seen by both alike, {self.equivalent} equivalent, "
            f"{self.refused} refused by the API; {time.monotonic() - self.begin:.1f} s"
        )


KEY = pytest.StashKey[Tally]()
