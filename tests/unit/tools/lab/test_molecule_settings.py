# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecule's scenarios need no variable that a plain shell does not have."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from lab.common import ROOT

MOLECULE = ROOT / "molecule"
CONFIG = (ROOT / ".config" / "molecule" / "config.yml").read_text()
# Each has a meaning when it is unset; the last two are Molecule's own.
OPTIONAL = {"MXLAB_FTP", "MXLAB_LAB", "MXLAB_COLLECTION", "MXLAB_FILEZILLA_PACKAGE", "DOCKER_HOST"} | {
    *(f"MXLAB_IIS_{name}" for name in ("HOST", "USER", "PASSWORD", "CONNECTION")),
    "MOLECULE_PROJECT_DIRECTORY",
    "MOLECULE_EPHEMERAL_DIRECTORY",
}
SET = set(yaml.safe_load(CONFIG)["ansible"]["env"])


def test_the_settings_read_only_what_may_be_unset() -> None:
    read = set(re.findall(r"\$\{?(\w+)", CONFIG))

    assert {"MXLAB_FTP", "MOLECULE_PROJECT_DIRECTORY"} <= read <= OPTIONAL


def test_what_is_unset_becomes_an_empty_text() -> None:
    """YAML reads nothing as null, which Molecule hands on as the text None."""
    settings = yaml.safe_load(re.sub(r"\$\{?\w+(:-[^}]*)?\}?", "", CONFIG))

    assert [name for name, value in settings["ansible"]["env"].items() if value is None] == []


def test_playbooks_and_inventory_read_only_what_the_settings_set() -> None:
    read = {
        name: path
        for path in MOLECULE.rglob("*.yml")
        for name in re.findall(r"lookup\('(?:ansible\.builtin\.)?env', '(\w+)'\)", path.read_text())
    }

    assert "MXLAB_STATE" in read
    assert {name: path for name, path in read.items() if name not in SET | OPTIONAL} == {}


def test_dockers_client_goes_by_the_folder_and_not_by_a_variable_of_the_user() -> None:
    variables = yaml.safe_load(CONFIG)["ansible"]["env"]

    assert variables["DOCKER_HOST"] == ""
    assert variables["MXLAB_DOCKER_HOST"] == "${DOCKER_HOST}"


def test_every_playbook_of_the_settings_exists() -> None:
    playbooks = yaml.safe_load(CONFIG)["ansible"]["playbooks"]

    assert set(playbooks) == {"create", "destroy", "prepare", "cleanup"}
    for path in playbooks.values():
        assert Path(path.replace("${MXLAB_FTP:-$MOLECULE_PROJECT_DIRECTORY}", str(ROOT))).is_file()


def test_the_callbacks_of_the_settings_exist() -> None:
    defaults = yaml.safe_load(CONFIG)["ansible"]["cfg"]["defaults"]
    folder = Path(defaults["callback_plugins"].replace("${MXLAB_FTP:-$MOLECULE_PROJECT_DIRECTORY}", str(ROOT)))

    assert (folder / f"{defaults['callbacks_enabled']}.py").is_file()
