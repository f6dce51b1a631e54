# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's workers find in the process from which they are forked."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from lab.collection import IN_PLACE
from lab.common import CHEAP_WORKERS, ROOT

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


MODULE = """
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.some.names.plugins.module_utils.word import WORD
AnsibleModule({}).exit_json(msg="SEEN " + WORD)
"""


def played(folder: Path, play: str, environment: dict[str, str], *words: str) -> str:
    """Run a play with cheap workers, and return what its task has said after SEEN."""
    (folder / "play.yml").write_text(play)
    (folder / "ansible.cfg").write_text("")
    environment |= {"ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1", **CHEAP_WORKERS}
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    command = [program, "-v", "-i", "localhost,", "-c", "local", *words, "play.yml"]
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=True)
    (said,) = re.findall(r'"msg": ("SEEN (?:[^"\\]|\\.)*")', done.stdout)
    return str(json.loads(said)).removeprefix("SEEN ")


def test_a_worker_finds_what_it_needs_loaded_and_collects_no_garbage_there(tmp_path: Path) -> None:
    (tmp_path / "seen.py").write_text(SEEN)
    environment = {"ANSIBLE_COLLECTIONS_PATH": IN_PLACE, "ANSIBLE_FILTER_PLUGINS": str(tmp_path)}
    said = played(tmp_path, PLAY, environment, "-e", json.dumps({"prefixes": LOADED}))
    assert json.loads(said) == {"loaded": LOADED, "frozen": True}


def test_a_module_is_put_together_once_until_a_file_of_it_changes(tmp_path: Path) -> None:
    plugins = tmp_path / "ansible_collections" / "some" / "names" / "plugins"
    for folder, name, text in (("modules", "said.py", MODULE), ("module_utils", "word.py", "WORD = 'one'\n")):
        (plugins / folder).mkdir(parents=True)
        (plugins / folder / name).write_text(text)
    play = "[{hosts: localhost, gather_facts: false, tasks: [{some.names.said: {}}]}]"

    def kept() -> set[Path]:
        found = (ROOT / ".ansible" / "kept").glob("*/*some.names.plugins.modules.said-*")
        return {each for each in found if each.suffix != ".lock"}

    before = kept()
    old = ROOT / ".ansible" / "kept" / "of-long-ago"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)}
    assert played(tmp_path, play, environment) == "one"
    (first,) = kept() - before
    time = first.stat().st_mtime_ns
    assert played(tmp_path, play, environment) == "one"
    assert first.stat().st_mtime_ns == time
    (plugins / "module_utils" / "word.py").write_text("WORD = 'two'\n")
    assert played(tmp_path, play, environment) == "two"
    assert not old.exists()
    for each in kept() - before:
        shutil.rmtree(each.parent)
