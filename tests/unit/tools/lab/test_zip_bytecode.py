# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lab import images

# Prints what a module in a zip file says, and whether its source was compiled for that.
IMPORT = """
import sys, zipimport
compiled = []
compile_really = zipimport._compile_source
zipimport._compile_source = lambda path, source: compiled.append(path) or compile_really(path, source)
import mxlab_zip_bytecode
mxlab_zip_bytecode.FOLDER = sys.argv[1]
sys.path.insert(0, sys.argv[2])
import zipped
print(zipped.SAID, "compiled" if compiled else "kept")
"""


@pytest.fixture(name="said")
def _said(tmp_path: Path) -> str:
    return say(tmp_path, "one")


def say(folder: Path, word: str, kept: str = "kept") -> str:
    """Import a module that says the word, from a zip file, in a process of its own."""
    archive = folder / f"{word}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("zipped.py", f"SAID = {word!r}")
    command = [sys.executable, "-c", IMPORT, str(folder / kept), str(archive)]
    environment = {"PYTHONPATH": str(images.ADDED[0].parent)}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_a_source_is_compiled_once(said: str, tmp_path: Path) -> None:
    assert (said, say(tmp_path, "one")) == ("one compiled\n", "one kept\n")


def test_another_source_of_the_same_name_is_another(said: str, tmp_path: Path) -> None:
    assert (said, say(tmp_path, "two")) == ("one compiled\n", "two compiled\n")


def test_where_nothing_can_be_kept_it_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert say(tmp_path, "one", "file/below") == say(tmp_path, "one", "file/below") == "one compiled\n"
