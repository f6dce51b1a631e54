# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The source of the site: the written pages with their links moved, and the generated pages."""

from __future__ import annotations

import shutil
from pathlib import Path

from docsite import causes, findings, navigation, playbooks, reference, targets
from docsite.places import BUILD, ROOT, SOURCE, moved, pages


def write() -> None:
    """Write the source of the site anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    # Pictures and schemas, which pages link to, come along.
    shutil.copytree(ROOT / "docs", SOURCE, ignore=shutil.ignore_patterns("conf.py", "__pycache__"))
    for name, place in pages().items():
        _put(SOURCE / place, moved((ROOT / name).read_text("utf-8"), name))
    # A forge would show the navigation of the site as a block of code.
    named = [place.removesuffix(".md") for place in (*pages().values(), *findings.pages())]
    with (SOURCE / "index.md").open("a", encoding="utf-8") as landing:
        landing.writelines(navigation.toctrees([*named, "causes/index", "reference/index"]))
    for place, text in {**causes.pages(), **findings.pages(), **playbooks.pages(), **targets.pages()}.items():
        _put(SOURCE / place, text)
    reference.write(SOURCE / "reference")


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
