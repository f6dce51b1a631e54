# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only file that talks to the Meraki Dashboard API v1.

Why not the Meraki SDK: it adds requests of its own (smart flow) unless told otherwise, keeps no record of those made,
blindly repeats a PUT after a 5xx, follows absolute paging links on Meraki's own hosts only (so on no emulator), and
needs Python 3.11 and httpx, where this needs only what Ansible has anyway.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException
from typing import Any, Callable
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit

from ansible.module_utils.basic import env_fallback
from ansible.module_utils.urls import Request, make_context
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.limit import RateLimit

# Options of the modules that talk to the API; doc_fragments/dashboard.py has their descriptions.
DASHBOARD_SPEC: dict[str, Any] = {
    "api_key": {"type": "str", "no_log": True, "fallback": (env_fallback, ["MERAKI_DASHBOARD_API_KEY"])},
    "base_url": {
        "type": "str",
        "default": "https://api.meraki.com/api/v1",
        "fallback": (env_fallback, ["MERAKI_BASE_URL"]),
    },
    "organization": {"type": "str"},
    "timeout": {"type": "int", "default": 30},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}

UNANSWERED = 0
TOO_MANY = 429
_PASSING_FAULTS = (UNANSWERED, 500, 502, 503, 504)
_TRIES_OF_GET = 4
_TRIES_WHEN_LIMITED = 10
_LONGEST_WAIT = 60.0

_HINTS: Mapping[int, str] = {
    UNANSWERED: "Check base_url or the environment variable MERAKI_BASE_URL, and timeout, validate_certs and ca_path.",
    401: "The API key is not accepted. Check api_key or the environment variable MERAKI_DASHBOARD_API_KEY.",
    403: "This API key may not do this. Set api_key to the key of an administrator of the network.",
    404: "Not found, or not visible to this api_key. Check network, organization and base_url.",
    TOO_MANY: "The rate limit is used up by this and other applications. Run again later.",
}


@dataclass(frozen=True)
class Response:
    """One answer; header names in lower case. `status` UNANSWERED (0) means none came, and `body` says why."""

    status: int
    headers: Mapping[str, str]
    body: bytes


# (method, URL, headers, body) -> answer; raises nothing.
Send = Callable[[str, str, Mapping[str, str], "bytes | None"], Response]


class DashboardError(Exception):
    """The API refused a request or failed; the message names the option to check and shows the answer as it came."""


class RefusedError(DashboardError):
    """The API answered with a `status` that is no success; UNANSWERED if no answer came."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class UncertainError(DashboardError):
    """A write that may have happened or not: the API failed in the middle, or no answer came."""


def sender(timeout: int, validate_certs: bool, ca_path: str | None) -> Send:
    """Return the `send` that really talks to the network; `timeout` in seconds for each request."""

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        try:
            answer = exchange(method=method, url=url, headers=dict(headers), data=body)
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.getcode(), names, answer.read())
        except (OSError, HTTPException) as error:
            return Response(UNANSWERED, {}, str(error).encode())

    # Loading the system's authorities anew for each request would take more time than all the rest of it.
    @cache
    def tls() -> Any:
        return make_context(cafile=ca_path, validate_certs=validate_certs)

    def exchange(**request: Any) -> Any:
        try:
            return Request().open(
                timeout=timeout,
                context=tls(),
                http_agent="mxlab.ftp",
                # The key goes to base_url's host only, and a .netrc must not take its place.
                follow_redirects="none",
                use_netrc=False,
                **request,
            )
        except HTTPError as error:
            return error

    return send


class Dashboard:
    """A session with one API key, for any number of threads; all its requests pass one rate limit.

    `requests` records every request made: network (as given to `within`, or None), method, path below base_url, status.
    Every method raises DashboardError. The constructor raises ValueError for a base_url that is not a web address.
    """

    def __init__(self, base_url: str, api_key: str, send: Send, limit: RateLimit | None = None) -> None:
        if not re.match(r"https?://[^/]", base_url):
            raise ValueError(
                f"base_url: {base_url!r} is not a web address; write it like https://api.meraki.com/api/v1"
            )
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

    def rules(self, network_id: str, resource: str) -> list[dict[str, Any]]:
        """Read one rule list, with exactly one GET when nothing goes wrong; raises DashboardError."""
        path = _rules_path(network_id, resource)
        answer = self.get(path)
        rules = answer.get("rules") if isinstance(answer, dict) else None
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            url = self._base_url + path
            raise DashboardError(f'GET {url}: expected {{"rules": [...]}}, got {json.dumps(answer)}. Check base_url.')
        return rules

    def replace_rules(self, network_id: str, resource: str, rules: list[dict[str, Any]]) -> None:
        """Write one whole rule list, with one PUT that is never repeated after it may have had its effect.

        Raises UncertainError if the write may have happened or not, and DashboardError if it has not.
        """
        url = self._base_url + _rules_path(network_id, resource)
        response = self._exchange("PUT", url, json.dumps({"rules": rules}).encode())
        if response.status in _PASSING_FAULTS:
            raise UncertainError(_complaint("PUT", url, response))
        _require_success("PUT", url, response)

    def get(self, path: str) -> Any:
        """Read a path below base_url, with exactly one GET when nothing goes wrong; raises DashboardError."""
        url = self._base_url + path
        return _json(url, self._get(url))

    def _get(self, url: str) -> Response:
        response = self._exchange("GET", url, None)
        _require_success("GET", url, response)
        return response

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages; the header Link leads on (RFC 8288; the API writes rel without quotes)."""
        url: str | None = self._base_url + path
        while url:
            response = self._get(url)
            yield from _json(url, response)
            url = self._next(url, response)

    def _next(self, url: str, response: Response) -> str | None:
        link = re.search(r'<([^>]*)>\s*;[^,<]*\brel="?next\b', response.headers.get("link", ""))
        if link is None:
            return None
        base = urlsplit(self._base_url)
        below_base = link[1].startswith("/") and not link[1].startswith(f"{base.path}/")
        target: str = urljoin(url, self._base_url + link[1] if below_base else link[1])
        if urlsplit(target)[:2] != base[:2]:
            raise DashboardError(f"The link to the next page, {target}, is outside base_url and was not followed.")
        return target

    def _exchange(self, method: str, url: str, body: bytes | None) -> Response:
        """Send until the answer is final: neither "too many requests" nor, for GET, a fault that may pass."""
        headers = {"Authorization": f"Bearer {self._api_key}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        tries = 0
        while True:
            self._limit.take()
            response = self._send(method, url, headers, body)
            self._record(method, url, response)
            tries += 1
            wait = _wait(method, response, tries)
            if wait is None:
                return response
            if response.status == TOO_MANY:
                self._limit.hold(wait)
            else:
                self._limit.sleep(wait)

    def _record(self, method: str, url: str, response: Response) -> None:
        path = url.removeprefix(self._base_url)
        self.requests.append({"network": self._network, "method": method, "path": path, "status": response.status})


def _require_success(method: str, url: str, response: Response) -> None:
    if not 200 <= response.status < 300:
        raise RefusedError(_complaint(method, url, response), response.status)


def _json(url: str, response: Response) -> Any:
    try:
        return json.loads(response.body)
    except ValueError:
        raise DashboardError(f"{_complaint('GET', url, response)} The answer is not JSON. Check base_url.") from None


def _complaint(method: str, url: str, response: Response) -> str:
    body = response.body.decode(errors="replace")
    if response.status == UNANSWERED:
        return f"{method} {url} got no answer: {body}. {_HINTS[UNANSWERED]}"
    moved = response.headers.get("location")
    hint = f"The API is at {moved}: set base_url." if moved else _HINTS.get(response.status, "")
    return f"{method} {url} was answered {response.status}: {body} {hint}".rstrip()


def _rules_path(network_id: str, resource: str) -> str:
    return f"/networks/{quote(network_id, safe='')}/appliance/firewall/{resource}"


def _wait(method: str, response: Response, tries: int) -> float | None:
    """Return the seconds to wait before the next try, or None when the answer is final."""
    if response.status == TOO_MANY and tries < _TRIES_WHEN_LIMITED:
        asked = response.headers.get("retry-after", "")
        return min(float(asked) if asked.isdigit() else 2.0**tries, _LONGEST_WAIT)
    if method == "GET" and response.status in _PASSING_FAULTS and tries < _TRIES_OF_GET:
        return 0.25 * 2.0**tries
    return None
