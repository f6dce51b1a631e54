# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of docs/supported.md, which is the only list of the cores and Pythons that are supported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "supported.md"


@dataclass(frozen=True)
class Core:
    """An ansible-core that is supported; Pythons are first and last, like 3.10-3.12."""

    name: str
    release: str
    controller: str
    python: str
    hosts: str


def cores(page: str | None = None) -> list[Core]:
    """Return the rows of the table, the lowest core first."""
    text = PAGE.read_text() if page is None else page
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [Core(*row) for row in rows[2:]]


def version(text: str) -> tuple[int, ...]:
    """Return a version of numbers and dots in a form that compares."""
    return tuple(map(int, text.split(".")))


def within(python: str, span: str) -> bool:
    """Tell whether a Python is one of a span like 3.10-3.12."""
    first, last = span.split("-")
    return version(first) <= version(python) <= version(last)
