# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the probe has seen, as plain data: written by survey.py, judged by the package _causes.

All texts are already masked and escaped.  Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ansible_collections.mxlab.ftp.plugins.module_utils._ports import PortRange

PASSIVE_MODES = ("PASV", "PASV-peer", "EPSV")
ACTIVE_MODES = ("PORT", "EPRT")
MODES = PASSIVE_MODES + ACTIVE_MODES
MODE_GROUPS = {"passive": PASSIVE_MODES, "active": ACTIVE_MODES}
# The modes of RFC 2428 are the only ones that IPv6 has.
IPV6_MODES = ("EPSV", "EPRT")

# Protections: no TLS at all; TLS on the control connection only (PROT C); TLS on both (PROT P).
CLEAR = "clear"
CONTROL_ONLY = "C"
PRIVATE = "P"
PROTECTIONS = (CLEAR, CONTROL_ONLY, PRIVATE)

# How TLS begins on the control connection.
DISABLED = "disabled"
EXPLICIT = "explicit"
IMPLICIT = "implicit"

# Variants: dialogues that differ from a cell in one thing, to see what the server makes of it.
NO_REUSE = "no-reuse"
EPSV_ALL = "epsv-all"
CCC = "ccc"
LOW_PORT = "low-port"
BOUNCE = "bounce"
FOREIGN_PEER = "foreign-peer"
# Three data connections in one version of TLS, each of which offers the session of the control connection.
SESSIONS = "sessions"
VARIANTS = (NO_REUSE, EPSV_ALL, CCC, LOW_PORT, BOUNCE, FOREIGN_PEER, SESSIONS)
# An upload that lasts long while the control connection is idle; the same, with TCP keepalives on that connection.
LONG_TRANSFER = "long-transfer"
KEPT_ALIVE = "kept-alive"
LONG_TRANSFERS = (LONG_TRANSFER, KEPT_ALIVE)
# A stalled cell tried again with small TCP segments.
SMALL_PACKETS = "small-packets"

# Stages of a cell, in their order (implicit TLS comes before the greeting).
CONTROL = "control"
GREETING = "greeting"
TLS = "tls"
LOGIN = "login"
PROTECTION = "protection"
DIRECTORY = "directory"
TYPE = "type"
ANNOUNCE = "announce"
DATA = "data"
DATA_TLS = "data-tls"
UPLOAD = "upload"
DOWNLOAD = "download"
REPLY = "reply"
COMPARE = "compare"
DELETE = "delete"
# Codes of refusals that are about the data connection (RFC 959 section 4.2.2, RFC 4217 section 10.2).
OF_DATA_CONNECTION = (425, 426, 522)
# Replies that confirm a transfer (RFC 959 section 4.2.1).
_CONFIRMS = range(200, 300)
# The stages in which full TCP segments are sent, in one direction at least.
LARGE_PACKETS = (TLS, DATA_TLS, UPLOAD, DOWNLOAD)
BEFORE_TRANSFERS = (LOGIN, PROTECTION, DIRECTORY, TYPE, ANNOUNCE)

# The sender of text that nobody was to send.
DROPPED = "dropped"
# The sender of the replies to PWD, by which the probe finds out after a refusal whether replies fit the commands.
CHECK = "check"

# How a stage, or a connection to one port of the range, ends.
OK = "ok"
OPEN = "open"
REFUSED = "refused"
TIMEOUT = "timeout"
UNREACHABLE = "unreachable"
NO_NEIGHBOUR = "no-neighbour"
NO_ROUTE = "no-route"
CLOSED = "closed"
GARBLED = "garbled"
REJECTED = "rejected"
FOREIGN = "foreign"
DIFFERS = "differs"
NO_TLS = "no-tls"
UNTRUSTED = "untrusted"
IGNORED = "ignored"
OVERLONG = "overlong"
BROKEN = "broken"
PRIVILEGED = "privileged"
UNSUPPORTED = "unsupported"


def modes_of(names: Sequence[str]) -> list[str]:
    """Return the modes that the names of modes or of groups stand for: each once, in the order of MODES."""
    wanted = {mode for name in names for mode in MODE_GROUPS.get(name, (name,))}
    return [mode for mode in MODES if mode in wanted]


@dataclass(frozen=True)
class Line:
    """One line on the control connection: at is in seconds since 1970.

    sender is "client", "server", DROPPED: sent to the probe in clear right behind the reply to AUTH TLS, and not taken
    for a reply; or CHECK: the replies to PWD, asked after a refusal.
    """

    at: float
    sender: str
    text: str


def _answers_pwd(reply: str) -> bool:
    return re.match(r'257|2[05]0 .*"', reply) is not None


@dataclass(frozen=True)
class Session:
    """The TLS session of one data connection.

    command: what it was made for, STOR or RETR.
    offered: whether the probe offered the control connection's session; False in NO_REUSE, if the server has given none
    that can be resumed, and if it has expired.  resumed: whether the server took it up.
    code: of the last reply to that command: of 1yz if none came that ended the transfer.
    expired: whether the lifetime that the server gave its ticket was over: with TLS 1.3, no client may offer it then.
    """

    command: str
    offered: bool
    resumed: bool
    code: int = 0
    expired: bool = False


@dataclass(frozen=True)
class Cell:
    """One mode under one protection, tried once; or a variant of such a dialogue.

    stage and outcome say where and how it ended: DELETE and OK when all went well.
    REPLY with TIMEOUT: the data connection of an upload or a download was ended on both sides, so all of the file has
    arrived, and the final reply has not.
    BROKEN at DATA_TLS, UPLOAD or DOWNLOAD: the data connection was reset, and no reply says why.
    UNREACHABLE: a router reported it.  NO_NEIGHBOUR: no host on the probe's own link answers for the address.
    NO_ROUTE: the probe's host, or a router, knows no way.
    FOREIGN at DATA: the other end of the data connection would be, or was, neither the control connection's peer
    nor the expected public address; it was not used.
    NO_TLS at TLS or DATA_TLS: the handshake failed, tls_error says how.  UNTRUSTED: validation was asked for, and
    failed.  IGNORED at ANNOUNCE: the server took what it should refuse.
    OVERLONG: a reply, or all of them, exceeded what the probe reads.  PRIVILEGED at DATA: the announced port is below
    1024; it was not used.
    code is that of the last whole reply (0 if there was none), reply the last line.
    data_address and data_port: where a client in this mode connects to, or what the probe announced in active modes.
    data_peer: address:port that the server's last active connection came from.
    tls_version, data_tls_version: as negotiated ("TLSv1.3"), "" without TLS.  certificate: the server's, in DER.
    In SESSIONS, tls_version is the only version that the dialogue speaks.
    sessions: of the data connections whose TLS handshake was done, in their order.
    idle: seconds that the control connection was idle during an upload of LONG_TRANSFERS.  keepalive: seconds between
    the TCP keepalives on it, 0 if there were none.
    retried: the first try met a transient refusal (4yz, or 530 while other cells were logged in), and this is the
    second, made while no other cell was at work.  taken_over: not tried, because an earlier cell met a dead server.
    """

    mode: str
    stage: str = CONTROL
    outcome: str = OK
    code: int = 0
    reply: str = ""
    control_address: str = ""
    control_port: int = 0
    data_address: str = ""
    data_port: int = 0
    data_peer: str = ""
    transcript: tuple[Line, ...] = ()
    protection: str = CLEAR
    variant: str = ""
    tls_version: str = ""
    data_tls_version: str = ""
    sessions: tuple[Session, ...] = ()
    tls_error: str = ""
    retried: bool = False
    taken_over: bool = False
    idle: float = 0.0
    keepalive: int = 0
    certificate: bytes = field(default=b"", repr=False)

    @property
    def passed(self) -> bool:
        """Return whether the mode works: all stages are done."""
        return (self.stage, self.outcome) == (DELETE, OK)

    @property
    def ipv6(self) -> bool:
        """Return whether the control connection uses IPv6."""
        return ":" in self.control_address

    @property
    def label(self) -> str:
        """Return the cell's name for people: "PASV", "PASV P", "EPSV6 C", "PASV P no-reuse"."""
        mode = f"{self.mode}6" if self.ipv6 else self.mode
        protection = "" if self.protection == CLEAR else self.protection
        version = self.tls_version if self.variant == SESSIONS else ""
        return " ".join(word for word in (mode, protection, self.variant, version) if word)

    @property
    def session_reused(self) -> bool | None:
        """Return whether all data connections resumed the control connection's TLS session; None if there was none."""
        return all(session.resumed for session in self.sessions) if self.sessions else None

    @property
    def last_session(self) -> Session | None:
        """Return the TLS session of the data connection at which the cell ended, None if its handshake was not seen."""
        last = self.sessions[-1] if self.sessions else None
        return None if last is None or last.code in _CONFIRMS else last

    @property
    def replies(self) -> tuple[str, ...]:
        """Return all lines that the server sent on the control connection."""
        return tuple(line.text for line in self.transcript if line.sender == "server")

    @property
    def late_reply(self) -> str:
        """Return the reply to PWD, asked after a refusal, if it belongs to another command; else "".

        PWD is answered with 257 only (RFC 959 section 5.4); some servers quote the directory behind another code.  A
        refusal is another command's if the same question is then answered; but a transfer may be refused twice.  What
        a server says of the data connection may come before the command, as pyftpdlib's 425.
        """
        if self.stage not in BEFORE_TRANSFERS and self.code in OF_DATA_CONNECTION:
            return ""
        replies = [
            line.text for line in self.transcript if line.sender == CHECK and re.match("[1-5][0-9]{2} ", line.text)
        ]
        first, second = (*replies, "", "")[:2]
        refused = first[:1] in ("4", "5") and self.stage in BEFORE_TRANSFERS
        late = _answers_pwd(second) if refused else first[:1] in ("1", "2", "3") and not _answers_pwd(first)
        return first if late else ""


@dataclass(frozen=True)
class Edge:
    """A port of the passive range: what a connection to it met (OPEN, REFUSED, TIMEOUT, ...)."""

    port: int
    outcome: str


@dataclass(frozen=True)
class Certificate:
    """What the server's certificate says; times are ISO 8601 in UTC, names are its subjectAltNames (DNS and IP)."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    expired: bool
    not_yet_valid: bool
    self_signed: bool
    name_matches: bool


@dataclass(frozen=True)
class Tls:
    """The server's TLS.

    name is what the certificate was held against: the name, or the address, that the server was called by.
    certificate is None if none was seen or it cannot be read.  trusted: whether this host's trust store and the name
    asked for accept it (None: not found out); trust_error is then OpenSSL's reason.
    versions: what a handshake of exactly that version met: OK, NO_TLS, UNSUPPORTED (this host cannot speak it),
    REJECTED, CLOSED, TIMEOUT.
    """

    certificate: Certificate | None = None
    trusted: bool | None = None
    trust_error: str = ""
    versions: tuple[tuple[str, str], ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Server:
    """What the server says of itself: whole replies to the connection, FEAT and SYST ("()" where none came)."""

    greeting: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    system: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exhaustion:
    """Sessions that each held a passive port, until something else happened or more ports than there are were given.

    inside and outside: the ports announced, in their order, by whether the range holds them.
    stage, outcome, code and reply: how the last session ended; ANNOUNCE and OK if it, too, was given a port.
    A leak has outside; a refusal is REJECTED at ANNOUNCE; a dead session is CLOSED, or REJECTED with 500 OOPS or 421;
    a limit of clients stops at GREETING or LOGIN.
    """

    inside: tuple[int, ...] = ()
    outside: tuple[int, ...] = ()
    stage: str = ANNOUNCE
    outcome: str = OK
    code: int = 0
    reply: str = ""


@dataclass(frozen=True)
class Evidence:
    """All that one run has seen, beside what its user expects ("" or None where nothing is expected).

    edges: the ports of the range that the probe connected to: first and last, or all of them.
    announced: ports that one session was given one after the other, when the whole range was asked for.
    trials: the variants that were asked for and could be tried, and SMALL_PACKETS where a cell stalled.
    client_address: what packets to the server leave this host with, "" if there is no way.
    public_address: where clients on the Internet are expected to find the server, wherever this run has called it.
    uplink: the MX's uplink that this address belongs to.
    """

    cells: tuple[Cell, ...]
    edges: tuple[Edge, ...] = ()
    lan_address: str = ""
    passive_ports: PortRange | None = None
    trials: tuple[Cell, ...] = ()
    tls: Tls | None = None
    server: Server = Server()
    announced: tuple[int, ...] = ()
    exhaustion: Exhaustion | None = None
    client_address: str = ""
    public_address: str = ""
    uplink: str = ""
