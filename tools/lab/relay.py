# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries TCP connections from a loopback port of the host into the MX container, to the emulator's API.

The lab's networks do not reach the host, so one ``docker exec`` carries all connections: that works with every engine,
wherever it runs.  One for each connection would cost more than most requests.
"""

from __future__ import annotations

import itertools
import os
import socketserver
import subprocess
import sys
import time
from pathlib import Path
from threading import Lock, Thread

from lab import carrier
from lab.common import STATE, LabError, say

CONTAINER = "mxlab-mx"
API = ("127.0.0.1", "8080")
PORTFILE = STATE / "relay.port"
PIDFILE = STATE / "relay.pid"


def start(engine: str) -> str:
    """Return the API's URL on this host, starting the relay if it does not run."""
    if not is_running():
        say("Starting the relay to the emulator's API")
        PORTFILE.unlink(missing_ok=True)
        with (STATE / "relay.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "lab.relay"],
                env=os.environ | {"DOCKER_HOST": engine, "PYTHONPATH": str(Path(__file__).parent.parent)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        PIDFILE.write_text(str(process.pid))
        while not PORTFILE.exists():
            if process.poll() is not None:
                raise LabError(f"the relay to the emulator's API ended: {(STATE / 'relay.log').read_text()}")
            time.sleep(0.05)
    return f"http://127.0.0.1:{PORTFILE.read_text()}/api/v1"


def stop() -> None:
    """End the relay if it runs."""
    if is_running():
        os.kill(int(PIDFILE.read_text()), 15)
    PIDFILE.unlink(missing_ok=True)
    PORTFILE.unlink(missing_ok=True)


def is_running() -> bool:
    """Tell whether the pid in the pidfile is still our relay."""
    try:
        return "lab.relay" in Path(f"/proc/{int(PIDFILE.read_text())}/cmdline").read_text()
    except (OSError, ValueError):
        return False


class Relay(socketserver.ThreadingTCPServer):
    """Listens on a free loopback port; a carrier that has ended, with its container, is followed by the next."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.numbers = itertools.count()
        self._beginning = Lock()
        self._carrier: carrier.Carrier | None = None

    def carrier(self) -> carrier.Carrier:
        """Return the carrier that runs."""
        with self._beginning:
            if self._carrier is None or self._carrier.ended:
                self._carrier = begin()
            return self._carrier


class Connection(socketserver.BaseRequestHandler):
    """One client of the API."""

    server: Relay

    def handle(self) -> None:
        """Carry the connection until either side ends it."""
        number, running = next(self.server.numbers), self.server.carrier()
        running.add(number, self.request)
        running.carry(number)


def begin() -> carrier.Carrier:
    """Start the carrier's other end in the MX container, and return this end."""
    command = ["docker", "exec", "-i", CONTAINER, "python3", "-c", Path(carrier.__file__).read_text(), *API]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    this_end = carrier.Carrier(process.stdout, process.stdin)
    Thread(target=this_end.deliver, daemon=True).start()
    return this_end


def serve() -> None:
    """Write the port to the port file, and serve until killed."""
    with Relay() as relay:
        partial = PORTFILE.with_suffix(".partial")
        partial.write_text(str(relay.server_address[1]))
        partial.rename(PORTFILE)
        relay.serve_forever()


if __name__ == "__main__":
    serve()
