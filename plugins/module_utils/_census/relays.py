# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of vsftpd, each of which is served by one process before the login and by another one afterwards.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import (
    CLOSED,
    COMMAND,
    LOGIN,
    OPENED,
    REPLY,
    TLS,
    Event,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import Session
from ansible_collections.mxlab.ftp.plugins.module_utils._census.tracker import OPEN, Tracker, oldest

_First = tuple[str, str]
_Second = tuple[str, str, str]
_Peer = tuple[str, str]
# Of sessions with the same address and user, more do not wait for a login or for their second process.
_WAITING = 16
# In a process namespace of its own (isolate in vsftpd.conf), each session has the same small numbers.
_SHARED = 10
_WELCOME = 230


class Relays(Tracker):
    """The open sessions of a log of vsftpd.

    The first process of a session has all up to PASS, and with TLS afterwards that of the data connections.  The parent
    of both logs the login.  The second process has the commands.  The log ties the three together by address and user
    alone: numbers of processes are no proof.  Sessions that have both in common and log in at the same time may be
    mixed up, so they forget what came before if it differs.  Where the numbers of processes are the same for all
    sessions, a second one at the same time makes a session blind: what it does is of either.  Without the commands, the
    log has of the first process the connection alone.
    """

    def __init__(self, tells_tls: bool = False) -> None:
        super().__init__(tells_tls)
        self._first: dict[_First, Session] = {}
        self._second: dict[_Second, Session] = {}
        self._connected: dict[_Peer, list[Session]] = {}
        self._asking: dict[_Peer, list[Session]] = {}
        self._logged_in: dict[_Peer, list[Session]] = {}
        self._tells_commands = False

    def _take(self, event: Event) -> Iterator[Session]:
        """Add an event to its session; yield sessions that have ended."""
        first, peer = (event.session, event.address), (event.address, event.user)
        second = (*first, event.user)
        before = self._first.get(first)
        self._tells_commands |= event.kind == COMMAND
        if event.kind == OPENED:
            yield from self._opened(first, event)
        elif event.kind == LOGIN:
            yield from self._login(peer, event)
        elif event.kind == TLS and event.data:
            if before is not None and before.logged_in:
                before.apply(event)
        elif before is not None and not before.logged_in:
            yield from self._early(first, before, event)
        elif event.user and (second in self._second or peer in self._logged_in or event.kind not in (CLOSED, REPLY)):
            yield from self._late(second, event)
        elif event.kind not in (CLOSED, REPLY):
            yield from self._opened(first, event)

    def _left(self) -> Iterator[Session]:
        yield from (session for session in self._first.values() if not session.logged_in)
        yield from self._second.values()
        for waiting in self._logged_in.values():
            yield from waiting

    def _opened(self, first: _First, event: Event) -> Iterator[Session]:
        """Begin a session with its first process."""
        session = self._new()
        for old in self._given_up(first):
            session.mixed = old.commands and int(event.session) < _SHARED
            yield old
        self._first[first] = session
        session.apply(event)
        if not self._tells_commands:
            session.asks = True
            self._wait(self._connected, (event.address, ""), session)
        if len(self._first) > OPEN:
            yield from self._given_up(oldest(self._first))

    def _given_up(self, first: _First) -> Iterator[Session]:
        """Forget a first process; yield its session if no second one goes on with it: no login is for it any more."""
        session = self._first.pop(first, None)
        if session is not None and not session.logged_in:
            session.asks = False
            yield session

    def _early(self, first: _First, session: Session, event: Event) -> Iterator[Session]:
        """Add what the first process says before the login."""
        session.apply(event)
        peer = event.address, event.user
        if event.kind == COMMAND and event.verb == "PASS":
            session.asks = True
            if session not in self._asking.get(peer, []):
                self._wait(self._asking, peer, session)
        elif event.kind == REPLY and event.code >= 400:
            # A wrong password, among others.
            session.asks = False
            others = [each for each in self._asking.pop(peer, []) if each is not session]
            self._asking.update({peer: others} if others else {})
        elif event.kind == CLOSED:
            yield from self._given_up(first)

    def _login(self, peer: _Peer, event: Event) -> Iterator[Session]:
        """Add a login to the session that has asked for it."""
        waiting, who = (self._asking, peer) if self._tells_commands else (self._connected, (event.address, ""))
        waiting[who] = [each for each in waiting.get(who, []) if each.asks]
        session = self._pop(waiting, who) or self._new()
        session.asks = False
        session.apply(event)
        if session.mixed or not self._tells_commands:
            session.forget()
        yield from self._wait(self._logged_in, peer, session)

    def _late(self, second: _Second, event: Event) -> Iterator[Session]:
        """Add what the second process says: "230 Login successful" is the first of it."""
        session = self._second.get(second)
        if session is None or (event.kind == REPLY and event.code == _WELCOME):
            begun = self._pop(self._logged_in, second[1:])
            if session is not None:
                if begun is not None and int(event.session) < _SHARED:
                    begun.forget()
                    session.blind = begun.blind = True
                yield session
            # Without one, the log begins in the middle of it.
            session = self._second[second] = begun or self._new()
        session.apply(event)
        if event.kind == CLOSED:
            yield self._second.pop(second)
        elif len(self._second) > OPEN:
            yield self._second.pop(oldest(self._second))

    def _wait(self, waiting: dict[_Peer, list[Session]], peer: _Peer, session: Session) -> list[Session]:
        """Let a session wait for its next process; return those that have waited for too long."""
        there = waiting.setdefault(peer, [])
        there.append(session)
        gone = [there.pop(0)] if len(there) > _WAITING else []
        return gone + (waiting.pop(oldest(waiting)) if len(waiting) > OPEN else [])

    def _pop(self, waiting: dict[_Peer, list[Session]], peer: _Peer) -> Session | None:
        """Return the session that has waited longest; if several wait that differ, all forget what they are."""
        there = waiting.pop(peer, [])
        if not there:
            return None
        if any(each.early != there[0].early for each in there):
            for each in there:
                each.forget()
        if there[1:]:
            waiting[peer] = there[1:]
        return there[0]
