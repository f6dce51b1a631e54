# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paged lists: perPage, startingAfter, endingBefore and the Link header ("Pagination" page of the Dashboard API)."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse

Items = list[dict[str, Any]]
# What the links first and last have in place of a key: the page has 0; the API is known to send the others too.
_BEFORE_ALL = ("0", "0000-0000-0000")
_BEHIND_ALL = ("0", "ZZZZ-ZZZZ-ZZZZ")


def page(
    request: Request, items: Items, key: str, default: int = 1000, most: int = 1000, least: int = 3
) -> JSONResponse:
    """Return the page that the query asks for; key is the field, unique in items, that the query refers to.

    default, most and least are those of perPage.

    The Link header has first and last always, prev and next where there is such a page.  Its URLs are absolute, as the
    real API's are.
    """
    keys = [str(item[key]) for item in items]
    start = _place(request, "startingAfter", keys, _BEFORE_ALL, -1) + 1
    end = _place(request, "endingBefore", keys, _BEHIND_ALL, len(keys))
    size = _size(request, default, most, least)
    if "endingBefore" in request.query_params and "startingAfter" not in request.query_params:
        start = max(end - size, 0)
    shown = range(len(keys))[start : min(start + size, end)]
    links = {"first": {"startingAfter": "0"}}
    if shown and shown[0] > 0:
        links["prev"] = {"endingBefore": keys[shown[0]]}
    if shown and shown[-1] < len(keys) - 1:
        links["next"] = {"startingAfter": keys[shown[-1]]}
    links["last"] = {"endingBefore": "0"}
    header = ", ".join(f"<{_url(request, size, bound)}>; rel={name}" for name, bound in links.items())
    return JSONResponse([items[number] for number in shown], headers={"Link": header})


def _place(request: Request, parameter: str, keys: list[str], bounds: tuple[str, ...], bound: int) -> int:
    """Return the place of the item that the parameter names; bound without it, and for one of the bounds."""
    wanted = request.query_params.get(parameter)
    if wanted is None or wanted in bounds:
        return bound
    if wanted not in keys:
        raise HTTPException(400, f"'{parameter}' is '{wanted}', which is not in the list")
    return keys.index(wanted)


def _size(request: Request, default: int, most: int, least: int) -> int:
    text = request.query_params.get("perPage", str(default))
    # Longer ones are too large in any case, and Python reads no number of more than 4300 digits.
    if not text.isdecimal() or len(text) > len(str(most)) or not least <= int(text) <= most:
        raise HTTPException(400, f"'perPage' is '{text}', expected a number from {least} to {most}")
    return int(text)


def _url(request: Request, size: int, bound: dict[str, str]) -> str:
    whole = request.url.remove_query_params(["startingAfter", "endingBefore"])
    return str(whole.include_query_params(perPage=size, **bound))
