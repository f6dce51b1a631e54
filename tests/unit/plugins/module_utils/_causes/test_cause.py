# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import SERVER, Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._report.conditions import VantageCause

CAUSE = Cause(id="a", layer=SERVER, message="b", explanation="c", remedy="d", sources=("e",))


def test_the_fields_of_a_row_have_names() -> None:
    with pytest.raises(TypeError, match="positional"):
        Cause("a", SERVER, "b", "c", "d", ("e",))
    with pytest.raises(TypeError, match="positional"):
        VantageCause(CAUSE, (), lambda cell, comparison: True)


def test_a_row_can_be_varied() -> None:
    assert replace(CAUSE, id="z").id == "z"
