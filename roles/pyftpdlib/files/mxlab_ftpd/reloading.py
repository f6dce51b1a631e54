# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Apply a new configuration on SIGHUP without interrupting a transfer.

The process forks.  The child keeps the old sessions: each may finish its transfer, and is then disconnected.  The
parent becomes the new server by execve(2), with the same process id; the listening socket stays open all the time.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from typing import Any

from pyftpdlib.ioloop import AsyncChat

from .configuration import ConfigurationError, load
from .server import session_class
from .session import Session


def listen(port: int) -> socket.socket:
    """Return a listening socket, IPv4 only, because behind NAT only IPv4 addresses can be announced."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("0.0.0.0", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


class Reloading(AsyncChat):
    """A channel that turns SIGHUP into an event of the loop, so that the process never forks inside other work."""

    def __init__(self, server: Any, path: str) -> None:
        waker, self._signals = socket.socketpair()
        waker.setblocking(False)
        self._signals.setblocking(False)
        super().__init__(waker, server.ioloop)
        self._server, self._path = server, path
        signal.set_wakeup_fd(self._signals.fileno())
        signal.signal(signal.SIGHUP, lambda number, frame: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        # The process does not wait for its children; this setting survives execve(2).
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)

    def handle_read(self) -> None:
        """Check the new configuration, then fork: the child drains, the parent becomes the new server."""
        self.socket.recv(64)
        try:
            configuration = load(self._path)
            session_class(configuration)
            same = configuration.control_port == self._server.socket.getsockname()[1]
            listener = self._server.socket if same else listen(configuration.control_port)
        except (ConfigurationError, OSError) as error:
            logging.error("The new configuration is refused, the server keeps the old one: %s", error)
            return
        if os.fork() == 0:
            signal.set_wakeup_fd(-1)
            self.close()
            drain(self._server)
        else:
            become(self._path, listener.fileno())


def become(path: str, listener: int) -> None:
    """Become the new server and do not return; all other descriptors close by themselves."""
    try:
        # A signal that arrives before the new server is ready waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        os.set_inheritable(listener, True)
        os.execv(sys.executable, [sys.executable, "-m", __package__, path, "--listener", str(listener)])
    finally:
        os._exit(1)


def drain(server: Any) -> None:
    """Finish the transfers in progress and accept nothing new; the loop ends with the last session."""
    Session.draining = True
    server.close()

    def disconnect_idle() -> None:
        sessions = [channel for channel in server.ioloop.socket_map.values() if isinstance(channel, Session)]
        for session in sessions:
            if not session.is_transferring():
                session.disconnect()

    disconnect_idle()
    server.ioloop.call_every(1, disconnect_idle)
