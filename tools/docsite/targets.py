# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the Makefile as its help texts describe them, and their page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docsite.places import ROOT

_TARGET = re.compile(r"^([a-z][a-z-]*):[^#\n]*(?:## (.*))?$", re.MULTILINE)
_HEAD = """\
# Make targets

Run these in a checkout; `make help` prints the same texts.

| command | does |
| --- | --- |
"""


@dataclass(frozen=True)
class Target:
    """A target of the Makefile; meaning: its help text, "" if it has none."""

    name: str
    meaning: str


def read() -> list[Target]:
    """Return the targets in their order."""
    return parsed((ROOT / "Makefile").read_text("utf-8"))


def parsed(makefile: str) -> list[Target]:
    """Return the targets of the text of a Makefile."""
    return [Target(found[1], found[2] or "") for found in _TARGET.finditer(makefile)]


def pages() -> dict[str, str]:
    """Return the page of the targets: path on the site -> text."""
    rows = "\n".join(f"| `make {target.name}` | {target.meaning} |" for target in read())
    return {"reference/make.md": f"{_HEAD}{rows}\n"}
