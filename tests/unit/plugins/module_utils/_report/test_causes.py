# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the causes that only several vantages show."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import LAYERS, UNDETERMINED
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._report.conditions import VantageCause
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import PLACES

ALL = [*CAUSES, *(row.cause for row in VANTAGE_CAUSES)]


@pytest.mark.parametrize("row", VANTAGE_CAUSES, ids=lambda row: row.cause.id)
def test_every_row_is_complete(row: VantageCause) -> None:
    cause = row.cause
    assert row.places and set(row.places) <= set(PLACES)
    assert cause.layer in LAYERS
    assert cause.sources
    assert cause.explanation.endswith(".") and cause.remedy.endswith(".")
    assert not cause.message.endswith(".")
    assert cause.explains and set(cause.explains) <= {other.id for other in CAUSES}
    assert cause.next_step or cause.verdict != UNDETERMINED


def test_ids_and_messages_are_unique_among_all_rows() -> None:
    assert len({cause.id for cause in ALL}) == len({cause.message for cause in ALL}) == len(ALL)
