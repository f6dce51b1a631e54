# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module mx_gate, from a folder to its result, and the filters that take it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.filter.gate import FilterModule
from ansible_collections.mxlab.ftp.plugins.modules import mx_gate
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._gate.networks import content
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

ENDPOINT = {**shared.OPTIONS13, "network": "HQ"}


def run(folder: Path, **options: Any) -> dict[str, Any]:
    given = {"folder": str(folder), "endpoints": [ENDPOINT], **options}
    return run_module(mx_gate, given)[0]


def test_a_folder_gives_a_row_and_a_line_for_each_export(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "b.json").write_bytes(content())
    (tmp_path / "exports" / "a.json").write_text("[]")
    (tmp_path / "exports" / "c.json").mkdir()
    (tmp_path / "exports" / "README.md").write_text("no export")
    result = run(tmp_path / "exports", relative_to=str(tmp_path))
    assert (result["changed"], result["passed"]) == (False, False)
    assert [(row["file"], row["verdict"]) for row in result["networks"]] == [
        ("exports/a.json", "unreadable"),
        ("exports/b.json", "passed"),
        ("exports/c.json", "unreadable"),
    ]
    assert result["lines"][1:] == [
        "passed: HQ (N_HQ): 1 endpoint, 3 flows",
        "unreadable: c: cannot be read: Is a directory",
    ]


def test_hosts_that_dropped_out_have_rows_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content())
    result = run(tmp_path, dropped=["broken"])
    assert [(row["name"], row["verdict"]) for row in result["networks"]] == [("HQ", "passed"), ("broken", "not judged")]
    assert not result["passed"]


@pytest.mark.parametrize(("option", "passed"), [({}, False), ({"undetermined": "pass"}, True)])
def test_what_is_undetermined_passes_as_the_option_says(tmp_path: Path, option: dict[str, str], passed: bool) -> None:
    (tmp_path / "a.json").write_bytes(content(l3FirewallRules=None))
    result = run(tmp_path, **option)
    assert (result["passed"], result["networks"][0]["verdict"]) == (passed, "undetermined")
    assert result["networks"][0]["file"] == str(tmp_path / "a.json")


HOST_RULE = {
    "policy": "deny",
    "protocol": "any",
    "srcCidr": "Any",
    "srcPort": "Any",
    "destCidr": "OBJ(1)",
    "destPort": "Any",
}
TABLES: dict[str, dict[str, Any]] = {
    "countries": {"l7FirewallRules": {"rules": [{"policy": "deny", "type": "blockedCountries", "value": ["DE"]}]}},
    "hosts": {
        "l3FirewallRules": {"rules": [HOST_RULE]},
        "policyObjects": [{"id": "1", "type": "fqdn", "fqdn": "a.example"}],
    },
}


@pytest.mark.parametrize(("option", "name"), [("countries", "DE"), ("hosts", "a.example")])
def test_tables_of_the_user_decide(tmp_path: Path, option: str, name: str) -> None:
    (tmp_path / "a.json").write_bytes(content(**TABLES[option]))
    verdicts = [
        run(tmp_path, **{option: table})["networks"][0]["verdict"]
        for table in ({}, {name: ["198.51.100.7"]}, {name: ["0.0.0.0/0"]})
    ]
    assert verdicts[0] == "undetermined"
    assert set(verdicts[1:]) <= {"passed", "failed"}
    assert verdicts[2] == "failed"


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content())
    assert run(tmp_path, countries={"Germany": []})["msg"].startswith("countries: 'Germany' is not a country")


@pytest.mark.parametrize(("name", "seen"), [("", "has no file *.json"), ("lost", "is not a folder")])
def test_a_folder_without_exports_is_refused(tmp_path: Path, name: str, seen: str) -> None:
    result = run(tmp_path / name)
    assert result["failed"]
    assert result["msg"].endswith(f"{seen}; expected the exports that the playbook mxlab.ftp.export writes")


def test_the_filters_take_what_the_module_returns(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(content())
    networks = run(tmp_path)["networks"]
    texts = {name: convert(networks) for name, convert in FilterModule().filters().items()}
    assert ET.fromstring(texts["gate_junit"]).get("tests") == "3"
    assert json.loads(texts["gate_sarif"])["runs"][0]["results"] == []
    assert texts["gate_markdown"].startswith("### FTP: 1 of 1 networks pass\n")
