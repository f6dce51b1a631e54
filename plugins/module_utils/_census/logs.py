# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logs of the servers: who reads them, where they are, and which settings make them tell more.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ansible_collections.mxlab.ftp.plugins.module_utils._census import (
    filezilla_server,
    iis,
    proftpd,
    pure_ftpd,
    pyftpdlib,
    vsftpd,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import Event
from ansible_collections.mxlab.ftp.plugins.module_utils._census.relays import Relays
from ansible_collections.mxlab.ftp.plugins.module_utils._census.tracker import Tracker

Events = Callable[[Iterable[str]], Iterator["Event | None"]]


@dataclass(frozen=True)
class Log:
    """The log of one server.

    events: what reads its lines.  tells_tls: as for Session.  tracker: tells its sessions apart.
    command: a shell command that prints the log where the role has set the server up; "" if it has no shell.
    lists_transfers: a part of it lists transfers without the sessions, which counts only where the rest has none.
    hides_tls: its reply to FEAT lists no AUTH, and of what clients take for a sign of TLS, EPSV alone.
    settings: for what a log may lack, "commands" and "TLS", the setting that makes it tell this.
    """

    events: Events
    command: str
    settings: dict[str, str] = field(default_factory=dict)
    lists_transfers: bool = False
    tells_tls: bool = False
    hides_tls: bool = False
    tracker: type[Tracker] = Tracker


def _each(event: Callable[[str], Event | None]) -> Events:
    return lambda lines: map(event, lines)


def _journal(unit: str) -> str:
    return f"journalctl --unit {unit} --output short-iso --no-pager --quiet"


def _files(*patterns: str) -> str:
    """Return a command that prints files of a rotation, the oldest first, compressed or not."""
    return f"ls -tr {' '.join(patterns)} 2>/dev/null | xargs --no-run-if-empty zcat --force"


_QUOTED = proftpd.COMMANDS.replace('"', r"\"")

LOGS: dict[str, Log] = {
    "vsftpd": Log(
        events=_each(vsftpd.event),
        # With syslog_enable, vsftpd cannot log what comes before the login. The journal has the time before a file.
        command=f"{_journal('vsftpd')} && {_files('/var/log/vsftpd.log*')}",
        settings={
            "commands": "vsftpd_extra_options: {log_ftp_protocol: true, syslog_enable: false}",
            "TLS": "vsftpd_extra_options: {log_ftp_protocol: true, syslog_enable: false, debug_ssl: true}",
        },
        tracker=Relays,
        hides_tls=True,
    ),
    "proftpd": Log(
        events=proftpd.events,
        command=_files("/var/log/proftpd/xferlog*", "/var/log/proftpd/proftpd.log*"),
        settings={
            "commands": f"proftpd_extra_options: {{LogFormat: 'census \"{_QUOTED}\"',"
            " ExtendedLog: '/var/log/proftpd/proftpd.log ALL,CONNECT census'}",
        },
        lists_transfers=True,
    ),
    "pure_ftpd": Log(
        events=_each(pure_ftpd.event),
        command=_journal("pure-ftpd"),
        settings={"commands": "pure_ftpd_extra_options: {VerboseLog: true}"},
        tells_tls=True,
    ),
    "pyftpdlib": Log(
        events=_each(pyftpdlib.event),
        command=_journal("pyftpdlib"),
        settings={"commands": "pyftpdlib_log_commands: true"},
    ),
    "filezilla_server": Log(
        events=_each(filezilla_server.event),
        command="",
        settings={"commands": "filezilla_server_extra_options: {logger: {name: /var/log/filezilla-server.log}}"},
    ),
    "iis_ftp": Log(
        events=iis.events,
        command="",
        settings={"commands": "logExtFileFlags with ClientIP, UserName, Method, UriStem, FtpStatus and Session"},
    ),
}


def log_of(server: str) -> Log:
    """Return the log of the server that a role installs; raise ValueError for another name."""
    if server not in LOGS:
        raise ValueError(f"server is {server!r}; expected one of {', '.join(LOGS)}")
    return LOGS[server]
