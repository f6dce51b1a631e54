# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-builder takes from the collection, and that it accepts the definition in docs/controller."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
DEFINITION = ROOT / "docs" / "controller" / "execution-environment.yml"


def builder(*words: str, folder: Path) -> str:
    """Run ansible-builder in a folder; return what it prints."""
    program = Path(sys.executable).with_name("ansible-builder")
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with this collection and no other."""
    folder = tmp_path_factory.mktemp("collections")
    (folder / "ansible_collections" / "mxlab").mkdir(parents=True)
    (folder / "ansible_collections" / "mxlab" / "ftp").symlink_to(ROOT)
    return folder


def test_the_collection_asks_for_nothing_but_an_ssh_client(collections: Path, tmp_path: Path) -> None:
    found: dict[str, Any] = yaml.safe_load(builder("introspect", str(collections), "--sanitize", folder=tmp_path))
    assert found["python"] == []
    assert [line.partition("  #")[0] for line in found["system"]] == [
        "openssh-client [platform:dpkg]",
        "openssh-clients [platform:rpm]",
    ]


def test_what_the_metadata_names_is_in_the_tarball() -> None:
    metadata = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text())
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]
    for name in metadata["dependencies"].values():
        assert (ROOT / name).is_file()
        assert not {name, *map(str, Path(name).parents)} & set(ignored)


def test_the_definition_makes_a_build_context_with_the_collection(tmp_path: Path) -> None:
    words = ["--file", str(DEFINITION), "--context", "context", "--output-filename", "Containerfile"]
    builder("create", *words, folder=tmp_path)
    listed = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text())
    assert listed == {"collections": ["mxlab.ftp"]}
