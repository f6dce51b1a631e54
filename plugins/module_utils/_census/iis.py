# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The W3C log of IIS, of which the line #Fields says what each column is.

Made after Microsoft: FTP Log Files <logFile>, and logs in public reports about IIS 8.5, not recorded.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import CLOSED, LOGIN, OPENED, TLS, Event, command

# The columns that IIS writes unless it is told otherwise.
_DEFAULT = (
    "date time c-ip cs-username s-ip s-port cs-method cs-uri-stem sc-status sc-win32-status sc-substatus x-session "
    "x-fullpath"
)
# The port with which IIS begins TLS at once.
_IMPLICIT = "990"
_CHANNELS = {"ControlChannelOpened": OPENED, "ControlChannelClosed": CLOSED}


def events(lines: Iterable[str]) -> Iterator[Event | None]:
    """Yield what each line says, None if it says nothing about clients."""
    columns = _DEFAULT.split()
    for line in lines:
        if line.startswith("#Fields: "):
            columns = line[len("#Fields: ") :].split()
        values = line.split(" ")
        whole = len(values) == len(columns) and not line.startswith("#")
        yield _event(dict(zip(columns, values))) if whole else None


def _event(row: dict[str, str]) -> Event | None:
    session, address, said = row.get("x-session", ""), row.get("c-ip", ""), row.get("cs-method", "")
    user = row.get("cs-username", "-")
    name = "" if user == "-" else user
    when = f"{row.get('date', '')} {row.get('time', '')}".strip()
    code = row.get("sc-status", "")
    if not session or not said or said.startswith("DataChannel"):
        return None
    if said in _CHANNELS:
        secured = _CHANNELS[said] == OPENED and row.get("s-port") == _IMPLICIT
        return Event(session, TLS if secured else _CHANNELS[said], when, address, name)
    if said == "PASS" and code == "230":
        return Event(session, LOGIN, when, address, name, verb="PASS")
    argument = row.get("cs-uri-stem", "-").replace("+", " ")
    line = said if argument == "-" else f"{said} {argument}"
    return command(session, when, line, address, name, int(code) if code.isascii() and code.isdigit() else 0)
