# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault file gives exactly the findings that it names; a healthy server gives none."""

from __future__ import annotations

import json
from concurrent.futures import Future

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._html.page import html
from faulty_files import FAULTS, Probed
from faulty_server import PASSWORD
from jsonschema import Draft202012Validator
from probe_schema import PAGE

SCHEMA = Draft202012Validator(json.loads(PAGE.read_text()))
BY_NAME = {fault.name: fault for fault in FAULTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_findings_are_exactly_those(name: str, probes: dict[str, Future[Probed]]) -> None:
    fault, probed = BY_NAME[name], probes[name].result()
    found = [finding["id"] for finding in probed.result["findings"]]
    assert sorted(found) == sorted(fault.findings), "\n".join(probed.result["table"])
    assert probed.result["passed"] == (not fault.findings)
    assert bool(probed.left) == fault.leaves
    assert PASSWORD not in json.dumps(probed.result)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_result_is_as_documented_and_fit_for_a_page(name: str, probes: dict[str, Future[Probed]]) -> None:
    result = probes[name].result().result
    assert [error.message for error in SCHEMA.iter_errors(json.loads(json.dumps(result)))] == []
    text = html({name: result})
    assert PASSWORD not in text
    assert ('<h1 class="fine">' in text) is result["passed"]
