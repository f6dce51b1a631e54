# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of FileZilla Server 1.x, from its file, or from the journal on Linux.

Made after logs in public reports about 1.7.2, 1.8.1 and 1.9.4, not recorded: >> is a command, << a reply.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re

from ansible_collections.mxlab.ftp.plugins.module_utils._census import syslog
from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import (
    CLOSED,
    LOGIN,
    OPENED,
    Event,
    command,
    reply,
)

_LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z) (..) "
    r"\[FTP (?:Session (\d+) ([0-9A-Fa-f:.]+)(?: ([^\]]*))?|Server)\] (.*)"
)
_ENDED = re.compile(r"Session (\d+) ended ")


def event(line: str) -> Event | None:
    """Return what a line says, None if it says nothing about clients."""
    taken = syslog.split(line)
    found = _LINE.match(taken[2] if taken else line)
    if found is None:
        return None
    when, sign, session, address, user, said = found.groups(default="")
    if sign == ">>" and session:
        return command(session, when, said, address, user)
    if not session:
        ended = _ENDED.match(said)
        return Event(ended[1], CLOSED, when) if ended else None
    kind = {"220": OPENED, "230": LOGIN}.get(said[:3], "") if sign == "<<" else ""
    if kind:
        return Event(session, kind, when, address, user)
    return reply(session, when, said, address, user) if sign == "<<" else None
