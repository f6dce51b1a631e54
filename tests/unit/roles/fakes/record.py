# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for each module of ansible.windows: notes what it was given, in the file that RECORD names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Changes nothing and finds a certificate."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        note = {"module": self._task.action.rpartition(".")[2], "name": self._task.name, "args": self._task.args}
        with Path(os.environ["RECORD"]).open("a", encoding="utf-8") as record:
            record.write(json.dumps(note, default=str) + "\n")
        return {"changed": True, "result": {"thumbprint": "AB" * 20}}
