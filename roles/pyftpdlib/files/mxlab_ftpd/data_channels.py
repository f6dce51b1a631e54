# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data channels, in subclasses that change what pyftpdlib (1.5.7, 2.0 and 2.2) does differently."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
from typing import Any

from pyftpdlib import handlers

from .tls import Securing, TlsSocket


class RangeExhausted(Exception):
    """Every port of the passive range is in use."""


class PassiveChannel(handlers.FTPHandler.passive_dtp):
    """A passive data channel on a port of the range; the base class uses any port if the range is exhausted."""

    def bind(self, addr: tuple[str, int]) -> None:
        """Bind a port of the range.  Raise RangeExhausted if the base class asks for any port."""
        if addr[1] == 0:
            self.close()
            raise RangeExhausted
        super().bind(addr)

    def handle_accepted(self, sock: socket.socket, addr: tuple[str, int]) -> None:
        """Take the connection of the client; that of another host ends the transfer that waits, if there is one.

        pyftpdlib answers the other host on the control connection even if the client has not asked for anything.
        """
        commands = self.cmd_channel
        if commands.permit_foreign_addresses or addr[0] == commands.remote_ip:
            super().handle_accepted(sock, addr)
            return
        sock.close()
        refused = f"Rejected data connection from foreign address {addr[0]}:{addr[1]}."
        commands.log(refused, logfun=logging.warning)
        commands.give_up_transfer(f"425 {refused}")

    def handle_timeout(self) -> None:
        """Close the port; only a transfer that waits has something to be told."""
        self.close()
        if not self.cmd_channel._closed:
            self.cmd_channel.give_up_transfer(f"425 Passive data channel timed out after {self.timeout} seconds.")


class ActiveChannel(handlers.FTPHandler.active_dtp):
    """An active data channel from the port below the control port (RFC 959, section 3.2)."""

    def connect_af_unspecified(self, addr: tuple[str, int], source_address: tuple[str, int]) -> int:
        """Connect over IPv4 from the data port, or from any port if the kernel refuses the pair of ports.

        It refuses if the client reuses a port within a minute: the last connection between the same two ports is
        then still in TIME-WAIT.
        """
        control_port = self.cmd_channel.socket.getsockname()[1]
        try:
            self._connect(addr, (source_address[0], control_port - 1))
        except OSError as error:
            self.del_channel()
            self.socket.close()
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EADDRINUSE):
                raise
            self._connect(addr, source_address)
        return socket.AF_INET

    def handle_connect(self) -> None:
        """Let the session go on, and answer PORT."""
        self.cmd_channel.go_on()
        super().handle_connect()

    def handle_write(self) -> None:
        """Do nothing: what has just been connected belongs to the data channel, and may be closed already.

        pyftpdlib would then answer PORT a second time, with 425.
        """

    def handle_close(self) -> None:
        """Let the session go on, and answer PORT if the connection was refused."""
        self.cmd_channel.go_on()
        super().handle_close()

    def handle_timeout(self) -> None:
        """Let the session go on, and answer PORT."""
        self.cmd_channel.go_on()
        super().handle_timeout()

    def _connect(self, addr: tuple[str, int], source_address: tuple[str, int]) -> None:
        self.create_socket(socket.AF_INET, socket.SOCK_STREAM)
        self.set_reuse_addr()
        self.bind(source_address)
        self.connect(addr)


class DataChannel(Securing, handlers.DTPHandler):
    """A data channel that tells the end of an upload from its breaking off, which pyftpdlib answers with 226, too."""

    _ended = _finishing = False
    _fault = ""

    def __init__(self, sock: socket.socket, cmd_channel: Any) -> None:
        super().__init__(sock, cmd_channel)
        if not self.connected:
            # It was reset before it was accepted.
            cmd_channel.give_up_transfer("426 Connection lost before the transfer; transfer aborted.")
        elif cmd_channel.protected:
            # Without session tickets: a client that only sends does not read them, and then its close(2) resets the
            # connection and drops what it has not sent yet (RFC 1122, section 4.2.2.13). The tickets of the control
            # connection serve its data connections.
            self.secure(cmd_channel.context, tickets=0)

    def use_sendfile(self) -> bool:
        """Return whether the kernel may send the file by itself, which it cannot with TLS."""
        # pyftpdlib 1.5.7 also asks after the end, for its log, and fails if the file is closed.
        is_open = not getattr(self.file_obj, "closed", True)
        return is_open and not isinstance(self.socket, TlsSocket) and bool(super().use_sendfile())

    def handle_read_event(self) -> None:
        """Go on with the handshake, or receive a piece of the file."""
        if self.handshaking:
            super().handle_read_event()
        elif self.receive:
            self._receive()

    def _receive(self) -> None:
        try:
            piece = self.socket.recv(self.ac_in_buffer_size)
        except BlockingIOError:
            return
        except OSError as error:
            self._fault = f" ({error.strerror})"
            self.handle_close()
            return
        self.tot_bytes_received += len(piece)
        try:
            self._store(piece)
        except OSError as error:
            self._abort(f"426 {os.strerror(error.errno or errno.EIO)}; transfer aborted.")
        else:
            if not piece:
                self._ended = True
                self.handle_close()

    def _store(self, piece: bytes) -> None:
        """Write a piece, or all that is still in a buffer if the piece is empty.  Raise OSError if the disk is full."""
        if self._data_wrapper and piece:
            self.file_obj.write(self._data_wrapper(piece))
        elif piece:
            self.file_obj.write(piece)
        else:
            # A carriage return that waits for its line feed belongs to the file, too.
            self.file_obj.write(b"\r" if self._had_cr else b"")
            self.file_obj.close()

    def _abort(self, reply: str) -> None:
        # What is still in the buffer cannot be written.
        with contextlib.suppress(OSError):
            self.file_obj.close()
        self._resp = (reply, logging.warning)
        self.close()

    def writable(self) -> bool:
        """Return whether there is something to send, be it the end of TLS."""
        return self._finishing or super().writable()

    def handle_write_event(self) -> None:
        """Go on with the handshake, or send the next piece or the end of TLS."""
        if self._finishing:
            self.handle_close()
        else:
            super().handle_write_event()

    def handle_close(self) -> None:
        """End the transfer: an upload is complete after the end that _receive has seen, and after no other."""
        if self._closed or self.handshaking:
            super().handle_close()
        elif not self._initialized:
            # Before any transfer: there is nothing to answer.
            self.close()
        elif self.receive and not self._ended:
            self._abort(f"426 Connection lost after {self.tot_bytes_received} bytes{self._fault}; transfer aborted.")
        elif self._is_complete() and isinstance(self.socket, TlsSocket) and not self.socket.finish():
            self._finishing = True
            self.modify_ioloop_events(self.ioloop.WRITE)
        else:
            super().handle_close()

    def _is_complete(self) -> bool:
        return self._ended or not self.producer_fifo

    def handle_failed_handshake(self) -> None:
        """Tell the client, as RFC 4217 (section 10.2) has it; if it has asked for no transfer yet, when it does."""
        self.handshaking = False
        if self._initialized:
            self._resp = ("522 SSL handshake failed.", logging.info)
        else:
            self.cmd_channel.data_failure = "522 SSL handshake failed."
        self.close()
