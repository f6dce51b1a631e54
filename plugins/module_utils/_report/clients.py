# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common FTP clients with their defaults: what each tries, and how it takes a server's replies.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import LOOPBACK, PRIVATE, UNSPECIFIED

EPSV = "EPSV"
PASV = "PASV"
PORT = "PORT"

# How a client treats the address in 227: uses it; replaces some by the control connection's; always replaces it; fails
# unless it is that address.
TRUSTED = "trusted"
REPAIRED = "repaired"
REPLACED = "replaced"
DEMANDED = "demanded"

# A client repairs a LAN address if the control connection's is none; any address if one of the two, and not both, is a
# LAN address.
ANNOUNCED = "announced"
EITHER = "either"

# The codes of the answer to EPSV after which a client tries PASV: all but the right one; also a 229 that cannot be
# read; those that mean a refusal, and 220 to 228; an unknown command.
ANY_OTHER = r"(?!229)[1-5]\d\d"
ANY = r"[1-5]\d\d"
REFUSAL = r"[45]\d\d|22[0-8]"
UNKNOWN_COMMAND = r"50\d"

# After a data connection that could not be opened, a client gives up; tries the next command if it had repaired the
# address; tries the next command; tries the next command of active mode.
NEVER = "never"
AFTER_REPAIR = "after repair"
ALWAYS = "always"
ACTIVELY = "actively"

# What a client needs in the lines of 227, one after the other: nothing but six numbers, as the probe does; these in
# brackets; these as the first numbers of the last line; of the first line.
_SIX = r"\d+(,\d+){5}"
ANYWHERE = ""
IN_BRACKETS = rf"(?s).*\({_SIX}\)"
FIRST_NUMBERS = rf"(?s)(.*\n)?227 \D*{_SIX}"
FIRST_OF_FIRST_LINE = rf"227[^\d\n]*{_SIX}"

# What a client needs in the lines of 229: nothing but (|||port|), as the probe does; that in the last line; the same
# delimiter four times, behind the first bracket of the last line, or of all lines; bars or exclamation marks, of which
# the last one may be anywhere behind the port.
BARS_IN_LAST_LINE = r"(?s)(.*\n)?229 [^\n]*\((.)\2\2\d+\2\)"
FIRST_BRACKET_OF_LAST_LINE = r"(?s)(.*\n)?229 [^(\n]*\((\D)\2\2\s*\+?\d+\2"
FIRST_BRACKET = r"229[^(]*\((\D)\1\1\s*[-+]?\d+\1"
BARS_OR_MARKS = r"(?s)229((?![|!]{3}).)*[|!]{3}\s*[-+]?\d[^\n]*[|!]"

# After a 227 that it cannot read, a client tries the next command; fails; hangs or tries again.
NEXT = "next"
GIVES_UP = "gives up"
STAYS = "stays"

# How a client treats an untrusted certificate: fails; asks the user; checks the dates only; ignores it.
STRICT = "strict"
ASKS = "asks"
DATES = "dates"
LAX = "lax"


TLS_1_2 = "TLSv1.2"
TLS_1_3 = "TLSv1.3"


@dataclass(frozen=True)
class Client:
    """One client with its own defaults.

    tries: commands in their order; the client tries the next one if the server refuses one.
    falls_back: a regular expression for the codes of the answer to EPSV after which the client tries PASV.
    address: TRUSTED, REPAIRED, REPLACED or DEMANDED.
    repairs: kinds of addresses that it always repairs.  lan: when it repairs others: ANNOUNCED, EITHER or NEVER.
    after_failure: what follows a data connection that failed: NEVER, AFTER_REPAIR, ALWAYS or ACTIVELY.
    reads: a regular expression for the 227 that the client can read.
    extended: a regular expression for the 229 that the client can read.
    unreadable: what follows a 227 that it cannot read: NEXT, GIVES_UP or STAYS.
    opportunistic: uses TLS by default if the server offers it.  tls: has TLS.
    looks_for_tls: asks for TLS only if the reply to FEAT lists AUTH, EPSV, MLST or HOST.
    resumes: resumes the TLS session of the control connection on data connections; None if that is unknown.
    tickets: with TLS 1.3, after how many uploads over one control connection it resumes the session no more; 0 is no
    limit.  A download brings the ticket that the next transfer needs.
    newest_tls: the newest version of TLS that it speaks.
    active_in_clear: sends data in clear on active connections, whatever was agreed.
    resets: with TLS 1.3, may reset a data connection on which it only sends, its session tickets unread (measured).
    unprotected: goes on with data connections in clear if the server refuses PROT P.
    tls_first: waits for the handshake on the data connection before it sends the command of the transfer.
    certificates: STRICT, ASKS, DATES or LAX.
    persists: reconnects instead of failing; without TLS, if it was not set to use TLS.
    downloads_only: cannot upload.
    waits: whether it waits for 220 after a greeting with 120 (RFC 959 section 5.4); None if that is unknown.
    since, before: the versions that the row is about, from the first to the one before the second; "" is no limit.
    source: where these facts are from.
    """

    name: str
    tries: tuple[str, ...]
    address: str
    source: str
    falls_back: str = ANY_OTHER
    repairs: tuple[str, ...] = (UNSPECIFIED, LOOPBACK)
    lan: str = ANNOUNCED
    after_failure: str = NEVER
    reads: str = ANYWHERE
    extended: str = ANYWHERE
    unreadable: str = NEXT
    opportunistic: bool = False
    looks_for_tls: bool = False
    tls: bool = True
    resumes: bool | None = True
    tickets: int = 0
    newest_tls: str = TLS_1_3
    active_in_clear: bool = False
    resets: bool = False
    unprotected: bool = False
    tls_first: bool = False
    certificates: str = STRICT
    persists: bool = False
    downloads_only: bool = False
    waits: bool | None = None
    since: str = ""
    before: str = ""

    @property
    def versions(self) -> str:
        """Return the versions that the row is about, in words; "" if they make no difference as far as is known."""
        if self.since and self.before:
            return f"{self.since} to before {self.before}"
        return f"{self.since} and newer" if self.since else f"before {self.before}" if self.before else ""

    def is_about(self, version: str) -> bool:
        """Return whether the row is about a version, such as "7.88.1"."""
        number = _number(version)
        return _number(self.since) <= number and (not self.before or number < _number(self.before))


def _number(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, the same for 8.12, 8.12.0, v8.12 and 8.12.0-DEV; () if it begins with none."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in re.findall(r"\d+", found[1])] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def row(name: str, version: str) -> Client:
    """Return the row of a client of this name that is about a version; raise ValueError if there is not one."""
    found = [client for client in CLIENTS if client.name == name and client.is_about(version)]
    if len(found) != 1:
        raise ValueError(f"{name} {version}: {len(found)} rows are about it, expected one")
    return found[0]


# With TLS 1.3 it uses each ticket once, and reads new ones while it downloads or lists, so uploads use up those of the
# control connection.  OpenSSL, and so most servers, sends two of them; curl before 8.12.0 keeps one.
_CURL = Client(
    name="curl",
    tries=(EPSV, PASV),
    address=REPLACED,
    source="curl(1): --disable-epsv, --ftp-skip-pasv-ip (default since 7.74.0); lib/ftp.c: ftp_state_pasv_resp;"
    " curl issues 4654 (TLS 1.3) and 10666 (active mode with TLS); measured with 7.88.1",
    after_failure=ALWAYS,
    extended=FIRST_BRACKET_OF_LAST_LINE,
    tickets=1,
    waits=False,
)
_AIOFTP = Client(
    name="aioftp",
    tries=(EPSV, PASV),
    address=REPLACED,
    source="aioftp 0.28.3: client.py: get_passive_connection, parse_pasv_response, parse_epsv_response,"
    " _open_connection; measured",
    falls_back=UNKNOWN_COMMAND,
    reads=IN_BRACKETS,
    extended=BARS_IN_LAST_LINE,
    resumes=False,
    tls_first=True,
    waits=True,
)


CLIENTS: tuple[Client, ...] = (
    replace(_CURL, before="7.87.0"),
    replace(_CURL, since="7.87.0", before="8.0.0", active_in_clear=True),
    replace(_CURL, since="8.0.0", before="8.12.0"),
    replace(
        _CURL,
        since="8.12.0",
        tickets=2,
        source="curl(1): --disable-epsv, --ftp-skip-pasv-ip (default since 7.74.0); lib/ftp.c: ftp_state_pasv_resp;"
        " lib/vtls/vtls_scache.c (TLS 1.3); measured with 8.14.1",
    ),
    Client(
        name="lftp",
        tries=(PASV, PORT),
        address=REPAIRED,
        source="lftp(1): ftp:fix-pasv-address, ftp:auto-passive-mode, ftp:ssl-allow, ssl:verify-certificate;"
        " ftpclass.cc: CheckFEAT; measured with 4.9.2",
        lan=EITHER,
        after_failure=AFTER_REPAIR,
        opportunistic=True,
        looks_for_tls=True,
        unprotected=True,
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
        " in force; measured with 3.9.0 on Java 17 and 21",
        resumes=False,
        resets=True,
        certificates=DATES,
    ),
    replace(
        _AIOFTP,
        before="0.25.0",
        tls=False,
        source="aioftp 0.24.1: client.py has no upgrade_to_tls; measured",
    ),
    replace(_AIOFTP, since="0.25.0"),
    Client(
        name="basic-ftp",
        tries=(EPSV, PASV),
        address=DEMANDED,
        source="basic-ftp 6.2.6 for Node.js: Client.js: _enterFirstCompatibleMode, transfer.js:"
        " enterPassiveModeIPv4_forceControlHostIP, parseEpsvResponse; measured with Node.js 20",
        falls_back=ANY,
        extended=BARS_OR_MARKS,
        after_failure=ALWAYS,
        waits=False,
    ),
    Client(
        name="tnftp",
        tries=(EPSV, PASV, PORT),
        address=DEMANDED,
        source="tnftp(1): epsv4, passive; ftp.c: initconn; measured with 20210827",
        falls_back=REFUSAL,
        after_failure=ACTIVELY,
        reads=FIRST_NUMBERS,
        extended=FIRST_BRACKET,
        unreadable=GIVES_UP,
        tls=False,
        waits=False,
    ),
    Client(
        name="ncftp",
        tries=(PASV, PORT),
        address=REPAIRED,
        source="ncftpput(1): -F; measured with NcFTP 3.2.6",
        repairs=(UNSPECIFIED, PRIVATE),
        lan=NEVER,
        after_failure=ALWAYS,
        reads=FIRST_OF_FIRST_LINE,
        unreadable=STAYS,
        tls=False,
        waits=False,
    ),
    Client(
        name="wget",
        tries=(PASV,),
        address=TRUSTED,
        source="wget 1.21.3: ftp-basic.c: ftp_pasv, ftp.c: ftp_do_pasv, ftp_loop_internal; measured",
        reads=FIRST_NUMBERS,
        unreadable=STAYS,
        downloads_only=True,
        waits=False,
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
    Client(
        name=".NET",
        tries=(PASV,),
        address=REPLACED,
        source="System.Net: FtpControlStream: GetPortV4 reads the port of 227 alone, QueueOrCreateDataConnection"
        " connects to ServerAddress; read, not measured",
        resumes=None,
    ),
    Client(
        name="active-only scanner",
        tries=(PORT,),
        address=TRUSTED,
        source="a scripted stand-in for scanners: PORT with STOU or STOR, and no other mode; measured",
        tls=False,
    ),
    Client(
        name="passive-only scanner",
        tries=(PASV,),
        address=TRUSTED,
        source="a scripted stand-in for scanners: PASV as it is announced, no EPSV, and no other mode; measured",
        tls=False,
    ),
)
