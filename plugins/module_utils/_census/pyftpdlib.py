# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of the server that the role pyftpdlib installs, in the journal.

pyftpdlib: handlers.py, FTPHandler.log, log_cmd and logline; recorded with 2.0.1.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re

from ansible_collections.mxlab.ftp.plugins.module_utils._census import syslog
from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import (
    CLOSED,
    LOGIN,
    OPENED,
    TRANSFER,
    Event,
    command,
    reply,
)

_MESSAGE = re.compile(r"(([0-9A-Fa-f:.]+):\d+)-\[([^\]]*)\] (.*)")
_LOGIN = re.compile(r"USER '(.*)' logged in\.$")
_FILE = re.compile(r"(?:STOR|STOU|APPE|RETR) .* completed=[01] bytes=\d+ seconds=[\d.]+$")


def event(line: str) -> Event | None:
    """Return what a line says, None if it says nothing about clients."""
    taken = syslog.split(line)
    found = _MESSAGE.match(taken[2]) if taken else None
    if taken is None or found is None:
        return None
    session, address, user, said = found.groups()
    if said.startswith("<- "):
        return command(session, taken[0], said[3:], address, user)
    if said.startswith("-> "):
        return reply(session, taken[0], said[3:], address, user)
    login = _LOGIN.match(said)
    if login:
        return Event(session, LOGIN, taken[0], address, login[1])
    kind = OPENED if said.startswith("FTP session opened") else CLOSED if said.startswith("FTP session closed") else ""
    kind = kind or (TRANSFER if _FILE.match(said) else "")
    return Event(session, kind, taken[0], address, user) if kind else None
