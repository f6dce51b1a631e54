# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TROUBLESHOOTING.md is what the table of causes says today."""

from __future__ import annotations

import troubleshooting
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CAUSES
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES

KNOWN = [*CAUSES, *(row.cause for row in VANTAGE_CAUSES)]


def test_the_page_is_not_stale() -> None:
    assert troubleshooting.PAGE.read_text() == troubleshooting.page(), "run: make troubleshooting"


def test_the_headings_are_the_messages() -> None:
    headings = [line.removeprefix("### ") for line in troubleshooting.page().splitlines() if line.startswith("### ")]
    assert headings == [cause.message for cause in KNOWN]


def test_the_lab_shows_at_least_25_causes_and_mends_12_set_ups_by_their_findings() -> None:
    """The scenario "faults" proves what its files say; this counts it."""
    setups = troubleshooting.lab()
    shown = {finding for setup in setups for finding in setup["findings"]}
    assert shown <= {cause.id for cause in KNOWN}
    assert len(shown) >= 25
    assert sum("by_hand" not in setup for setup in setups) >= 12


def test_a_remedy_that_only_hands_can_apply_says_why() -> None:
    reasons = [setup["by_hand"] for setup in troubleshooting.lab() if "by_hand" in setup]
    assert reasons and not [reason for reason in reasons if not reason]
