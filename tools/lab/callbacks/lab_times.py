# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes how long the tasks of each role took to the file that MXLAB_TIMES names."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: lab_times
type: aggregate
short_description: Writes how long the tasks of each role took
description: Writes a JSON object of the names of roles and their seconds to the file that E(MXLAB_TIMES) names.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Adds up the time from the beginning of each task to that of the next."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "lab_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._seconds: dict[str, float] = {}
        self._role = ""
        self._begin = time.monotonic()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """End the task before, and begin this one."""
        self._turn(task._role.get_name() if task._role else "")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """End the last task, and write the times."""
        self._turn("")
        Path(os.environ["MXLAB_TIMES"]).write_text(json.dumps(self._seconds))

    def _turn(self, role: str) -> None:
        now = time.monotonic()
        if self._role:
            self._seconds[self._role] = self._seconds.get(self._role, 0.0) + now - self._begin
        self._role, self._begin = role, now
