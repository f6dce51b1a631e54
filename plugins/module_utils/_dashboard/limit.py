# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit that all requests of a run pass, whichever thread makes them.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import Callable

# The Dashboard lets an organization have 10 requests a second, and 10 more at first ("Rate Limit" of the API's guide).
RATE = 10.0
# Half of what it lends: the rest makes up for requests that the network brings closer together than they were sent.
BURST = 5.0

# What is missing of a token only by the inexactness of sums.
_GRAIN = 1e-9


class RateLimit:
    """A token bucket of `BURST` requests, refilled with `RATE` a second; clock gives seconds, sleep takes them."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.sleep = sleep
        self._clock = clock
        self._lock = Lock()
        self._tokens = BURST
        self._since = clock()

    def take(self) -> None:
        """Return when one more request may be made."""
        while (wait := self._try()) > 0:
            self.sleep(wait)

    def hold(self, seconds: float) -> None:
        """Let no request pass for so long, as the API's Retry-After asks; then the bucket is empty."""
        with self._lock:
            self._tokens = 0.0
            self._since = max(self._since, self._clock() + seconds)

    def _try(self) -> float:
        """Take a token and return 0, or return the seconds until there may be one."""
        with self._lock:
            now = self._clock()
            # Negative while a hold lasts, since that sets `since` to its end.
            tokens = min(BURST, self._tokens + (now - self._since) * RATE)
            if tokens < 1 - _GRAIN:
                return (1 - tokens) / RATE
            self._tokens, self._since = tokens - 1, now
            return 0.0
