# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session of a client, as its events show it.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections import Counter

from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import (
    COMMAND,
    LOGIN,
    OPENED,
    REPLY,
    TLS,
    TRANSFER,
    Event,
)

UNKNOWN = "unknown"
# What protects a data connection: TLS on both connections; on the control connection alone; nothing.
PRIVATE = "private"
CONTROL_ONLY = "control_only"
CLEAR = "clear"

MODES = ("PASV", "EPSV", "PORT", "EPRT")
_TRANSFERS = ("STOR", "STOU", "APPE", "RETR", "LIST", "NLST", "MLSD")
# The replies of a server to a transfer that it begins, or has done (RFC 959 section 4.2.1).
_MOVES = (125, 150, 226)
# So many commands tell one client from another.
_FIRST = 24


class Session:
    """What is known of a session.

    tells_tls: the log shows TLS even where it has no commands.  began: sessions that began later have a larger
    number.  mixed: what came before the login may be of another session.  blind: so may what comes afterwards.
    asks: it waits for its login.
    """

    __slots__ = (
        *("address", "before", "began", "client_text", "commands", "first", "last", "logged_in", "mode", "private"),
        *("resumed", "tells_tls", "tls", "told", "transfers", "user", "verbs", "versions", "whole", "mixed", "blind"),
        "asks",
    )

    def __init__(self, tells_tls: bool, began: int = 0) -> None:
        self.tells_tls, self.began = tells_tls, began
        self.address = self.user = self.client_text = self.first = self.last = ""
        self.mode = UNKNOWN
        # Whether the beginning was seen, commands were, a login was, TLS on the control and on data connections was.
        self.whole = self.commands = self.logged_in = self.tls = self.private = False
        self.mixed = self.blind = self.asks = False
        # Mode and TLS before the command whose reply is not seen yet.
        self.before: tuple[str, bool, bool] | None = None
        self.verbs: list[str] = []
        self.versions: set[str] = set()
        self.resumed: set[bool] = set()
        # Of how many data connections the log tells whether they resumed the TLS session.
        self.told = 0
        # Data connections by mode and protection.
        self.transfers: Counter[tuple[str, str]] = Counter()

    def apply(self, event: Event) -> None:
        """Add what the event says."""
        self.first = self.first or event.when
        self.last = event.when
        self.address = self.address or event.address
        if event.kind == COMMAND:
            self._command(event)
        elif event.kind == REPLY:
            self._answered(event.code)
        elif event.kind == TLS:
            self._tls(event)
        elif event.kind == OPENED:
            self.whole = True
        elif event.kind == LOGIN:
            self.logged_in = True
            self._first_verb(event.verb)
        elif event.kind == TRANSFER:
            self._file(event)
        if self.logged_in and event.user:
            self.user = event.user

    @property
    def early(self) -> tuple[object, ...]:
        """Return what is known of it before its first data connection."""
        return self.whole, self.tls, self.private, self.client_text, self.verbs, self.versions

    def forget(self) -> None:
        """Forget what came before the login, as if the log had begun there."""
        self.mixed, self.whole, self.tls, self.private, self.before = True, False, False, False, None
        self.client_text, self.verbs, self.versions = "", [], set()

    def ended_before(self, event: Event) -> bool:
        """Return whether the event belongs to a later session under the same key."""
        if event.address and self.address and event.address != self.address:
            return True
        if event.kind == OPENED:
            return self.commands or self.logged_in
        early = (event.kind == COMMAND and not event.user) or (event.kind == TLS and not event.data)
        return early and self.logged_in and bool(self.user)

    def _command(self, event: Event) -> None:
        self.commands = True
        verb = event.verb
        self._first_verb(verb)
        self.before = (self.mode, self.tls, self.private)
        if event.code >= 400:
            return
        if verb in MODES and event.argument.upper() != "ALL":
            self.mode = verb
        elif verb in _TRANSFERS:
            self.transfers[UNKNOWN if self.blind else self.mode, self._protection()] += 1
            self._moves(event.code)
        elif verb == "AUTH":
            # A log that shows TLS does so only where the server agreed.
            self.tls = self.tls or not self.tells_tls
        elif verb == "PROT":
            # A log that shows TLS shows none here: the server has refused it.
            refused = self.tells_tls and self.whole and not self.tls
            self.private = event.argument.strip().upper() == "P" and not refused
            # Granted without AUTH, it is implicit TLS.
            self.tls = self.tls or self.private
        elif verb == "CLNT":
            self.client_text = event.argument
        elif verb == "USER":
            self.whole = True

    def _answered(self, code: int) -> None:
        """Take back what the last command would have changed if the server has refused it."""
        if self.before is not None and code >= 400:
            self.mode, self.tls, self.private = self.before
        self.before = None
        self._moves(code)

    def _moves(self, code: int) -> None:
        """Take a data connection for a login: the log may begin in the middle of a session."""
        self.logged_in |= code in _MOVES

    def _first_verb(self, verb: str) -> None:
        if verb and len(self.verbs) < _FIRST and not self.blind:
            self.verbs.append(verb)

    def _tls(self, event: Event) -> None:
        if self.mixed or self.blind:
            return
        self.tls, self.before = True, None
        if event.version:
            self.versions.add(event.version)
        if event.data and (self.logged_in or not self.whole):
            self.private = True
            if event.resumed is not None:
                self.resumed.add(event.resumed)
                self.told += 1

    def _file(self, event: Event) -> None:
        self.logged_in = True
        if not self.commands:
            self.transfers[UNKNOWN, self._protection() if self.tells_tls else UNKNOWN] += 1

    def _protection(self) -> str:
        if self.private and not self.blind:
            return PRIVATE
        if self.blind or not self.whole:
            return UNKNOWN
        return CONTROL_ONLY if self.tls else CLEAR
