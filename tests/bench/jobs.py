# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as an automation controller runs them: by ansible-runner, each in a folder of its own, all at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Hosts = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Job:
    """A playbook for some hosts, in a folder that no other job has; `env` is what credentials inject."""

    folder: Path
    playbook: str
    hosts: Hosts
    env: Mapping[str, str]
    extra: Mapping[str, Any] = field(default_factory=dict)
    limit: str = ""

    @property
    def project(self) -> Path:
        """Return the folder in which the playbook runs, as the checkout of a project on a controller."""
        return self.folder / "project"

    @property
    def output(self) -> str:
        """Return what the playbook has printed."""
        return (self.folder / "artifacts" / "job" / "stdout").read_text()

    @property
    def artifacts(self) -> dict[str, Any]:
        """Return what the job has handed on with set_stats."""
        events = [
            json.loads(path.read_text()) for path in (self.folder / "artifacts" / "job" / "job_events").glob("*.json")
        ]
        (end,) = [event["event_data"] for event in events if event["event"] == "playbook_on_stats"]
        return dict(end.get("artifact_data", {}))


def slices(hosts: Hosts, count: int) -> list[Hosts]:
    """Divide hosts as the job slicing of AWX does: each slice takes every count-th name."""
    names = sorted(hosts)
    return [{name: hosts[name] for name in names[first::count]} for first in range(count)]


def run(jobs: Sequence[Job]) -> list[int]:
    """Run jobs at the same time; return their exit codes."""
    running = [_start(job) for job in jobs]
    return [process.wait() for process in running]


def server(network: str) -> dict[str, Any]:
    """Return the variables of a server in a network of the emulated organization; the host is this machine."""
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "ftp_network": network,
        "ftp_public_address": "203.0.113.13",
        "ftp_lan_address": "192.168.128.13",
        "ftp_passive_ports": "61000-61099",
    }


def _start(job: Job) -> subprocess.Popen[bytes]:
    job.project.mkdir(parents=True, exist_ok=True)
    collection = job.folder / "collections" / "ansible_collections" / "mxlab" / "ftp"
    collection.parent.mkdir(parents=True)
    collection.symlink_to(ROOT)
    contents: dict[str, Any] = {
        "inventory/hosts.json": {"ftp_servers": {"hosts": job.hosts}},
        "env/envvars": {**_container(job), **job.env},
        "env/extravars": job.extra,
    }
    for name, content in contents.items():
        path = job.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
    command = [sys.executable, "-m", "ansible_runner", "run", str(job.folder), "-p", job.playbook, "--ident", "job"]
    words = ["--limit", job.limit] if job.limit else []
    return subprocess.Popen(
        [*command, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _container(job: Job) -> dict[str, str]:
    """Return the environment of a job's container: a home of its own, and no more collections than needed."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": str(job.folder / "collections"),
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "HOME": str(job.folder / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
