# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a line of a server's log says, in the same words for every server.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from typing import NamedTuple

# A client connected; sent a command; was answered; logged in; spoke TLS; moved a file, where the log has no commands;
# left.
OPENED = "opened"
COMMAND = "command"
REPLY = "reply"
LOGIN = "login"
TLS = "tls"
TRANSFER = "transfer"
CLOSED = "closed"


class Event(NamedTuple):
    """One event of one session.

    session: what tells this session from those at the same time: a process, a port or a number.
    kind: one of the constants above.
    when: the time as the log has it.
    address, user: "" if the line does not have them.
    verb, argument: of a command; the argument of PASS is never one.  A login has the verb if no other event has PASS.
    code: of a reply, or of that to the command; 0 if the line does not have it.
    version: of TLS, such as TLSv1.3, "" if the line does not have it.  data: whether it is about a data connection.
    resumed: whether a data connection resumed the TLS session, None if the line does not say so.
    """

    session: str
    kind: str
    when: str
    address: str = ""
    user: str = ""
    verb: str = ""
    argument: str = ""
    code: int = 0
    version: str = ""
    data: bool = False
    resumed: bool | None = None


def reply(session: str, when: str, line: str, address: str = "", user: str = "") -> Event | None:
    """Return the event of a reply as the server sent it, None for a line that is none, or not the last one of it."""
    code = line[:3]
    whole = code.isascii() and code.isdigit() and line[3:4] in ("", " ")
    return Event(session, REPLY, when, address, user, code=int(code)) if whole else None


def command(session: str, when: str, line: str, address: str = "", user: str = "", code: int = 0) -> Event:
    """Return the event of a command line as a client sent it."""
    verb, _blank, argument = line.partition(" ")
    verb = verb.upper()
    kept = "" if verb in ("PASS", "ACCT") else argument
    return Event(session, COMMAND, when, address, user, verb, kept, code)
