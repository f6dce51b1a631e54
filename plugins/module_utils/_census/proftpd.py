# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logs of ProFTPD: ExtendedLog in the format COMMANDS, TLSLog, and TransferLog.

ProFTPD: mod_log (LogFormat), mod_tls (TLSLog), xferlog(5); recorded with 1.3.8.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import (
    CLOSED,
    LOGIN,
    OPENED,
    TLS,
    TRANSFER,
    Event,
    command,
)

# What LogFormat has to be for _COMMAND.
COMMANDS = '%{iso8601} %P %a %u "%r" %s'

_TIME = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[,.]\d+ "
_COMMAND = re.compile(_TIME + r'(\d+) ([0-9A-Fa-f:.]+) ([^"]+) "(.*)" (\d{3}|-)$')
_TLS = re.compile(
    _TIME + r"mod_tls/\S+\[(\d+)\]: (?:(\S+) (data )?connection accepted, using cipher .*?(resumed session)?\)$)"
)
_FILE = re.compile(
    r"([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) \d+ (\S+) \d+ .* [ab] \S+ [iod] [agr] (.+) "
    r"ftps? \d \S+ [ci]$"
)


def events(lines: Iterable[str]) -> Iterator[Event | None]:
    """Yield what each line says, None if it says nothing about clients."""
    connected: set[str] = set()
    for line in lines:
        found = _event(line)
        if found is not None and found.kind == OPENED:
            # Of two such lines of a process, the second one is of the class DISCONNECT.
            if found.session in connected:
                found = found._replace(kind=CLOSED)
            connected ^= {found.session}
        elif found is not None and found.kind == CLOSED and not found.verb:
            connected.discard(found.session)
        yield found


def _event(line: str) -> Event | None:
    found = _COMMAND.match(line)
    if found:
        return _command(*found.groups())
    found = _TLS.match(line)
    if found:
        when, process, version, data, resumed = found.groups()
        return Event(process, TLS, when, version=version, data=bool(data), resumed=bool(resumed))
    found = _FILE.match(line)
    if found:
        when, address, user = found.groups()
        return Event(f"{address} {user}", TRANSFER, when, address, user)
    return None


def _command(when: str, process: str, address: str, user: str, said: str, code: str) -> Event:
    name = "" if user == "-" else user
    if not said:
        # What the classes CONNECT and DISCONNECT of ExtendedLog write.
        return Event(process, CLOSED if name else OPENED, when, address, name)
    if said == "QUIT":
        return Event(process, CLOSED, when, address, name, verb=said)
    if said.startswith("PASS ") and code in ("230", "232"):
        return Event(process, LOGIN, when, address, name, verb="PASS")
    sent = command(process, when, said, address, name, int(code) if code != "-" else 0)
    # ProFTPD logs OPTS a second time under the name by which its modules know it.
    return sent._replace(verb="") if sent.verb.startswith("OPTS_") else sent
