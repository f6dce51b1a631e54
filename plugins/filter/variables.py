# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters misspelt_variables and server_problem; their documentation is in the .yml files beside this."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._causes.servers import SERVERS

COLLECTION = Path(__file__).parents[2]
ROLES = tuple(server.role for server in SERVERS.values())
# How similar a name is to the one that was meant, as difflib counts: in seven letters, two may have changed places.
ALIKE = 0.85
# The shortest word that counts as an abbreviation.
SHORTEST = 3
PROBE = "_probe_"
# What a user may set is named there; the other files add what the roles use for themselves.
SETTABLE = ("roles/*/defaults/*.yml", "roles/*/meta/argument_specs.yml", "playbooks/*.yml")
MENTIONED = (*SETTABLE, "roles/*/tasks/*.yml", "roles/*/vars/*.yml", "roles/*/handlers/*.yml", "playbooks/tasks/*.yml")


def misspelt_variables(names: Iterable[str]) -> list[str]:
    """Return a sentence for each name of a variable that is nearly, but not quite, one of the collection.

    A name that is like none of them belongs to the user.
    """
    return list(_misspelt(sorted(set(names) - _words(MENTIONED) - set(ROLES))))


def _misspelt(strange: Iterable[str]) -> Iterator[str]:
    for name in strange:
        yield from (f"{name} is no variable of mxlab.ftp; did you mean {each}?" for each in _meant(name))


def _meant(name: str) -> list[str]:
    """Return the name that was meant, if one is near: with the same prefix if there is one.

    A name that counts, like ftp_server2, is the user's own.  So is one with another prefix, like sftp_users, unless it
    is nearly that of a server role.
    """
    if name[-1].isdigit():
        return []
    own = [prefix for prefix in _prefixes() if name.startswith(prefix)]
    servers = [each for each in _words(SETTABLE) if each.startswith(ROLES) and each[0] == name[0]]
    same = [each for each in _words(SETTABLE) if each.startswith(tuple(own))]
    candidates = (same, _words(SETTABLE)) if own else (servers,)
    found = (get_close_matches(name.lower(), each, 1, ALIKE) for each in candidates)
    return _shortened(name.lower(), same) or next(filter(None, found), [])


def _shortened(name: str, known: Iterable[str]) -> list[str]:
    """Return the only name of which this one abbreviates words (ftp_tls_cert) or leaves out an inner one (ftp_port).

    A user and a password of the user's own are not those of the probe.
    """
    words = name.split("_")
    full = [each for each in known if PROBE not in each and _shortens(words, each.split("_"))]
    return full if len(full) == 1 else []


def _shortens(words: list[str], full: list[str]) -> bool:
    abbreviated = len(words) == len(full) and all(
        long.startswith(word) and len(word) >= SHORTEST for word, long in zip(words, full)
    )
    return abbreviated or (1 < len(words) == len(full) - 1 and [full[0], *full[2:]] == words)


def _prefixes() -> tuple[str, ...]:
    return tuple(f"{each}_" for each in ("ftp", "mx_rules", *ROLES))


@cache
def _words(patterns: tuple[str, ...]) -> frozenset[str]:
    """Return the names of variables with a prefix of the collection that the files mention."""
    name = re.compile(rf"\b(?:{'|'.join(_prefixes())})\w+")
    files = (path for pattern in patterns for path in COLLECTION.glob(pattern))
    return frozenset(word for path in files for word in name.findall(path.read_text()))


def server_problem(value: Any) -> str:
    """Return why no role of a server has this name, "" if one has."""
    if value in ROLES:
        return ""
    close = get_close_matches(str(value), ROLES, 1) if value else []
    seen = f"ftp_server is {value!r}" if value else "ftp_server is missing"
    meant = f" Did you mean {close[0]}?" if close else ""
    return f"{seen}; expected one of {', '.join(ROLES)}.{meant}"


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[[Any], Any]]:
        """Return the filters by their names."""
        return {"misspelt_variables": misspelt_variables, "server_problem": server_problem}
