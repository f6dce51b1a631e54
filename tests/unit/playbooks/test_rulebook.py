# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks of Event-Driven Ansible, as far as that does not have to run: their form, and what they run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ansiblelint
import jsonschema
import pytest
import yaml
from ansible_collections.mxlab.ftp.tests.unit.playbooks.conftest import CHECKOUT

RULEBOOKS = sorted((CHECKOUT / "extensions" / "eda" / "rulebooks").glob("*.yml"))
# The schema of ansible-rulebook, which ansible-lint has with it.
SCHEMA = json.loads((Path(ansiblelint.__file__).parent / "schemas" / "rulebook.json").read_text())


def problems(rulebook: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(rulebook)]


def test_there_is_a_rulebook() -> None:
    assert [path.name for path in RULEBOOKS] == ["follow_address.yml"]


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: path.name)
def test_a_rulebook_has_the_form_of_one_and_runs_a_playbook_that_exists(path: Path) -> None:
    (ruleset,) = rulebook = yaml.safe_load(path.read_text())
    assert problems(rulebook) == []
    for rule in ruleset["rules"]:
        name = rule["action"]["run_playbook"]["name"]
        assert (CHECKOUT / "playbooks" / f"{name.removeprefix('mxlab.ftp.')}.yml").is_file()


def test_the_schema_sees_a_mistake() -> None:
    (ruleset,) = rulebook = yaml.safe_load(RULEBOOKS[0].read_text())
    ruleset["rules"][0]["action"] = {"run_playbok": {"name": "mxlab.ftp.follow_address"}}
    assert problems(rulebook)
