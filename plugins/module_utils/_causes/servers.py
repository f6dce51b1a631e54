# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The FTP servers that this collection knows: one row says all that modules and tests need to know of a server.

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
class Sign:
    """A sign by which a server is recognized.

    pattern: a regular expression for a line of the server.  The word "password" is masked in lines where it is part of
    the user's password, so patterns do not contain it.
    seen: a line of the server that the pattern was made from.
    """

    pattern: str
    seen: str


@dataclass(frozen=True)
class Server:
    """What the collection knows of one server.

    role: the role that installs it; its variables begin with this name.
    ports_per_client: passive ports to allow for each client that is connected at a time.  why: the reason for them.
    names: signs that name the server.  texts: signs that stay after an administrator has changed the greeting.
    masquerade: the server's setting for the address in 227.  masquerade_page: the man page or the title of the vendor's
    page that describes it; "" if none is cited.
    passive_range: the server's setting for the passive ports.
    tls_after_command: whether it begins TLS on a passive data connection after the transfer's command, as servers do
    that accept the connection then (Pure-FTPd: measured), or as soon as the client connects; None if unknown.
    loses_reset_uploads: whether it refuses an upload, or cuts it short, if the client resets the connection because it
    has not read the session tickets on it (measured with TLS 1.3).  The role's pyftpdlib sends none, but greets as any.
    """

    role: str
    ports_per_client: int
    why: str
    names: tuple[Sign, ...]
    texts: tuple[Sign, ...]
    masquerade: str
    passive_range: str
    masquerade_page: str = ""
    tls_after_command: bool | None = None
    loses_reset_uploads: bool = False


SERVERS: dict[str, Server] = {
    # Of twice as many ports as clients, nine tries miss the free ones once in 500 times (0.5 to the ninth); of four
    # times as many, once in 260,000.
    VSFTPD: Server(
        role="vsftpd",
        ports_per_client=4,
        why="it tries nine ports at random, and a transfer keeps its port until it ends",
        names=(Sign(r"\(vsFTPd [0-9.]+\)", "220 (vsFTPd 3.0.5)"),),
        texts=(
            Sign(r"^500 OOPS: ", "500 OOPS: vsf_sysutil_bind"),
            Sign(r"^331 Please specify the \S+$", "331 Please specify the password."),
        ),
        masquerade="pasv_address (vsftpd_masquerade_address)",
        masquerade_page="vsftpd.conf(5): pasv_address",
        passive_range="pasv_min_port, pasv_max_port: if the first is larger than the second, both are ignored silently",
        tls_after_command=True,
        loses_reset_uploads=True,
    ),
    PROFTPD: Server(
        role="proftpd",
        ports_per_client=1,
        why="a port is free again as soon as the client has connected to it",
        names=(Sign(r"ProFTPD", "220 ProFTPD Server (Debian) [::ffff:192.0.2.1]"),),
        # With a full stop, they are those of the ftpd of BSD, of inetutils and of wu-ftpd.
        texts=(Sign(r"^331 \S+ required for \S*[^\s.]$", "331 Password required for probe"),),
        masquerade="MasqueradeAddress; in <Global> if there are virtual hosts",
        masquerade_page="ProFTPD mod_core: MasqueradeAddress",
        passive_range="PassivePorts",
        tls_after_command=True,
    ),
    PURE_FTPD: Server(
        role="pure_ftpd",
        ports_per_client=2,
        why="it admits half as many clients as its range has ports",
        names=(Sign(r"Pure-FTPd", "220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------"),),
        texts=(
            Sign(r"^331 User \S+ OK\. \S+ required", "331 User probe OK. Password required"),
            Sign(r"^230 OK\. Current directory is ", "230 OK. Current directory is /"),
        ),
        masquerade="ForcePassiveIP",
        masquerade_page="pure-ftpd(8): -P",
        passive_range="PassivePortRange",
        tls_after_command=True,
    ),
    PYFTPDLIB: Server(
        role="pyftpdlib",
        ports_per_client=1,
        why="a port is free again as soon as the client has connected to it",
        names=(Sign(r"pyftpdlib", "220 pyftpdlib 2.2.0 ready."),),
        texts=(Sign(r"^331 Username ok, send \S+$", "331 Username ok, send password."),),
        masquerade="masquerade_address: an IPv4 address, not a name",
        passive_range="passive_ports",
        tls_after_command=False,
        loses_reset_uploads=True,
    ),
    FILEZILLA: Server(
        role="filezilla_server",
        ports_per_client=1,
        why="a port is free again as soon as the client has connected to it",
        names=(Sign(r"FileZilla Server", "220-FileZilla Server 1.9.4"),),
        texts=(Sign(r"^331 Please, specify the \S+$", "331 Please, specify the password."),),
        masquerade="host_override",
        passive_range="port_range: a range that holds the port of a listener is ignored silently",
    ),
    IIS: Server(
        role="iis_ftp",
        ports_per_client=2,
        why="a safe assumption, since Microsoft does not document how long a port is in use",
        names=(
            Sign(r"Microsoft FTP Service", "220 Microsoft FTP Service"),
            Sign(r"Windows_NT", "215 Windows_NT"),
        ),
        texts=(),
        masquerade="externalIp4Address",
        masquerade_page="Microsoft: FTP Firewall Support <firewallSupport>",
        passive_range="lowDataChannelPort, highDataChannelPort, and a restart of ftpsvc",
    ),
}

# The remedies in the words of each server, for findings that every server can have.
MASQUERADE = {name: server.masquerade for name, server in SERVERS.items()}
MASQUERADE_PAGES = tuple(server.masquerade_page for server in SERVERS.values() if server.masquerade_page)
PASSIVE_RANGE = {name: server.passive_range for name, server in SERVERS.items()}


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
