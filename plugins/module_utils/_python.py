# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a module where Python is older than the collection needs.

The modules call this before their other imports: ansible-core 2.17 to 2.19 still run them with Python 3.8, where those
fail with a traceback.  So this file has only what Python 3.7 reads as well.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
import sys

OLDEST = (3, 9)


def refusal(version: tuple[int, ...]) -> str:
    """Return what a module says that runs with a version of Python, "" if it can run."""
    if version >= OLDEST:
        return ""
    seen, needed = (".".join(str(part) for part in each[:2]) for each in (version, OLDEST))
    return (
        f"{sys.executable} on this host is Python {seen}; the collection mxlab.ftp needs Python {needed} or newer."
        " Install one and set ansible_python_interpreter to its path, for this host or for the host to which the task"
        " is delegated."
    )


def require_python() -> None:
    """End the module with what `refusal` says, if it says something."""
    reason = refusal(tuple(sys.version_info[:2]))
    if reason:
        # AnsibleModule is not imported yet.
        sys.stdout.write(json.dumps({"failed": True, "msg": reason}))
        raise SystemExit(1)
