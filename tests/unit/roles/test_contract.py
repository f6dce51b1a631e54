# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One contract for all server roles: the same options, each defaulting to its ftp_* twin."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS as TABLE

ROLES = Path(__file__).parents[3] / "roles"
# A server is a role that takes a passive range; the role ftp is the contract.
SERVERS = sorted(
    path.parents[1].name
    for path in ROLES.glob("*/defaults/main.yml")
    if "_passive_ports:" in path.read_text() and path.parents[1].name != "ftp"
)
# Those that share the tasks of the role server, which reads these of their vars.
LINUX = [name for name in SERVERS if "tasks_from: prepare" in (ROLES / name / "tasks" / "main.yml").read_text()]
FACTS = {
    "service",
    "packages",
    "accounts",
    "password_field",
    "ports_per_client",
    "holds_data_port",
    "address_files",
    "address_state",
}
# The suffix of a server's variable, where it has not that of its ftp_* twin.
TWINS = {"masquerade_address": "public_address"}
# How an option begins that the server does not use, and the options that IIS, on Windows, has another form of.
NOT_USED = "Not used by this server."
WINDOWS = {"tls_certificate", "users.home"}
# Whatever the server itself takes: no twin, and no type that all could share.
OWN = "extra_options"
# What is only for playbook, MX and probe, and no server takes.
PUBLISHING = {"server", "publish_by", "network", "uplink", "inbound_data_port"}


@cache
def read(role: str, file: str) -> Any:
    """Return a YAML file of a role."""
    return yaml.safe_load((ROLES / role / file).read_text())


def options(role: str) -> dict[str, dict[str, Any]]:
    """Return the options of a role's entry point main, by suffix."""
    documented = read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    return {name.removeprefix(f"{role}_"): option for name, option in documented.items()}


def shape(option: dict[str, Any]) -> dict[str, Any]:
    """Return what of an option decides which values it takes: no prose, no default, no demand."""
    kept = {key: option[key] for key in ("type", "elements", "choices", "no_log") if key in option}
    inner = {
        name: shape(each) | {"required": each.get("required", False)}
        for name, each in option.get("options", {}).items()
    }
    return kept | ({"options": inner} if inner else {})


def contract() -> dict[str, dict[str, Any]]:
    """Return the shapes of the options that every server takes, by suffix: the ftp_* variables are the contract."""
    server_names = {twin: suffix for suffix, twin in TWINS.items()}
    return {
        server_names.get(name, name): shape(option) for name, option in options("ftp").items() if name not in PUBLISHING
    }


def test_the_roles_are_those_of_the_table_of_servers() -> None:
    """A role that vanishes is missed here; every other test goes by the roles that it finds."""
    assert sorted(server.role for server in TABLE.values()) == SERVERS
    assert set(SERVERS) - set(LINUX) == {"iis_ftp"}


@pytest.mark.parametrize("role", SERVERS)
def test_options_are_the_contract(role: str) -> None:
    shapes = {suffix: shape(option) for suffix, option in options(role).items()}
    common = {suffix: each for suffix, each in shapes.items() if suffix in contract()}
    assert common == contract()
    assert OWN in shapes


def first_sentences(role: str) -> dict[str, str]:
    """Return what each shared option begins with, by suffix; what the server has of its own comes after it."""
    shared = {suffix: option for suffix, option in options(role).items() if suffix in contract()}
    fields = {f"users.{name}": option for name, option in shared["users"]["options"].items()}
    return {suffix: option["description"][0].replace(f"{role}_", "") for suffix, option in (shared | fields).items()}


@pytest.mark.parametrize("role", SERVERS)
def test_a_shared_option_begins_with_the_same_words_everywhere(role: str) -> None:
    words = {suffix: text for server in LINUX for suffix, text in first_sentences(server).items() if text != NOT_USED}
    different = {suffix for suffix, text in first_sentences(role).items() if text not in (NOT_USED, words[suffix])}
    assert different == (WINDOWS if role == "iis_ftp" else set())


@pytest.mark.parametrize("role", SERVERS)
def test_what_else_a_server_takes_bears_its_name(role: str) -> None:
    assert not [
        name
        for name in read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
        if not name.startswith(f"{role}_")
    ]


@pytest.mark.parametrize("role", SERVERS)
def test_defaults_are_the_twins(role: str) -> None:
    defaults = read(role, "defaults/main.yml")
    expected = {f"{role}_{suffix}": f"{{{{ ftp_{TWINS.get(suffix, suffix)} }}}}" for suffix in contract()}
    assert {name: defaults.get(name) for name in expected} == expected
    assert f"{role}_{OWN}" in defaults


@pytest.mark.parametrize("role", SERVERS)
def test_each_default_is_documented_and_the_other_way_round(role: str) -> None:
    documented = options(role)
    defaults = read(role, "defaults/main.yml")
    assert {f"{role}_{suffix}" for suffix in documented} == set(defaults)
    literal = {name: value for name, value in defaults.items() if "{{" not in str(value)}
    assert {name: documented[name.removeprefix(f"{role}_")].get("default") for name in literal} == literal


@pytest.mark.parametrize("role", SERVERS)
def test_it_depends_on_the_role_that_checks_the_contract(role: str) -> None:
    assert read(role, "meta/main.yml")["dependencies"] == [{"role": "mxlab.ftp.ftp"}]


@pytest.mark.parametrize("role", SERVERS)
def test_it_can_check_without_changing_anything(role: str) -> None:
    """The playbook site runs this before anything changes, and the role itself as its first task."""
    points = read(role, "meta/argument_specs.yml")["argument_specs"]
    assert points["check"]["options"] == points["main"]["options"]
    assert read(role, "tasks/main.yml")[0]["ansible.builtin.import_tasks"] == "check.yml"
    first = read(role, "tasks/check.yml")[0]
    parts = {"iis_ftp": ("mxlab.ftp.ftp", "endpoint")}.get(role, ("mxlab.ftp.server", "check"))
    assert first["ansible.builtin.import_role"] == {"name": parts[0], "tasks_from": parts[1]}
    assert first["vars"] == {"server_role": role}


def test_messages_can_name_every_variable_that_a_server_takes() -> None:
    variables = read("ftp", "vars/main.yml")
    assert {*variables["ftp_shared"], *TWINS} == set(contract())


@pytest.mark.parametrize("role", LINUX)
def test_it_has_the_facts_that_the_role_server_reads(role: str) -> None:
    assert {f"{role}_{fact}" for fact in FACTS} <= set(read(role, "vars/main.yml"))


@pytest.mark.parametrize("role", LINUX)
def test_it_has_a_scenario_that_says_what_it_shows(role: str) -> None:
    assert (ROLES.parent / "molecule" / role / "molecule.yml").read_text().startswith("---\n# ")
