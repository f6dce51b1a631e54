# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many networks at once, under one rate limit: none stops or disturbs another.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.api import Dashboard, DashboardError
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.lookup import (
    network_id,
)

# With an answer a second, this many make use of the whole rate; an address may have no more connections at once.
WORKERS = 10

Result = TypeVar("Result")
# Works on one network: a session that records under its name, the name as given, and the id.
Work = Callable[[Dashboard, str, str], Result]


def on_each(dashboard: Dashboard, ids: Mapping[str, str], work: Work[Result]) -> dict[str, Result]:
    """Do the work on each network (id by name), many at a time, and return the results in the same order."""

    def one(name: str) -> Result:
        return work(dashboard.within(name), name, ids[name])

    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(ids, pool.map(one, ids)))


def identify(names: Iterable[str], visible: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the ids by name, and the errors of unknown names; raises ValueError if two names have the same id."""
    ids: dict[str, str] = {}
    lost: dict[str, str] = {}
    for name in names:
        try:
            ids[name] = network_id(name, visible)
        except DashboardError as error:
            lost[name] = str(error)
    names_of: dict[str, str] = {}
    for name, found in ids.items():
        if found in names_of:
            raise ValueError(f"networks: {names_of[found]!r} and {name!r} are the same network; name it once")
        names_of[found] = name
    return ids, lost


def failures(errors: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the part of the result that says which of all networks failed; empty if none did."""
    failed = {name: error for name, error in errors.items() if error is not None}
    if not failed:
        return {}
    texts = "\n".join(f"{name}: {error}" for name, error in failed.items())
    message = f"{len(failed)} of {len(errors)} networks failed.\n{texts}"
    return {"failed_networks": failed, "failed": True, "msg": message}
