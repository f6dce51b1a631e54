# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults for tests: what is to go wrong, and with which requests.  Nothing of this is in the real API."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, model_validator

from .api_model import ApiModel


class Edit(ApiModel):
    """Another administrator's PUT of a rule list, such as portForwardingRules."""

    network_id: str
    rule_list: str
    body: dict[str, Any]


class Fault(ApiModel):
    """What happens to the next requests whose method and path match, as whole texts, these regular expressions.

    First the delay in seconds.  Then, with a status or reset, that is all there is: before the request is looked at, or
    with after when it has taken effect.  Otherwise the request is answered, an edit follows its effect, and truncate
    sends half of the answer's body.  Without count the fault stays until it is cleared.
    """

    method: str = ".*"
    path: str
    count: int | None = Field(default=1, ge=1)
    delay: float = Field(default=0, ge=0, le=3600)
    status: int | None = Field(default=None, ge=400, le=599)
    retry_after: int | None = Field(default=None, ge=0)
    reset: bool = False
    after: bool = False
    truncate: bool = False
    edit: Edit | None = None

    @model_validator(mode="after")
    def _expressions(self) -> Fault:
        for text in (self.method, self.path):
            try:
                re.compile(text)
            except re.error as error:
                raise ValueError(f"'{text}' is not a regular expression: {error}") from None
        return self

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those that it is for."""
        return bool(re.fullmatch(self.method, method) and re.fullmatch(self.path, path))


class Faults:
    """The faults that are still to happen, in the order of their coming."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Append a fault."""
        self._pending.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        self._pending.clear()

    def pending(self) -> list[dict[str, Any]]:
        """Return the faults with what is left of their counts."""
        return [fault.json_object() for fault in self._pending]

    def take(self, method: str, path: str) -> Fault | None:
        """Take the fault for a request: one with a count first, which is counted down, else one without."""
        for fault in sorted(self._pending, key=lambda fault: fault.count is None):
            if fault.matches(method, path):
                self._use(fault)
                return fault
        return None

    def _use(self, fault: Fault) -> None:
        if fault.count is not None:
            index = self._pending.index(fault)
            left = fault.model_copy(update={"count": fault.count - 1})
            self._pending[index : index + 1] = [left] if left.count else []
