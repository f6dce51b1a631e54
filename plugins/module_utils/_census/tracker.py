# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events of a log, in which sessions are side by side, become sessions.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import CLOSED, COMMAND, LOGIN, REPLY, Event
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import Session

# A log that lacks the ends of sessions does not fill the memory: more are not open at a time.
_OPEN = 20_000
_WAITING = 16

_Key = TypeVar("_Key")


class Tracker:
    """The open sessions of one log.

    tells_tls: as for Session.  relays: the process that serves a client after the login is another than before, as in
    vsftpd: a session waits from its password on for a process with its address and user.
    most: how many sessions were open at a time, with those whose end the log lacks.
    """

    def __init__(self, tells_tls: bool = False, relays: bool = False) -> None:
        self._tells_tls, self._relays = tells_tls, relays
        self._open: dict[str, Session] = {}
        self._waiting: dict[tuple[str, str], list[Session]] = {}
        self._began = self._ended = self.most = 0

    def sessions(self, events: Iterable[Event]) -> Iterator[Session]:
        """Yield each session when it has ended, and those that are open at the end of the log."""
        for event in events:
            for session in self._take(event):
                self._ended += 1
                yield session
            self.most = max(self.most, self._began - self._ended)
        yield from self._open.values()
        for waiting in self._waiting.values():
            yield from waiting

    def _take(self, event: Event) -> Iterator[Session]:
        session = self._open.get(event.session)
        if session is not None and session.ended_before(event):
            yield self._open.pop(event.session)
            session = None
        if session is None:
            if event.kind in (CLOSED, REPLY):
                return
            session = self._open[event.session] = self._adopt(event) or self._new()
        session.apply(event)
        if event.kind == CLOSED:
            yield self._open.pop(event.session)
        elif self._relays and (event.kind == LOGIN or (event.kind == COMMAND and event.verb == "PASS")):
            yield from self._wait(event)
        elif len(self._open) > _OPEN:
            yield self._open.pop(_oldest(self._open))

    def _new(self) -> Session:
        self._began += 1
        return Session(self._tells_tls, self._began)

    def _adopt(self, event: Event) -> Session | None:
        """Return the latest session that waits for a process with the address and user of the event.

        A login is never that of a session that has one.
        """
        key = event.address, event.user
        waiting = self._waiting.pop(key, []) if self._relays else []
        fits = bool(waiting) and not (event.kind == LOGIN and waiting[-1].logged_in)
        session = waiting.pop() if fits else None
        if waiting:
            self._waiting[key] = waiting
        return session

    def _wait(self, event: Event) -> Iterator[Session]:
        """Let the session of the event wait; yield those that have waited for too long."""
        waiting = self._waiting.setdefault((event.address, event.user), [])
        waiting.append(self._open.pop(event.session))
        if len(waiting) > _WAITING:
            yield waiting.pop(0)
        if len(self._waiting) > _OPEN:
            yield from self._waiting.pop(_oldest(self._waiting))


def _oldest(entries: dict[_Key, Any]) -> _Key:
    return next(iter(entries))
