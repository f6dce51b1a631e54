# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that end a dialogue in TLS.  The first row that fits counts.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import PROBE, ROLE, TLS, Cause, Change
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.conditions import says
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import PROFTPD, VSFTPD
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell, Evidence

_ENCRYPTED = (seen.CONTROL_ONLY, seen.PRIVATE)
_WANTS_P = says(r"encrypt|protection|PROT\b|SSL/TLS required on the data channel|secure data")


def _reuse_wanted(cell: Cell, evidence: Evidence) -> bool:
    return not cell.session_reused and says("reuse|resum|Unable to build data connection")(cell, evidence)


TLS_CAUSES: tuple[Cause, ...] = (
    Cause(
        "tls-not-implicit",
        TLS,
        "The server does not begin with TLS",
        "The probe began with a handshake, as implicit TLS wants it; the server answers in clear.",
        "Probe with tls: explicit; implicit TLS has a port of its own (990).",
        ("RFC 4217 section 15",),
        changes=(Change(PROBE, "tls", "explicit"),),
        stages=(seen.TLS,),
        outcomes=(seen.NO_TLS,),
        protections=_ENCRYPTED,
        where=lambda cell, evidence: "WRONG_VERSION_NUMBER" in cell.tls_error and not cell.code,
    ),
    Cause(
        "tls-unsupported",
        TLS,
        "AUTH TLS refused",
        "The server does not offer TLS on this port, or a router that inspects FTP does not let the command through.",
        "Switch TLS on.",
        ("RFC 4217 section 4", "Cisco ASA: inspect ftp strict"),
        vendors={
            "vsftpd": "ssl_enable=YES (vsftpd_tls)",
            "ProFTPD": "TLSEngine on; and mod_tls has to be loaded, or an <IfModule> block is skipped without a word",
            "Pure-FTPd": "TLS 1, 2 or 3",
            "IIS": "controlChannelPolicy SslAllow",
        },
        changes=(Change(ROLE, "tls", "optional"),),
        stages=(seen.TLS,),
        outcomes=(seen.REJECTED,),
    ),
    Cause(
        "certificate-untrusted",
        TLS,
        "The certificate is not trusted",
        "Validation was asked for, and this host's trust store does not lead to the certificate's issuer.",
        "Use a certificate of an authority that clients trust, with its whole chain; or add the authority to the trust"
        " store of the probing host.",
        ("RFC 5280 section 6",),
        stages=(seen.TLS, seen.DATA_TLS),
        outcomes=(seen.UNTRUSTED,),
    ),
    Cause(
        "tls-handshake-failed",
        TLS,
        "The server agrees to TLS, but the handshake fails",
        "Client and server have no version or cipher in common, or the server has no usable certificate.",
        "Look into the server's TLS log; offer TLS 1.2 and 1.3 with ciphers that fit the certificate's key.",
        ("RFC 8446 section 4.1", "Mozilla: Server Side TLS, intermediate"),
        vendors={
            "vsftpd": "ssl_ciphers: the default is one cipher for RSA keys, so an ECDSA certificate has none in TLS"
            " 1.2",
            "ProFTPD": "TLSProtocol TLSv1.2 TLSv1.3",
        },
        stages=(seen.TLS,),
        outcomes=(seen.NO_TLS, seen.CLOSED, seen.TIMEOUT),
    ),
    Cause(
        "data-encryption-refused",
        TLS,
        "PROT P refused",
        "The server protects the control connection only.",
        "Let the server encrypt data connections; or probe with protection: [C].",
        ("RFC 4217 section 9", "RFC 2228 section 3"),
        vendors={"IIS": "dataChannelPolicy SslAllow", "Pure-FTPd": "TLS 2 or 3"},
        changes=(Change(PROBE, "protection", ["C"]),),
        stages=(seen.PROTECTION,),
        outcomes=(seen.REJECTED,),
        protections=(seen.PRIVATE,),
    ),
    Cause(
        "clear-data-refused",
        TLS,
        "The server insists on encrypted data connections",
        "Its policy refuses PROT C: clients have to say PROT P.",
        "Leave C out of the probe's protection, and let clients encrypt data; or let the server take data in clear.",
        ("RFC 4217 section 9", "vsftpd.conf(5): force_local_data_ssl", "ProFTPD mod_tls: TLSRequired"),
        vendors={
            "vsftpd": "force_local_data_ssl=NO",
            "ProFTPD": "TLSRequired ctrl",
            "Pure-FTPd": "TLS 2 instead of 3",
            "pyftpdlib": "tls_data_required = False",
            "FileZilla Server": "no setting: data is always encrypted with TLS",
            "IIS": "dataChannelPolicy SslAllow",
        },
        changes=(Change(PROBE, "protection", ["P"]),),
        outcomes=(seen.REJECTED,),
        protections=(seen.CLEAR, seen.CONTROL_ONLY),
        where=lambda cell, evidence: (
            (cell.stage == seen.PROTECTION and cell.protection == seen.CONTROL_ONLY)
            or (
                cell.stage in (seen.ANNOUNCE, seen.DATA, seen.UPLOAD, seen.DOWNLOAD)
                and cell.code in (521, 522, 534, 536, 550)
                and _WANTS_P(cell, evidence)
            )
        ),
    ),
    Cause(
        "session-reuse-refused",
        TLS,
        "522 Data connection without the control connection's TLS session",
        "The server wants each data connection to resume the TLS session of the control connection, so that nobody else"
        " can take the port; it did not see that, although the probe offered it.",
        "Let the server keep sessions (cache or tickets) long enough; as long as clients cannot resume, do not require"
        " it.",
        (
            "vsftpd.conf(5): require_ssl_reuse",
            "ProFTPD mod_tls: TLSOptions NoSessionReuseRequired",
            "RFC 4217 section 10",
        ),
        vendors={
            "vsftpd": "require_ssl_reuse=NO",
            "ProFTPD": "TLSOptions NoSessionReuseRequired, or a longer TLSSessionCache",
            "FileZilla Server": "no setting: it always requires it",
        },
        # The others cannot demand it, or cannot be kept from it.
        changes=tuple(Change(ROLE, "tls_session_reuse", "optional", server) for server in (VSFTPD, PROFTPD)),
        stages=(seen.DATA_TLS, seen.UPLOAD, seen.DOWNLOAD, seen.DATA),
        outcomes=(seen.REJECTED,),
        protections=(seen.PRIVATE,),
        codes=(425, 522, 450),
        where=_reuse_wanted,
    ),
    Cause(
        "data-handshake-failed",
        TLS,
        "The handshake on the data connection fails",
        "The control connection speaks TLS, the data connection does not come to it: the server forgot PROT P, waits"
        " for another session, or a router changes the stream. In active mode, too, the client begins (RFC 4217"
        " section 7).",
        "Look into the server's TLS log at that time.",
        ("RFC 4217 section 7", "RFC 4217 section 10"),
        next_step="Probe with the trial no-reuse: if it passes, resuming the session is what fails.",
        stages=(seen.DATA_TLS,),
    ),
)
