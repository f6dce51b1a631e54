# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries TCP connections from a loopback port of the host into the MX container, to the emulator's API.

The lab's networks do not reach the host, so each connection is carried by one ``docker exec``: that works with every
engine, wherever it runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

from lab.common import STATE, LabError, say

CONTAINER = "mxlab-mx"
TARGET = "TCP:127.0.0.1:8080"
PORTFILE = STATE / "relay.port"
PIDFILE = STATE / "relay.pid"
CHUNK = 65536


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


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry one connection until either side ends it."""
    relay = await asyncio.create_subprocess_exec(
        "docker",
        "exec",
        "-i",
        CONTAINER,
        "socat",
        "-",
        TARGET,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert relay.stdin and relay.stdout
    upward = asyncio.create_task(copy(reader, relay.stdin))
    await copy(relay.stdout, writer)
    upward.cancel()
    with contextlib.suppress(ProcessLookupError):
        relay.terminate()
    await relay.wait()


async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Copy bytes until the source ends, then close the sink."""
    with contextlib.suppress(ConnectionError):
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()
    sink.close()


async def serve() -> None:
    """Listen on a free loopback port, write it to the port file, and serve until killed."""
    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    partial = PORTFILE.with_suffix(".partial")
    partial.write_text(str(server.sockets[0].getsockname()[1]))
    partial.rename(PORTFILE)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
