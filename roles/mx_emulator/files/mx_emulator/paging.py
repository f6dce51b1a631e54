# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paged lists: perPage, startingAfter and the Link header ("Pagination" page of the Dashboard API, RFC 5988)."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse

Items = list[dict[str, Any]]


def page(request: Request, items: Items, key: str, default: int = 1000, most: int = 1000) -> JSONResponse:
    """Return the page that the query asks for; key is the field, unique in items, that startingAfter refers to.

    default and most are those of perPage, whose minimum is 3.

    There is a Link header only if there is a next page.  Its URL is absolute, as the real API's is.
    """
    keys = [item[key] for item in items]
    after = request.query_params.get("startingAfter")
    if after is not None and after not in keys:
        raise HTTPException(400, f"'startingAfter' is '{after}', which is not in the list")
    start = 0 if after is None else keys.index(after) + 1
    text = request.query_params.get("perPage", str(default))
    if not text.isdecimal() or not 3 <= int(text) <= most:
        raise HTTPException(400, f"'perPage' is '{text}', expected a number from 3 to {most}")
    size = int(text)
    links = {}
    if start + size < len(items):
        following = request.url.include_query_params(perPage=size, startingAfter=keys[start + size - 1])
        links["Link"] = f"<{following}>; rel=next"
    return JSONResponse(items[start : start + size], headers=links)
