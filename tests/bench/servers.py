# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each server does with a range that is full, and under load, in the running lab.

`make lab`, then `. .lab/env` and `PYTHONPATH=.ansible/collections python tests/bench/servers.py [--servers vsftpd]
[--clients 50] [--seconds 60] [--mebibytes 64]`. The playbook mxlab.ftp.site sets each server up on server13, first with
a small range and one client more than it has ports, then with the range that the role's sizing asks for and as many
clients as it is for: from the Internet through the MX, and from the LAN with no MX in between.  It prints two tables in
Markdown and leaves the last server in place.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import ports_per_client

CLIENT = Path(__file__).with_name("ftp_load.py")
ROLES = Path(__file__).parents[2] / "roles"
# The roles of servers prepare the host by what they share.  The lab has no package that is the user's to give.
SERVERS = sorted(
    role.name
    for role in (tasks.parents[1] for tasks in ROLES.glob("*/tasks/main.yml"))
    if "tasks_from: prepare" in (role / "tasks/main.yml").read_text()
    and f"{role.name}_package:" not in (role / "defaults/main.yml").read_text()
)
HOST = "server13"
PUBLIC, PRIVATE = "203.0.113.13", "192.168.128.13"
FIRST, SMALL = 61000, 4
# Enough that a transfer nobody reads to its end cannot disappear in the buffers between.
UNREAD = 16


@dataclass(frozen=True)
class Load:
    """One run: where from, the mode, transfers done and failed, and MB/s."""

    mode: str
    vantage: str
    transfers: int
    failures: int
    rate: float


def configure(server: str, *settings: str) -> None:
    """Make the host serve with this server through the MX."""
    say(f"{server}: {' '.join(settings) or 'as it comes'}")
    variables = [f"ftp_server={server}", *settings]
    command = ["ansible-playbook", "mxlab.ftp.site", "--limit", HOST, *(f"--extra-vars={each}" for each in variables)]
    run = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"{run.stdout}\n{server} could not be set up, see above; {' '.join(command)} does it again")


def run_client(container: str, *arguments: object) -> dict[str, Any]:
    """Run ftp_load.py on a machine of the lab."""
    command = ["docker", "exec", "--interactive", container, "python3", "-", *map(str, arguments)]
    answer = subprocess.run(command, input=CLIENT.read_text(), check=True, capture_output=True, text=True)
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


def exhaustion(server: str) -> list[str]:
    """Return the rows of one server: how many clients get a port, of the range or beyond, and what others are told."""
    ports = {f"port {port}" for port in range(FIRST, FIRST + SMALL)}
    configure(server, f"ftp_passive_ports={FIRST}-{FIRST + SMALL - 1}")
    rows = []
    for what in ("idle", "transfers"):
        told = run_client("mxlab-client", "exhaust", PUBLIC, what, SMALL + 1, 0, UNREAD)["told"]
        beyond = [each for each in told if each.startswith("port ") and each not in ports]
        refusals = sorted({each for each in told if not each.startswith("port ")})
        within = sum(each in ports for each in told)
        rows.append(f"| {server} | {what} | {within} | {len(beyond)} | {'; '.join(refusals) or '-'} |")
    return rows


def loads(server: str, clients: int, seconds: int, mebibytes: int) -> list[Load]:
    """Return the runs of one server."""
    ports = clients * ports_per_client(server)
    configure(
        server,
        f"ftp_max_clients={clients}",
        f"ftp_max_per_ip={clients}",
        f"ftp_passive_ports={FIRST}-{FIRST + ports - 1}",
    )
    found = []
    for mode in ("passive", "active"):
        for vantage, container, address in (
            ("through the MX", "mxlab-client", PUBLIC),
            ("in the LAN", "mxlab-lanclient", PRIVATE),
        ):
            say(f"{server}: {clients} clients, {seconds} s, {mode}, {vantage}")
            result = run_client(container, "load", address, mode, clients, seconds, mebibytes)
            run = Load(mode, vantage, result["transfers"], len(result["failures"]) + result["hanging"], result["rate"])
            say(f"  {run.failures} of {run.transfers} failed, {run.rate:.0f} MB/s")
            for failure in sorted(set(result["failures"])):
                say(f"  {failure}")
            found.append(run)
    return found


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", nargs="+", default=SERVERS)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--mebibytes", type=int, default=64, help="of each file that is transferred")
    options = parser.parse_args()
    full = [row for server in options.servers for row in exhaustion(server)]
    what = (options.clients, options.seconds, options.mebibytes)
    load = [(server, run) for server in options.servers for run in loads(server, *what)]
    print(f"\n| server | {SMALL} ports, {SMALL + 1} clients | in the range | beyond | the others are told |")
    print("| --- | --- | ---: | ---: | --- |")
    print("\n".join(full))
    print(f"\n| server | mode | where | transfers of {options.mebibytes} MiB | failed | MB/s |")
    print("| --- | --- | --- | ---: | ---: | ---: |")
    for server, run in load:
        print(f"| {server} | {run.mode} | {run.vantage} | {run.transfers} | {run.failures} | {run.rate:.0f} |")


if __name__ == "__main__":
    main()
