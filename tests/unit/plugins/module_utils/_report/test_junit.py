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
