# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the probe takes for all its cells, and for a server that does not answer, in the running lab.

`make lab`, then `. .lab/env` and `python tests/bench/probe.py [--servers vsftpd] [--runs 5]`.  The playbook
mxlab.ftp.site sets each server up on server13 with TLS as an option; the Internet client then probes it in fifteen
cells through the MX, and makes the same transfers with fifteen curls side by side.  A port that the MX keeps closed
stands for the dead server.  The figures are medians.
What Ansible takes for a module that does nothing is measured too, and taken off.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from typing import Any

from servers import HOST, PUBLIC, SERVERS, configure, say

CLOSED_PORT = 2222
TIMEOUT = 5
SIZE = 65536
LOGIN = {"user": "transfer", "password": "lab-password"}
CELLS = {"tls": "explicit", "protection": ["clear", "C", "P"]}
MODES = {
    "PASV": "--disable-epsv --no-ftp-skip-pasv-ip",
    "PASV-peer": "--disable-epsv --ftp-skip-pasv-ip",
    "EPSV": "--epsv",
    "PORT": "--ftp-port - --disable-eprt",
    "EPRT": "--ftp-port - --eprt",
}
PROTECTIONS = {"clear": "", "C": "--ssl-reqd --ftp-ssl-control", "P": "--ssl-reqd"}


def ansible(module: str, arguments: dict[str, Any]) -> str:
    """Run a module on the Internet client and return what Ansible prints."""
    command = ["ansible", "client", "--module-name", module, "--args", json.dumps(arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def probe(healthy: bool, **options: Any) -> None:
    """Probe all cells; AssertionError if the server is not as expected."""
    told = ansible("mxlab.ftp.ftp_probe", {"host": PUBLIC, "timeout": TIMEOUT, **CELLS, **LOGIN, **options})
    if f'"passed": {json.dumps(healthy)}' not in told:
        raise AssertionError(told)


def curls() -> str:
    """Return a script that uploads, downloads, compares and deletes a file in each cell, all at once."""
    cells = itertools.product(MODES.values(), PROTECTIONS.values())
    jobs = "\n".join(f"cell {number} {' '.join(options)} &" for number, options in enumerate(cells))
    return f"""
    cd "$(mktemp -d)" && head -c {SIZE} /dev/urandom >sent
    url=ftp://{PUBLIC}/
    cell() {{
      name=curl-$1 && shift
      set -- -sS --insecure --user {LOGIN["user"]}:{LOGIN["password"]} "$@"
      curl "$@" -T sent $url$name --next "$@" -o $name -Q "-DELE $name" $url$name && cmp sent $name || touch failed
    }}
    {jobs}
    wait
    [ ! -e failed ]
    """


def curl() -> None:
    """Make the transfers of the fifteen cells with curl; CalledProcessError if one fails."""
    subprocess.run(["docker", "exec", "mxlab-client", "bash", "-c", curls()], check=True)


def seconds(what: Callable[[], object], runs: int) -> float:
    """Return the median of several runs."""
    taken = []
    for _run in range(runs):
        begin = time.monotonic()
        what()
        taken.append(time.monotonic() - begin)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", nargs="+", default=SERVERS)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    nothing = seconds(lambda: ansible("ansible.builtin.ping", {"data": "pong"}), options.runs)
    rows = []
    for server in options.servers:
        configure(server, "ftp_tls=optional", "ftp_tls_self_signed=true")
        say(f"{server}: {options.runs} times fifteen cells on {HOST}, and fifteen curls")
        rows.append((server, seconds(lambda: probe(healthy=True), options.runs) - nothing, seconds(curl, options.runs)))
    say(f"port {CLOSED_PORT}, which the MX keeps closed, with a timeout of {TIMEOUT} s")
    dead = seconds(lambda: probe(healthy=False, port=CLOSED_PORT), options.runs) - nothing
    print("\n| server | probe, fifteen cells | fifteen curls side by side | ratio |\n| --- | ---: | ---: | ---: |")
    for server, ours, theirs in rows:
        print(f"| {server} | {ours:.2f} s | {theirs:.2f} s | {ours / theirs:.2f} |")
    print(f"\nA dead server: {dead:.2f} s.  Ansible alone, already taken off: {nothing:.2f} s.")


if __name__ == "__main__":
    main()
