# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which client a session is of: it says so with CLNT, or its first commands are those of one client only.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ansible_collections.mxlab.ftp.plugins.module_utils._census.session import UNKNOWN, Session
from ansible_collections.mxlab.ftp.plugins.module_utils._report.clients import CLIENTS, Client
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

# How a client is known: it has told its name; by its first commands.
BY_NAME = "CLNT"
BY_COMMANDS = "commands"

_SHOWN = 80
_MAPPED = "::ffff:"
_OPENS = r"(PASV|EPSV|PORT|EPRT) "

# The first commands of clients with their defaults, from the address family on, as recorded with the versions that
# docs/guides/client_census.md names.  A log may lack what comes before the login.  Names that speak alike share a row;
# so do Python's ftplib and, by its documentation, commons-net.
_DIALOGUES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (names, re.compile(pattern))
    for names, pattern in (
        (("curl",), rf"[46] (AUTH )*(USER PASS )?(PBSZ PROT )?PWD (CWD |MKD )*({_OPENS})+TYPE "),
        (("lftp",), r"[46] FEAT (AUTH )?(CLNT )?(LANG )?(OPTS )*(HOST )?USER PASS "),
        (("lftp",), rf"[46] PWD (PBSZ PROT TYPE |TYPE (PRET )?{_OPENS}STOR SITE SITE )"),
        (
            ("Python ftplib", "commons-net"),
            r"[46] (AUTH )?(USER PASS )?(PBSZ PROT )?TYPE (PASV|PORT|EPRT) (STOR|RETR|LIST) ",
        ),
        (("aioftp",), r"4 (AUTH )?(USER PASS )?(PBSZ PROT )?TYPE EPSV (STOR|RETR|MLSD) "),
        (("tnftp",), rf"[46] (USER PASS )?SYST FEAT TYPE (SIZE )?{_OPENS}"),
        (("wget",), r"[46] (USER PASS )?SYST PWD TYPE (CWD )*(SIZE )?PASV (RETR|LIST) "),
        (("basic-ftp",), r"[46] (AUTH )?(OPTS )?(USER PASS )?FEAT TYPE STRU OPTS "),
    )
)


class Name(NamedTuple):
    """A client as the log shows it: its name as people say it, how it is known, and what is known of such clients."""

    text: str
    known_by: str
    clients: tuple[Client, ...]


def plain(address: str) -> str:
    """Return the IPv4 address in an IPv6 one (RFC 4291 section 2.5.5.2), any other address as it is."""
    return address[len(_MAPPED) :] if address.startswith(_MAPPED) and "." in address else address


def name_of(session: Session) -> Name:
    """Return the client of a session, UNKNOWN if neither its name nor its commands tell."""
    if session.client_text:
        text = one_line(session.client_text[:_SHOWN])
        known = tuple(each for each in CLIENTS if text.casefold().startswith(each.name.casefold()))
        return Name(text, BY_NAME, known)
    dialogue = f"{6 if ':' in plain(session.address) else 4} {''.join(f'{verb} ' for verb in session.verbs)}"
    matching = [names for names, pattern in _DIALOGUES if pattern.match(dialogue)]
    if len(set(matching)) != 1:
        return Name(UNKNOWN, "", ())
    return Name(" or ".join(matching[0]), BY_COMMANDS, tuple(each for each in CLIENTS if each.name in matching[0]))
