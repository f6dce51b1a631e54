# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the guides for a migration: what they name exists on both sides, and the one leads to the other."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.options import DASHBOARD_SPEC, NETWORK_SPEC
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import ENDPOINT_SPEC
from ansible_collections.mxlab.ftp.plugins.modules import mx_ftp_rules
from ansible_collections.mxlab.ftp.tests.unit.cisco_meraki import fragment, installed, module_options

Row = tuple[list[str], list[str]]
ROOT = Path(mx_ftp_rules.__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
MERAKI, SERVER = GUIDES / "migrate_from_cisco_meraki.md", GUIDES / "migrate_a_server.md"
RULES = "networks_appliance_firewall_{}_rules"
NAT = [RULES.format(kind) for kind in ("one_to_one_nat", "one_to_many_nat", "port_forwarding")]
OPTIONS = {**DASHBOARD_SPEC, "network": NETWORK_SPEC}
# The heading of each server's table, its role and the variable that holds the options of its file.
SERVERS = [
    ("vsftpd.conf", "vsftpd", ["vsftpd_options", "vsftpd_options_with_tls"]),
    ("proftpd.conf", "proftpd", ["proftpd_options", "proftpd_options_with_tls"]),
    ("Pure-FTPd: files in /etc/pure-ftpd/conf", "pure_ftpd", ["pure_ftpd_options"]),
]


def section(guide: Path, heading: str) -> str:
    """Return what is below a heading of a guide."""
    _before, found, rest = guide.read_text().partition(f"\n## {heading}\n")
    assert found, heading
    return rest.partition("\n## ")[0]


def rows(guide: Path, heading: str) -> list[Row]:
    """Return the rows of the tables below a heading: the names in backticks of the first and of the second column."""
    below = section(guide, heading)
    lines = [line.strip("|").split("|") for line in below.splitlines() if line.startswith("| `")]
    return [(names(left), names(right)) for left, right in lines]


def names(cell: str) -> list[str]:
    """Return what a cell has in backticks, without values: `state: gathered` is state."""
    return [text.partition(":")[0] for text in re.findall(r"`([^`]+)`", cell)]


def server_rows() -> list[tuple[str, list[str], Row]]:
    return [(role, variables, row) for heading, role, variables in SERVERS for row in rows(SERVER, heading)]


def loaded(path: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "roles" / path).read_text())
    return content


def reached(role: str, text: str) -> set[str]:
    """Return the variables that an expression uses, with those that their own values use."""
    values = {**loaded(f"{role}/vars/main.yml"), **loaded(f"{role}/defaults/main.yml")}
    found: set[str] = set()
    waiting = [text]
    while waiting:
        new = set(re.findall(r"\w+", waiting.pop())) - found
        found |= new
        waiting += [str(values[name]) for name in new if name in values]
    return found


def subfields(options: dict[str, Any]) -> set[str]:
    """Return the names of options, with those within them."""
    return {
        *options,
        *(name for option in options.values() for name in subfields(option.get("suboptions") or {})),
    }


def test_the_modules_exist_on_both_sides() -> None:
    modules = installed() / "ansible_collections" / "cisco" / "meraki" / "plugins" / "modules"
    assert len(rows(MERAKI, "Modules")) >= 9
    for theirs, ours in rows(MERAKI, "Modules"):
        assert [name for name in theirs if not (modules / f"{name}.py").exists()] == []
        options = {*mx_ftp_rules.ARGUMENT_SPEC, *ENDPOINT_SPEC}
        modules_here = set(ours) - options
        assert [name for name in modules_here if not (ROOT / f"plugins/modules/{name}.py").exists()] == []


def test_the_options_with_two_names_are_exactly_those_of_the_code() -> None:
    assert {ours[0]: sorted(theirs) for theirs, ours in rows(MERAKI, "Common options")} == {
        name: sorted(spec["aliases"]) for name, spec in OPTIONS.items() if "aliases" in spec
    }


def test_the_options_exist_there_and_those_without_another_name_are_refused_here() -> None:
    there = {*fragment("module"), *fragment("meraki"), *module_options("meraki_mx_nat"), *module_options(NAT[0])}
    there |= {*module_options("organizations_uplinks_statuses_info")}
    renamed, refused = (
        {name for theirs, _ours in rows(MERAKI, which) for name in theirs}
        for which in ("Common options", "Options that are refused")
    )
    assert "meraki_simulate" in refused
    assert renamed | refused <= there
    assert not refused & {*mx_ftp_rules.ARGUMENT_SPEC, *renamed}


def test_the_fields_of_rules_exist_on_both_sides() -> None:
    there = subfields(module_options("meraki_mx_nat"))
    for module in NAT:
        there |= subfields(module_options(module))
    for theirs, ours in rows(MERAKI, "Fields of a rule"):
        assert set(theirs) <= there
        assert set(ours) <= set(ENDPOINT_SPEC)


@pytest.mark.parametrize(("role", "variables", "row"), server_rows())
def test_the_role_writes_each_line_from_the_variable(role: str, variables: list[str], row: Row) -> None:
    written = {name: value for each in variables for name, value in loaded(f"{role}/vars/main.yml")[each].items()}
    theirs, ours = row
    for name in theirs:
        used = reached(role, str(written[name]))
        assert set(ours) <= used, name
        assert ours or not [each for each in used if each in loaded("ftp/defaults/main.yml")], name


@pytest.mark.parametrize("heading", [*(heading for heading, _role, _variables in SERVERS), "A script with pyftpdlib"])
def test_the_variables_are_those_of_the_roles(heading: str) -> None:
    options = loaded("ftp/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert {name for _theirs, ours in rows(SERVER, heading) for name in ours} <= set(options)


@pytest.mark.parametrize(("heading", "role", "variables"), [*SERVERS, ("A script with pyftpdlib", "pyftpdlib", [])])
def test_what_has_no_variable_has_a_way(heading: str, role: str, variables: list[str]) -> None:
    assert f"`{role}_extra_options`" in section(SERVER, heading)
    assert f"{role}_extra_options" in loaded(f"{role}/meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def test_the_attributes_are_those_of_pyftpdlib() -> None:
    pytest.importorskip("pyftpdlib", reason="pyftpdlib is not installed (requirements-dev.txt)")
    handlers = importlib.import_module("pyftpdlib.handlers")
    server = importlib.import_module("pyftpdlib.servers").FTPServer
    for theirs, _ours in rows(SERVER, "A script with pyftpdlib"):
        for name in theirs:
            assert hasattr(handlers.TLS_FTPHandler, name) or hasattr(server, name), name
