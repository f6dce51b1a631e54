# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role filezilla_server makes of the server's sockets and of its log, with stand-ins for both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[3]
ROLE = CHECKOUT / "roles" / "filezilla_server"
IPV4, IPV6, DUAL, OTHER = ("0.0.0.0:21", "[::]:21", "*:21", "192.0.2.1:21")
WORKED = "== [Administration Server] Successfully reloaded configuration."
REFUSED = "!! [Administration Server] Failed reloading configuration."
# Stand-ins for ss, journalctl and systemd. The folder of a case holds what they show, "now" or after a restart.
SS = 'for each in $(cat "$CASE/now"); do echo "LISTEN 0 128 $each 0.0.0.0:*"; done'
JOURNALCTL = 'case "$*" in *show-cursor*) echo "-- cursor: end";; *) grep -E "Successfully|Failed" "$CASE/log";; esac'
SERVICE = 'echo "$1" >>"$CASE/calls"; case $1 in restarted) cp "$CASE/restarted" "$CASE/now";; esac'


@dataclass
class Case:
    """What is configured, where the server listens now and after a restart, and what its log says."""

    listening: list[str]
    now: list[str]
    restarted: list[str] = field(default_factory=list)
    log: str = WORKED
    logged: bool = True
    # What comes of it: what was done to the service, and the words of the last message; "" without one.
    calls: str = "reloaded"
    says: str = ""
    notified: bool = True


CASES = {
    # One socket for both families, and the log's last line is of a reload before the log was sent elsewhere.
    "nothing_to_do": Case([IPV6], [DUAL], log=REFUSED, logged=False, notified=False, calls=""),
    "second_listener": Case([IPV4, IPV6], [IPV4], [IPV4, IPV6], calls="restarted"),
    # Of an earlier run that ended between the change and its restart.
    "restart_that_is_missing": Case([OTHER], [IPV4], [OTHER], notified=False, calls="restarted"),
    "address_of_another_host": Case(
        [OTHER], [IPV4], [], calls="restarted", says=r"does not listen at 192\.0\.2\.1:21\..*_control_port"
    ),
    "reload": Case([IPV4], [IPV4]),
    "refused": Case([IPV4], [IPV4], log=REFUSED, says="FileZilla Server refused the configuration.*Failed reloading"),
    "log_elsewhere": Case([IPV4], [IPV4], log="", logged=False, says="WARNING: it is not known whether.*log file"),
}


def run(folder: Path, tasks: list[dict[str, Any]], handlers: list[dict[str, Any]], hosts: dict[str, Any]) -> str:
    """Run a play; return its output."""
    playbook, inventory, configuration = (folder / name for name in ("play.yml", "inventory.yml", "ansible.cfg"))
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    configuration.write_text("")
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "environment": {"PATH": f"{folder}:{os.environ['PATH']}", "CASE": f"{folder}/{{{{ inventory_hostname }}}}"},
        "vars": {"ansible_python_interpreter": sys.executable, "filezilla_server_found": {"stat": {"exists": True}}},
        "vars_files": [str(ROLE / "vars" / "main.yml")],
        "tasks": tasks,
        "handlers": handlers,
    }
    playbook.write_text(yaml.safe_dump([play]))
    settings = {"ANSIBLE_CONFIG": str(configuration), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_PIPELINING": "1"}
    command = ["ansible-playbook", "--forks=12", f"--inventory={inventory}", str(playbook)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | settings).stdout


def read(path: str) -> list[dict[str, Any]]:
    """Return the tasks of a file of the role, the service by its stand-in and without pauses."""
    tasks: list[dict[str, Any]] = yaml.safe_load((ROLE / path).read_text())
    for task in tasks:
        if "ansible.builtin.service" in task:
            task["ansible.builtin.command"] = f"service {task.pop('ansible.builtin.service')['state']}"
        if "delay" in task:
            task["delay"] = 0
    return tasks


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run all cases, each as a host of one play; return their folder and the output."""
    folder = tmp_path_factory.mktemp("cases")
    for name, script in (("ss", SS), ("journalctl", JOURNALCTL), ("service", SERVICE)):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    for name, case in CASES.items():
        (folder / name).mkdir()
        for file, lines in (("now", case.now), ("restarted", case.restarted), ("log", [case.log]), ("calls", [])):
            (folder / name / file).write_text("\n".join(lines))
    hosts = {
        name: {
            "notified": case.notified,
            "filezilla_server_configuration": {"listening": case.listening, "reload_is_logged": case.logged},
        }
        for name, case in CASES.items()
    }
    checks = [task for task in read("tasks/main.yml") if task["name"].startswith("Check whether FileZilla Server")]
    assert len(checks) == 2
    change = {"ansible.builtin.command": "true", "changed_when": "notified", "notify": "Reload FileZilla Server"}
    return folder, run(folder, [change, *checks], read("handlers/main.yml"), hosts)


@pytest.mark.parametrize("name", CASES)
def test_a_new_listener_is_restarted_and_everything_else_is_reloaded(done: tuple[Path, str], name: str) -> None:
    assert (done[0] / name / "calls").read_text().strip() == CASES[name].calls


@pytest.mark.parametrize("name", CASES)
def test_the_run_says_what_is_wrong_and_nothing_else(done: tuple[Path, str], name: str) -> None:
    answers = re.findall(rf"\[{name}\](?:: FAILED! =>| =>) (\{{.*?^\}}|\{{.*?\}}$)", done[1], re.DOTALL | re.MULTILINE)
    messages = [answer for answer in answers if '"msg": "' in answer]
    assert len(messages) == bool(CASES[name].says), done[1]
    assert re.search(CASES[name].says, " ".join(messages), re.DOTALL)
    failed = re.search(rf"^{name} .*failed=(\d)", done[1], re.MULTILINE)
    assert failed
    assert int(failed[1]) == bool(CASES[name].says and "WARNING" not in CASES[name].says)


# The files of the administration's certificate that are there, and which of them the role leaves as they are.
PAIRS = {"key_lost": ("pem", False), "certificate_lost": ("key", False), "both": ("pem key", True)}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have the role make the administration's certificate where a file of the pair is lost; return the folders."""
    folder = tmp_path_factory.mktemp("pairs")
    for name, (files, _kept) in PAIRS.items():
        (folder / name).mkdir()
        for file in files.split():
            (folder / name / f"mxlab-ftp.{file}").write_text("old")
    hosts = {name: {"filezilla_server_directory": f"{folder}/{name}"} for name in PAIRS}
    tasks = read("tasks/configure.yml")[:2]
    for host in hosts.values():
        for file, variable in (("pem", "certificate"), ("key", "key")):
            host[f"filezilla_server_admin_{variable}"] = f"{host['filezilla_server_directory']}/mxlab-ftp.{file}"
    given = {name: f"{{{{ hostvars[inventory_hostname]['{name}'] }}}}" for name in next(iter(hosts.values()))}
    run(folder, [{**task, "vars": given} for task in tasks], [], hosts)
    return folder


@pytest.mark.parametrize("name", PAIRS)
def test_a_lost_file_of_the_administration_is_made_again_with_its_other_half(pairs: Path, name: str) -> None:
    contents = [(pairs / name / f"mxlab-ftp.{file}").read_text() for file in ("pem", "key")]
    kept = PAIRS[name][1]
    assert [text == "old" for text in contents] == [kept, kept]
