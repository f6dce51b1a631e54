# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings that an endpoint alone gives."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.endpoint import parse_endpoints
from ansible_collections.mxlab.ftp.plugins.module_utils._endpoint.findings import (
    SERVER_ROWS,
    Finding,
    endpoint_findings,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._rule_lists import (
    ONE_TO_MANY_NAT,
    PORT_FORWARDING,
    WAYS,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins import endpoints as shared

SERVER13 = shared.filled(shared.OPTIONS13)
# (id, start of the evidence, words of explanation and remedy, options that give the finding)
CASES: list[tuple[str, str, list[str], dict[str, Any]]] = [
    (
        "default-passive-range",
        "passive_ports is 1024-65535",
        ["3389", "set passive_ports to it, like 61000-61099"],
        {"passive_ports": "1024-65535"},
    ),
    (
        "server-announces-lan-address",
        "server is iis6 and modes contains passive",
        ["IIS 6 cannot serve passive mode", "externalIp4Address"],
        {"server": "iis6"},
    ),
    (
        "active-data-from-another-address",
        "active mode's data comes from the MX's own address, control is at 203.0.113.13",
        ["1:Many NAT", "one_to_one_nat"],
        {"publish_by": ONE_TO_MANY_NAT},
    ),
]


def found(changes: dict[str, Any]) -> list[Finding]:
    (endpoint,) = parse_endpoints([{**SERVER13, **changes}], {})
    return endpoint_findings(endpoint)


@pytest.mark.parametrize(("id_", "evidence", "words", "changes"), CASES)
def test_each_finding(id_: str, evidence: str, words: list[str], changes: dict[str, Any]) -> None:
    (finding,) = found(changes)
    assert (finding.id, finding.level, finding.endpoint, finding.evidence) == (id_, "warning", "server13", evidence)
    assert [word for word in words if word not in str(finding)] == []
    assert str(finding).startswith(f"server13: {evidence}. ")


def test_every_row_has_a_case() -> None:
    assert {case[0] for case in CASES} == {row.id for row in SERVER_ROWS} | {"active-data-from-another-address"}


@pytest.mark.parametrize("publish_by", WAYS)
def test_only_1_many_nat_changes_the_address_of_active_data(publish_by: str) -> None:
    assert bool(found({"publish_by": publish_by})) is (publish_by == ONE_TO_MANY_NAT)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"passive_ports": "1025-65535"},
        {"modes": ["active"], "passive_ports": "1024-65535"},
        {"modes": ["active"], "server": "iis6"},
        {"server": "iis_ftp"},
        {"server": None},
        {"modes": ["passive"], "publish_by": ONE_TO_MANY_NAT},
        {"publish_by": PORT_FORWARDING},
    ],
)
def test_no_finding_without_a_reason(changes: dict[str, Any]) -> None:
    assert found(changes) == []
