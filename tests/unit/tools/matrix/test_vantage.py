# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vantage answers each job with what the module returns, whatever the job."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import ansible
from ansible_collections.mxlab.ftp.plugins.module_utils import _ports
from matrix import station, vantage


def answers(*jobs: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the answers of a vantage by the numbers of the jobs."""
    collections = Path(_ports.__file__).parents[5]
    done = subprocess.run(
        [sys.executable, vantage.__file__],
        input="".join(json.dumps({"number": number, "options": job}) + "\n" for number, job in enumerate(jobs)),
        env={"PYTHONPATH": f"{collections}:{Path(ansible.__file__).parents[1]}"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer.pop("number"): answer for answer in found}


def test_each_job_has_its_answer() -> None:
    login = {"user": "u", "password": "p", "timeout": 1}
    dead = {"host": "127.0.0.1", "port": 1, **login}
    found = answers(dead, {"host": "127.0.0.1"}, dead | {"size": 0})
    assert [finding["id"] for finding in found[0]["findings"]] == ["control-port-refused"]
    assert found[1]["failed"]
    assert "missing required arguments" in found[1]["msg"]
    assert found[2]["msg"] == "size is 0; expected 1 to 16777216"


def test_its_code_is_complete_and_from_the_collection_under_test() -> None:
    places = [place for place, _file in station._files()]
    assert "ansible_collections/mxlab/ftp/plugins/modules/ftp_probe.py" in places
    assert "ansible/module_utils/basic.py" in places
    assert len(set(places)) == len(places)
