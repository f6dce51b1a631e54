# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries TCP connections from a loopback port of the host into the MX container, to the emulator's API.

The lab's networks do not reach the host, so one ``docker exec`` carries all connections.  One for each connection would
cost more than most requests.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socketserver
import subprocess
import sys
import time
from pathlib import Path
from threading import Lock, Thread

from lab import carrier
from lab.common import STATE, LabError, processes, say

CONTAINER = "mxlab-mx"
API = ("127.0.0.1", "8080")
PORTFILE = STATE / "relay.port"
LOG = STATE / "relay.log"
COMMAND = [sys.executable, "-m", "lab.relay", str(STATE)]


def start(engine: str) -> str:
    """Return the API's URL on this host, starting the relay if it does not run."""
    if not running():
        say("Starting the relay to the emulator's API")
        PORTFILE.unlink(missing_ok=True)
        begin_serving(engine)
    while not PORTFILE.exists():
        if not running():
            raise LabError(f"the relay to the emulator's API ended: {LOG.read_text()}")
        time.sleep(0.05)
    return f"http://127.0.0.1:{PORTFILE.read_text()}/api/v1"


def begin_serving(engine: str) -> None:
    """Start the relay, which goes on when this process ends."""
    with LOG.open("wb") as log:
        subprocess.Popen(
            COMMAND,
            env=os.environ | {"DOCKER_HOST": engine, "PYTHONPATH": str(Path(__file__).parent.parent)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def stop() -> None:
    """End the relay if it runs."""
    for pid in running():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGTERM)
    PORTFILE.unlink(missing_ok=True)


def running() -> list[str]:
    """Return the pids of this lab's relay: none, or one."""
    return processes(lambda words: words[1:] == COMMAND[1:])


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
