# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Query parameters: which ones an operation knows, and what they select.

Names: OpenAPI document.  A parameter that is not here is refused, because ignoring a filter would be a wrong answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException, Request

from .clock import normal, timestamp

Items = list[dict[str, Any]]
PAGING = {"perPage", "startingAfter", "endingBefore"}
TIMES = {"t0", "t1", "timespan"}
NETWORKS = {"networkIds[]": "networkId"}
MEMBERS = {**NETWORKS, "serials[]": "serial"}
TAGGED = {"tags[]": "tags", "productTypes[]": "productTypes"}
# Beside tags[]: whether an item needs one of them, which is the default, or all.
TAGS_TYPES = ("withAnyTags", "withAllTags")
# The paged operations: their filters, and the field that each compares.
FILTERS: Mapping[str, Mapping[str, str]] = {
    "getOrganizations": {},
    "getOrganizationNetworks": {**TAGGED, "isBoundToConfigTemplate": "isBoundToConfigTemplate"},
    "getOrganizationDevices": {
        **MEMBERS,
        "tags[]": "tags",
        "productTypes[]": "productType",
        **{name: name for name in ("name", "serial", "model", "mac")},
        **{f"{name}s[]": name for name in ("model", "mac")},
    },
    "getOrganizationApplianceUplinkStatuses": MEMBERS,
    "getOrganizationApplianceUplinksNatByNetwork": NETWORKS,
    "getOrganizationPolicyObjects": {},
    "getOrganizationPolicyObjectsGroups": {},
    "getOrganizationApiRequests": {
        **{name: name for name in ("adminId", "path", "method", "responseCode", "sourceIp", "userAgent", "version")},
        "operationIds[]": "operationId",
    },
    "getOrganizationConfigurationChanges": {"networkId": "networkId", "adminId": "adminId"},
}
TIMED = {"getOrganizationApiRequests", "getOrganizationConfigurationChanges"}


def refuse_unknown(request: Request) -> None:
    """HTTPException 400 if the query has a parameter that the operation does not know."""
    operation = request.scope["route"].operation_id
    known = {*FILTERS[operation], *PAGING} if operation in FILTERS else set()
    known |= {"tagsFilterType"} if "tags[]" in known else set()
    unknown = sorted(set(request.query_params) - known - (TIMES if operation in TIMED else set()))
    if unknown:
        raise HTTPException(400, f"The emulator does not know the query parameter '{unknown[0]}' of {operation}")


def selected(request: Request, items: Items) -> Items:
    """Return the items that the filters of the query leave; raise HTTPException 400 for a time that is none."""
    operation = request.scope["route"].operation_id
    for parameter, field in FILTERS[operation].items():
        wanted = request.query_params.getlist(parameter)
        enough = all if parameter == "tags[]" and _all_tags(request) else any
        if wanted:
            items = [item for item in items if enough(text in _texts(item.get(field)) for text in wanted)]
    if operation in TIMED:
        since, until = _period(request)
        items = [item for item in items if since <= item["ts"] <= until]
    return items


def _all_tags(request: Request) -> bool:
    kind = request.query_params.get("tagsFilterType", TAGS_TYPES[0])
    if kind not in TAGS_TYPES:
        raise HTTPException(400, f"'tagsFilterType' is '{kind}', expected one of {', '.join(TAGS_TYPES)}")
    return kind == TAGS_TYPES[1]


def _texts(value: Any) -> list[str]:
    """Return what a filter may say to mean the value, or one element of a list."""
    return [
        text if isinstance(text, str) else json.dumps(text) for text in (value if isinstance(value, list) else [value])
    ]


def _period(request: Request) -> tuple[str, str]:
    given = request.query_params
    try:
        if "timespan" in given:
            return timestamp(float(given["timespan"])), timestamp()
        return normal(given.get("t0", "0")), normal(given["t1"]) if "t1" in given else timestamp()
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, f"'t0', 't1' and 'timespan' are times in ISO 8601 and seconds: {error}") from None
