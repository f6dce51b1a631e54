# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of files: what each is to hold, and which differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._config_files import (
    differing,
    files_of,
    staged,
    strangers,
    validation,
)


def item(path: Path, content: str | None = None, sources: list[str] | None = None) -> dict[str, Any]:
    return {"path": str(path), "content": content, "sources": sources}


def test_content_comes_from_the_item_its_sources_or_the_secrets(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key\n")
    (tmp_path / "chain").write_text("chain\n")
    joined = item(tmp_path / "b", sources=[str(tmp_path / "key"), str(tmp_path / "chain")])
    files = files_of([item(tmp_path / "a", "text"), joined, item(tmp_path / "c")], {str(tmp_path / "c"): None})
    assert [(file.content, file.secret) for file in files] == [(b"text", False), (b"key\nchain\n", True), (b"", True)]


@pytest.mark.parametrize(("content", "secrets"), [(None, {}), ("text", {"file": "secret"}), ("text", {"other": "x"})])
def test_each_file_has_one_content(content: str | None, secrets: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="secrets"):
        files_of([item(Path("file"), content)], secrets)


def test_only_files_that_differ_are_written_and_only_other_files_are_purged(tmp_path: Path) -> None:
    for name in ("same", "old", "foreign"):
        (tmp_path / name).write_text(name)
    (tmp_path / "folder").mkdir()
    files = files_of([item(tmp_path / name, content) for name, content in (("same", "same"), ("old", "new"))], {})
    changed = differing(files)
    assert [file.path for file in changed] == [str(tmp_path / "old")]
    assert strangers([str(tmp_path)], files) == [str(tmp_path / "foreign")]
    with staged(changed, str(tmp_path)) as stage:
        assert Path(stage[changed[0].path]).read_text() == "new"
    assert (tmp_path / "old").read_text() == "old"


def test_a_validation_names_the_file_in_a_word_of_its_own() -> None:
    assert validation("visudo -cf %s", "/tmp/a b") == ["visudo", "-cf", "/tmp/a b"]
    with pytest.raises(ValueError, match="%s as one of its words"):
        validation("visudo -cf", "/tmp/a")
