# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS for the channels, by Python's own ssl module.

pyftpdlib's own TLS, on pyOpenSSL, takes a connection that was cut for the end of a file, and cannot leave out session
tickets.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from pyftpdlib.ioloop import AsyncChat

from .configuration import Configuration, ConfigurationError


class TlsSocket(ssl.SSLSocket):
    """A TLS socket that behaves as a plain one.

    recv returns b"" only after a close_notify.  What TLS calls an error is an OSError of the connection, and of no
    other one: Python leaves it in OpenSSL's list of errors, from which the next operation of another connection would
    take it for its own (cpython#148594; seen with OpenSSL 3.5).
    """

    def do_handshake(self, block: bool = False) -> None:
        """Go on with the handshake."""
        with self._alone():
            super().do_handshake(block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Receive, as a plain socket."""
        with _as_plain(), self._alone():
            try:
                return super().recv(buflen, flags)
            except ssl.SSLEOFError:
                if self._is_ended():
                    return b""
                raise

    def send(self, data: Any, flags: int = 0) -> int:
        """Send, as a plain socket."""
        with _as_plain(), self._alone():
            return super().send(data, flags)

    def unwrap(self) -> socket.socket:
        """Go on with the end of TLS."""
        with self._alone():
            return super().unwrap()

    def finish(self) -> bool:
        """Send a close_notify, and do not wait for that of the peer.  Return False if it has to be sent later."""
        try:
            self.unwrap()
        except ssl.SSLWantWriteError:
            return False
        except (OSError, ValueError):
            # It has been sent and the peer has not answered, or there is no one left to send it to.
            pass
        return True

    def _is_ended(self) -> bool:
        """Return whether the peer has sent a close_notify: only then can the end of TLS be completed at once.

        Java sends user_canceled before its close_notify, and OpenSSL 3.2 and newer then report a connection that was
        cut (openssl#25254).
        """
        try:
            self.unwrap()
        except (OSError, ValueError):
            return False
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Leave no error to other connections: a new connection of OpenSSL begins with an empty list."""
        try:
            yield
        except OSError:
            self.context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), self.server_side)
            raise


@contextlib.contextmanager
def _as_plain() -> Iterator[None]:
    """Raise what a plain socket raises in place of the errors of TLS."""
    try:
        yield
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError) as error:
        raise BlockingIOError(errno.EAGAIN, "TLS waits for the peer") from error
    except ssl.SSLError as error:
        raise ConnectionAbortedError(errno.ECONNABORTED, f"TLS has failed: {error.reason}") from error


class Securing(AsyncChat):
    """A channel that can change to TLS, as a first base class."""

    socket: Any
    handshaking = False

    def secure(self, context: ssl.SSLContext, tickets: int) -> None:
        """Begin the handshake; with TLS 1.3, the client gets this number of session tickets after it."""
        # A connection takes the number with it, so the context can serve channels of both kinds.
        context.num_tickets = tickets
        try:
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=False
            )
        except (OSError, ValueError):
            self.close()
            return
        self.handshaking = True
        self.modify_ioloop_events(self.ioloop.READ)

    def readable(self) -> bool:
        """Return whether the channel wants to read, which it does during the handshake."""
        return self.handshaking or bool(super().readable())

    def writable(self) -> bool:
        """Return whether the channel wants to write, which the handshake decides by itself."""
        return self.handshaking or bool(super().writable())

    def handle_read_event(self) -> None:
        """Go on with the handshake, or read."""
        if self.handshaking:
            self._shake()
        else:
            super().handle_read_event()

    def handle_write_event(self) -> None:
        """Go on with the handshake, or write."""
        if self.handshaking:
            self._shake()
        else:
            super().handle_write_event()

    def send(self, data: bytes) -> int:
        """Send data, but nothing during the handshake.  Return the number of bytes."""
        return 0 if self.handshaking else int(super().send(data))

    def handle_close(self) -> None:
        """Close the channel; during the handshake the end of the connection is a failed handshake."""
        if self.handshaking:
            self.handle_failed_handshake()
        else:
            super().handle_close()

    def handle_secured(self) -> None:
        """Do what comes after the handshake."""

    def handle_failed_handshake(self) -> None:
        """End the channel after a handshake that failed."""
        self.close()

    def _shake(self) -> None:
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            self.modify_ioloop_events(self.ioloop.READ)
        except ssl.SSLWantWriteError:
            self.modify_ioloop_events(self.ioloop.WRITE)
        except (OSError, ValueError):
            self.handle_failed_handshake()
        else:
            self.handshaking = False
            self.modify_ioloop_events(self._wanted_io_events)
            self.handle_secured()


def tls_context(configuration: Configuration) -> ssl.SSLContext:
    """Return a context for TLS 1.2 and newer; the cipher suites are those of TLS 1.2, because 1.3 has its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    # Python before 3.11.4 sets it with OpenSSL 3 (cpython#95494): a cut connection would pass for the end of TLS.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    context.sslsocket_class = TlsSocket
    try:
        context.set_ciphers(":".join(configuration.tls_ciphers))
    except ssl.SSLError as error:
        names = list(configuration.tls_ciphers)
        raise ConfigurationError(f"tls_ciphers is {names}; OpenSSL knows none of them") from error
    try:
        # A key with a passphrase is refused; without this, Python would ask for it.
        context.load_cert_chain(configuration.tls_certificate, configuration.tls_key, password="")
    except OSError as error:
        files = f"tls_certificate {configuration.tls_certificate!r} and tls_key {configuration.tls_key!r}"
        raise ConfigurationError(f"{files} do not belong together: {error}") from error
    return context
