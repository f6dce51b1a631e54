# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter snapshot_problem; its documentation is in snapshot_problem.yml, beside this."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._rules.revert import parse_reverts


def snapshot_problem(text: str) -> str:
    """Return why the content of a file is not a snapshot of MX rules, as a clause; "" if it is one."""
    if not text.strip():
        return "is empty or cannot be read"
    try:
        content = json.loads(text)
    # Python gives up on JSON that is nested too deep.
    except (ValueError, RecursionError) as error:
        return f"is not JSON ({error})"
    if not isinstance(content, Mapping):
        return "has no before and plan"
    try:
        parse_reverts(content)
    except ValueError as error:
        return f"does not say what to undo ({error})"
    return ""


class FilterModule:
    """What Ansible expects in a file of filters."""

    def filters(self) -> dict[str, Callable[[str], str]]:
        """Return the filters by their names."""
        return {"snapshot_problem": snapshot_problem}
