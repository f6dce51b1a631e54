# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS of the probe: contexts, handshakes, and an end that loses nothing.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import warnings

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Halt, drain, left, outcome_of

VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


def client_context(validate: bool) -> ssl.SSLContext:
    """What clients of today speak (the defaults of this host's OpenSSL), with or without a look at the certificate."""
    if validate:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def version_context(version: str) -> ssl.SSLContext:
    """A context for one of VERSIONS alone, with all ciphers that it ever had; Halt when this host cannot speak it."""
    context = client_context(False)
    number = getattr(ssl.TLSVersion, version.replace(".", "_"))
    try:
        with warnings.catch_warnings():
            # Old versions are asked for because they are deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = number
            context.minimum_version = number
        context.set_ciphers("ALL:@SECLEVEL=0")
    except (ValueError, ssl.SSLError) as error:
        raise Halt(seen.UNSUPPORTED) from error
    return context


def secure(
    connection: socket.socket,
    context: ssl.SSLContext,
    name: str,
    deadline: float,
    session: ssl.SSLSession | None = None,
) -> ssl.SSLSocket:
    """Do the client's handshake (RFC 4217 section 7: also where the server has made the connection)."""
    try:
        connection.settimeout(left(deadline))
        return context.wrap_socket(connection, server_hostname=name, session=session)
    except ssl.SSLCertVerificationError as error:
        raise Halt(seen.UNTRUSTED, error.verify_message) from error
    except ssl.SSLEOFError as error:
        raise Halt(seen.CLOSED, "closed in the handshake") from error
    except ssl.SSLError as error:
        # Python's own "unsupported" comes before anything is sent: no protocol of the context is enabled.
        outcome = seen.UNSUPPORTED if error.reason == "NO_PROTOCOLS_AVAILABLE" else seen.NO_TLS
        raise Halt(outcome, error.reason or "") from error
    except (OSError, ValueError) as error:
        raise Halt(outcome_of(error) if isinstance(error, OSError) else seen.NO_TLS) from error


def finish(connection: ssl.SSLSocket, deadline: float) -> None:
    """Say in TLS and in TCP that nothing more comes, and wait for the other end to say so, too.

    vsftpd (strict_ssl_read_eof) and FileZilla Server take an upload without TLS's own end for cut off.
    """
    connection.settimeout(0)
    with contextlib.suppress(OSError, ValueError):
        connection.unwrap()
    with contextlib.closing(socket.socket(fileno=connection.detach())) as bare:
        drain(bare, deadline)
