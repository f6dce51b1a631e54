# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's workers find in the process from which they are forked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from lab.collection import IN_PLACE
from lab.common import CHEAP_WORKERS

# A filter that says what is in its process: what is loaded, and whether the collector of garbage leaves it alone.
SEEN = """
import gc, sys
def seen(prefixes):
    return {"loaded": [each for each in prefixes if each in sys.modules], "frozen": gc.get_freeze_count() > 0}
class FilterModule:
    def filters(self):
        return {"seen": seen}
"""
LOADED = [
    "ansible_collections.community.docker.plugins.connection.docker",
    "ansible_collections.mxlab.ftp.plugins.filter.probe",
    "ansible_collections.mxlab.ftp.plugins.test.ipv4",
]
PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - debug: {msg: "SEEN {{ prefixes | seen | to_json }}"}
"""


def test_a_worker_finds_what_it_needs_loaded_and_collects_no_garbage_there(tmp_path: Path) -> None:
    for name, text in (("seen.py", SEEN), ("play.yml", PLAY), ("ansible.cfg", "")):
        (tmp_path / name).write_text(text)
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": IN_PLACE,
        "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        "ANSIBLE_FILTER_PLUGINS": str(tmp_path),
        "ANSIBLE_NOCOLOR": "1",
        **CHEAP_WORKERS,
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    command = [program, "-i", "localhost,", "-c", "local", "-e", json.dumps({"prefixes": LOADED}), "play.yml"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    (said,) = re.findall(r'"msg": "SEEN (.*)"', done.stdout)
    assert json.loads(json.loads(f'"{said}"')) == {"loaded": LOADED, "frozen": True}
