# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each assumption that the twin names is a line of docs/mx_emulator.md, and none that is documented as a whole."""

from __future__ import annotations

import pytest
from lab.common import ROOT
from twin.assumptions import ASSUMPTIONS

LINES = [line.split(" | ") for line in (ROOT / "docs" / "mx_emulator.md").read_text().splitlines()]
MARKS = {cells[0].removeprefix("| "): cells[1] for cells in LINES if len(cells) == 2 and cells[0].startswith("| ")}


@pytest.mark.parametrize("behaviour", [each.behaviour for each in ASSUMPTIONS])
def test_an_assumption_is_one_of_the_emulator(behaviour: str) -> None:
    assert any(word in MARKS[behaviour] for word in ("assumed", "left out"))
