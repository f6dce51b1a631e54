# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Meraki Dashboard API v1: requests, their repetition, pages, and what is said when an answer is wrong.

Why not the Meraki SDK: it adds requests of its own (smart flow) unless told otherwise, keeps no record of those made,
blindly repeats a PUT after a 5xx, follows absolute paging links on Meraki's own hosts only (so on no emulator), and
needs Python 3.11 and httpx, where this needs only what Ansible has anyway.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.limit import TOO_MANY, RateLimit, wait_before
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import MAX_DEPTH, fault, too_deep
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import presentable, shown
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.transport import UNANSWERED, Response, Send

# A page has up to 1000 items, and the largest organizations have some ten thousand networks.
MAX_PAGES = 100
# Of all pages of one listing.
MAX_BYTES_OF_PAGES = 64 * 1024 * 1024

_PASSING_FAULTS = (UNANSWERED, 500, 502, 503, 504)
# Of all statuses from 500 on, only these say that nothing was done: "not implemented" and "version not supported".
_NEVER_DONE = (501, 505)
_TRIES_OF_GET = 4
# Longer ones are not searched for the next page: what a hostile one costs grows with the square of its length.
_LONGEST_LINK = 8192

_HINTS: Mapping[int, str] = {
    UNANSWERED: "Check base_url or the environment variable MERAKI_BASE_URL, and timeout, validate_certs and ca_path.",
    401: "The API key is not accepted. Check api_key or the environment variable MERAKI_DASHBOARD_API_KEY.",
    403: "This API key may not do this. Set api_key to the key of an administrator of the network. An OAuth token"
    " needs the scope of the resource, like sdwan:config:read or sdwan:config:write.",
    404: "Not found, or not visible to this api_key. Check network, organization and base_url.",
    TOO_MANY: "The rate limit is used up by this and other applications. Run again later.",
}


class DashboardError(Exception):
    """The API refused a request or failed; the message names the request and the option to check, and what came."""


class RefusedError(DashboardError):
    """The API answered with a `status` that is no success; UNANSWERED if no answer came."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class UncertainError(DashboardError):
    """A write that may have happened or not: the API failed in the middle, or no answer came."""


class Dashboard:
    """A session with one API key, for any number of threads; all its requests pass one rate limit.

    `requests` records every request made: network (as given to `within`, or None), method, path below base_url, status.
    Every method raises DashboardError. Key and base_url have passed `options.check`.
    """

    def __init__(self, base_url: str, api_key: str, send: Send, limit: RateLimit | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._send = send
        self._limit = limit or RateLimit()
        self._network: str | None = None

    def within(self, network: str) -> Dashboard:
        """Return the same session with its requests recorded under the name of a network."""
        session = copy.copy(self)
        session._network = network
        return session

    def rules(self, network_id: str, resource: str, shape: Any = None) -> list[dict[str, Any]]:
        """Read one rule list, each rule of this shape, with exactly one GET when nothing goes wrong.

        Raises DashboardError.
        """
        path = _rules_path(network_id, resource)
        answer = self.get(path, {})
        if answer == {}:
            raise DashboardError(
                f'GET {self._url(path)}: expected {{"rules": [...]}}, got {{}}. This does not say that the list is'
                " empty: the Dashboard API returns an empty list as an empty list, and mock servers return {} for what"
                " they do not know. So no rule was written. Check base_url."
            )
        self._check(path, answer, {"rules": [shape or {}]})
        rules: list[dict[str, Any]] = answer["rules"]
        return rules

    def replace_rules(self, network_id: str, resource: str, rules: list[dict[str, Any]]) -> None:
        """Write one whole rule list, with one PUT that is never repeated after it may have had its effect.

        Raises UncertainError if the write may have happened or not, and DashboardError if it has not.
        """
        url = self._base_url + _rules_path(network_id, resource)
        response = self._exchange("PUT", url, json.dumps({"rules": rules}).encode())
        failed = response.status == UNANSWERED or response.status >= 500
        if failed and response.status not in _NEVER_DONE:
            raise UncertainError(self._complaint("PUT", url, response))
        self._require_success("PUT", url, response)

    def get(self, path: str, shape: Any) -> Any:
        """Read what has this shape from a path below base_url, with exactly one GET when nothing goes wrong."""
        url = self._base_url + path
        answer = self._json(url, self._get(url))
        self._check(path, answer, shape)
        return answer

    def refuse(self, path: str, place: str, expected: str, got: Any) -> DashboardError:
        """Return the error about an answer to GET that has something else at a place than what was expected."""
        came = shown(got, self._api_key)
        presentable_place = f" as {presentable(place, self._api_key)}" if place else ""
        return DashboardError(
            f"GET {self._url(path)}: expected {expected}{presentable_place}, got {came}."
            " The answer differs from the API's documentation. Check base_url."
        )

    def pages(self, path: str, item: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the items of all pages, each of this shape.

        The header Link leads on (RFC 8288; the API writes rel without quotes).
        """
        items: list[dict[str, Any]] = []
        url: str | None = self._base_url + path
        seen: set[str] = set()
        size = 0
        while url:
            seen.add(url)
            response = self._get(url)
            size += len(response.body)
            answer = self._json(url, response)
            self._check(url.removeprefix(self._base_url), answer, [item])
            items += answer
            url = self._next(url, response)
            if size > MAX_BYTES_OF_PAGES or url in seen or (url and len(seen) == MAX_PAGES):
                raise self._endless(path, len(seen), size)
        return items

    def _endless(self, path: str, count: int, size: int) -> DashboardError:
        return DashboardError(
            f"GET {self._url(path)}: expected a list that ends within {MAX_PAGES} different pages and"
            f" {MAX_BYTES_OF_PAGES // 1024 // 1024} MiB, got more after {count} pages and {size} bytes. Check base_url."
        )

    def _get(self, url: str) -> Response:
        response = self._exchange("GET", url, None)
        self._require_success("GET", url, response)
        return response

    def _next(self, url: str, response: Response) -> str | None:
        header = response.headers.get("link", "")[:_LONGEST_LINK]
        link = re.search(r'<([^>]*)>\s*;[^,<]*\brel\s*=\s*(?:next\b|"(?:[^",<]*\s)?next[\s"])', header, re.IGNORECASE)
        if link is None:
            return None
        base = urlsplit(self._base_url)
        below_base = link[1].startswith("/") and not link[1].startswith(f"{base.path}/")
        try:
            target: str = urljoin(url, self._base_url + link[1] if below_base else link[1])
            outside = urlsplit(target)[:2] != base[:2]
        except ValueError:
            target, outside = link[1], True
        if outside:
            raise DashboardError(
                f"GET {self._url(url)}: the link to the next page, {presentable(target, self._api_key)}, is outside"
                " base_url and was not followed."
            )
        return target

    def _exchange(self, method: str, url: str, body: bytes | None) -> Response:
        """Send until the answer is final: neither "too many requests" nor, for GET, a fault that may pass."""
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        tries, began = 0, self._limit.now()
        while True:
            self._limit.take()
            response = self._send(method, url, headers, body)
            self._record(method, url, response)
            tries += 1
            if not self._goes_on(method, response, tries, began):
                return response

    def _goes_on(self, method: str, response: Response, tries: int, began: float) -> bool:
        """Wait for the next try of a request, or return False if this answer is final."""
        if response.status == TOO_MANY:
            wait = wait_before(response.headers.get("retry-after", ""), tries)
            return self._limit.turned_away(wait, tries, began)
        self._limit.let_in()
        if method != "GET" or response.status not in _PASSING_FAULTS or tries >= _TRIES_OF_GET:
            return False
        self._limit.sleep(0.25 * 2.0**tries)
        return True

    def _record(self, method: str, url: str, response: Response) -> None:
        path = presentable(url.removeprefix(self._base_url), self._api_key)
        self.requests.append({"network": self._network, "method": method, "path": path, "status": response.status})

    def _check(self, path: str, answer: Any, shape: Any) -> None:
        found = fault(answer, shape)
        if found is not None:
            raise self.refuse(path, found.path, found.expected, found.got)

    def _require_success(self, method: str, url: str, response: Response) -> None:
        if not 200 <= response.status < 300:
            raise RefusedError(self._complaint(method, url, response), response.status)

    def _json(self, url: str, response: Response) -> Any:
        if response.defect:
            raise self._unreadable(url, response, f"an answer that {response.defect}")
        if not response.body.strip():
            raise self._unreadable(url, response, "an empty answer")
        try:
            # RFC 8259 section 8.1: JSON between systems is UTF-8.
            text = response.body.decode("utf-8-sig")
            value = json.loads(text, parse_constant=_no_number, parse_int=_integer, parse_float=_real)
            # A text may hold half a character, which nothing can print: "\ud800".
            shown_text = json.dumps(value, ensure_ascii=False) if "\\u" in text else ""
            shown_text.encode()
        except (UnicodeError, RecursionError, ValueError) as error:
            raise self._unreadable(url, response, _reason(error, response, self._api_key)) from None
        if too_deep(value):
            raise self._unreadable(url, response, _TOO_DEEP)
        return value

    def _unreadable(self, url: str, response: Response, came: str) -> DashboardError:
        return DashboardError(
            f"GET {self._url(url)} was answered {response.status}: expected JSON in UTF-8, got {came}. Check base_url."
        )

    def _complaint(self, method: str, url: str, response: Response) -> str:
        text = presentable(response.body.decode(errors="replace"), self._api_key)
        request = f"{method} {self._url(url)}"
        if response.status == UNANSWERED:
            return f"{request} got no answer: {text}. {_HINTS[UNANSWERED]}"
        moved = presentable(response.headers.get("location", ""), self._api_key)
        hint = f"The API is at {moved}: set base_url." if moved else _HINTS.get(response.status, "")
        defect = f"(The answer {response.defect}.)" if response.defect else ""
        return " ".join(part for part in (f"{request} was answered {response.status}:", text, defect, hint) if part)

    def _url(self, path: str) -> str:
        """Return a path or URL as messages show it."""
        url = path if path.startswith(self._base_url) else self._base_url + path
        return presentable(url, self._api_key)


_TOO_DEEP = f"JSON that is nested deeper than {MAX_DEPTH} levels"


def _reason(error: Exception, response: Response, secret: str) -> str:
    """Say what a body is that could not be read as JSON, with the beginning of it."""
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    text = presentable(response.body.decode(errors="replace"), secret)
    kind = presentable(response.headers.get("content-type", "none"), secret)
    what = "other bytes" if isinstance(error, UnicodeError) else "other text"
    return f"{what}: {text} (Content-Type: {kind})"


def _no_number(text: str) -> Any:
    """Refuse NaN and Infinity, which Python takes and JSON does not have (RFC 8259 section 6)."""
    raise ValueError(f"{text} is not JSON")


def _real(text: str) -> float:
    """Return a number with a fraction or exponent; one that is too large would be written as Infinity."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number that is too large")
    return value


def _integer(text: str) -> int:
    """Return an integer; one of thousands of digits takes Python minutes to read."""
    if len(text) > _DIGITS:
        raise ValueError("a number of too many digits")
    return int(text)


# More than any id or counter has.
_DIGITS = 100


def _rules_path(network_id: str, resource: str) -> str:
    return f"/networks/{quote(network_id, safe='')}/appliance/firewall/{resource}"
