# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all Markdown files have in common: texts of others in them, and how they stay within a comment's length.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

# GitHub takes 65,536 characters in a comment; a text never has more characters than bytes of UTF-8.
LIMIT = 60_000
# So many characters of one text are shown.
_SHOWN = 400


@dataclass(frozen=True)
class Section:
    """Lines of which the body may be cut."""

    head: tuple[str, ...]
    body: tuple[str, ...]
    tail: tuple[str, ...] = ()

    def within(self, room: int, elsewhere: str) -> str:
        """Return the section in so many bytes; what is left out is counted, and elsewhere says where it is."""
        used = sum(map(_size, (*self.head, *self.tail))) + _size(_more(len(self.body), elsewhere))
        kept = 0
        while kept < len(self.body) and used + _size(self.body[kept]) <= room:
            used += _size(self.body[kept])
            kept += 1
        left = [_more(len(self.body) - kept, elsewhere)] if kept < len(self.body) else []
        return "".join(f"{line}\n" for line in (*self.head, *self.body[:kept], *left, *self.tail))


def written(headline: str, sections: Iterable[Section], elsewhere: str) -> str:
    """Return a text of not much more than LIMIT bytes at most; elsewhere is a sentence about what does not fit."""
    text = f"### {headline}\n"
    for section in sections:
        text += section.within(LIMIT - _size(text), elsewhere)
    return text


def code(text: str) -> str:
    """Return a text of others as code, in which nothing is markup, a link or the name of a user to be notified.

    GitHub and GitLab look for those in what Markdown has become, but not in the element code. So the escapes alone
    would not do, and neither would the element, in which Markdown is still read.
    """
    line = one_line(text)
    cut = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
    return f"<code>{re.sub('[!-,./:-@[-`{-~]', lambda found: f'&#{ord(found[0])};', cut)}</code>"


def _more(count: int, elsewhere: str) -> str:
    return f"\n{count} more lines do not fit here. {elsewhere}"


def _size(text: str) -> int:
    return len(text.encode()) + 1
