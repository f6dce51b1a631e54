# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common FTP clients with their defaults: what each tries, and how it takes a server's replies.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from dataclasses import dataclass

EPSV = "EPSV"
PASV = "PASV"
PORT = "PORT"

# How a client treats the address in 227: uses it; replaces it by the control connection's, if it is a LAN address and
# the control connection's is not, or if it is no usable address; always replaces it.
TRUSTED = "trusted"
REPAIRED = "repaired"
REPLACED = "replaced"

# The answers to EPSV after which a client tries PASV.
ANY_OTHER = "any other"
UNKNOWN_COMMAND = "unknown command"

# How a client treats an untrusted certificate: fails; asks the user; checks the dates only; ignores it.
STRICT = "strict"
ASKS = "asks"
DATES = "dates"
LAX = "lax"


@dataclass(frozen=True)
class Client:
    """One client with its own defaults.

    tries: commands in their order; the client tries the next one if the server refuses one.
    falls_back: after which answers to EPSV: ANY_OTHER than 229, or only UNKNOWN_COMMAND, 500 to 509.
    address: TRUSTED, REPAIRED or REPLACED.
    after_silence: when the client tries the next command also after a failed data connection: "never", "repaired" (if
    it repaired the address) or "always".
    opportunistic: uses TLS by default if the server offers it.  tls: has TLS.
    resumes: resumes the TLS session of the control connection on data connections.
    tls_first: waits for the handshake on the data connection before it sends the command of the transfer.
    certificates: STRICT, ASKS, DATES or LAX.
    persists: reconnects instead of failing; without TLS, if it was not set to use TLS.
    waits: whether it waits for 220 after a greeting with 120 (RFC 959 section 5.4); None if that is unknown.
    source: where these facts are from.
    """

    name: str
    tries: tuple[str, ...]
    address: str
    source: str
    falls_back: str = ANY_OTHER
    after_silence: str = "never"
    opportunistic: bool = False
    tls: bool = True
    resumes: bool = True
    tls_first: bool = False
    certificates: str = STRICT
    persists: bool = False
    waits: bool | None = None


CLIENTS: tuple[Client, ...] = (
    Client(
        name="curl",
        tries=(EPSV, PASV),
        address=REPLACED,
        source="curl(1): --disable-epsv, --ftp-skip-pasv-ip (default since 7.74.0); measured with 7.88.1",
        after_silence="always",
        waits=False,
    ),
    Client(
        name="lftp",
        tries=(PASV, PORT),
        address=REPAIRED,
        source="lftp(1): ftp:fix-pasv-address, ftp:auto-passive-mode, ftp:ssl-allow, ssl:verify-certificate; measured"
        " with 4.9.2",
        after_silence="repaired",
        opportunistic=True,
        persists=True,
        waits=True,
    ),
    Client(
        name="Python ftplib",
        tries=(PASV,),
        address=REPLACED,
        source="Python: ftplib, trust_server_pasv_ipv4_address (false since 3.9.3); FTP_TLS verifies nothing by"
        " default",
        resumes=False,
        certificates=LAX,
        waits=False,
    ),
    Client(
        name="FileZilla",
        tries=(PASV, PORT),
        address=REPAIRED,
        source="FileZilla: option for unroutable addresses, fall back to the other transfer mode, explicit FTP over"
        " TLS if available",
        opportunistic=True,
        certificates=ASKS,
    ),
    Client(
        name="WinSCP",
        tries=(PASV,),
        address=REPAIRED,
        source="WinSCP: FtpForcePasvIp2=auto, passive mode by default, no encryption by default",
        certificates=ASKS,
    ),
    Client(
        name="Windows ftp",
        tries=(PORT,),
        address=TRUSTED,
        source="Microsoft: ftp.exe has no command for passive mode, and no TLS",
        tls=False,
    ),
    Client(
        name="commons-net",
        tries=(PASV,),
        address=REPLACED,
        source="Apache Commons Net since 3.9, after enterLocalPassiveMode(); FTPSClient checks that certificates are"
        " in force",
        resumes=False,
        certificates=DATES,
    ),
    Client(
        name="aioftp",
        tries=(EPSV, PASV),
        address=REPLACED,
        source="aioftp 0.28.3: trust_server_pasv_ipv4_address, get_passive_connection; no session resumption",
        falls_back=UNKNOWN_COMMAND,
        resumes=False,
        tls_first=True,
    ),
    Client(
        name="z/OS",
        tries=(PORT,),
        address=TRUSTED,
        source="IBM z/OS Communications Server: FWFRIENDLY (FTP client) statement, FALSE by default",
        resumes=False,
    ),
    Client(
        name="z/OS passive",
        tries=(PASV,),
        address=TRUSTED,
        source="IBM z/OS Communications Server: FWFRIENDLY TRUE, with PASSIVEIGNOREADDR FALSE, the default",
        resumes=False,
    ),
)
