# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the journal (short, short-iso) and of files of syslog: time, host, program and process, then the message.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re

# journalctl(1), --output: short has the time of RFC 3164 section 4.1.2, which has no year; short-iso has one.
_LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S+) "
    r"[^\s\[:]+\[(\d+)\]: "
)


def split(line: str) -> tuple[str, str, str] | None:
    """Return time, process with its host, and message of a line, None if it is none of syslog that names a process."""
    found = _LINE.match(line)
    return (found[1], f"{found[2]} {found[3]}", line[found.end() :]) if found else None
