# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the causes: one each, from the same texts as TROUBLESHOOTING.md."""

from __future__ import annotations

from collections.abc import Iterator

import troubleshooting

_INDEX = """\
# Causes

Each finding of the probe has a page here. A finding prints the address of its page. Search for the message that
you see, such as `425`, or choose it from the list.
"""


def pages() -> dict[str, str]:
    """Return the pages of the causes and their index: path on the site -> text."""
    causes = (cause for chapter in troubleshooting.CHAPTERS.values() for cause in chapter)
    return {
        "causes/index.md": "\n".join(_index()),
        **{f"causes/{cause.id}.md": troubleshooting.cause_page(cause, "{}.md".format) for cause in causes},
    }


def _index() -> Iterator[str]:
    yield _INDEX
    for chapter, causes in troubleshooting.CHAPTERS.items():
        yield f"## {chapter}\n"
        yield "\n".join(f"- [{cause.message}]({cause.id}.md)" for cause in causes) + "\n"
    yield from troubleshooting.weakenings("{}.md".format)
    yield "\n".join(["", "```{toctree}", ":hidden:", ":glob:", "", "*", "```", ""])
