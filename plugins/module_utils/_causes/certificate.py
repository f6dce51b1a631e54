# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The causes that the server's certificate and its versions of TLS show, beside the cells.

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
    """Return the condition that there is a certificate and that it shows something."""
    return lambda evidence: bool(evidence.tls and evidence.tls.certificate and shows(evidence.tls.certificate))


def _misnamed(evidence: Evidence) -> bool:
    """Return whether the certificate lacks the name that the probe used.

    If the probe used an address, a certificate with names only proves nothing: clients use one of the names.
    """
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
        id="certificate-expired",
        layer=TLS,
        message="The certificate has expired",
        explanation="Clients that validate certificates refuse it. vsftpd and IIS use the old certificate until they"
        " are restarted.",
        remedy="Renew the certificate, and restart the server.",
        sources=("RFC 5280 section 4.1.2.5",),
        vendors={"vsftpd": "restart: SIGHUP does not load a certificate", "ProFTPD": "SIGHUP is enough"},
        explains=("certificate-untrusted",),
        beside_cells=_certificate(lambda certificate: certificate.expired),
    ),
    Cause(
        id="certificate-not-yet-valid",
        layer=TLS,
        message="The certificate is not valid yet",
        explanation="The certificate begins in the future, or the clock of the probe's host or of the issuer is wrong.",
        remedy="Correct the clocks, or wait until the certificate is valid.",
        sources=("RFC 5280 section 4.1.2.5",),
        explains=("certificate-untrusted",),
        beside_cells=_certificate(lambda certificate: certificate.not_yet_valid),
    ),
    Cause(
        id="certificate-name-mismatch",
        layer=TLS,
        message="The certificate is for another name",
        explanation="The certificate does not contain the name that clients use for the server.",
        remedy="Get a certificate for that name. Or use a name of the certificate, in clients and in the probe's"
        " option host.",
        sources=("RFC 9525 section 6", "RFC 4217 section 13"),
        explains=("certificate-untrusted",),
        beside_cells=_misnamed,
    ),
    Cause(
        id="tls-only-old",
        layer=TLS,
        message="The server supports only old versions of TLS",
        explanation="Current clients no longer support TLS 1.0 and 1.1.",
        remedy="Switch on TLS 1.2 and 1.3.",
        sources=("RFC 8996",),
        vendors={
            "vsftpd": "ssl_tlsv12=YES (3.0.5), but not ssl_tlsv13: with it vsftpd loses uploads",
            "ProFTPD": "TLSProtocol TLSv1.2 TLSv1.3",
            "IIS": "the registry keys of Schannel",
        },
        explains=("tls-handshake-failed",),
        beside_cells=_only_old,
    ),
    Cause(
        id="tls-old-accepted",
        layer=TLS,
        message="The server still accepts TLS 1.0 or 1.1",
        explanation="Both versions are deprecated and can be attacked.",
        remedy="Switch off TLS 1.0 and 1.1.",
        sources=("RFC 8996",),
        vendors={
            "vsftpd": "ssl_tlsv1=NO, ssl_tlsv11=NO (3.0.5)",
            "ProFTPD": "TLSProtocol TLSv1.2 TLSv1.3",
            "pyftpdlib": "ssl_options |= SSL.OP_NO_TLSv1 | SSL.OP_NO_TLSv1_1",
            "IIS": "the registry keys of Schannel",
        },
        beside_cells=_also_old,
    ),
)
