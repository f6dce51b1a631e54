# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request is answered with, and what refuses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

# The text format that every version of Prometheus reads.
METRICS = "text/plain; version=0.0.4; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
RETRY_SECONDS = 5


@dataclass(frozen=True)
class Answer:
    """Status, body and further headers of a response."""

    body: str
    content_type: str = TEXT
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the bytes of the response; the connection ends with it."""
        body = self.body.encode("utf-8", "backslashreplace")
        fields = {
            "Content-Type": self.content_type,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}", *(f"{key}: {fields[key]}" for key in fields)]
        return "\r\n".join([*lines, "", ""]).encode("ascii") + body


class Refused(Exception):
    """The request is not done; the message says why and is fit for its sender."""

    def __init__(self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}

    def answer(self) -> Answer:
        """Return the response that says so."""
        return Answer(f"{self}\n", status=self.status, headers=self.headers)


def bad(message: str) -> Refused:
    """Return the refusal of a request that nothing can make right but another request."""
    return Refused(HTTPStatus.BAD_REQUEST, message)


def forbidden(message: str) -> Refused:
    """Return the refusal of a target that is not allowed."""
    return Refused(HTTPStatus.FORBIDDEN, message)


def busy(message: str) -> Refused:
    """Return the refusal of a request that may be repeated later."""
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, message, {"Retry-After": str(RETRY_SECONDS)})
