# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import subprocess
from pathlib import Path

from lab import description, inventory

ENGINE = "unix:///run/some where/docker.sock"


def test_the_description_names_engine_machines_and_endpoints() -> None:
    lab = description.describe(ENGINE, "http://127.0.0.1:1/api/v1")

    assert lab["engine"] == ENGINE
    machines = {machine["name"]: machine for machine in lab["machines"]}
    assert machines["client"] == {
        "name": "client",
        "container": "mxlab-client",
        "role": "Internet client",
        "addresses": {"mxlab-wan1": "203.0.113.100", "mxlab-wan2": "198.51.100.100"},
    }
    assert {"mx", "server12", "server13", "lanclient", "home", "homeclient", "outside"} < set(machines)
    assert lab["api"]["url"] == "http://127.0.0.1:1/api/v1"
    assert [endpoint["name"] for endpoint in lab["endpoints"]] == ["server12", "server13"]
    assert {endpoint["passive_ports"] for endpoint in lab["endpoints"]} == {"61000-61099"}


def test_a_machine_of_a_new_group_is_described_by_the_inventory_alone() -> None:
    variables = {"ansible_host": "mxlab-kiosk", "lab_role": "kiosk", "lab_image": "debian13", "lab_addresses": {}}
    machine = inventory.machine("kiosk", "kiosks", variables)
    assert description.described(machine) == {
        "name": "kiosk",
        "container": "mxlab-kiosk",
        "role": "kiosk",
        "addresses": {},
    }


def test_the_description_holds_no_template_that_only_ansible_could_resolve() -> None:
    assert "{{" not in json.dumps(description.describe(ENGINE, ""))


def test_a_shell_that_sources_the_variables_has_them() -> None:
    lines = description.shell_lines({"DOCKER_HOST": ENGINE})

    shell = subprocess.run(["bash", "-c", f'{lines}printf %s "$DOCKER_HOST"'], check=True, capture_output=True)

    assert shell.stdout.decode() == ENGINE


def test_dockers_client_finds_the_engine_by_the_context(tmp_path: Path) -> None:
    files = description.docker_config(ENGINE)

    current = json.loads(files.pop("config.json"))["currentContext"]
    ((place, content),) = files.items()
    assert json.loads(content)["Name"] == current
    assert json.loads(content)["Endpoints"]["docker"]["Host"] == ENGINE
    # sha256 of "mxlab-ftp", under which Docker's client looks for it.
    assert place == "contexts/meta/b704556bae291a4d57054c66fa1418973f2d92c84320f8b6e036ea2e9e0ffa57/meta.json"


def test_ansible_reaches_a_machine_by_the_first_label_of_its_name(tmp_path: Path) -> None:
    ssh = _program(tmp_path / "ssh", description.ssh(ENGINE))
    _program(tmp_path / "docker", '#!/bin/sh\nprintf "%s\\n" "$@"\n')

    words = [ssh, "-o", "User=root", "-tt", "client.example.net", "/bin/sh -c 'echo $HOME'"]
    run = subprocess.run(words, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True, capture_output=True, text=True)

    assert run.stdout.splitlines() == [
        *("--host", ENGINE, "exec", "--interactive", "mxlab-client", "sh", "-c", "/bin/sh -c 'echo $HOME'")
    ]


def _program(path: Path, content: str) -> str:
    path.write_text(content)
    path.chmod(0o755)
    return str(path)


def test_the_container_of_each_machine_is_called_like_the_machine() -> None:
    for machine in inventory.machines("matrix"):
        assert machine.container == description.CONTAINERS + machine.name
