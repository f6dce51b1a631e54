# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The navigation of the site: every page in one section, so that a new page appears without a list to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

# Heading -> the pages below it, by pattern; a page belongs to the first section that has a pattern for it.
_SECTIONS = {
    "Start": ("readme", "tutorials/*"),
    "Reference": ("causes/index", "findings", "reference/index", "roles/*"),
    "日本語": ("ja/*",),
    "Project": ("architecture", "contributing", "security", "code_of_conduct", "maintainers", "changelog", "upgrade*"),
    "Guides": ("guides/*", "active_and_passive", "servers", "*"),
}
_ORDER = ("Start", "Guides", "Reference", "日本語", "Project")
LANDING = "index"


def toctrees(pages: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the toctrees that hold the pages; pages: names without suffix."""
    sections = sorted_by_section(pages)
    for heading in _ORDER:
        if sections[heading]:
            yield "\n".join(["", "```{toctree}", ":hidden:", f":caption: {heading}", "", *sections[heading], "```", ""])


def sorted_by_section(pages: Iterable[str]) -> dict[str, list[str]]:
    """Return the pages of each section, in the order of its patterns and then by name."""
    found: dict[str, list[str]] = {heading: [] for heading in _SECTIONS}
    for page in sorted(set(pages) - {LANDING}, key=lambda page: (place(page)[0], page)):
        found[place(page)[1]].append(page)
    return found


def place(page: str) -> tuple[int, str]:
    """Return the place of a page in its section, and the section's heading."""
    return next(
        (number, heading)
        for heading, patterns in _SECTIONS.items()
        for number, pattern in enumerate(patterns)
        if fnmatchcase(page, pattern)
    )
