# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change what pyftpdlib (1.5.7, 2.0 and 2.2) does differently, in subclasses."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import Any

from pyftpdlib import handlers
from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer
from pyftpdlib.ioloop import AsyncChat
from pyftpdlib.servers import FTPServer

from .configuration import Configuration, ConfigurationError, User
from .passwords import verify

_COMMANDS = {"active": ("PORT", "EPRT"), "passive": ("PASV", "EPSV")}
_TRANSFERS = ("LIST", "NLST", "MLSD", "RETR", "STOR", "STOU", "APPE")
_READ, _WRITE = "elr", "adfmwMT"


class RangeExhausted(Exception):
    """Every port of the passive range is in use."""


class Authorizer(DummyAuthorizer):
    """Virtual users with hashes; the base class compares passwords in clear."""

    def __init__(self, users: tuple[User, ...]) -> None:
        super().__init__()
        for user in users:
            perm = _READ if user.read_only else _READ + _WRITE
            self.add_user(user.name, user.password_hash, user.home, perm=perm, msg_quit="Goodbye.")

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        """Raise AuthenticationFailed unless the user has this password."""
        known: dict[str, Any] = self.user_table.get(username, {})
        if not verify(password, known.get("pwd")):
            raise AuthenticationFailed("Authentication failed.")


class PassiveChannel(handlers.FTPHandler.passive_dtp):
    """A passive data channel on a port of the range; the base class uses any port if the range is exhausted."""

    def bind(self, addr: tuple[str, int]) -> None:
        """Bind a port of the range.  Raise RangeExhausted if the base class asks for any port."""
        if addr[1] == 0:
            self.close()
            raise RangeExhausted
        super().bind(addr)


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

    def _connect(self, addr: tuple[str, int], source_address: tuple[str, int]) -> None:
        self.create_socket(socket.AF_INET, socket.SOCK_STREAM)
        self.set_reuse_addr()
        self.bind(source_address)
        self.connect(addr)


class Handshaking(AsyncChat):
    """Fixes for the TLS handshake of pyftpdlib before 1.5.9, as a first base class of a channel.

    During the handshake pyftpdlib does not read (its issue 604: the peer gets a reset), and mistakes the end of the
    connection for the end of a file (its issues 613 and 614).
    """

    _ssl_accepting = False

    def readable(self) -> bool:
        """Return whether the channel wants to read, which it does during the handshake."""
        return self._ssl_accepting or bool(super().readable())

    def handle_close(self) -> None:
        """Close the channel; during the handshake the end of the connection is not the end of a file."""
        if self._ssl_accepting:
            self.close()
        else:
            super().handle_close()


class Session(Handshaking, handlers.FTPHandler):
    """A session of this server; with TLS, a first base class before pyftpdlib's TLS handler."""

    configuration: Configuration
    implicit = False
    draining = False

    def __init__(self, conn: socket.socket, server: Any, ioloop: Any = None) -> None:
        super().__init__(conn, server, ioloop)
        if self.connected and _is_within(self.remote_ip, self.configuration.lan_networks):
            self.masquerade_address = self.configuration.lan_address

    def handle(self) -> None:
        """Begin the session: with implicit TLS by the handshake, otherwise by the greeting."""
        if self.implicit:
            self.secure_connection(self.ssl_context)
        else:
            super().handle()

    def handle_ssl_established(self) -> None:
        """Send the greeting after the handshake of implicit TLS."""
        if self.implicit:
            super().handle()

    def handle_timeout(self) -> None:
        """End the session; a reply during the handshake puts pyftpdlib before 2.2 in an endless loop (issue 683)."""
        if self._ssl_accepting:
            self.close()
        else:
            super().handle_timeout()

    def close(self) -> None:
        """Close even if the peer does not answer the end of TLS (issue 613)."""
        super().close()
        handlers.FTPHandler.close(self)

    def process_command(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        """Run a command, unless the session is about to end or a transfer has no data connection."""
        if self.draining and any(cmd in commands for commands in _COMMANDS.values()):
            self.disconnect()
        elif cmd in _TRANSFERS and not self.is_transferring():
            # pyftpdlib answers 150 and waits for a connection that never comes.
            self.respond("425 Use PASV or PORT first.")
        else:
            super().process_command(cmd, *args, **kwargs)

    def _make_epasv(self, extmode: bool = False) -> None:
        try:
            super()._make_epasv(extmode)
        except RangeExhausted:
            self.respond_w_warning("425 Every port of the passive range is in use.")

    def _on_dtp_connection(self) -> None:
        """Forget the active channel, whose socket now belongs to the data channel.

        Otherwise pyftpdlib closes the channel at the next PORT and removes its descriptor from the loop. By then the
        number belongs to another connection, mostly of another client, which would never get an answer again.
        """
        self._dtp_connector = None
        super()._on_dtp_connection()

    def is_transferring(self) -> bool:
        """Return whether a data channel is open or announced."""
        channels = (self.data_channel, self._dtp_acceptor, self._dtp_connector)
        return any(channel is not None and not channel._closed for channel in channels)

    def disconnect(self) -> None:
        """Tell the client to reconnect, and end the session."""
        self.respond("421 The service has a new configuration; connect again.")
        self.close_when_done()


class Server(FTPServer):
    """A server whose limit counts clients; the base class also counts their data channels."""

    def _accept_new_cons(self) -> bool:
        return bool(len(self.ip_map) <= self.max_cons)


def session_class(configuration: Configuration) -> type:
    """Return the class of sessions for this configuration.  Raise ConfigurationError if pyftpdlib cannot serve it."""
    encrypted = configuration.tls != "disabled"
    bases: tuple[Any, ...] = (Session, _tls_handler()) if encrypted else (Session,)
    forced = configuration.tls in ("required", "implicit")
    closed = {command for mode in _COMMANDS.keys() - set(configuration.modes) for command in _COMMANDS[mode]}
    attributes = {
        "configuration": configuration,
        "authorizer": Authorizer(configuration.users),
        "passive_dtp": PassiveChannel,
        "active_dtp": ActiveChannel,
        "passive_ports": configuration.passive_ports,
        "masquerade_address": configuration.masquerade_address or None,
        "proto_cmds": {name: command for name, command in bases[-1].proto_cmds.items() if name not in closed},
        "timeout": configuration.idle_timeout,
        "banner": "FTP server ready.",
        "permit_foreign_addresses": False,
        "permit_privileged_ports": False,
    }
    if encrypted:
        attributes["ssl_context"] = _tls_context(configuration)
        attributes["dtp_handler"] = type("DataChannel", (Handshaking, handlers.TLS_DTPHandler), {})
        attributes["implicit"] = configuration.tls == "implicit"
        attributes["tls_control_required"] = attributes["tls_data_required"] = forced
    for name, value in configuration.handler.items():
        _check_attribute(name, value)
        attributes[name] = value
    return type("ConfiguredSession", bases, attributes)


def _is_within(address: str, networks: tuple[ipaddress.IPv4Network, ...]) -> bool:
    return any(ipaddress.IPv4Address(address) in network for network in networks)


def _check_attribute(name: str, value: Any) -> None:
    """Raise ConfigurationError unless the value has the type of pyftpdlib's; a wrong type would end sessions."""
    default = getattr(handlers.FTPHandler, name, None)
    if name.startswith("_") or not isinstance(default, (bool, int, str)):
        expected = "such as banner or max_login_attempts"
        raise ConfigurationError(f"handler has {name}; expected a plain attribute of FTPHandler, {expected}")
    if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, type(default)):
        expected = f"{type(default).__name__}, such as {default!r}"
        raise ConfigurationError(f"handler: {name} is {value!r}; expected {expected}")


def _tls_handler() -> type:
    try:
        handler: type = handlers.TLS_FTPHandler
    except AttributeError as error:
        raise ConfigurationError("tls needs pyOpenSSL (Debian's python3-openssl)") from error
    return handler


def _tls_context(configuration: Configuration) -> Any:
    """Return a context for TLS 1.2 and newer; the cipher suites are those of TLS 1.2, because 1.3 has its own."""
    from OpenSSL import SSL

    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION)
    try:
        context.set_cipher_list(":".join(configuration.tls_ciphers).encode())
    except SSL.Error as error:
        names = list(configuration.tls_ciphers)
        raise ConfigurationError(f"tls_ciphers is {names}; OpenSSL knows none of them") from error
    try:
        context.use_certificate_chain_file(configuration.tls_certificate)
        context.use_privatekey_file(configuration.tls_key)
        context.check_privatekey()
    except SSL.Error as error:
        files = f"tls_certificate {configuration.tls_certificate!r} and tls_key {configuration.tls_key!r}"
        raise ConfigurationError(f"{files} do not belong together: {error}") from error
    return context
