# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The census: text of a server's log in, its clients out, and what a planned change does to each.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import kind_of
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import ports_per_client
from ansible_collections.mxlab.ftp.plugins.module_utils._census.client import NONE, UNSEEN, Client, Seen
from ansible_collections.mxlab.ftp.plugins.module_utils._census.effects import Effect, effects
from ansible_collections.mxlab.ftp.plugins.module_utils._census.event import Event
from ansible_collections.mxlab.ftp.plugins.module_utils._census.logs import Log, log_of
from ansible_collections.mxlab.ftp.plugins.module_utils._census.plan import Plan
from ansible_collections.mxlab.ftp.plugins.module_utils._census.recognise import name_of, plain
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import UNKNOWN, Session
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

_SHOWN = 80


class _Lines:
    """The lines of a text one at a time, so that a long text is not in memory twice; they are counted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        start = 0
        while start < len(self._text):
            end = self._text.find("\n", start)
            end = len(self._text) if end < 0 else end
            self.count += 1
            yield self._text[start:end].rstrip("\r")
            start = end + 1


def census(text: str, server: str, plan: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the clients in the text of a log of the server, and what the plan does to each.

    server: the name of the role that installs it.  plan: as Plan.parse takes it.
    Raise ValueError for an unknown server, a plan that is none, and a log that is no text.
    """
    if not isinstance(text, str):
        raise ValueError(f"the log is of type {type(text).__name__}; expected its text")
    log, planned, lines = log_of(server), Plan.parse(plan or {}), _Lines(text)
    counted: Counter[bool] = Counter()
    tracker = log.tracker(log.tells_tls)
    clients, strangers = _clients(log, tracker.sessions(_said(log.events(lines), counted)))
    if all(client.sessions for client in clients):
        planned = replace(planned, needs=tracker.most * ports_per_client(server))
    # EPSV goes with passive mode.
    planned = replace(planned, hides_tls=log.hides_tls and planned.mode == "active")
    ordered = sorted(clients, key=lambda client: (client.address, client.user, client.name.text))
    return {
        "server": server,
        "lines": lines.count,
        "lines_read": counted[True],
        "clients": [_row(client, log, planned) for client in ordered],
        "not_logged_in": {"sessions": sum(strangers.values()), "addresses": len(strangers)},
    }


def _said(events: Iterable[Event | None], counted: Counter[bool]) -> Iterator[Event]:
    for event in events:
        counted[event is not None] += 1
        if event is not None:
            yield event


def _clients(log: Log, sessions: Iterable[Session]) -> tuple[list[Client], Counter[str]]:
    """Return the clients that have logged in, and how many sessions without a login each address had."""
    clients: dict[tuple[str, ...], Client] = {}
    strangers: Counter[str] = Counter()
    listed: list[Session] = []
    seen = Seen()
    for session in sessions:
        if not session.address:
            # TLSLog of ProFTPD without the commands.
            continue
        if not session.logged_in:
            strangers[plain(session.address)] += 1
        elif log.lists_transfers and not session.commands:
            listed.append(session)
        else:
            _client_of(session, clients).add(session, seen)
            seen.add(session)
    known = {(client.address, client.user) for client in clients.values()}
    for session in listed:
        if (plain(session.address), session.user) not in known:
            _client_of(session, clients).add(session, seen, sessions=0)
    return list(clients.values()), strangers


def _client_of(session: Session, clients: dict[tuple[str, ...], Client]) -> Client:
    address, name = plain(session.address), name_of(session)
    return clients.setdefault((address, session.user, *name[:2]), Client(address, session.user, name))


def _row(client: Client, log: Log, plan: Plan) -> dict[str, Any]:
    modes: Counter[str] = Counter()
    protection: Counter[str] = Counter()
    for (mode, protected), count in client.transfers.items():
        if mode not in (NONE, UNSEEN):
            modes[mode] += count
            protection[protected] += count
    return {
        "address": one_line(client.address),
        "kind": kind_of(client.address) or UNKNOWN,
        "client": client.name.text,
        "known_by": client.name.known_by,
        "user": one_line(client.user[:_SHOWN]),
        "sessions": client.sessions,
        "first": client.first,
        "last": client.last,
        "modes": dict(sorted(modes.items())),
        "protection": dict(sorted(protection.items())),
        "tls_versions": sorted(map(one_line, client.versions)),
        "effects": {name: _effect(effect, log) for name, effect in effects(client, plan).items()},
    }


def _effect(effect: Effect, log: Log) -> dict[str, str]:
    reason = effect.reason
    if effect.lacks:
        reason = f"{reason} {_to_set(effect.lacks, log)}"
    return {"verdict": effect.verdict, "reason": reason, "basis": effect.basis}


def _to_set(lacks: str, log: Log) -> str:
    if lacks in log.settings:
        return f"Set {log.settings[lacks]}."
    return "No setting makes the log tell it: try it with the client."
