# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slow down the guessing of passwords, for each address by itself."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

# Wrong passwords that an address may send without a pause: users mistype, and share an address behind a NAT.
FREE = 10
# Addresses remembered.  Whoever fails from more addresses than this has that many connections anyway.
REMEMBERED = 10_000

Check = Callable[[], None]
CallLater = Callable[[float, Callable[[], None]], Any]


class Guessing:
    """The checks of passwords, in turn for each address.

    The first FREE wrong passwords of an address are checked at once, further ones one by one, with `interval` seconds
    in between.  Right passwords wait for their turn, too: otherwise silence would tell that a password is wrong.  No
    address waits for another, and no user name is ever locked.  (GCRA, as ITU-T I.371 describes it.)
    """

    def __init__(self, call_later: CallLater, clock: Callable[[], float] = time.monotonic) -> None:
        self._call_later, self._clock = call_later, clock
        # When the address is without a debt again, oldest failure first.
        self._paid: dict[str, float] = {}
        self._waiting: dict[str, deque[Check]] = {}

    def is_due(self, address: str, interval: float) -> bool:
        """Return whether a password of this address may be checked now."""
        return address not in self._waiting and self._wait(address, interval) <= 0

    def queue(self, address: str, interval: float, check: Check) -> None:
        """Run the check when it is its turn."""
        queue = self._waiting.setdefault(address, deque())
        queue.append(check)
        if len(queue) == 1:
            self._call_next(address, interval)

    def failed(self, address: str, interval: float) -> None:
        """Note a wrong password."""
        self._paid[address] = max(self._clock(), self._paid.pop(address, 0.0)) + interval
        if len(self._paid) > REMEMBERED:
            del self._paid[next(iter(self._paid))]

    def _wait(self, address: str, interval: float) -> float:
        return self._paid.get(address, 0.0) - (FREE - 1) * interval - self._clock()

    def _call_next(self, address: str, interval: float) -> None:
        self._call_later(max(0.0, self._wait(address, interval)), lambda: self._next(address, interval))

    def _next(self, address: str, interval: float) -> None:
        """Run the first check that waits, and call for the next one."""
        queue = self._waiting[address]
        try:
            queue[0]()
        finally:
            queue.popleft()
            if queue:
                self._call_next(address, interval)
            else:
                del self._waiting[address]
