# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that end a dialogue in TLS.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import PROBE, ROLE, TLS, Cause, Change, Weakening
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import last_command, says, says_tls_failed
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PROFTPD, VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import PASSIVE_MODES, Cell, Evidence

_ENCRYPTED = (seen.CONTROL_ONLY, seen.PRIVATE)
_WANTS_TLS_ON_DATA = says(r"\b(data|transfers?)\b.*\b(encrypt|TLS|SSL)|\bPROT P\b")
_WANTS_P = says(r"encrypt|protection|PROT\b|SSL/TLS required on the data channel|secure data")


_NAMES_REUSE = says(
    # "resume" alone is said of a file, too (REST), in replies that tell of TLS for another reason.
    r"(session|SSL|TLS).*(reuse|resum(ed|ption))|(reuse|resumption).*(session|SSL|TLS)|resume.*\bsession"
    r"|\b(same|cached|previous) ((TLS|SSL) )?session|(TLS|SSL) session( ID)? (mismatch|does(n.t| not) match)"
)
# ProFTPD's second word is an error code of its own; with "Permission denied" it refuses the address.
_DENIES_CONNECTION = says("Unable to build data connection: Operation not permitted")


def _handshake_fails(cell: Cell, evidence: Evidence) -> bool:
    """Return whether TLS fails on the data connection, which after the probe's handshake only the server can say.

    A 425 without a word of TLS complains of a missing connection, in whose place another one was secured.
    """
    if cell.stage != seen.DATA_TLS:
        # 426 is for a connection that breaks later.
        return cell.outcome == seen.REJECTED and cell.code != 426 and says_tls_failed(cell, evidence)
    no_connection = cell.mode in PASSIVE_MODES and cell.outcome == seen.REJECTED and cell.code == 425
    return not no_connection or says("TLS|SSL|handshake|negotiat")(cell, evidence)


def _refuses_private_data(cell: Cell, _evidence: Evidence) -> bool:
    return cell.stage == seen.PROTECTION and (not cell.transcript or last_command(cell) == "PROT P")


def _clear_data_refused(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server refuses PROT C, or data in clear."""
    if cell.stage == seen.PROTECTION:
        return cell.protection == seen.CONTROL_ONLY
    moving = cell.stage in (seen.ANNOUNCE, seen.DATA, seen.UPLOAD, seen.DOWNLOAD)
    named = cell.code in (521, 522, 534, 536, 550) and _WANTS_P(cell, evidence)
    return moving and (named or _WANTS_TLS_ON_DATA(cell, evidence))


def _wants_reuse(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server asks for resumption.

    ProFTPD can end the session without a word, when the client has closed the data connection before the server could
    refuse it (mod_tls 2.9.2: "unexpected OpenSSL error, disconnecting").  Then its replies in other dialogues say why.
    """
    if cell.outcome == seen.CLOSED:
        every = (*evidence.cells, *evidence.trials)
        others = (each for each in every if (each.outcome, each.protection) == (seen.REJECTED, seen.PRIVATE))
        return _made_anew(cell) and any(_not_resumed(each, evidence) for each in others)
    return _asks_for_reuse(cell, evidence)


def _asks_for_reuse(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the reply asks for resumption.

    Before there is a data connection, ProFTPD's words are those of the system, which did not let it connect.
    """
    connected = cell.mode in PASSIVE_MODES or cell.stage != seen.DATA
    return _NAMES_REUSE(cell, evidence) or (connected and _DENIES_CONNECTION(cell, evidence))


def _made_anew(cell: Cell) -> bool:
    """Return whether the data connection at which the cell ended has a TLS session of its own."""
    return cell.last_session is not None and not cell.last_session.resumed


def _not_resumed(cell: Cell, evidence: Evidence) -> bool:
    return cell.outcome == seen.REJECTED and _asks_for_reuse(cell, evidence) and _made_anew(cell)


def _resumed(cell: Cell, evidence: Evidence) -> bool:
    return cell.last_session is not None and cell.last_session.resumed and _asks_for_reuse(cell, evidence)


def _forgotten(later: bool) -> Callable[[Cell, Evidence], bool]:
    """Return the condition that the server made a new TLS session in place of the control connection's.

    The probe offered that one, or could not, because the server had let it expire.
    later: the server had resumed that session before.
    """

    def fits(cell: Cell, evidence: Evidence) -> bool:
        last = cell.last_session
        unseen = last is not None and (last.offered or last.expired) and not last.resumed
        before = any(session.resumed for session in cell.sessions)
        return unseen and before is later and _wants_reuse(cell, evidence)

    return fits


def _only_13_is_refused(cell: Cell, evidence: Evidence) -> bool:
    """Return whether the server asks for resumption over TLS 1.3, and lets a dialogue over TLS 1.2 pass."""
    passes = any(
        trial.passed and (trial.variant, trial.tls_version) == (seen.SESSIONS, "TLSv1.2") for trial in evidence.trials
    )
    asked = cell.outcome == seen.REJECTED and cell.last_session is not None and _asks_for_reuse(cell, evidence)
    return passes and asked and cell.data_tls_version == "TLSv1.3"


_AFTER_HANDSHAKE = (seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD, seen.DATA)
_REUSE_SOURCES = (
    "vsftpd.conf(5): require_ssl_reuse",
    "ProFTPD mod_tls: TLSOptions NoSessionReuseRequired",
    "RFC 4217 section 10",
)
_COMPARE_VERSIONS = (
    "Compare the entries of the trial sessions: one for each version of TLS, with three data connections. If the"
    " evidence does not suffice, read the server's TLS log of that time."
)
# Its documentation advises 1800, which is shorter than what mod_tls 2.9.2 does without the directive: measured.
_KEEPS_LONGER = (
    "TLSSessionCache internal: 86400 keeps sessions for a day. Without TLSSessionCache, ProFTPD 1.3.8 keeps them for"
    " 4.4 hours"
)
_NOT_REQUIRED = Weakening(
    text="While clients cannot resume sessions, do not require it.",
    vendors={"vsftpd": "require_ssl_reuse=NO", "ProFTPD": "TLSOptions NoSessionReuseRequired"},
    # The others cannot demand it, or cannot be kept from it.
    changes=tuple(Change(ROLE, "tls_session_reuse", "optional", server) for server in (VSFTPD, PROFTPD)),
    price="another host can connect to the announced port in the client's place.",
    proof="the server's reply asks for resumption, and the session was not resumed",
    proven=_not_resumed,
)
_ONLY_TLS_12 = Weakening(
    text="Until the server is updated, limit it to TLS 1.2.",
    vendors={"ProFTPD": "TLSProtocol TLSv1.2"},
    price="TLS 1.2 shows the certificate to everyone on the path and allows weaker ciphers than TLS 1.3.",
    proof="the server's reply asks for resumption over TLS 1.3, and the trial sessions passes with TLS 1.2",
    proven=_only_13_is_refused,
)

TLS_CAUSES: tuple[Cause, ...] = (
    Cause(
        id="tls-not-implicit",
        layer=TLS,
        message="The server does not speak implicit TLS",
        explanation="The probe began with a TLS handshake, as in implicit TLS, and the server answered in clear.",
        remedy="Probe with tls: explicit. Implicit TLS has a port of its own (990).",
        sources=("RFC 4217 section 15",),
        changes=(Change(PROBE, "tls", "explicit"),),
        stages=(seen.TLS,),
        outcomes=(seen.NO_TLS,),
        protections=_ENCRYPTED,
        where=lambda cell, evidence: "WRONG_VERSION_NUMBER" in cell.tls_error and not cell.code,
    ),
    Cause(
        id="tls-unsupported",
        layer=TLS,
        message="AUTH TLS refused",
        explanation="The server does not offer TLS on this port, or a router that inspects FTP drops the command.",
        remedy="Switch TLS on (ftp_tls).",
        sources=("RFC 4217 section 4", "Cisco ASA: inspect ftp strict"),
        vendors={
            "vsftpd": "ssl_enable=YES (vsftpd_tls)",
            "ProFTPD": "TLSEngine on; load mod_tls, without which <IfModule> blocks are ignored silently",
            "Pure-FTPd": "TLS 1, 2 or 3",
            "IIS": "controlChannelPolicy SslAllow",
        },
        changes=(Change(ROLE, "tls", "optional"),),
        stages=(seen.TLS,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        id="certificate-untrusted",
        layer=TLS,
        message="The certificate is not trusted",
        explanation="Validation was asked for, and the trust store of the probe's host does not lead to the"
        " certificate's issuer.",
        remedy="Use a certificate from an authority that clients trust, with the whole chain; or add the authority to"
        " the trust store of the probe's host.",
        sources=("RFC 5280 section 6",),
        stages=(seen.TLS, seen.DATA_TLS),
        outcomes=(seen.UNTRUSTED,),
    ),
    Cause(
        id="tls-handshake-failed",
        layer=TLS,
        message="AUTH TLS is accepted, but the TLS handshake fails",
        explanation="Client and server have no TLS version or cipher in common, or the server has no usable"
        " certificate.",
        remedy="Check the server's TLS log. Offer TLS 1.2 and 1.3, with ciphers that fit the certificate's key.",
        sources=("RFC 8446 section 4.1", "Mozilla: Server Side TLS, intermediate"),
        vendors={
            "vsftpd": "ssl_ciphers: the default is one cipher for RSA keys, so TLS 1.2 has none for an ECDSA"
            " certificate",
            "ProFTPD": "TLSProtocol TLSv1.2 TLSv1.3",
        },
        stages=(seen.TLS,),
        outcomes=(seen.NO_TLS, seen.CLOSED, seen.TIMEOUT),
    ),
    Cause(
        id="data-encryption-refused",
        layer=TLS,
        message="PROT P refused",
        explanation="The server encrypts only the control connection.",
        remedy="Allow encrypted data connections on the server.",
        sources=("RFC 4217 section 9", "RFC 2228 section 3"),
        vendors={"IIS": "dataChannelPolicy SslAllow or SslRequire", "Pure-FTPd": "TLS 2 or 3"},
        weakenings=(
            Weakening(
                text="Or probe with protection: [C], and let clients send data in clear.",
                changes=(Change(PROBE, "protection", ["C"]),),
                price="everyone on the path can read and change the files.",
                proof="the server refuses PROT P",
                proven=_refuses_private_data,
            ),
        ),
        stages=(seen.PROTECTION,),
        outcomes=(seen.REJECTED,),
        protections=(seen.PRIVATE,),
        where=_refuses_private_data,
    ),
    Cause(
        id="clear-data-refused",
        layer=TLS,
        message="The server requires encrypted data connections",
        explanation="The server refuses data in clear (PROT C): clients have to use PROT P.",
        remedy="Remove C from the probe's protection, and encrypt data in clients.",
        sources=("RFC 4217 section 9", "vsftpd.conf(5): force_local_data_ssl", "ProFTPD mod_tls: TLSRequired"),
        vendors={"FileZilla Server": "no setting: data is always encrypted with TLS"},
        changes=(Change(PROBE, "protection", ["P"]),),
        weakenings=(
            Weakening(
                text="For clients that cannot encrypt data, allow data in clear on the server.",
                vendors={
                    "vsftpd": "force_local_data_ssl=NO",
                    "ProFTPD": "TLSRequired ctrl",
                    "Pure-FTPd": "TLS 2 instead of 3",
                    "pyftpdlib": "tls_data_required = False",
                    "IIS": "dataChannelPolicy SslAllow",
                },
                price="everyone on the path can read and change the files.",
                proof="the server refuses PROT C, or its reply to a transfer in clear asks for encryption",
                proven=_clear_data_refused,
            ),
        ),
        outcomes=(seen.REJECTED,),
        protections=(seen.CLEAR, seen.CONTROL_ONLY),
        where=_clear_data_refused,
    ),
    Cause(
        id="session-resumed-refused",
        layer=TLS,
        message="The client resumed the TLS session, and the server refused the data connection all the same",
        explanation="The server requires each data connection to resume the TLS session of the control connection. The"
        " probe offered the session, and the server's TLS library resumed it: the handshake proves that. The part of"
        " the server that compares the sessions did not see it. Some versions compare them wrongly with TLS 1.3 or with"
        " tickets.",
        remedy="Update the server.",
        sources=(*_REUSE_SOURCES, "ProFTPD: issues 1177, 1193"),
        vendors={"ProFTPD": "the fixes are those of issues 1177 (TLS 1.3) and 1193 (tickets)"},
        weakenings=(_ONLY_TLS_12,),
        next_step=_COMPARE_VERSIONS,
        stages=_AFTER_HANDSHAKE,
        outcomes=(seen.REJECTED,),
        protections=(seen.PRIVATE,),
        where=_resumed,
    ),
    Cause(
        id="session-forgotten",
        layer=TLS,
        message="The server does not recognize the TLS session that the client offers",
        explanation="The server requires each data connection to resume the TLS session of the control connection. The"
        " probe offered that session, and the server made a new one, from the first data connection on: it has not kept"
        " the session, has dropped it since the login, or cannot read its own ticket. If the evidence says expired, the"
        " server's own time limit for the ticket was over before the first data connection.",
        remedy="Let the server keep its TLS sessions. If several processes or hosts answer for it, they must share the"
        " cache, or the key of the tickets.",
        sources=(*_REUSE_SOURCES, "RFC 5077 section 3.1", "ProFTPD mod_tls: TLSSessionCache"),
        vendors={
            "ProFTPD": _KEEPS_LONGER,
            "FileZilla Server": "no setting: session reuse is always required",
        },
        weakenings=(_NOT_REQUIRED, _ONLY_TLS_12),
        next_step=_COMPARE_VERSIONS,
        stages=_AFTER_HANDSHAKE,
        outcomes=(seen.REJECTED, seen.CLOSED),
        protections=(seen.PRIVATE,),
        where=_forgotten(later=False),
    ),
    Cause(
        id="session-forgotten-later",
        layer=TLS,
        message="The server resumes the TLS session at first, but not for a later data connection",
        explanation="The server requires each data connection to resume the TLS session of the control connection. It"
        " resumed the session for an earlier data connection, and made a new one when the probe offered the session"
        " again. With TLS 1.3, the server may accept each ticket once. Otherwise it has dropped the session meanwhile:"
        " its cache is too small, or keeps sessions too short a time: the transfer that follows a long one fails. If"
        " the evidence says expired, the server's own time limit for the ticket was over. Clients that offer a new"
        " ticket for each data connection may work.",
        remedy="Let the server keep TLS sessions for longer than FTP sessions last, and accept a ticket more than"
        " once.",
        sources=(
            *_REUSE_SOURCES,
            "RFC 8446 section 4.6.1 and appendix C.4",
            "ProFTPD mod_tls: TLSSessionCache",
            "ProFTPD: issues 1931, 2056",
        ),
        vendors={
            "ProFTPD": f"{_KEEPS_LONGER}. With OpenSSL 3.2 or later and TLS 1.2, update it (issue 2056)",
            "FileZilla Server": "no setting: session reuse is always required",
        },
        weakenings=(_NOT_REQUIRED, _ONLY_TLS_12),
        next_step=_COMPARE_VERSIONS,
        stages=_AFTER_HANDSHAKE,
        outcomes=(seen.REJECTED, seen.CLOSED),
        protections=(seen.PRIVATE,),
        where=_forgotten(later=True),
    ),
    Cause(
        id="session-reuse-refused",
        layer=TLS,
        message="522 The data connection does not resume the TLS session of the control connection",
        explanation="The server requires each data connection to resume the TLS session of the control connection, so"
        " that no other host can use the port. If the evidence says none offered, the client had nothing to resume: the"
        " server gave it no session ID and no ticket on the control connection. If the evidence names no TLS session,"
        " the server refused before the handshake of the data connection.",
        remedy="Let the server issue TLS sessions: session IDs or tickets with TLS 1.2, tickets with TLS 1.3.",
        sources=(*_REUSE_SOURCES, "RFC 5246 section 7.4.1.3", "RFC 8446 section 4.6.1"),
        vendors={
            **dict.fromkeys((VSFTPD, PROFTPD), "for TLS 1.3, remove NumTickets = 0 from OpenSSL's configuration"),
            "FileZilla Server": "no setting: session reuse is always required",
        },
        weakenings=(_NOT_REQUIRED, _ONLY_TLS_12),
        next_step=_COMPARE_VERSIONS,
        stages=_AFTER_HANDSHAKE,
        outcomes=(seen.REJECTED, seen.CLOSED),
        protections=(seen.PRIVATE,),
        where=_wants_reuse,
    ),
    Cause(
        id="data-handshake-failed",
        layer=TLS,
        message="The TLS handshake on the data connection fails",
        explanation="The control connection uses TLS, but TLS does not start on the data connection: the server"
        " ignored PROT P, expects another session, or a router changes the stream. In active mode too, the client"
        " starts the handshake (RFC 4217 section 7).",
        remedy="Check the server's TLS log of that time.",
        sources=("RFC 4217 section 7", "RFC 4217 section 10"),
        next_step="Probe with the trial no-reuse. If it passes, the resumption of the session is what fails.",
        stages=(seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD),
        protections=(seen.PRIVATE,),
        where=_handshake_fails,
    ),
)
