# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of vsftpd, in the journal (syslog_enable) or in a file (vsftpd_log_file).

vsftpd.conf(5): log_ftp_protocol, syslog_enable, debug_ssl; recorded with 3.0.5.

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
    reply,
)

_IN_FILE = re.compile(r"([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) \[pid (\d+)\] ")
_MESSAGE = re.compile(r'(?:\[([^\]]*)\] )?([A-Za-z ]+): Client "([^"]*)"(?:, "(.*)"?)?')
_TLS = re.compile(r"SSL version: ([^,]+), SSL cipher: [^,]+, (not )?reused")
# vsftpd logs the version that has brought the cipher (SSL_CIPHER_get_version): of these two, no other one can use it.
_EXACT = ("TLSv1.2", "TLSv1.3")
_ENDS = ("221 ", "421 ")
_KINDS = {
    "CONNECT": OPENED,
    "FTP response": CLOSED,
    "OK LOGIN": LOGIN,
    "OK UPLOAD": TRANSFER,
    "OK DOWNLOAD": TRANSFER,
}
_CLIENT = ': Client "'


def event(line: str) -> Event | None:
    """Return what a line says, None if it says nothing about clients."""
    taken = syslog.split(line) or _of_file(line)
    found = _MESSAGE.match(taken[2]) if taken else None
    # The name of a user, which a client chooses, stands before it: with this in it, it may forge a line.
    if taken is None or found is None or taken[2].count(_CLIENT) > 1:
        return None
    when, process, _message = taken
    user, what, address, said = found.groups(default="")
    if what == "FTP command":
        return command(process, when, said.rstrip('"'), address, user)
    if what == "DEBUG":
        return _tls(process, when, address, user, said)
    if what == "FTP response" and not said.startswith(_ENDS):
        return reply(process, when, said, address, user)
    kind = _KINDS.get(what, "")
    return Event(process, kind, when, address, user) if kind else None


def _of_file(line: str) -> tuple[str, str, str] | None:
    found = _IN_FILE.match(line)
    return (found[1], found[2], line[found.end() :]) if found else None


def _tls(process: str, when: str, address: str, user: str, said: str) -> Event | None:
    found = _TLS.match(said)
    if found is None:
        return None
    version = found[1] if found[1] in _EXACT else f"{found[1]} or newer"
    return Event(process, TLS, when, address, user, version=version, data=bool(user), resumed=not found[2])
