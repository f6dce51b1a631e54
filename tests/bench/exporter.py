# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exporter under load: ``make bench-exporter`` scrapes 1,000 servers once a minute, as Prometheus would.

The servers are pyftpdlib in a process of its own, one on each of 1,000 addresses of loopback.  Scrapes are spread over
the minute.  The numbers are of two rounds: the first one also loads what the exporter loads late.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TARGETS = int(os.environ.get("TARGETS") or "1000")
SECONDS = float(os.environ.get("PERIOD") or "60")
ROUNDS = 2
PORT = 20210
SCRAPE_TIMEOUT = "30"
PASSWORD = "bench-bench"
MEMORY_LIMIT_MB = 100
# More than scrape at a time unless the exporter is too slow.
CLIENTS = 128


@dataclass(frozen=True)
class Scrape:
    """One scrape: its HTTP status, 0 if there was none; whether the server passed; seconds; how late it began."""

    status: int
    passed: bool
    seconds: float
    late: float


def addresses() -> list[str]:
    """Return an address of loopback for each target."""
    return [f"127.81.{number // 250}.{1 + number % 250}" for number in range(TARGETS)]


def serve(home: str) -> None:
    """Run all servers until this process is ended."""
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.log import config_logging
    from pyftpdlib.servers import FTPServer

    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    config_logging(level=40)
    authorizer = DummyAuthorizer()
    authorizer.add_user("probe", PASSWORD, home, perm="elradfmwMT")
    handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
    loop = IOLoop()
    servers: list[Any] = [FTPServer((address, PORT), handler, ioloop=loop) for address in addresses()]
    for server in servers:
        # It counts the sockets of all servers in the loop.
        server.max_cons = 0
    print("ready", flush=True)
    while servers:
        loop.loop(timeout=1, blocking=False)


@contextmanager
def process(command: list[str], folder: Path, ready: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command until the end of the block; wait for the words that it begins with."""
    paths = [str(ROOT / ".ansible" / "collections"), str(ROOT / "tools" / "standalone")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PROBE_PASSWORD": PASSWORD}
    log = folder / f"log{len(list(folder.iterdir()))}"
    with log.open("w") as output:
        running = subprocess.Popen(command, stdout=output, stderr=output, text=True, env=environment)
        try:
            while not re.search(ready, log.read_text()):
                if running.poll() is not None:
                    sys.exit(log.read_text())
                time.sleep(0.1)
            yield running
        finally:
            running.terminate()
            running.wait()


def get(exporter: str, path: str) -> tuple[int, str]:
    """Return status and body of a response; 0 if there is none in time."""
    connection = HTTPConnection(exporter, timeout=float(SCRAPE_TIMEOUT))
    try:
        connection.request("GET", path, headers={"X-Prometheus-Scrape-Timeout-Seconds": SCRAPE_TIMEOUT})
        response = connection.getresponse()
        return response.status, response.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def scrape(exporter: str, address: str, begins: float) -> Scrape:
    """Scrape a target at its time."""
    time.sleep(max(0.0, begins - time.monotonic()))
    begun = time.monotonic()
    status, text = get(exporter, f"/probe?target={address}:{PORT}&module=passive")
    return Scrape(status, "probe_success 1\n" in text, time.monotonic() - begun, begun - begins)


def one_round(exporter: str) -> list[Scrape]:
    """Scrape each target once, spread over the time."""
    begin = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        scrapes = [
            clients.submit(scrape, exporter, address, begin + SECONDS * number / TARGETS)
            for number, address in enumerate(addresses())
        ]
        return [each.result() for each in scrapes]


def cpu_seconds(process_id: int) -> float:
    """Return the CPU time of a process (proc(5): utime and stime)."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(process_id: int) -> float:
    """Return the most memory that a process has had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> int:
    """Measure and print; return 1 if a scrape or a limit has failed."""
    failed = False
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "home").mkdir()
        file = folder / "modules.json"
        module = {"user": "probe", "password_env": "PROBE_PASSWORD", "modes": ["passive"]}
        file.write_text(json.dumps({"allow": [f"127.81.0.0/16:{PORT}"], "modules": {"passive": module}}))
        exporter_command = [sys.executable, "-m", "ftp_probe_app", "serve", str(file), "--listen", "127.0.0.1:0"]
        with (
            process([sys.executable, __file__, "serve", str(folder / "home")], folder, r"(?m)^ready$") as servers,
            process(exporter_command, folder, "address=") as exporter,
        ):
            logs = "".join(path.read_text() for path in folder.glob("log*"))
            address = re.search(r"address=(\S+)", logs)
            for number in range(1, ROUNDS + 1):
                before = (time.monotonic(), cpu_seconds(exporter.pid), cpu_seconds(servers.pid))
                scrapes = one_round(address[1] if address else "")
                spent = time.monotonic() - before[0]
                used = (cpu_seconds(exporter.pid) - before[1], cpu_seconds(servers.pid) - before[2])
                failed |= told(number, scrapes, spent, used, peak_mb(exporter.pid))
    return int(failed)


def told(number: int, scrapes: list[Scrape], spent: float, used: tuple[float, float], peak: float) -> bool:
    """Print a round; return whether it failed."""
    errors = Counter(each.status for each in scrapes if each.status != 200)
    faulty = sum(each.status == 200 and not each.passed for each in scrapes)
    seconds = statistics.quantiles([each.seconds for each in scrapes], n=100)
    print(
        f"round {number}: {len(scrapes)} targets, one each {SECONDS / TARGETS:.3f} s, all answered after {spent:.1f} s;"
        f" scrape errors {sum(errors.values())} {dict(errors) or ''}; not passed {faulty}\n"
        f"  a scrape takes {seconds[49]:.2f} s (median), {seconds[98]:.2f} s (99 %); latest begin"
        f" {max(each.late for each in scrapes):.2f} s behind its time\n"
        f"  the exporter: {peak:.0f} MB of memory at most, {used[0]:.1f} s of CPU ="
        f" {1000 * used[0] / len(scrapes):.0f} ms a target; the servers: {used[1]:.1f} s of CPU",
        flush=True,
    )
    return bool(errors) or faulty > 0 or peak >= MEMORY_LIMIT_MB


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
    sys.exit(main())
