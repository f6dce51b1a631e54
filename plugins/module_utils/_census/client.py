# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all sessions of one client, at one address and with one account, have in common.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ansible_collections.mxlab.ftp.plugins.module_utils._census.recognise import Name
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import (
    CLEAR,
    CONTROL_ONLY,
    PRIVATE,
    UNKNOWN,
    Session,
)

# The mode of a session without a data connection; of one of which a log without commands shows none, which may have had
# some for listings.
NONE = "none"
UNSEEN = "unseen"
# The versions of TLS, the oldest first.
VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass
class Seen:
    """What sessions show of the server: since which of them it offers TLS ("") and each of its versions."""

    since: dict[str, int] = field(default_factory=dict)

    def add(self, session: Session) -> None:
        """Add a session."""
        for offered in ("", *session.versions) if session.tls or session.private else ():
            self.since[offered] = min(session.began, self.since.get(offered, session.began))

    def before(self, session: Session) -> set[str]:
        """Return what was offered before a session began: one that the log does not end may be an old one."""
        return {offered for offered, began in self.since.items() if began < session.began}


@dataclass
class Client:
    """One client at one address, with one account.

    transfers: data connections by mode and protection; sessions without one have the mode NONE or UNSEEN.
    refuses_tls: it came in clear after others had used TLS.  behind: versions of TLS that it used after others had used
    a newer one.  resumed: data connections by whether they resumed the TLS session.  most_private: how many data
    connections with TLS one session had at most.  untold: of how many of one session the log does not tell whether they
    resumed the TLS session, at most: ProFTPD tells it of the first one.
    """

    address: str
    user: str
    name: Name
    sessions: int = 0
    first: str = ""
    last: str = ""
    transfers: Counter[tuple[str, str]] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    resumed: set[bool] = field(default_factory=set)
    behind: set[str] = field(default_factory=set)
    refuses_tls: bool = False
    most_private: int = 0
    untold: int = 0

    def add(self, session: Session, seen: Seen, sessions: int = 1) -> None:
        """Add a session that ended after those that are seen, or the transfers of an unknown number of sessions, 0."""
        self.sessions += sessions
        self.first = self.first or session.first
        self.last = session.last
        used = session.transfers or Counter({_without_transfer(session): 1})
        self.transfers += used
        self.versions.update(session.versions)
        self.resumed |= session.resumed
        private = sum(count for (_mode, protection), count in used.items() if protection == PRIVATE)
        self.most_private = max(self.most_private, private)
        self.untold = max(self.untold, private - session.told)
        offered = seen.before(session)
        self.refuses_tls |= "" in offered and any(protection == CLEAR for _mode, protection in used)
        self.behind |= {version for version in session.versions if newer(version, offered)}


def newer(version: str, others: set[str]) -> set[str]:
    """Return which of the other versions of TLS are newer than one of VERSIONS; none are that of another text."""
    later = VERSIONS[VERSIONS.index(version) + 1 :] if version in VERSIONS else ()
    return others.intersection(later)


def _without_transfer(session: Session) -> tuple[str, str]:
    """Return mode and protection of a session whose data connections, if there are any, are not in the log."""
    if session.blind:
        return UNSEEN, UNKNOWN
    clear = CLEAR if session.whole and not session.tls else UNKNOWN
    if session.commands:
        return NONE, CONTROL_ONLY if session.tls else clear
    return UNSEEN, PRIVATE if session.private else clear if session.tells_tls else UNKNOWN
