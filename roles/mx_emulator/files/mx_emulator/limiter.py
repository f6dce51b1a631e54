# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit: a token bucket for each organization."""

from __future__ import annotations

import math
from collections.abc import Callable

# "Rate Limit" page of the Dashboard API: 10 requests a second an organization and 10 more in the first second, so that
# at most 30 pass in two seconds.
RATE = 10.0
BURST = 10.0


class Limiter:
    """Counts the requests of organizations; clock gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, organization: str) -> int:
        """Take one token: 0 if there was one, else the whole seconds to wait, as Retry-After wants them."""
        now = self._clock()
        tokens, since = self._buckets.get(organization, (BURST, now))
        tokens = min(BURST, tokens + (now - since) * RATE)
        admitted = tokens >= 1
        self._buckets[organization] = (tokens - admitted, now)
        return 0 if admitted else math.ceil((1 - tokens) / RATE)
