# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports, read as CI systems read them: valid whatever the texts in an export are."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import unquote

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.judge import Row, dropped
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.junit import junit
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.markdown import markdown
from ansible_collections.mxlab.ftp.plugins.module_utils._gate.sarif import sarif
from ansible_collections.mxlab.ftp.plugins.module_utils._markdown import LIMIT
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._gate.networks import FOLDER, PARTIAL, ROWS, STRICT

KINDS = ("tests", "failures", "errors", "skipped")
# What SARIF 2.1.0 requires of the objects that are written, and what else is written: name -> (type, required).
SHAPES: dict[str, dict[str, tuple[Any, bool]]] = {
    "log": {"$schema": (str, False), "version": (str, True), "runs": (["run"], True)},
    "run": {"tool": ("tool", True), "results": (["result"], False)},
    "tool": {"driver": ("driver", True)},
    "driver": {"name": (str, True), "rules": (["rule"], False)},
    "rule": {
        "id": (str, True),
        "shortDescription": ("message", False),
        "fullDescription": ("message", False),
        "help": ("message", False),
    },
    "result": {
        "ruleId": (str, False),
        "level": (str, False),
        "message": ("message", True),
        "locations": (["location"], False),
        "partialFingerprints": ("fingerprints", False),
    },
    "message": {"text": (str, True)},
    "fingerprints": {"mxlabFtp/v1": (str, True)},
    "location": {"physicalLocation": ("physical", False), "logicalLocations": (["logical"], False)},
    "physical": {"artifactLocation": ("artifact", False), "region": ("region", False)},
    "artifact": {"uri": (str, False)},
    "region": {"startLine": (int, False)},
    "logical": {"fullyQualifiedName": (str, False), "kind": (str, False)},
}


def fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    if isinstance(shape, type):
        return isinstance(value, shape)
    fields = SHAPES[shape]
    required = {name for name, (_shape, needed) in fields.items() if needed}
    known = isinstance(value, dict) and required <= value.keys() <= fields.keys()
    return known and all(fits(each, fields[name][0]) for name, each in value.items())


@pytest.fixture(params=[ROWS, STRICT], ids=["pass", "fail"])
def rows(request: pytest.FixtureRequest) -> list[Row]:
    found: list[Row] = request.param
    return found


def test_sarif_has_the_structure_of_the_standard(rows: list[Row]) -> None:
    log = json.loads(sarif(rows))
    assert fits(log, "log")
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert {result["level"] for result in run["results"]} <= {"none", "note", "warning", "error"}
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    assert {result["ruleId"] for result in run["results"]} == set(ids)


def test_sarif_of_nothing_is_one_as_well() -> None:
    assert fits(json.loads(sarif([])), "log")


def test_sarif_says_where_and_what_stops_the_gate(rows: list[Row]) -> None:
    results = json.loads(sarif(rows))["runs"][0]["results"]
    stopping = {result["message"]["text"].partition(": ")[0] for result in results if result["level"] == "error"}
    assert stopping == {row["name"].replace("](", "] (") for row in rows if not row["passed"]}
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert {unquote(uri) for uri in uris} == {
        row["file"] for row in rows if row["verdict"] not in ("passed", "no endpoints")
    }
    assert [uri for uri in uris if re.search(r"[^A-Za-z0-9/._~%-]", uri)] == []
    named = {
        each["fullyQualifiedName"] for result in results for each in result["locations"][0].get("logicalLocations", [])
    }
    assert named == {"l3_firewall[0]", "l7_firewall[0]", "one_to_one_nat[0]"}


def test_sarif_shows_texts_of_others_without_links(rows: list[Row]) -> None:
    messages = [result["message"]["text"] for result in json.loads(sarif(rows))["runs"][0]["results"]]
    assert [text for text in messages if "[l] (javascript:x)" in text]
    assert [text for text in messages if re.search(r"\]\(", text)] == []


def test_sarif_shows_braces_of_others_as_no_placeholders() -> None:
    (row,) = dropped(["{0} }x{"], FOLDER)
    (result,) = json.loads(sarif([row]))["runs"][0]["results"]
    assert result["message"]["text"].startswith("{{0}} }}x{{: {{0}} }}x{{: the host failed")


@pytest.mark.parametrize(("strict", "level", "kind"), [(False, "warning", "skipped"), (True, "error", "error")])
def test_what_an_export_lacks_is_in_every_report(strict: bool, level: str, kind: str) -> None:
    rows = PARTIAL[strict]
    log = json.loads(sarif(rows))
    assert fits(log, "log")
    (result,) = log["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("undetermined", level)
    cases = [(case.get("name"), case[0].tag) for case in ET.fromstring(junit(rows)).iter("testcase") if len(case)]
    assert cases == [("undetermined 1", kind)]
    for text in (result["message"]["text"], junit(rows), markdown(rows)):
        assert "uplinksNat" in text


def test_a_host_that_was_not_judged_is_in_every_report() -> None:
    rows = list(dropped(["broken"], FOLDER))
    log = json.loads(sarif(rows))
    assert fits(log, "log")
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["not-judged"]
    assert ET.fromstring(junit(rows)).get("errors") == "1"
    assert "| not judged | <code>broken</code> |" in markdown(rows)


def test_the_fingerprints_of_results_differ_and_stay(rows: list[Row]) -> None:
    marks = [result["partialFingerprints"]["mxlabFtp/v1"] for result in json.loads(sarif(rows))["runs"][0]["results"]]
    assert len(set(marks)) == len(marks)
    assert set(marks) == {
        result["partialFingerprints"]["mxlabFtp/v1"] for result in json.loads(sarif(rows[::-1]))["runs"][0]["results"]
    }


def test_junit_counts_what_it_holds() -> None:
    found = {name: ET.fromstring(junit(rows)) for name, rows in (("pass", ROWS), ("fail", STRICT))}
    counts = {name: [[suite.get(kind) for kind in KINDS] for suite in root] for name, root in found.items()}
    assert counts["pass"] == [
        ["6", "2", "0", "0"],
        ["3", "1", "0", "0"],
        ["3", "0", "0", "3"],
        ["2", "0", "2", "0"],
        ["0", "0", "0", "0"],
        ["1", "0", "1", "0"],
    ]
    assert counts["fail"][2] == ["3", "3", "0", "0"]
    assert [found["pass"].get(kind) for kind in KINDS] == ["15", "3", "3", "3"]


def test_junit_names_network_endpoint_flow_and_findings() -> None:
    root = ET.fromstring(junit(ROWS))
    case = next(each for each in root.iter("testcase") if each.get("classname") == "Closed.server13" and len(each))
    assert (case.get("name"), case.get("file")) == ("active", "exports/Closed.json")
    assert "active-data-stopped: " in str(case[0].text)


def test_markdown_has_one_line_for_each_network(rows: list[Row]) -> None:
    lines = [line for line in markdown(rows).splitlines() if re.match(r"\| [a-z ]+ \| <code>", line)]
    assert len(lines) == len(rows)
    # A cell ends where the next bar is, in code, too (GFM 4.10).
    assert {line.count("|") for line in lines} == {4}


def test_markdown_shows_texts_of_others_as_nothing_but_text(rows: list[Row]) -> None:
    text = markdown(rows)
    assert set(re.findall(r"<[^>]*>", text)) == {
        "<code>",
        "</code>",
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
    }
    inside = re.findall(r"<code>(.*?)</code>", text)
    assert [
        each for each in inside if re.search(r"[^\w\s&#;-]|&(?!#\d+;)", each.replace("\N{REPLACEMENT CHARACTER}", ""))
    ] == []
    assert "org&#47;team" in text


def test_markdown_that_is_too_long_counts_what_is_left_out() -> None:
    many = [{**ROWS[1], "name": f"Branch {number}"} for number in range(500)]
    text = markdown(many)
    assert LIMIT * 0.9 < len(text.encode()) < 65_536
    shown = text.count("| failed |")
    assert f"{500 - shown} more lines do not fit here" in text
    assert "FTP: 0 of 500 networks pass" in text


def test_markdown_of_500_networks_that_pass_names_all_of_them() -> None:
    many = [{**ROWS[4], "name": f"Branch {number}", "verdict": "passed"} for number in range(500)]
    assert markdown(many).count("| passed |") == 500
