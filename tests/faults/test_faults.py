# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault file gives exactly the findings that it names; a healthy server gives none."""

from __future__ import annotations

import json
from concurrent.futures import Future

import pytest
from faulty_files import FAULTS, Met
from faulty_server import PASSWORD

BY_NAME = {fault.name: fault for fault in FAULTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_findings_are_exactly_those(name: str, meetings: dict[str, Future[Met]]) -> None:
    fault, met = BY_NAME[name], meetings[name].result()
    found = [finding["id"] for finding in met.result["findings"]]
    assert sorted(found) == sorted(fault.findings), "\n".join(met.result["table"])
    assert met.result["passed"] == (not fault.findings)
    assert bool(met.left) == fault.leaves
    assert PASSWORD not in json.dumps(met.result)
