# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The FTP servers that this collection knows: their roles, and the passive ports that their clients need.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VSFTPD = "vsftpd"
PROFTPD = "ProFTPD"
PURE_FTPD = "Pure-FTPd"
PYFTPDLIB = "pyftpdlib"
FILEZILLA = "FileZilla Server"
IIS = "IIS"


@dataclass(frozen=True)
class Server:
    """What the collection knows of one server.

    role: the role that installs it; its variables begin with this name.
    ports_per_client: passive ports to allow for each client that is connected at a time.  why: the reason for them.
    """

    role: str
    ports_per_client: int
    why: str


SERVERS: dict[str, Server] = {
    # Of twice as many ports as clients, nine tries miss the free ones once in 500 times (0.5 to the ninth); of four
    # times as many, once in 260,000.
    VSFTPD: Server(
        role="vsftpd",
        ports_per_client=4,
        why="it tries nine ports at random, and a transfer keeps its port until it ends",
    ),
    PROFTPD: Server(
        role="proftpd",
        ports_per_client=1,
        why="a port is free again as soon as the client has connected to it",
    ),
    PURE_FTPD: Server(
        role="pure_ftpd",
        ports_per_client=2,
        why="it admits half as many clients as its range has ports",
    ),
    PYFTPDLIB: Server(
        role="pyftpdlib",
        ports_per_client=1,
        why="a port is free again as soon as the client has connected to it",
    ),
    FILEZILLA: Server(
        role="filezilla_server",
        ports_per_client=1,
        why="a port is free again as soon as the client has connected to it; the limit of clients is one for each user",
    ),
    IIS: Server(
        role="iis_ftp",
        ports_per_client=2,
        why="a safe assumption, since Microsoft does not document how long a port is in use",
    ),
}


def ports_per_client(role: str) -> int:
    """Return how many passive ports a client of the server that the role installs needs.

    Raise ValueError if no role of a server has this name.
    """
    found = {server.role: server.ports_per_client for server in SERVERS.values()}
    if role not in found:
        raise ValueError(f"no server role is named {role!r}; expected one of {', '.join(found)}")
    return found[role]


def sizing(*names: str) -> dict[str, str]:
    """Return for each of the servers, all if none is named, how many ports a client needs, in the words of a remedy."""
    chosen: Sequence[str] = names or tuple(SERVERS)
    return {name: _sizing(SERVERS[name]) for name in chosen}


def _sizing(server: Server) -> str:
    count = "1 port" if server.ports_per_client == 1 else f"{server.ports_per_client} ports"
    return f"{count} for each client ({server.why})"
