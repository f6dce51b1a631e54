# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the files that a server acknowledged are there, whole, after hundreds of uploads in the running lab.

`make lab`, then `. .lab/env` and `PYTHONPATH=.ansible/collections python tests/bench/integrity.py [--servers vsftpd]
[--count 200] [--size 300000]`. The playbook mxlab.ftp.site sets each server up on server13 with optional TLS; clients
on the Internet upload through the MX, each client with both TLS versions and in both modes.  It prints a table in
Markdown, a row as soon as it is known, and ends with status 1 if a file was lost.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from servers import HOST, PUBLIC, SERVERS, configure, say

CLIENT = Path(__file__).parents[2] / "molecule" / "shared" / "files" / "uploads.py"
MACHINE, SERVER = "mxlab-client", f"mxlab-{HOST}"
LOGIN = ("transfer", "lab-password")
FOLDER = f"/srv/ftp/{LOGIN[0]}"
KINDS = list(product(["lftp", "curl", "ftplib"], ["1.2", "1.3"], ["active", "passive"]))


@dataclass(frozen=True)
class Outcome:
    """What became of the uploads of one kind: the number acknowledged, the sizes of those not whole, and words."""

    acknowledged: int
    cut: dict[str, int]
    words: str


def docker(machine: str, *command: str, program: str = "") -> str:
    """Run a command on a machine of the lab; return its output."""
    run = ["docker", "exec", "--interactive", machine, *command]
    return subprocess.run(run, input=program, check=True, capture_output=True, text=True).stdout


def upload(kind: tuple[str, str, str], count: int, size: int) -> Outcome:
    """Let one client upload; compare what it was told with the files, and remove them."""
    arguments = [PUBLIC, "21", *LOGIN, *kind, str(count), str(size)]
    answer = json.loads(docker(MACHINE, "python3", "-", *arguments, program=CLIENT.read_text()))
    # A server that refuses this version of TLS has no files.
    listing = docker(
        SERVER, "sh", "-c", f"cd {FOLDER} && sha256sum upload-*; stat --format '%s %n' upload-*; rm -f upload-*"
    )
    pairs = [tuple(line.split()) for line in listing.splitlines()]
    there = {name: value for value, name in pairs if len(value) == 64}
    sizes = {name: value for value, name in pairs if len(value) != 64}
    lost = [name for name, checksum in answer["acknowledged"].items() if there.get(name) != checksum]
    return Outcome(len(answer["acknowledged"]), {name: int(sizes.get(name, 0)) for name in lost}, answer["words"])


def main() -> int:
    """Run the command line; return the status."""
    parser = argparse.ArgumentParser(description="Compare uploads with what the server acknowledged.")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--size", type=int, default=300_000)
    arguments = parser.parse_args()
    print("| server | client | TLS | mode | acknowledged | not whole |")
    print("| --- | --- | --- | --- | ---: | --- |", flush=True)
    lost = 0
    for server in arguments.servers:
        configure(server, "ftp_tls=optional", "ftp_tls_self_signed=true")
        for kind in KINDS:
            outcome = upload(kind, arguments.count, arguments.size)
            lost += len(outcome.cut)
            sizes = ", ".join(f"{each} bytes" for each in sorted(set(outcome.cut.values())))
            told = f"{len(outcome.cut)}: {sizes}" if outcome.cut else "0"
            acknowledged = f"{outcome.acknowledged} of {arguments.count}"
            print(f"| {server} | {' | '.join(kind)} | {acknowledged} | {told} |", flush=True)
            if outcome.acknowledged < arguments.count:
                say(outcome.words.partition("\n")[0])
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
