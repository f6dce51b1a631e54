# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One program has the lab at a time, and its end frees the lab."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import occupied
from lab.common import LabError


@pytest.fixture(autouse=True)
def of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occupied, "STATE", tmp_path / "lab")
    monkeypatch.setattr(occupied, "LOCK", tmp_path / "lab" / "occupied")


def test_who_comes_second_hears_who_has_it() -> None:
    with occupied.by("make explain"), pytest.raises(LabError, match="^make explain uses this lab: wait for its end$"):
        occupied.by("make matrix").__enter__()


def test_it_is_free_after_a_failure_and_names_who_has_it_now() -> None:
    with pytest.raises(OSError, match="broken"), occupied.by("make explain"):
        raise OSError("broken")
    with occupied.by("make matrix"), pytest.raises(LabError, match="^make matrix uses"):
        occupied.by("make explain").__enter__()
