# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TROUBLESHOOTING.md is what the table of causes says today."""

from __future__ import annotations

import re

import troubleshooting
from gallery import set_ups


def test_the_page_is_not_stale() -> None:
    assert troubleshooting.PAGE.read_text() == troubleshooting.page(), "run: make troubleshooting"


def test_the_headings_are_the_messages() -> None:
    headings = [line.removeprefix("### ") for line in troubleshooting.page().splitlines() if line.startswith("### ")]
    assert headings == [cause.message for cause in set_ups.KNOWN.values()]


def test_each_heading_that_the_lab_can_show_names_the_command_and_no_other_does() -> None:
    sections = re.split(r"^<a id=", troubleshooting.page(), flags=re.MULTILINE)[1:]
    named = {
        section.split('"')[1]: re.findall(r"Shown in the lab by `make explain PROBLEM=(\S+)`", section)
        for section in sections
    }
    assert {cause: names for cause, names in named.items() if names} == {cause: [cause] for cause in set_ups.problems()}
