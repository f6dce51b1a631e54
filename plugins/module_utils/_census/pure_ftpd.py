# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of Pure-FTPd, which goes to syslog.

pure-ftpd(8): -d (VerboseLog), -D (TLS in the same log); recorded with 1.0.50.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re

from ansible_collections.mxlab.ftp.plugins.module_utils._census import syslog
from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import (
    CLOSED,
    LOGIN,
    OPENED,
    TLS,
    TRANSFER,
    Event,
    command,
)

# Without DontResolve, it logs the name of the client's host.
_MESSAGE = re.compile(r"\((.*?)@([^\s@()]+)\) \[[A-Z]+\] (.*)")
_COMMAND = re.compile(r"Command \[([a-z]+)\] \[(.*)\]$")
_LOGIN = re.compile(r"(.+) is now logged in$")
_TLS = re.compile(r"(?:SSL/)?TLS: Enabled (\S+) with ")
_FILE = re.compile(r".* (?:up|down)loaded  \(\d+ bytes")


def event(line: str) -> Event | None:
    """Return what a line says, None if it says nothing about clients."""
    taken = syslog.split(line)
    found = _MESSAGE.match(taken[2]) if taken else None
    if taken is None or found is None:
        return None
    when, process, _message = taken
    user, address, said = found.groups()
    return _said(process, when, address, "" if user == "?" else user, said)


def _said(process: str, when: str, address: str, user: str, said: str) -> Event | None:
    found = _COMMAND.match(said)
    if found:
        return command(process, when, f"{found[1]} {found[2]}", address, user)
    found = _LOGIN.match(said)
    if found and not user:
        return Event(process, LOGIN, when, address, found[1])
    found = _TLS.match(said)
    if found:
        # Before the login, the control connection; afterwards, data connections.
        return Event(process, TLS, when, address, user, version=found[1], data=bool(user))
    kind = OPENED if said.startswith("New connection from ") else CLOSED if said.startswith("Logout.") else ""
    kind = kind or (TRANSFER if _FILE.match(said) else "")
    return Event(process, kind, when, address, user) if kind else None
