# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of modes and of their groups."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import MODES, modes_of


@pytest.mark.parametrize(
    ("names", "modes"),
    [
        (["passive", "active"], list(MODES)),
        (["active"], ["PORT", "EPRT"]),
        (["EPRT", "passive"], ["PASV", "PASV-peer", "EPSV", "EPRT"]),
        (["PASV", "passive"], ["PASV", "PASV-peer", "EPSV"]),
        ([], []),
    ],
)
def test_modes_of(names: list[str], modes: list[str]) -> None:
    assert modes_of(names) == modes
