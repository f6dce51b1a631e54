# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of docs/controller, as far as no controller is needed: run by ansible-runner, which controllers use."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.modules import mx_export, mx_ftp_rules
from ansible_collections.mxlab.ftp.tests.bench.emulated import FOREIGN_RULE, KEY, Api, emulator
from ansible_collections.mxlab.ftp.tests.bench.jobs import Hosts, Job, run, server, slices
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from lab.common import CHEAP_WORKERS, ROOT

# The tarball leaves the project out.
FOLDER = ROOT / "docs" / "controller"
PROJECT = FOLDER / "project"
ROLES = ["mxlab.ftp.ftp", "mxlab.ftp.mx_rules"]
NETWORKS = 2
HOSTS = {f"server{number}": server(f"N_{number}") for number in range(NETWORKS)}


class Loader(yaml.SafeLoader):
    """Reads YAML with the tag !unsafe, as Ansible does for the roles of infra.controller_configuration."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def read(name: str) -> Any:
    """Return what is in a file of variables."""
    return yaml.load((FOLDER / name).read_text(), Loader)


TEMPLATES = {template["name"]: template for template in read("job_templates.yml")["controller_templates"]}
QUESTIONS = [
    (template["playbook"], question) for template in TEMPLATES.values() for question in template["survey_spec"]["spec"]
]


def text_of(playbook: str) -> str:
    """Return a playbook of the project, with those of the collection that it imports."""
    plays = (PROJECT / playbook).read_text()
    imported = re.findall(r"import_playbook: mxlab\.ftp\.(\w+)", plays)
    return "\n".join([plays, *((CHECKOUT / "playbooks" / f"{name}.yml").read_text() for name in imported)])


def options(role: str) -> dict[str, Any]:
    specs = yaml.safe_load((CHECKOUT / "roles" / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    return {name: option for spec in specs.values() for name, option in spec["options"].items()}


@pytest.mark.parametrize(("playbook", "question"), QUESTIONS)
def test_a_survey_asks_for_what_the_playbook_knows(playbook: str, question: dict[str, Any]) -> None:
    variable, option = question["variable"], options("mx_rules").get(question["variable"], {})
    assert option or re.search(rf"\b{variable}\b", text_of(playbook))
    assert question["choices"] == option["choices"] if "choices" in option else True
    assert question.get("default") == option["default"] if "default" in option else True


def test_everything_that_is_named_is_there() -> None:
    workflows = {workflow["name"]: workflow for workflow in read("workflows.yml")["controller_workflows"]}
    nodes = [node for workflow in workflows.values() for node in workflow["simplified_workflow_nodes"]]
    assert {node["unified_job_template"] for node in nodes} <= set(TEMPLATES)
    groups = [f"{group}:localhost" for group in read("slices.yml")["groups"]]
    assert [node["limit"] for node in nodes] == groups
    assert all((PROJECT / template["playbook"]).is_file() for template in TEMPLATES.values())
    for schedule in read("schedules.yml")["controller_schedules"]:
        assert schedule["unified_job_template"] in {*TEMPLATES, *workflows}
        assert re.fullmatch(r"DTSTART:\d{8}T\d{6}Z RRULE:FREQ=[A-Z]+(;[A-Z]+=[A-Z0-9,]+)*", schedule["rrule"])


def injected(name: str, answers: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what a credential of this type injects, with Jinja as on a controller."""
    (kind,) = [each for each in read("credential_types.yml")["controller_credential_types"] if each["name"] == name]
    fields = {field["id"]: field.get("default", "") for field in kind["inputs"]["fields"]} | answers
    assert set(kind["inputs"]["required"]) <= {each for each, value in fields.items() if value}
    return {
        place: {key: _rendered(text, fields) for key, text in values.items()}
        for place, values in kind["injectors"].items()
    }


def _rendered(text: str, fields: dict[str, str]) -> str:
    return SandboxedEnvironment(undefined=StrictUndefined).from_string(text).render(fields)


def test_a_credential_injects_the_test_account() -> None:
    answers = {"user": "probe", "password": "a{{b}}"}
    assert injected("FTP test account", answers) == {
        "extra_vars": {"ftp_probe_user": "probe", "ftp_probe_password": "a{{b}}"}
    }


def job(folder: Path, playbook: str, hosts: Hosts, api: Api, **more: Any) -> Job:
    """Return a job of the project, with a copy of the project of its own and the injected credential."""
    env = injected("Meraki Dashboard API", {"api_key": KEY, "base_url": api.base_url})["env"]
    env |= CHEAP_WORKERS
    made = Job(folder, playbook, hosts, env, **more)
    shutil.copytree(PROJECT, made.project)
    # The part of the playbook site that needs no server.
    plays = yaml.safe_load((PROJECT / "site.yml").read_text())
    plays[0] = {"hosts": "ftp_servers", "gather_facts": False, "roles": ROLES, "vars": plays[0]["vars"]}
    (made.project / "publish.yml").write_text(json.dumps(plays))
    return made


@dataclass(frozen=True)
class Case:
    """An organization that has been published by slices at the same time, and what one run plans for it before."""

    folder: Path
    api: Api
    planned: dict[str, Any]
    parts: list[Job]

    @property
    def snapshots(self) -> dict[str, Any]:
        """Return the snapshots that the slices have handed on, by network."""
        found = [part.artifacts["ftp_snapshots"] for part in self.parts]
        return {name.rpartition("-")[0]: content for each in found for name, content in each.items()}


def once(module: ModuleType, api: Api, **options: Any) -> dict[str, Any]:
    """Return the result of a module that is run once, for all networks."""
    return run_module(module, {"api_key": KEY, "base_url": api.base_url, **options})[0]


def publication(api: Api, check: bool) -> dict[str, Any]:
    """Publish all servers in one run, or only plan it."""
    options = ("public_address", "lan_address", "passive_ports")
    endpoints = [
        {"name": name, "network": host["ftp_network"], **{option: host[f"ftp_{option}"] for option in options}}
        for name, host in HOSTS.items()
    ]
    return once(mx_ftp_rules, api, endpoints=endpoints, _ansible_check_mode=check)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("controller")
    with emulator(CHECKOUT / "roles" / "mx_emulator" / "files", NETWORKS, 0, [FOREIGN_RULE]) as api:
        planned = publication(api, check=True)
        parts = [
            job(folder / str(place), "publish.yml", part, api) for place, part in enumerate(slices(HOSTS, NETWORKS))
        ]
        assert run(parts) == [0] * NETWORKS, [part.output for part in parts]
        yield Case(folder, api, planned, parts)


def exports(jobs: list[Job]) -> dict[str, Any]:
    found = [json.loads(path.read_text()) for each in jobs for path in (each.project / "exports").iterdir()]
    return without_time({export["network"]["id"]: export for export in found})


def without_time(documents: dict[str, Any]) -> dict[str, Any]:
    return {network: {**document, "exportedAt": ""} for network, document in documents.items()}


def verdicts(check: Job) -> list[tuple[str, str, str]]:
    """Return the verdict of each network that a job has checked: how it is, its name and the flows."""
    return re.findall(r"(passed|failed): (Site \d+ \(N_\d+\)): ([^\"]*)", check.output)


def test_slices_write_the_rules_and_keep_the_snapshots_of_one_run(case: Case) -> None:
    again = publication(case.api, check=False)
    assert case.planned["changed"] and not again["changed"]
    assert again["before"] == case.planned["after"]
    assert case.snapshots == {
        network: {
            "before": {network: before},
            "plan": [step for step in case.planned["plan"] if step["network"] == network],
        }
        for network, before in case.planned["before"].items()
    }
    assert len(case.snapshots) == NETWORKS


def test_an_alert_and_a_slice_find_what_one_run_finds(case: Case) -> None:
    """The body that Meraki sends, with the id of a network in it, as the controller gives it to the job."""
    body = json.loads((FOLDER / "meraki_webhook.json").read_text().replace("{{networkId}}", "N_0"))
    assert set(body["extra_vars"]) == {q["variable"] for q in TEMPLATES["FTP check"]["survey_spec"]["spec"]}
    assert TEMPLATES["FTP check"]["ask_limit_on_launch"]
    alert = job(case.folder / "alert", "check.yml", HOSTS, case.api, extra=body["extra_vars"], limit=body["limit"])
    (alert.folder / "inventory").mkdir()
    shutil.copy(FOLDER / "slices.yml", alert.folder / "inventory")
    part = job(case.folder / "slice", "check.yml", slices(HOSTS, NETWORKS)[1], case.api)
    assert run([alert, part]) == [0, 0], [alert.output, part.output]
    assert [list(exports([each])) for each in (alert, part)] == [["N_0"], ["N_1"]]
    assert exports([alert, part]) == without_time(once(mx_export, case.api)["exports"])
    flows = verdicts(alert)[0][-1]
    assert verdicts(alert) == [("passed", "Site 0 (N_0)", flows)]
    assert verdicts(part) == [("passed", "Site 1 (N_1)", flows)]


def test_a_run_is_undone_from_its_artifact(case: Case) -> None:
    snapshot = json.dumps(case.snapshots["N_1"])
    undo = job(case.folder / "undo", "rollback.yml", HOSTS, case.api, extra={"ftp_snapshot": snapshot})
    assert run([undo]) == [0], undo.output
    assert case.api.state()["networks"]["N_1"]["oneToOne"] == {"rules": [FOREIGN_RULE]}


def test_a_limit_without_localhost_is_refused_before_it_exports_nothing(case: Case) -> None:
    check = job(case.folder / "limited", "check.yml", HOSTS, case.api, limit="server1")
    assert run([check]) == [2]
    assert "--limit server1 leaves out localhost, which reads the MXs. Use --limit 'server1:localhost'." in check.output


def test_the_groups_of_slices_part_the_servers_by_network(tmp_path: Path) -> None:
    hosts = {f"server{number}": {"ftp_network": f"N_{number // 2}"} for number in range(100)}
    (tmp_path / "hosts.json").write_text(json.dumps({"ftp_servers": {"hosts": hosts}}))
    command = [
        str(Path(sys.executable).with_name("ansible-inventory")),
        "-i",
        "hosts.json",
        "-i",
        str(FOLDER / "slices.yml"),
        "--list",
    ]
    listed = json.loads(subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout)
    parts = [listed[group]["hosts"] for group in read("slices.yml")["groups"]]
    assert sorted(name for part in parts for name in part) == sorted(hosts)
    networks = [{hosts[name]["ftp_network"] for name in part} for part in parts]
    assert sum(map(len, networks)) == 50
    assert min(map(len, networks)) > 0
