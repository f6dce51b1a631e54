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
from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import CLEAR, CONTROL_ONLY, UNKNOWN, Session

# The mode of a session without a data connection.
NONE = "none"
# The versions of TLS, the oldest first.
VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


@dataclass
class Seen:
    """What the sessions before this one show of the server: that it offers TLS, and which versions."""

    tls: bool = False
    versions: set[str] = field(default_factory=set)

    def add(self, session: Session) -> None:
        """Add a session."""
        self.tls = self.tls or session.tls
        self.versions |= session.versions


@dataclass
class Client:
    """One client at one address, with one account.

    transfers: data connections by mode and protection; sessions without one have the mode NONE.
    refuses_tls: it came in clear after others had used TLS.  behind: versions of TLS that it used after others had used
    a newer one.  resumed: data connections by whether they resumed the TLS session.
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

    def add(self, session: Session, seen: Seen, sessions: int = 1) -> None:
        """Add a session that ended after those that are seen, or the transfers of an unknown number of sessions, 0."""
        self.sessions += sessions
        self.first = self.first or session.first
        self.last = session.last
        used = session.transfers or Counter({(NONE, _without_transfer(session)): 1})
        self.transfers += used
        self.versions.update(session.versions)
        self.resumed |= session.resumed
        self.refuses_tls |= seen.tls and any(protection == CLEAR for _mode, protection in used)
        self.behind |= {version for version in session.versions if newer(version, seen.versions)}


def newer(version: str, others: set[str]) -> set[str]:
    """Return which of the other versions of TLS are newer."""
    return {each for each in others if _rank(each) > _rank(version)}


def _rank(version: str) -> int:
    return VERSIONS.index(version) if version in VERSIONS else -1


def _without_transfer(session: Session) -> str:
    if session.tls:
        return CONTROL_ONLY
    return CLEAR if session.whole else UNKNOWN
