# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What slices of a job cost an organization: `python tests/bench/runner.py [--networks 500] [--slices 2 4 10]`.

ansible-runner runs the playbook as one job, and then as so many slices at the same time, each in a folder of its own.
All slices share the 10 requests a second of the emulated organization. One job comes first, and each
number of slices is compared with it: what `export` has read, or the rules of the MXs after `publish`, have to be the
same for every network.

Requests, refusals (429) and seconds are the API's own record. The emulator needs FastAPI and uvicorn.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / ".ansible/collections"))

from emulated import FOREIGN_RULE, KEY, Api, emulator, now  # noqa: E402
from jobs import Job, run, server, slices  # noqa: E402

# As the playbook site publishes, on hosts that do not exist.
PUBLISH = {"hosts": "ftp_servers", "gather_facts": False, "roles": ["mxlab.ftp.ftp", "mxlab.ftp.mx_rules"]}
# What the playbook export reads, in one file, as Ansible takes half a second for each file.
EXPORT = {
    "hosts": "localhost",
    "gather_facts": False,
    "tasks": [
        {
            "mxlab.ftp.mx_export": {
                "networks": "{{ groups.ftp_servers | map('extract', hostvars, 'ftp_network') }}",
            },
            "register": "exported",
        },
        {
            "ansible.builtin.copy": {
                "content": "{{ exported.exports | to_json }}",
                "dest": "{{ playbook_dir }}/exports.json",
                "mode": "0644",
            }
        },
    ],
}


@dataclass(frozen=True)
class Work:
    """What is done: a play, and what has come of it for each network, in the jobs' folders and in the API."""

    play: Mapping[str, Any]
    result: Callable[[Path, Api], Mapping[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", type=int, default=500, help="networks of the organization, with a server each")
    parser.add_argument("--slices", type=int, nargs="+", default=[2, 4, 10], help="numbers of slices, besides 1")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that the API takes for each answer")
    parser.add_argument("--work", choices=sorted(WORK), nargs="+", default=["export"], help="what the jobs do")
    options = parser.parse_args()
    print("work     networks slices failed requests   429  seconds  result", flush=True)
    for name in options.work:
        row, whole = measure(WORK[name], options.networks, 1, options.latency)
        print(f"{name:8} {row}  {len(whole)} networks", flush=True)
        for count in options.slices:
            row, result = measure(WORK[name], options.networks, count, options.latency)
            print(f"{name:8} {row}  {'the same' if result == whole else 'DIFFERS'}", flush=True)


def measure(work: Work, networks: int, count: int, latency: float) -> tuple[str, Mapping[str, Any]]:
    """Run so many slices on a new organization; return the figures and what has come of it."""
    with TemporaryDirectory() as folder, emulator(EMULATOR, networks, latency, [FOREIGN_RULE]) as api:
        begin = now()
        failed = sum(status != 0 for status in run(jobs(work, Path(folder), api, networks, count)))
        # The record can be read when the bucket is full again.
        time.sleep(2)
        log = api.log_since(begin)
        return f"{networks:8} {count:6} {failed:6} {figures(log, latency)}", work.result(Path(folder), api)


def jobs(work: Work, folder: Path, api: Api, networks: int, count: int) -> list[Job]:
    """Return the slices of a job for all networks, each in a folder of its own."""
    hosts = {f"server{number}": server(f"N_{number}") for number in range(networks)}
    credential = {"MERAKI_DASHBOARD_API_KEY": KEY, "MERAKI_BASE_URL": api.base_url}
    made = [Job(folder / str(place), "play.json", part, credential) for place, part in enumerate(slices(hosts, count))]
    for job in made:
        job.project.mkdir(parents=True)
        (job.project / "play.json").write_text(json.dumps([work.play]))
    return made


def figures(log: list[dict[str, Any]], latency: float) -> str:
    """Return requests, refusals and seconds of a record, which has the time of each answer."""
    times = [datetime.fromisoformat(entry["ts"]) for entry in log]
    refused = sum(entry["responseCode"] == 429 for entry in log)
    seconds = (max(times) - min(times)).total_seconds() + latency
    return f"{len(log):8} {refused:5} {seconds:8.1f}"


def exports(folder: Path, _api: Api) -> dict[str, Any]:
    """Return the exports of all slices, without the time."""
    files = [json.loads(path.read_text()) for path in folder.glob("*/project/exports.json")]
    return {network: {**export, "exportedAt": ""} for file in files for network, export in file.items()}


EMULATOR = ROOT / "roles/mx_emulator/files"
WORK = {"export": Work(EXPORT, exports), "publish": Work(PUBLISH, lambda _folder, api: api.state()["networks"])}

if __name__ == "__main__":
    main()
