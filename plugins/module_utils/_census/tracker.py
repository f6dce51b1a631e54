# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of a log, in which sessions are side by side, become sessions.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import CLOSED, REPLY, Event
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import Session

# A log that lacks the ends of sessions does not fill the memory: more are not open at a time.
OPEN = 20_000

_Key = TypeVar("_Key")


class Tracker:
    """The open sessions of one log.

    tells_tls: as for Session.  most: how many sessions were open at a time, with those whose end the log lacks.
    """

    def __init__(self, tells_tls: bool = False) -> None:
        self._tells_tls = tells_tls
        self._open: dict[str, Session] = {}
        self._began = self._ended = self.most = 0

    def sessions(self, events: Iterable[Event]) -> Iterator[Session]:
        """Yield each session when it has ended, and those that are open at the end of the log."""
        for event in events:
            for session in self._take(event):
                self._ended += 1
                yield session
            self.most = max(self.most, self._began - self._ended)
        yield from self._left()

    def _take(self, event: Event) -> Iterator[Session]:
        """Add an event to its session; yield sessions that have ended."""
        session = self._open.get(event.session)
        if session is not None and session.ended_before(event):
            yield self._open.pop(event.session)
            session = None
        if session is None:
            if event.kind in (CLOSED, REPLY):
                return
            session = self._open[event.session] = self._new()
        session.apply(event)
        if event.kind == CLOSED:
            yield self._open.pop(event.session)
        elif len(self._open) > OPEN:
            yield self._open.pop(oldest(self._open))

    def _left(self) -> Iterator[Session]:
        """Yield the sessions that are open at the end of the log."""
        yield from self._open.values()

    def _new(self) -> Session:
        self._began += 1
        return Session(self._tells_tls, self._began)


def oldest(entries: dict[_Key, Any]) -> _Key:
    """Return the key that was added before all others."""
    return next(iter(entries))
