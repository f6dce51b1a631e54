# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of FileZilla Server's files, and the server's own check of what is staged beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._filezilla.files import Folder, checked, configuration
from ansible_collections.mxlab.ftp.tests.unit.plugins.filezilla_options import OPTIONS

FILES = {"settings.xml", "users.xml", "groups.xml", "allowed_ips.xml", "disallowed_ips.xml"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "etc").mkdir()
    return Folder(str(tmp_path / "etc"))


@pytest.mark.parametrize(("content", "text"), [(None, ""), (b"<a/>", "<a/>"), (b"\xff", "\ufffd")])
def test_a_file_that_is_missing_or_broken_is_read_as_text(folder: Folder, content: bytes | None, text: str) -> None:
    if content is not None:
        (folder.path / "users.xml").write_bytes(content)
    assert folder.text("users.xml") == text
    assert folder.text("") == ""


def test_what_is_staged_is_for_root_alone_and_goes_with_an_error(folder: Folder) -> None:
    wanted = {"users.xml": "a", "groups.xml": "b"}
    with pytest.raises(ValueError, match="refused"), folder.staged(wanted) as stage:
        assert stage.parent == folder.path.parent
        assert {file.name: (file.read_text(), file.stat().st_mode & 0o777) for file in stage.iterdir()} == {
            name: (text, 0o600) for name, text in wanted.items()
        }
        assert stage.stat().st_mode & 0o777 == 0o700
        raise ValueError("refused")
    assert [each.name for each in folder.path.parent.iterdir()] == ["etc"]


def test_only_what_has_changed_is_taken(folder: Folder) -> None:
    kept = folder.path / "groups.xml"
    kept.touch(0o600)
    inode = kept.stat().st_ino
    wanted = {"users.xml": "a", "groups.xml": ""}
    changed = folder.changed(wanted)
    with folder.staged(wanted) as stage:
        folder.take(stage, changed)
    assert (changed, folder.changed(wanted), kept.stat().st_ino) == (["users.xml"], [], inode)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((0, "There were errors", "warning"), ""),
        ((1, "output", "error\n"), "FileZilla Server rejects this configuration: error"),
        ((1, "output\n", ""), "FileZilla Server rejects this configuration: output"),
    ],
)
def test_the_servers_exit_status_decides(answer: tuple[int, str, str], message: str) -> None:
    asked: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> tuple[int, str, str]:
        asked.append(command)
        return answer

    try:
        checked(run, "/bin/server", Path("/stage"))
        said = ""
    except ValueError as error:
        said = str(error)
    assert said == message
    assert asked == [["/bin/server", "--config-dir", "/stage", "--config-version-check", "error"]]


def test_without_the_servers_program_nothing_is_asked() -> None:
    def run(_command: Sequence[str]) -> tuple[int, str, str]:
        raise AssertionError

    checked(run, None, Path("/stage"))


def given(tmp_path: Path, **content: str) -> dict[str, Any]:
    """Return options with the paths of certificates and keys, of which those with a content exist."""
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    names = ("certificate", "key", "admin_certificate", "admin_key")
    return {**OPTIONS, **{name: str(tmp_path / name) for name in names}}


def test_a_certificate_that_check_mode_would_make_may_be_missing(folder: Folder, tmp_path: Path) -> None:
    options = given(tmp_path, certificate="one", key="two")
    with pytest.raises(ValueError) as error:
        configuration(options, folder, may_miss=False)
    missing = [line.split()[3] for line in str(error.value).splitlines()]
    assert sorted(missing) == [options["admin_certificate"], options["admin_key"]]
    assert set(configuration(options, folder, may_miss=True).files) == FILES


def test_a_renewed_certificate_changes_the_settings_and_a_key_shows_in_nothing(folder: Folder, tmp_path: Path) -> None:
    def settings(**content: str) -> str:
        options = given(tmp_path, **{"key": "k", "admin_certificate": "a", "admin_key": "k", **content})
        return configuration({**options, "users": []}, folder, may_miss=False).files["settings.xml"]

    def comments(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("<!--")]

    first = comments(settings(certificate="one"))
    assert len(first) == 3
    assert comments(settings(certificate="two")) != first
    assert comments(settings(certificate="one", key="another")) == first
