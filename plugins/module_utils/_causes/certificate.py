# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The known causes that the server's certificate and its versions of TLS show, beside the cells.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.cause import TLS, Cause
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Certificate, Evidence

_OLD = ("TLSv1", "TLSv1.1")


def _certificate(shows: Callable[[Certificate], bool]) -> Callable[[Evidence], bool]:
    """The condition that a certificate was seen and shows something."""
    return lambda evidence: bool(evidence.tls and evidence.tls.certificate and shows(evidence.tls.certificate))


def _misnamed(evidence: Evidence) -> bool:
    """Called by an address, a certificate that lists names only tells nothing: clients call by one of the names."""
    tls = evidence.tls
    if tls is None or tls.certificate is None or tls.certificate.name_matches:
        return False
    return not kind_of(tls.name) or any(map(kind_of, tls.certificate.names))


def _accepted(evidence: Evidence) -> set[str]:
    return {version for version, met in (evidence.tls.versions if evidence.tls else ()) if met == seen.OK}


def _only_old(evidence: Evidence) -> bool:
    return bool(_accepted(evidence)) and _accepted(evidence) <= set(_OLD)


def _also_old(evidence: Evidence) -> bool:
    return not _only_old(evidence) and bool(_accepted(evidence) & set(_OLD))


CERTIFICATE_CAUSES: tuple[Cause, ...] = (
    Cause(
        "certificate-expired",
        TLS,
        "The certificate has expired",
        "Clients that validate refuse it. vsftpd and IIS go on with the old one until they are restarted.",
        "Renew the certificate, and restart the server.",
        ("RFC 5280 section 4.1.2.5",),
        vendors={"vsftpd": "restart: SIGHUP does not load a certificate", "ProFTPD": "SIGHUP suffices"},
        explains=("certificate-untrusted",),
        run=_certificate(lambda certificate: certificate.expired),
    ),
    Cause(
        "certificate-not-yet-valid",
        TLS,
        "The certificate is not valid yet",
        "It begins in the future, or the clock of the probing host or of the authority is wrong.",
        "Correct the clocks, or wait until the certificate's first day.",
        ("RFC 5280 section 4.1.2.5",),
        explains=("certificate-untrusted",),
        run=_certificate(lambda certificate: certificate.not_yet_valid),
    ),
    Cause(
        "certificate-name-mismatch",
        TLS,
        "The certificate is for another name",
        "The name by which clients call the server is not among the names in the certificate.",
        "Get a certificate for that name, or let clients (and the probe's option host) use a name that is in it.",
        ("RFC 9525 section 6", "RFC 4217 section 13"),
        explains=("certificate-untrusted",),
        run=_misnamed,
    ),
    Cause(
        "tls-only-old",
        TLS,
        "The server knows old versions of TLS only",
        "Clients of today do not speak TLS 1.0 and 1.1 any more.",
        "Switch TLS 1.2 and 1.3 on.",
        ("RFC 8996",),
        vendors={
            "vsftpd": "ssl_tlsv12=YES (3.0.5), and not ssl_tlsv13, with which it loses uploads",
            "ProFTPD": "TLSProtocol TLSv1.2 TLSv1.3",
            "IIS": "Schannel's registry keys",
        },
        explains=("tls-handshake-failed",),
        run=_only_old,
    ),
    Cause(
        "tls-old-accepted",
        TLS,
        "The server still accepts TLS 1.0 or 1.1",
        "Both are deprecated, and can be attacked.",
        "Switch them off.",
        ("RFC 8996",),
        vendors={
            "vsftpd": "ssl_tlsv1=NO, ssl_tlsv11=NO (3.0.5)",
            "ProFTPD": "TLSProtocol TLSv1.2 TLSv1.3",
            "pyftpdlib": "ssl_options |= SSL.OP_NO_TLSv1 | SSL.OP_NO_TLSv1_1",
            "IIS": "Schannel's registry keys",
        },
        run=_also_old,
    ),
)
