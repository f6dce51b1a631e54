# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the table of causes."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import LAYERS, UNDETERMINED, Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES, CHAPTERS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_every_row_is_complete(cause: Cause) -> None:
    assert cause.layer in LAYERS
    assert cause.sources
    assert cause.explanation.endswith(".")
    assert cause.remedy.endswith(".")
    assert not cause.message.endswith(".")
    assert set(cause.vendors) <= set(SERVERS)
    assert set(cause.explains) <= {other.id for other in CAUSES} - {cause.id}
    assert cause.next_step or cause.verdict != UNDETERMINED


def test_ids_and_messages_are_unique() -> None:
    assert len({cause.id for cause in CAUSES}) == len({cause.message for cause in CAUSES}) == len(CAUSES)


@pytest.mark.parametrize("cause", [*CAUSES, *(row.cause for row in VANTAGE_CAUSES)], ids=lambda cause: cause.id)
def test_options_beside_those_of_a_change_stay(cause: Cause) -> None:
    """What a dictionary of options or a list of clients holds besides is its user's."""
    shared = [change for change in cause.changes if isinstance(change.value, dict) or change.option == "allowed_ips"]
    assert [change for change in shared if not change.add] == []


def test_every_chapter_has_rows() -> None:
    assert [chapter for chapter, causes in CHAPTERS.items() if not causes] == []


def test_there_are_settings_to_keep() -> None:
    """So that the test of options beside those of a change tests something."""
    values = [change.value for cause in CAUSES for change in cause.changes]
    assert any(isinstance(value, dict) for value in values)
