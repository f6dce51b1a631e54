# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server, and the class of its sessions for a configuration."""

from __future__ import annotations

import socket
from typing import Any

from pyftpdlib import handlers
from pyftpdlib.servers import FTPServer

from .configuration import Configuration, ConfigurationError
from .data_channels import ActiveChannel, DataChannel, PassiveChannel
from .files import HomeDirectory
from .guessing import Guessing
from .session import Session
from .tls import tls_context
from .users import Authorizer

_COMMANDS = {"active": ("PORT", "EPRT"), "passive": ("PASV", "EPSV")}
_TLS_COMMANDS = {
    name: {"perm": None, "auth": False, "arg": True, "help": f"Syntax: {name} <SP> {argument}."}
    for name, argument in {"AUTH": "TLS", "PBSZ": "0", "PROT": "C|P"}.items()
}


class Server(FTPServer):
    """A server whose limit counts clients; the base class also counts their data channels."""

    def __init__(self, listener: socket.socket, session: type) -> None:
        super().__init__(listener, session)
        self.guessing = Guessing(self.ioloop.call_later)

    def _accept_new_cons(self) -> bool:
        return bool(len(self.ip_map) <= self.max_cons)


def session_class(configuration: Configuration) -> type:
    """Return the class of sessions for this configuration.  Raise ConfigurationError if pyftpdlib cannot serve it."""
    encrypted = configuration.tls != "disabled"
    closed = {command for mode in _COMMANDS.keys() - set(configuration.modes) for command in _COMMANDS[mode]}
    commands = {**handlers.FTPHandler.proto_cmds, **(_TLS_COMMANDS if encrypted else {})}
    attributes = {
        "configuration": configuration,
        "authorizer": Authorizer(configuration.users),
        "abstracted_fs": HomeDirectory,
        "dtp_handler": DataChannel,
        "passive_dtp": PassiveChannel,
        "active_dtp": ActiveChannel,
        "passive_ports": configuration.passive_ports,
        "masquerade_address": configuration.masquerade_address or None,
        "proto_cmds": {name: command for name, command in commands.items() if name not in closed},
        "timeout": configuration.idle_timeout,
        "banner": "FTP server ready.",
        "permit_foreign_addresses": False,
        "permit_privileged_ports": False,
        "context": tls_context(configuration) if encrypted else None,
        "implicit": configuration.tls == "implicit",
        "tls_required": configuration.tls in ("required", "implicit"),
    }
    for name, value in configuration.handler.items():
        _check_attribute(name, value)
        attributes[name] = value
    return type("ConfiguredSession", (Session,), attributes)


def _check_attribute(name: str, value: Any) -> None:
    """Raise ConfigurationError unless the value has the type of pyftpdlib's; a wrong type would end sessions."""
    default = getattr(handlers.FTPHandler, name, None)
    if name.startswith("_") or not isinstance(default, (bool, int, str)):
        expected = "such as banner or max_login_attempts"
        raise ConfigurationError(f"handler has {name}; expected a plain attribute of FTPHandler, {expected}")
    if isinstance(value, bool) != isinstance(default, bool) or not isinstance(value, type(default)):
        expected = f"{type(default).__name__}, such as {default!r}"
        raise ConfigurationError(f"handler: {name} is {value!r}; expected {expected}")
