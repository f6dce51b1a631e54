# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve, or check a configuration: python3 -m mxlab_ftpd [--check] CONFIGURATION."""

from __future__ import annotations

import argparse
import logging
import os
import pwd
import socket
import sys

from .configuration import Configuration, ConfigurationError, parse, read
from .reloading import Reloading, listen
from .server import Server, session_class


def main() -> str | None:
    """Run the command line; return what sys.exit takes: None, or the fault of the configuration."""
    parser = argparse.ArgumentParser(prog=__package__, description="An FTP server behind a NAT firewall.")
    parser.add_argument("configuration", help="the configuration file, JSON")
    parser.add_argument("--check", action="store_true", help="check the configuration and exit")
    parser.add_argument("--user", help="check with the rights of this account, as root")
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    try:
        raw = read(arguments.configuration)
        if arguments.user:
            take_rights(arguments.user)
        configuration = parse(raw)
        session = session_class(configuration)
    except ConfigurationError as error:
        return f"{arguments.configuration}: {error}"
    if not arguments.check:
        inherited = arguments.listener
        listener = listen(configuration.control_port) if inherited is None else socket.socket(fileno=inherited)
        serve(configuration, session, listener, arguments.configuration)
    return None


class Escaping(logging.Formatter):
    """Messages of one line each, to which the journal adds the time.

    What clients send could forge lines, or steer the terminal of who reads them.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the message with escape sequences of Python for all that cannot be printed."""
        return "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode()
            for character in record.message
        )


def serve(configuration: Configuration, session: type, listener: socket.socket, path: str) -> None:
    """Serve until the process is told to end."""
    handler = logging.StreamHandler()
    handler.setFormatter(Escaping())
    # pyftpdlib logs commands and replies at this level, and shows no password.
    level = logging.DEBUG if configuration.log_commands else logging.INFO
    logging.basicConfig(level=level, handlers=[handler])
    listener.set_inheritable(False)
    server = Server(listener, session)
    server.max_cons = configuration.max_clients
    server.max_cons_per_ip = configuration.max_per_ip
    Reloading(server, path)
    tell_systemd("READY=1")
    server.serve_forever()


def take_rights(account: str) -> None:
    """Give up root for an account, so that the check meets the same rights as the service."""
    user = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def tell_systemd(state: str) -> None:
    """Send a state to systemd if it asked for one, as sd_notify(3) does."""
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notification:
            notification.sendto(state.encode(), address.replace("@", "\0", 1) if address.startswith("@") else address)


if __name__ == "__main__":
    sys.exit(main())
