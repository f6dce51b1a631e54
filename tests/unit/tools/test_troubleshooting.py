# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TROUBLESHOOTING.md is what the table of causes says today."""

from __future__ import annotations

import troubleshooting
from ansible_collections.mxlab.ftp.plugins.module_utils._ftp_causes import CAUSES


def test_the_page_is_not_stale() -> None:
    assert troubleshooting.PAGE.read_text() == troubleshooting.page(), "run: make troubleshooting"


def test_the_headings_are_the_messages() -> None:
    headings = [line.removeprefix("### ") for line in troubleshooting.page().splitlines() if line.startswith("### ")]
    assert headings == [cause.message for cause in CAUSES]
