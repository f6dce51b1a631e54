# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs playbooks on the lab, and says how long each role took."""

from __future__ import annotations

import json
import time

from lab.common import CALLBACKS, ROOT, STATE, say
from lab.common import run as run_program
from lab.stopwatch import inner

TIMES = STATE / "times.json"


def run(playbooks: list[str], variables: dict[str, str], environment: dict[str, str]) -> list[tuple[str, float]]:
    """Run playbooks on the lab, one after the other in one process; return how long each role took, and the rest.

    Raises LabError when one fails.
    """
    say(f"ansible-playbook {' '.join(playbooks)}")
    callback = {
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "lab_times,lab_workers",
        "MXLAB_TIMES": str(TIMES),
    }
    begin = time.monotonic()
    command = ["ansible-playbook", *playbooks, "--extra-vars", json.dumps(variables)]
    run_program(command, env=environment | callback, cwd=ROOT)
    whole = time.monotonic() - begin
    times: dict[str, float] = json.loads(TIMES.read_text())
    return inner(whole, {f"role {role}": seconds for role, seconds in times.items()}, "start of Ansible, facts")
