# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import (
    Dashboard,
    DashboardError,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.lookup import (
    is_network_id,
    network_id,
    visible_networks,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import Response, Send
from ansible_collections.mxlab.ftp.tests.unit.plugins.memory import BASE, Clock


def answering(answers: list[Any], asked: list[str]) -> Send:
    """Return a `send` that answers with these in order, and notes the URLs."""
    left = iter(answers)

    def send(_method: str, url: str, _headers: Mapping[str, str], _body: bytes | None) -> Response:
        asked.append(url)
        return Response(200, {}, json.dumps(next(left)).encode())

    return send


LAB = {"id": "100001", "name": "Lab"}
OTHER = {"id": "100002", "name": "Other"}
HQ = {"id": "N_100001", "name": "Lab HQ"}
BRANCH = {"id": "L_2", "name": "Branch"}
ORGS, NETS = f"{BASE}/organizations", f"{BASE}/organizations/100001/networks"

# (network, organization, answers, URLs asked, id)
LOOKUPS: list[tuple[str, str | None, list[Any], list[str], str]] = [
    ("N_100001", None, [], [], "N_100001"),
    ("L_2", "Lab", [], [], "L_2"),
    ("Lab HQ", "100001", [[BRANCH, HQ]], [NETS], "N_100001"),
    ("Lab HQ", "Lab", [[OTHER, LAB], [HQ]], [ORGS, NETS], "N_100001"),
    ("Branch", None, [[LAB], [BRANCH, HQ]], [ORGS, NETS], "L_2"),
]


@pytest.mark.parametrize(("network", "organization", "answers", "urls", "found"), LOOKUPS)
def test_a_network_is_found_with_no_request_too_many(
    network: str, organization: str | None, answers: list[Any], urls: list[str], found: str
) -> None:
    asked: list[str] = []
    dashboard = Dashboard(BASE, "key", answering(answers, asked), Clock().limit())
    visible = [] if is_network_id(network) else visible_networks(dashboard, organization)
    assert network_id(network, visible) == found
    assert asked == urls


# (network, organization, answers, message)
UNKNOWN: list[tuple[str, str | None, list[Any], str]] = [
    (
        "HQ",
        "Lab",
        [[LAB], [HQ, BRANCH]],
        "network 'HQ' is unknown; this api_key sees: Lab HQ (N_100001), Branch (L_2)."
        " Set network (ftp_network) to one of these.",
    ),
    (
        "HQ",
        "lab",
        [[LAB]],
        "organization 'lab' is unknown; this api_key sees: Lab (100001)."
        " Set organization (ftp_organization) to one of these.",
    ),
    (
        "HQ",
        None,
        [[LAB, OTHER]],
        "organization is not set; this api_key sees: Lab (100001), Other (100002)."
        " Set organization (ftp_organization) to one of these.",
    ),
    ("HQ", None, [[]], "organization is not set; this api_key sees: none. Use an api_key that sees it."),
    (
        "HQ",
        "Lab",
        [[LAB, {"id": "3", "name": "Lab"}]],
        "organization 'Lab' is ambiguous; this api_key sees: Lab (100001), Lab (3)."
        " Set organization (ftp_organization) to one of these.",
    ),
]


@pytest.mark.parametrize(("network", "organization", "answers", "message"), UNKNOWN)
def test_an_unknown_name_lists_what_there_is(
    network: str, organization: str | None, answers: list[Any], message: str
) -> None:
    dashboard = Dashboard(BASE, "key", answering(answers, []), Clock().limit())
    with pytest.raises(DashboardError) as error:
        network_id(network, visible_networks(dashboard, organization))
    assert str(error.value) == message
