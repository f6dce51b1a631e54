# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS of the probe: contexts, handshakes, and a shutdown that loses no data.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
import warnings
from collections.abc import Iterator
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.sockets import Halt, left, outcome_of

VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


class TlsSocket(ssl.SSLSocket):
    """A TLS socket that leaves its errors to no other one.

    Python leaves an error in OpenSSL's list of errors, from which the next operation of another connection would take
    it for its own: what ends the data connection would end the control connection (cpython#148594; seen with
    OpenSSL 3.5).
    """

    def do_handshake(self, block: bool = False) -> None:
        """Do the handshake."""
        with self._alone():
            super().do_handshake(block)

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        """Receive up to len bytes."""
        with self._alone():
            return super().read(len, buffer)

    def send(self, data: Any, flags: int = 0) -> int:
        """Send some of the data; return how many bytes."""
        with self._alone():
            return super().send(data, flags)

    def unwrap(self) -> socket.socket:
        """Go on with the end of TLS."""
        with self._alone():
            return super().unwrap()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Leave no error to other connections: a new connection of OpenSSL begins with an empty list."""
        try:
            yield
        except OSError:
            self.context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=self.server_hostname)
            raise


def client_context(validate: bool) -> ssl.SSLContext:
    """Return a context with the defaults of this host's OpenSSL that checks the certificate only if validate is set."""
    context = ssl.create_default_context() if validate else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = TlsSocket
    if not validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def one_version_context(version: str, validate: bool) -> ssl.SSLContext:
    """Return a client_context for one of VERSIONS alone; raise Halt if this host cannot speak it."""
    context = client_context(validate)
    number = getattr(ssl.TLSVersion, version.replace(".", "_"))
    try:
        with warnings.catch_warnings():
            # The probe tests old versions on purpose.
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = number
            context.minimum_version = number
    except ValueError as error:
        raise Halt(seen.UNSUPPORTED) from error
    return context


def version_context(version: str) -> ssl.SSLContext:
    """Return a context for one of VERSIONS alone, with all its ciphers; raise Halt if this host cannot speak it.

    Some of these ciphers are weak: it is for handshakes, and for nothing secret.
    """
    context = one_version_context(version, False)
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
    except ssl.SSLError as error:
        raise Halt(seen.UNSUPPORTED) from error
    return context


def is_offered(session: ssl.SSLSession | None) -> bool:
    """Return whether a client that holds the session offers it to the server.

    OpenSSL offers a session that has an identity or a ticket (SSL_SESSION_is_resumable).
    """
    return session is not None and bool(session.has_ticket or session.id)


def is_expired(session: ssl.SSLSession | None, version: str) -> bool:
    """Return whether the session's ticket is too old to be offered, which TLS 1.3 forbids (RFC 8446 section 4.6.1).

    OpenSSL takes a ticket for a second younger than it is, because it counts whole seconds.
    """
    if session is None or version != "TLSv1.3" or not is_offered(session):
        return False
    return int(time.time()) - session.time - 1 > session.ticket_lifetime_hint


def secure(
    connection: socket.socket,
    context: ssl.SSLContext,
    name: str,
    deadline: float,
    session: ssl.SSLSession | None = None,
) -> ssl.SSLSocket:
    """Do the client's handshake, also if the server has connected (RFC 4217 section 7); raise Halt if it fails."""
    try:
        connection.settimeout(left(deadline))
        # One that has ended: wrap_socket() would take it for one that is not made yet, and leave the handshake out.
        connection.getpeername()
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


def finish(connection: socket.socket) -> socket.socket:
    """Shut down sending, in TLS if there is any and in TCP; return the connection without TLS, still to be closed.

    vsftpd (strict_ssl_read_eof) and FileZilla Server treat an upload without TLS's own shutdown as incomplete.
    """
    if isinstance(connection, ssl.SSLSocket):
        connection.settimeout(0)
        with contextlib.suppress(OSError, ValueError):
            connection.unwrap()
    bare = socket.socket(fileno=connection.detach())
    with contextlib.suppress(OSError):
        bare.shutdown(socket.SHUT_WR)
    return bare
