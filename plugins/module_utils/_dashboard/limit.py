# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit that all requests of a run pass, whichever thread makes them, and how long a 429 is waited for.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Callable

# The Dashboard lets an organization have 10 requests a second, and 10 more at first ("Rate Limit" of the API's guide).
RATE = 10.0
# Half of what it lends: the rest makes up for requests that the network brings closer together than they were sent.
BURST = 5.0

TOO_MANY = 429
# A request that is turned away so often, or a session in which so many seconds pass with nothing but 429, ends.
TRIES_WHEN_LIMITED = 10
PATIENCE = 300.0
_LONGEST_GUESS = 60.0

# Other programs use the organization's rate too, such as other slices of the same job. So a 429 halves the own rate,
# and each second of answers gives back so much of it. Programs that all do so come to use equal parts, as with TCP.
REGAINED = 0.1
# With 20 programs, even those that were refused most often come to their turn before they have to end.
SLOWEST = 0.25

# What is missing of a token only by the inexactness of sums.
_GRAIN = 1e-9


class RateLimit:
    """A token bucket of `BURST` requests, refilled with at most `RATE` a second; clock gives seconds, sleep takes them.

    It is refilled slower after a 429, which says that others use the organization's rate too.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.sleep = sleep
        self._clock = clock
        self._lock = Lock()
        self._rate = RATE
        self._tokens = BURST
        self._since = clock()
        # Since when every answer is 429; None after another one.
        self._refused_since: float | None = None

    def take(self) -> None:
        """Return when one more request may be made."""
        while (wait := self._try()) > 0:
            self.sleep(wait)

    def hold(self, seconds: float) -> None:
        """Let no request pass for so long, as the API's Retry-After asks; then the bucket is empty."""
        with self._lock:
            self._tokens = 0.0
            self._since = max(self._since, self._clock() + seconds)

    def let_in(self) -> None:
        """Note an answer that is not 429."""
        with self._lock:
            self._refused_since = None
            self._rate = min(RATE, self._rate + REGAINED / self._rate)

    def now(self) -> float:
        """Return the time of the limit's clock in seconds."""
        return self._clock()

    def turned_away(self, seconds: float, tries: int, began: float) -> bool:
        """Hold all requests after a 429; return False if that is in vain, so that the request has to end.

        It is in vain after too many tries, or if the next one would come later than PATIENCE after the request began,
        or after the first 429 since which there was no other answer. So all requests of a session end together.
        """
        with self._lock:
            now = self._clock()
            self._refused_since = now if self._refused_since is None else self._refused_since
            late = now + seconds - min(began, self._refused_since) > PATIENCE
            in_vain = late or tries >= TRIES_WHEN_LIMITED
            # During a hold, a 429 is that of a request that was under way when the hold began.
            if self._since <= now:
                self._rate = max(SLOWEST, self._rate / 2)
        if not in_vain:
            self.hold(seconds)
        return not in_vain

    def _try(self) -> float:
        """Take a token and return 0, or return the seconds until there may be one."""
        with self._lock:
            now = self._clock()
            # Negative while a hold lasts, since that sets `since` to its end.
            tokens = min(BURST, self._tokens + (now - self._since) * self._rate)
            if tokens < 1 - _GRAIN:
                return (1 - tokens) / self._rate
            self._tokens, self._since = tokens - 1, now
            return 0.0


def wait_before(retry_after: str, tries: int) -> float:
    """Return the seconds to wait after a 429, from the header Retry-After (RFC 9110 section 10.2.3).

    It holds seconds or a date. Without one of them, or with a date that has passed, it is a guess that grows.
    """
    guess = min(2.0**tries, _LONGEST_GUESS)
    text = retry_after.strip()
    if re.fullmatch(r"[0-9]+", text):
        # More digits than that are centuries.
        return float(text[:12]) if len(text) <= 12 else float("inf")
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return guess
    aware = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    left = (aware - datetime.now(timezone.utc)).total_seconds()
    return left if left > 0 else guess
