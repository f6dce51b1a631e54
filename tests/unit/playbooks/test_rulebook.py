# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks of Event-Driven Ansible: their form, what they run, and, with ansible-rulebook, what starts it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansiblelint
import jsonschema
import pytest
import yaml
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT, Playbooks
from ansible_collections.mxlab.ftp.tests.unit.playbooks.test_follow_address import (
    FILE,
    GOOD,
    TODAY,
    YESTERDAY,
)

RULEBOOKS = sorted((CHECKOUT / "extensions" / "eda" / "rulebooks").glob("*.yml"))
# The schema of ansible-rulebook, which ansible-lint has with it.
SCHEMA = json.loads((Path(ansiblelint.__file__).parent / "schemas" / "rulebook.json").read_text())


def problems(rulebook: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(rulebook)]


def test_there_is_a_rulebook() -> None:
    assert [path.name for path in RULEBOOKS] == ["follow_address.yml"]


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.name)
def test_a_rulebook_has_the_form_of_one_and_runs_a_playbook_that_exists(path: Path) -> None:
    (ruleset,) = rulebook = yaml.safe_load(path.read_text())
    assert problems(rulebook) == []
    for rule in ruleset["rules"]:
        name = rule["action"]["run_playbook"]["name"]
        assert (CHECKOUT / "playbooks" / f"{name.removeprefix('mxlab.ftp.')}.yml").is_file()


def test_the_schema_sees_a_mistake() -> None:
    (ruleset,) = rulebook = yaml.safe_load(RULEBOOKS[0].read_text())
    ruleset["rules"][0]["action"] = {"run_playbok": {"name": "mxlab.ftp.follow_address"}}
    assert problems(rulebook)


TOKEN = "the-shared-secret"
NEEDED = ("ansible-rulebook", "java")
# The time within which ansible-rulebook, with its Java, has to start, and to run a playbook.
PATIENCE = 120


@dataclass(frozen=True)
class Running:
    """A running rulebook, and the configuration of the server whose address it follows."""

    port: int
    output: Path
    configuration: Path

    def alert(self, network: str, kind: str, token: str = TOKEN) -> int:
        """Send an alert in the form of Meraki's template; return the status of the answer, 0 if nothing listens."""
        body = {
            "version": "0.1",
            "sharedSecret": token,
            "organizationId": "100001",
            "networkId": network,
            "deviceModel": "MX67",
            "alertType": "Uplink status changed",
            "alertTypeId": kind,
            "alertLevel": "critical",
            "occurredAt": "2026-12-01T10:00:00.000000Z",
            "alertData": {"uplink": "0"},
        }
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/endpoint", json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except urllib.error.URLError:
            return 0

    def announce(self, address: str) -> None:
        self.configuration.write_text(FILE.format(address=address))

    def announces(self, address: str) -> bool:
        return self.configuration.read_text() == FILE.format(address=address)

    def runs(self) -> int:
        """Return how many runs of the playbook have begun."""
        return self.output.read_text().count("PLAY [Follow the addresses of the MXs]")

    def wait(self, met: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < end, self.output.read_text()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def running(playbooks: Playbooks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the rulebook of the collection on a port of loopback; its playbook asks the emulated MX."""
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing:
        pytest.skip(
            f"{' and '.join(missing)} not found: pip install ansible-rulebook, apt-get install default-jre-headless"
        )
    folder = tmp_path_factory.mktemp("rulebook")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    there = {
        "vsftpd_address_files": [{"path": str(folder / "vsftpd.conf"), "regexp": r"^(pasv_address=)(\S+)$"}],
        "server_address_mark": str(folder / "vsftpd.mark"),
    }
    (ruleset,) = yaml.safe_load(RULEBOOKS[0].read_text())
    ruleset["sources"][0]["eda.builtin.webhook"] |= {"host": "127.0.0.1", "port": port}
    ruleset["rules"][0]["action"]["run_playbook"]["extra_vars"] = there
    (folder / "rulebook.yml").write_text(yaml.safe_dump([ruleset]))
    # The server does not run, so that nothing of this machine is touched.
    (playbooks.folder / "bin" / "systemctl").write_text("#!/bin/sh\n[ $1 != is-active ] || echo inactive\n")
    inventory, environment = playbooks.prepare({"server13": GOOD})
    command = ["ansible-rulebook", "--inventory", str(inventory), "--rulebook", "rulebook.yml"]
    running = Running(port, folder / "output", folder / "vsftpd.conf")
    with running.output.open("w") as output:
        process = subprocess.Popen(
            [*command, "--env-vars", "MERAKI_WEBHOOK_TOKEN"],
            env={**environment, "MERAKI_WEBHOOK_TOKEN": TOKEN},
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
        )
    try:
        running.wait(lambda: running.alert("N_100001", "settings_changed") == 200)
        yield running
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def test_alerts_of_the_dashboard_start_one_run_and_those_of_others_none(running: Running) -> None:
    running.announce(YESTERDAY)
    assert running.alert("N_100001", "failover_event", "another-secret") == 401
    assert running.alert("N_100001", "settings_changed") == 200
    burst = [running.alert(f"N_{number}", "failover_event") for number in range(10) for _twice in "ab"]
    assert set(burst) == {200}
    running.wait(lambda: running.announces(TODAY))
    # A second run of the burst would come before this one.
    running.announce(YESTERDAY)
    assert running.alert("N_100001", "started_reporting") == 200
    running.wait(lambda: running.announces(TODAY))
    assert running.runs() == 2
