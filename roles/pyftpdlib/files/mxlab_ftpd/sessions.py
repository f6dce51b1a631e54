# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this server does in its own way, as subclasses of pyftpdlib's (1.5.7, 2.0 and 2.2)."""

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
    """Virtual users with hashes; pyftpdlib's own compares passwords in clear."""

    def __init__(self, users: tuple[User, ...]) -> None:
        super().__init__()
        for user in users:
            perm = _READ if user.read_only else _READ + _WRITE
            self.add_user(user.name, user.password_hash, user.home, perm=perm, msg_quit="Goodbye.")

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        known: dict[str, Any] = self.user_table.get(username, {})
        if not verify(password, known.get("pwd")):
            raise AuthenticationFailed("Authentication failed.")


class PassiveChannel(handlers.FTPHandler.passive_dtp):
    """A passive data channel from the range or none: pyftpdlib's own takes any port when the range is exhausted."""

    def bind(self, addr: tuple[str, int]) -> None:
        if addr[1] == 0:
            self.close()
            raise RangeExhausted
        super().bind(addr)


class ActiveChannel(handlers.FTPHandler.active_dtp):
    """An active data channel from the port below the control port (RFC 959, section 3.2)."""

    def connect_af_unspecified(self, addr: tuple[str, int], source_address: tuple[str, int]) -> int:
        """Connect over IPv4.

        A client that takes a port again within a minute meets the kernel's memory of the last connection between the
        same two ports; only then is any other source port taken.
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
    """What pyftpdlib before 1.5.9 has wrong while TLS begins, put before its class for a channel.

    It does not read then (its issue 604: the peer meets a reset), and takes an end of the connection for the end of a
    file (its issues 613 and 614).
    """

    _ssl_accepting = False

    def readable(self) -> bool:
        return self._ssl_accepting or bool(super().readable())

    def handle_close(self) -> None:
        if self._ssl_accepting:
            self.close()
        else:
            super().handle_close()


class Session(Handshaking, handlers.FTPHandler):
    """What is ours in a session; put before pyftpdlib's handler for TLS where there is TLS."""

    configuration: Configuration
    implicit = False
    draining = False

    def __init__(self, conn: socket.socket, server: Any, ioloop: Any = None) -> None:
        super().__init__(conn, server, ioloop)
        if self.connected and _is_within(self.remote_ip, self.configuration.lan_networks):
            self.masquerade_address = self.configuration.lan_address

    def handle(self) -> None:
        if self.implicit:
            self.secure_connection(self.ssl_context)
        else:
            super().handle()

    def handle_ssl_established(self) -> None:
        if self.implicit:
            super().handle()

    def handle_timeout(self) -> None:
        """A reply in clear during a handshake sends pyftpdlib before 2.2 into an endless loop (its issue 683)."""
        if self._ssl_accepting:
            self.close()
        else:
            super().handle_timeout()

    def close(self) -> None:
        """Close even when the peer does not answer the end of TLS (issue 613 again)."""
        super().close()
        handlers.FTPHandler.close(self)

    def process_command(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        if self.draining and any(cmd in commands for commands in _COMMANDS.values()):
            self.send_away()
        elif cmd in _TRANSFERS and not self.is_transferring():
            # pyftpdlib itself answers 150, and nobody ever connects.
            self.respond("425 Use PASV or PORT first.")
        else:
            super().process_command(cmd, *args, **kwargs)

    def _make_epasv(self, extmode: bool = False) -> None:
        try:
            super()._make_epasv(extmode)
        except RangeExhausted:
            self.respond_w_warning("425 Every port of the passive range is in use.")

    def _on_dtp_connection(self) -> None:
        """Forget the active channel, whose socket the data channel has now.

        pyftpdlib closes it at the next PORT, and takes what then has the number of its descriptor, mostly a connection
        of another client, out of its loop: that client would never be answered again.
        """
        self._dtp_connector = None
        super()._on_dtp_connection()

    def is_transferring(self) -> bool:
        """Whether a data channel is there or announced."""
        channels = (self.data_channel, self._dtp_acceptor, self._dtp_connector)
        return any(channel is not None and not channel._closed for channel in channels)

    def send_away(self) -> None:
        self.respond("421 The service has a new configuration; connect again.")
        self.close_when_done()


class Server(FTPServer):
    """A server whose limit counts clients; pyftpdlib's own counts their data channels too."""

    def _accept_new_cons(self) -> bool:
        return bool(len(self.ip_map) <= self.max_cons)


def session_class(configuration: Configuration) -> type:
    """pyftpdlib's handler class for this configuration; raises ConfigurationError."""
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
    """Only plain values of the type that pyftpdlib has there: a wrong type would end sessions, not the start."""
    default = getattr(handlers.FTPHandler, name, None)
    if name.startswith("_") or not isinstance(default, (bool, int, str)):
        raise ConfigurationError(f"handler has {name}, which is no plain attribute of pyftpdlib's FTPHandler")
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
    """TLS 1.2 and newer; the suites are those of TLS 1.2, for 1.3 brings its own."""
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
        raise ConfigurationError(f"{files} are no pair: {error}") from error
    return context
