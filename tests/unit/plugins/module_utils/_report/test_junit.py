# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit XML, read as CI systems read it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from ansible_collections.mxlab.ftp.plugins.module_utils._report.junit import junit
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    ODD,
    ONLY_EDGES,
    TWO_VANTAGES,
    UNDETERMINED,
    WELL,
)


def test_it_counts_what_it_holds() -> None:
    root = ET.fromstring(junit({"a": WELL, ODD: TWO_VANTAGES, "c": UNDETERMINED, "d": ONLY_EDGES}))
    assert [suite.get("name") for suite in root] == ["a", f"{ODD} from vps", f"{ODD} from desk", "c", "d"]
    kinds = ("tests", "failures", "errors", "skipped")
    assert [[suite.get(kind) for kind in kinds] for suite in root] == [
        ["5", "0", "0", "0"],
        ["5", "1", "0", "0"],
        ["1", "0", "1", "0"],
        ["2", "0", "0", "1"],
        ["6", "1", "0", "0"],
    ]
    assert [root.get(kind) for kind in kinds] == ["19", "2", "1", "1"]


def test_it_names_the_finding_in_the_cells_that_show_it() -> None:
    root = ET.fromstring(junit({"a": FAILED}))
    failed = [case for case in root.iter("testcase") if len(case)]
    assert [case.get("name") for case in failed] == ["PASV"]
    assert failed[0][0].get("type") == "private-address-announced"
    assert "192.168.128.13:61000" in str(failed[0][0].text)
    assert failed[0].get("time") == "1.500"


def test_it_holds_no_character_that_xml_has_not() -> None:
    text = junit({"a\x1b\x00\ud800": FAILED})
    assert next(iter(ET.fromstring(text))).get("name") == "a\N{REPLACEMENT CHARACTER}" + 2 * "\N{REPLACEMENT CHARACTER}"


def failures(context: dict[str, object]) -> dict[str, str]:
    """Return the messages of the failures by the names of their cases, of a service whose PASV fails."""
    root = ET.fromstring(junit({"a": FAILED}, {"a": context}))
    return {str(case.get("name")): str(case[0].get("message")) for case in root.iter("testcase") if len(case)}


def test_what_fails_as_expected_is_no_failure() -> None:
    assert failures({"expected": {"PASV": "failed"}, "expected_findings": ["private-address-announced"]}) == {}


def test_what_differs_from_the_expected_is_a_failure() -> None:
    said = failures({"expected": {"PASV": "passed", "EPSV": "failed"}})
    assert sorted(said) == ["EPSV", "PASV"]
    assert said["PASV"].startswith("fails, expected to work: ")


def test_findings_that_differ_from_the_expected_are_a_failure() -> None:
    said = failures({"expected": {"PASV": "failed"}, "expected_findings": ["no-greeting"]})
    assert list(said) == ["findings"]
    assert "no-greeting" in said["findings"]
    assert "private-address-announced" in said["findings"]


def test_what_was_expected_and_not_probed_is_a_failure() -> None:
    assert failures({"expected": {"PASV": "failed", "PASV P": "passed"}}) == {"PASV P": "not probed, expected to work"}
