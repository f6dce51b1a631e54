# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session, in a subclass that changes what pyftpdlib (1.5.7, 2.0 and 2.2) does differently."""

from __future__ import annotations

import ipaddress
import logging
import socket
from typing import Any

from pyftpdlib import handlers
from pyftpdlib.ioloop import AsyncChat

from .configuration import Configuration
from .data_channels import RangeExhausted
from .tls import Securing, TlsSocket

_DATA_CONNECTION = ("PORT", "EPRT", "PASV", "EPSV")
_TRANSFERS = ("LIST", "NLST", "MLSD", "RETR", "STOR", "STOU", "APPE")
# Begin the session anew.
_ANEW = ("AUTH", "REIN", "USER")
# Change how a transfer that waits is going to send its data.
_FORM = ("TYPE", "PROT")
# Of a control connection, as OpenSSL by default (SSL_CTX_set_num_tickets(3)).
_TICKETS = 2
# Replies that a session keeps for a client that does not read them, besides those to what one recv has brought.
_UNREAD = 100


class Session(Securing, handlers.FTPHandler):
    """A session of this server."""

    configuration: Configuration
    username: str
    _in_dtp_queue: Any
    _out_dtp_queue: Any
    data_channel: Any
    context: Any = None
    implicit = tls_required = draining = False
    protected = False
    _sized = False
    _paused = _connecting = False
    _kept = b""
    data_failure = ""
    _login_timer: Any = None

    def __init__(self, conn: socket.socket, server: Any, ioloop: Any = None) -> None:
        super().__init__(conn, server, ioloop)
        if not self.connected:
            return
        # For NAT routers that forget idle connections during a long transfer; the kernel decides how often.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if _is_within(self.remote_ip, self.configuration.lan_networks):
            self.masquerade_address = self.configuration.lan_address
        if self.context:
            self._extra_feats = ["AUTH TLS", "PBSZ", "PROT"]
        # From the connect on, whatever the client sends: else one that never logs in could stay for ever.
        self._login_timer = self.ioloop.call_later(
            self.configuration.login_timeout, self._end_without_login, _errback=self.handle_error
        )

    # TLS

    def handle(self) -> None:
        """Begin the session: with implicit TLS by the handshake, otherwise by the greeting."""
        if self.implicit:
            self.secure(self.context, tickets=_TICKETS)
        else:
            super().handle()

    def handle_secured(self) -> None:
        """Send the greeting after the handshake of implicit TLS."""
        if self.implicit:
            super().handle()

    def handle_failed_handshake(self) -> None:
        """End the session without a reply, which the client could not read."""
        self.log("TLS handshake failed.")
        self.handshaking = False
        self.close()

    def ftp_AUTH(self, line: str) -> None:
        """Change to TLS, with nothing of what the client, or someone on the way to it, has sent before."""
        if isinstance(self.socket, TlsSocket):
            self.respond("503 Already using TLS.")
        elif line.upper() not in ("TLS", "TLS-C", "SSL", "TLS-P"):
            self.respond("504 Unknown security mechanism; use TLS.")
        else:
            self.flush_account()
            self.respond(f"234 AUTH {line.upper()} successful.")
            if self.producer_fifo:
                # A client that does not read its replies would get the rest of them inside TLS.
                self.close()
                return
            self.ac_in_buffer = b""
            self.secure(self.context, tickets=_TICKETS)

    def ftp_PBSZ(self, line: str) -> None:
        """Take any size: there is nothing to buffer with TLS (RFC 4217, section 8)."""
        self._sized = isinstance(self.socket, TlsSocket)
        self.respond("200 PBSZ=0 successful." if self._sized else "503 PBSZ needs a control connection with TLS.")

    def ftp_PROT(self, line: str) -> None:
        """Set whether data connections use TLS."""
        if not self._sized:
            self.respond("503 PROT needs a PBSZ before it, on a control connection with TLS.")
        elif line.upper() in ("C", "P"):
            self.protected = line.upper() == "P"
            self.respond(f"200 Protection set to {'Private' if self.protected else 'Clear'}.")
        else:
            self.respond("536 Protection level not supported; use C or P.")

    def flush_account(self) -> None:
        """Forget the user, and how data connections are protected."""
        super().flush_account()
        self._sized = self.protected = False

    # The end of a session.

    def _end_without_login(self) -> None:
        if not self.authenticated and not self._closed:
            self.handle_timeout()

    def handle_timeout(self) -> None:
        """End the session; no reply can be sent during the handshake, or while commands are not read."""
        if self.handshaking or self._paused or self._connecting:
            self.close()
        else:
            super().handle_timeout()

    def close(self) -> None:
        """Close the session, at once: a client that has gone answers nothing more."""
        if not self._closed and not self.handshaking and isinstance(self.socket, TlsSocket):
            self.socket.finish()
        if self._login_timer and not self._login_timer.cancelled:
            self._login_timer.cancel()
        # A client that has gone may have sent more commands: pyftpdlib would run them without a user.
        self._kept = self.ac_in_buffer = b""
        super().close()

    # Passwords.

    def ftp_PASS(self, line: str) -> None:
        """Check the password when it is this address's turn; until then, what comes behind it waits, too."""
        guessing = self.server.guessing
        if self.authenticated or guessing.is_due(self.remote_ip, self.auth_failed_timeout):
            super().ftp_PASS(line)
            return
        self._paused = True
        self._kept, self.ac_in_buffer = self.ac_in_buffer, b""
        self.del_channel()
        guessing.queue(self.remote_ip, self.auth_failed_timeout, lambda: self._resume(line))

    def _resume(self, password: str) -> None:
        """Check the password, and go on with what has come behind it."""
        if self._closed:
            return
        self._paused = False
        self.add_channel()
        super().ftp_PASS(password)
        self._read_kept()

    def recv(self, buffer_size: int) -> bytes:
        """Receive; first what has come while a password or the reply to PORT was awaited."""
        if self._kept:
            kept, self._kept = self._kept, b""
            return kept
        return bytes(super().recv(buffer_size))

    def handle_auth_failed(self, msg: str, password: str) -> None:
        """Refuse a password at once: the next one of this address waits."""
        self.server.guessing.failed(self.remote_ip, self.auth_failed_timeout)
        self.log(f"USER '{self.username}' failed login.")
        self.username = ""
        self.attempted_logins += 1
        self.respond("530 Authentication failed.")
        if self.attempted_logins >= self.max_login_attempts:
            self._kept = self.ac_in_buffer = b""
            self.close_when_done()

    # Commands.

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """Refuse characters that no path and no line of the log may have (RFC 959, section 5.3.2)."""
        if any(character in line for character in "\0\r\n"):
            self.respond("501 A command must not contain NUL, CR or LF.")
        else:
            super().pre_process_command(line, cmd, arg)

    def initiate_send(self) -> None:
        """Send replies, and read no more commands while the client leaves many of them unread."""
        super().initiate_send()
        if self.producer_fifo and not self._closed and self._fileno in self.ioloop.socket_map:
            full = len(self.producer_fifo) > _UNREAD
            self._wanted_io_events = self.ioloop.WRITE if full else self.ioloop.READ | self.ioloop.WRITE
            self.ioloop.modify(self._fileno, self._wanted_io_events)

    def push(self, data: str) -> None:
        """Send a reply; a name of a file need not be valid UTF-8."""
        AsyncChat.push(self, data.encode(self.encoding, "replace"))

    def process_command(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        """Run a command, unless it is refused."""
        reply = self._refusal(cmd)
        if reply:
            self.respond(reply)
        elif self.draining and cmd in _DATA_CONNECTION:
            self.disconnect()
        else:
            if cmd in (*_DATA_CONNECTION, *_ANEW, "QUIT"):
                # A transfer that waits would take the next connection, which is not for it.
                self.give_up_transfer("426 No data connection was made; transfer aborted.")
            if cmd in _DATA_CONNECTION:
                self.data_failure = ""
            super().process_command(cmd, *args, **kwargs)

    def _refusal(self, cmd: str) -> str:
        """Return why a command is refused, "" if it is not.

        pyftpdlib would close the data connection of a transfer that runs without a reply, acknowledge two transfers
        with one 226, or answer 150 and wait for a connection that never comes.  ProFTPD refuses with 450, too.
        """
        if self._transfer_runs() and cmd in (*_DATA_CONNECTION, *_TRANSFERS, *_ANEW):
            return "450 A transfer is in progress; wait for its end, or send ABOR."
        if self._transfer_waits() and cmd in (*_TRANSFERS, *_FORM):
            return "450 A transfer waits for its data connection; make it, or send ABOR."
        if self._lacks_tls(cmd):
            channel = "control" if cmd in _ANEW or cmd == "PASS" else "data"
            return f"550 SSL/TLS required on the {channel} channel."
        if cmd in _TRANSFERS and not self.is_transferring():
            failure, self.data_failure = self.data_failure, ""
            return failure or "425 Use PASV or PORT first."
        return ""

    def _lacks_tls(self, cmd: str) -> bool:
        if not self.tls_required:
            return False
        if cmd in _TRANSFERS and self.data_channel is not None:
            return not isinstance(self.data_channel.socket, TlsSocket)
        if cmd in (*_DATA_CONNECTION, *_TRANSFERS):
            return not self.protected
        return cmd in ("USER", "PASS") and not isinstance(self.socket, TlsSocket)

    def ftp_ABOR(self, line: str) -> None:
        """Abort a transfer, whose final reply comes before that to ABOR (RFC 959, section 4.1.3)."""
        if not self._transfer_runs() and not self._transfer_waits():
            super().ftp_ABOR(line)
            return
        self._shutdown_connecting_dtp()
        if self.data_channel is not None:
            self.data_channel.close()
        self.give_up_transfer("")
        self.respond("426 Transfer aborted via ABOR.", logfun=logging.info)
        self.respond("226 ABOR command successful.")

    def ftp_QUIT(self, line: str) -> None:
        """End the session, after the transfer if one runs; a data connection that is not used ends now."""
        if self.data_channel is not None and not self._transfer_runs():
            self.data_channel.close()
        super().ftp_QUIT(line)

    def give_up_transfer(self, reply: str) -> None:
        """Forget a transfer that waits for its data connection, with this reply if there is one."""
        waits = self._transfer_waits()
        for file in (self._in_dtp_queue or (None,))[0], (self._out_dtp_queue or (None,) * 3)[2]:
            if file:
                file.close()
        self._in_dtp_queue = self._out_dtp_queue = None
        if waits and reply:
            self.respond(reply)

    def _make_eport(self, ip: str, port: int) -> None:
        """Connect; read no more commands until it is done, because the reply to PORT comes only then."""
        super()._make_eport(ip, port)
        if self.is_connecting():
            self._connecting = True
            self._kept, self.ac_in_buffer = self.ac_in_buffer, b""
            self.del_channel()

    def go_on(self) -> None:
        """Read commands again, those behind PORT after its reply."""
        if self._connecting and not self._closed:
            self._connecting = False
            self.add_channel()
            self.ioloop.call_later(0, self._read_kept, _errback=self.handle_error)

    def _read_kept(self) -> None:
        if self._kept and not self._closed:
            self.handle_read()

    def _make_epasv(self, extmode: bool = False) -> None:
        try:
            super()._make_epasv(extmode)
        except RangeExhausted:
            self.respond_w_warning("425 Every port of the passive range is in use.")

    def _on_dtp_connection(self) -> None:
        """Forget the active channel, whose socket now belongs to the data channel, and that one if it has ended.

        Otherwise pyftpdlib closes the active channel at the next PORT and removes its descriptor from the loop. By then
        the number belongs to another connection, mostly of another client, which would never get an answer again.
        QUIT would wait for the end of a data channel that was reset before it began, and has ended already.
        """
        self._dtp_connector = None
        if self.data_channel._closed:
            self.data_channel = None
        else:
            super()._on_dtp_connection()

    def is_connecting(self) -> bool:
        """Return whether an active data connection is being made."""
        return self._dtp_connector is not None and not self._dtp_connector._closed

    def is_transferring(self) -> bool:
        """Return whether a data channel is open or announced."""
        channels = (self.data_channel, self._dtp_acceptor, self._dtp_connector)
        return any(channel is not None and not channel._closed for channel in channels)

    def _transfer_runs(self) -> bool:
        channel = self.data_channel
        return channel is not None and bool(channel._initialized) and not channel._closed

    def _transfer_waits(self) -> bool:
        return bool(self._in_dtp_queue or self._out_dtp_queue)

    def disconnect(self) -> None:
        """Tell the client to reconnect, and end the session."""
        if self.handshaking:
            self.close()
            return
        self.respond("421 The service has a new configuration; connect again.")
        self.close_when_done()


def _is_within(address: str, networks: tuple[ipaddress.IPv4Network, ...]) -> bool:
    return any(ipaddress.IPv4Address(address) in network for network in networks)
