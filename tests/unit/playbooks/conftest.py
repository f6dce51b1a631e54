# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as a user runs them, on hosts that are this machine, against the emulated MX on loopback."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.tests.unit.plugins.emulated import EmulatedMx
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import KEY
from lab.common import CHEAP_WORKERS
from mx_emulator.server import server

CHECKOUT = Path(__file__).resolve().parents[3]
# What the roles ask of a host; here nothing is installed and no port is in use.
STUBS = ("ss", "dpkg-query", "systemctl")

# Read anew on each host, they would take most of the time.
FACTS = {
    "ansible_os_family": "Debian",
    "ansible_distribution": "Debian",
    "ansible_python_version": "3.13.5",
    "ansible_python": {"executable": sys.executable},
}

Hosts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """What a playbook said."""

    status: int
    output: str

    def message(self, host: str) -> str:
        """Return the message of a host's failure, "" if it has none."""
        found = re.search(rf"^fatal: \[{host}[^]]*\]: FAILED! => (.*)$", self.output, re.MULTILINE)
        return str(json.loads(found[1])["msg"]) if found else ""

    def item_message(self, host: str) -> str:
        """Return the message of the first item that failed for a host, "" if none did."""
        found = re.search(rf"^failed: \[{host}[^]]*\] \(item=.*?\) => (.*)$", self.output, re.MULTILINE)
        return str(json.loads(found[1])["msg"]) if found else ""


def kept_bytecode(folder: Path) -> dict[str, str]:
    """Return the variables with which Python compiles Ansible's modules once for all tasks, as in the lab."""
    folder.mkdir()
    kept = CHECKOUT / ".ansible" / "kept" / "bytecode"
    (folder / "sitecustomize.py").write_text(f"import mxlab_zip_bytecode\nmxlab_zip_bytecode.FOLDER = {str(kept)!r}\n")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(CHECKOUT / "tools" / "lab" / "machine")])}


class Playbooks:
    """Runs playbooks of the collection on an inventory of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self._url = url
        (folder / "bin").mkdir()
        for name in STUBS:
            (folder / "bin" / name).write_text("#!/bin/sh\n")
            (folder / "bin" / name).chmod(0o755)
        (folder / "ansible_collections" / "mxlab").mkdir(parents=True)
        (folder / "ansible_collections" / "mxlab" / "ftp").symlink_to(CHECKOUT)
        (folder / "facts").mkdir()
        (folder / "ansible.cfg").write_text("[defaults]\npipelining = true\n")
        self._bytecode = kept_bytecode(folder / "bytecode")

    def run(
        self,
        name: str,
        hosts: Hosts,
        *words: str,
        group: str = "ftp_servers",
        key: str = KEY,
        others: Sequence[str] = (),
        facts: bool = True,
    ) -> Outcome:
        """Run a playbook on the hosts, which are in the group; other hosts are in none.

        Without facts, roles read those that they need from this machine.
        """
        inventory, environment = self.prepare(hosts, group=group, key=key, others=others, facts=facts)
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(inventory), name, *words]
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd=self.folder,
        )
        return Outcome(done.returncode, done.stdout)

    def prepare(
        self,
        hosts: Hosts,
        group: str = "ftp_servers",
        key: str = KEY,
        others: Sequence[str] = (),
        facts: bool = True,
    ) -> tuple[Path, dict[str, str]]:
        """Write the inventory; return it, and the environment in which Ansible finds the collection and the MX."""
        shared = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "ftp_dashboard_url": self._url,
            "ftp_dashboard_api_key": key,
            "mx_rules_snapshots": str(self.folder / "snapshots"),
        }
        groups = {group: {"hosts": hosts, "vars": shared}, "ungrouped": {"hosts": dict.fromkeys(others, {})}}
        (self.folder / "inventory.json").write_text(json.dumps(groups))
        for host in hosts if facts else ():
            # The names and forms of ansible-core before 2.19, and since.
            (self.folder / "facts" / host).write_text(json.dumps(FACTS))
            (self.folder / "facts" / f"s1_{host}").write_text(json.dumps({"__payload__": json.dumps(FACTS)}))
        environment = {each: value for each, value in os.environ.items() if not each.startswith("MERAKI")} | {
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.folder / "facts"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_FORCE_COLOR": "false",
            # As with gather_facts: false, which the roles have to bear.
            "ANSIBLE_GATHERING": "explicit",
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            **CHEAP_WORKERS,
            **self._bytecode,
        }
        return self.folder / "inventory.json", environment


@pytest.fixture(scope="session")
def mx(tmp_path_factory: pytest.TempPathFactory) -> EmulatedMx:
    return EmulatedMx(tmp_path_factory.mktemp("emulator") / "state.json")


@pytest.fixture(scope="session")
def playbooks(mx: EmulatedMx, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playbooks]:
    running = server(mx.app)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        yield Playbooks(tmp_path_factory.mktemp("play"), f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1")
        running.should_exit = True
        thread.join()
