# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where files of the checkout are on the site, and what links to them become there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from gallery import set_ups

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "docs"
SOURCE = BUILD / "source"
HTML = BUILD / "html"
# On the site, each of its causes has a page.
CAUSES = "TROUBLESHOOTING.md"
_IN_ROOT = re.compile(r"[A-Z_]+\.md")
_ROLE = re.compile(r"roles/([a-z_]+)/README\.md")
# [text](target), with an optional title; <target> is not used in this checkout.
_LINK = re.compile(r"(?<=\]\()([^()\s]+)(?=\))")
_FENCE = re.compile(r"^[ ]*(```|~~~)")
_EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:")


@cache
def galaxy() -> dict[str, str]:
    """Return what galaxy.yml says of the collection."""
    found: dict[str, str] = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))
    return found


def pages() -> dict[str, str]:
    """Return the written pages of the site: path in the checkout -> path on the site."""
    found = [path for pattern in ("*.md", "docs/**/*.md", "roles/*/README.md") for path in ROOT.glob(pattern)]
    names = sorted(path.relative_to(ROOT).as_posix() for path in found)
    return {name: place for name in names if (place := on_site(name))}


def on_site(path: str) -> str | None:
    """Return where a file of the checkout is on the site; None if the site does not have it."""
    if _IN_ROOT.fullmatch(path) and path != CAUSES:
        return path.lower()
    if role := _ROLE.fullmatch(path):
        return f"roles/{role[1]}.md"
    return path.removeprefix("docs/") if path.startswith("docs/") else None


def moved(text: str, path: str) -> str:
    """Return the text of the page at a path of the checkout with its links as the site needs them."""
    return "".join(
        line if fenced else _LINK.sub(lambda found: target(found[1], path), line) for line, fenced in lines(text)
    )


def lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line of a Markdown text, and whether it belongs to a fenced block."""
    inside = False
    for line in text.splitlines(keepends=True):
        fence = bool(_FENCE.match(line))
        yield line, inside or fence
        inside ^= fence


def target(link: str, path: str) -> str:
    """Return the target of a link on the site; path: the page of the checkout that holds the link."""
    name, sharp, anchor = link.partition("#")
    if _EXTERNAL.match(link) or not name:
        return link
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    here = posixpath.dirname(on_site(path) or path) or "."
    if wanted == CAUSES:
        page = f"{anchor}.md" if anchor in set_ups.KNOWN else f"index.md{sharp}{anchor}"
        return f"{posixpath.relpath('causes', here)}/{page}"
    if (place := on_site(wanted)) and (ROOT / wanted).is_file():
        return posixpath.relpath(place, here) + sharp + anchor
    return in_repository(wanted)


def in_repository(path: str) -> str:
    """Return the address of a file or folder of the checkout in the public repository."""
    return f"{galaxy()['repository']}/{'tree' if (ROOT / path).is_dir() else 'blob'}/main/{path}"
