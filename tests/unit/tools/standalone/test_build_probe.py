# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The build: which files the zipapp has, and that it is the same each time."""

from __future__ import annotations

import stat
import sys
import zipfile
from pathlib import Path

import build_probe
import pytest
import yaml
from build_probe import ROOT


def test_the_same_files_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build_probe.write(tmp_path)
    for name in ("ftp-probe.pyz", "ftp-probe.1"):
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes()


def test_nothing_in_it_tells_where_or_when_it_was_built(zipapp: Path) -> None:
    assert str(ROOT).encode() not in zipapp.read_bytes()
    with zipfile.ZipFile(zipapp) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {(entry.date_time, entry.compress_type) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED)
    }


def test_it_can_be_started(zipapp: Path) -> None:
    assert zipapp.read_bytes().startswith(b"#!/usr/bin/env python3\n")
    assert zipapp.stat().st_mode & stat.S_IXUSR


def test_it_has_what_it_needs_and_no_more(zipapp: Path) -> None:
    with zipfile.ZipFile(zipapp) as archive:
        names = set(archive.namelist())
    utils = "ansible_collections/mxlab/ftp/plugins/module_utils"
    assert {f"{utils}/_probe/survey.py", f"{utils}/_html/page.js", "ftp_probe_app/texts.json"} <= names
    assert not [name for name in names if "_dashboard" in name or "/modules/" in name]


def test_every_import_is_of_the_zipapp_or_of_the_standard_library() -> None:
    own = {package.split(".")[0] for package in build_probe.PACKAGES}
    known = own | set(sys.stdlib_module_names)
    modules = build_probe.needed(build_probe.APP / "__main__.py")
    assert len(modules) > 50
    assert not {name for module in modules for name in build_probe.imports(module) if name.split(".")[0] not in known}


@pytest.mark.parametrize("name", [".gitignore", "galaxy.yml"])
def test_the_collection_does_not_hold_it(name: str) -> None:
    text = (ROOT / name).read_text()
    ignored = yaml.safe_load(text)["build_ignore"] if name == "galaxy.yml" else text.splitlines()
    assert {"build", "build/"} & set(ignored)
