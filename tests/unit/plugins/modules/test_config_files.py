# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A set of files is written as a whole or not at all, and what is as it shall be is left alone."""

from __future__ import annotations

import getpass
import grp
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.mxlab.ftp.plugins.modules import config_files
from ansible_collections.mxlab.ftp.tests.unit.plugins.run_module import run_module

# Takes what does not hold the word REFUSE.
CHECK = "/bin/sh -c '! grep REFUSE $1' sh %s"
OWN = {"owner": getpass.getuser(), "group": grp.getgrgid(os.getegid()).gr_name}


class Module:
    """The module, run again and again below one directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(
        self,
        *files: dict[str, Any],
        purge: tuple[str, ...] = (),
        secrets: dict[str, str | None] | None = None,
        check_mode: bool = False,
    ) -> dict[str, Any]:
        arguments = {
            "files": [{**OWN, **file, "path": str(self.root / file["path"])} for file in files],
            "secrets": {str(self.root / path): content for path, content in (secrets or {}).items()},
            "purge": [str(self.root / path) for path in purge],
            "_ansible_check_mode": check_mode,
            "_ansible_diff": True,
        }
        return run_module(config_files, arguments)[0]

    def texts(self) -> dict[str, str]:
        """All files below the directory."""
        return {str(each.relative_to(self.root)): each.read_text() for each in self.root.rglob("*") if each.is_file()}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Module]:
    before = os.umask(0o022)
    yield Module(tmp_path)
    os.umask(before)


def test_what_is_missing_is_written_and_the_second_run_changes_nothing(run: Module) -> None:
    files: list[dict[str, Any]] = [
        {"path": "ftp.conf", "content": "listen\n"},
        {"path": "ftp.d/users", "content": "é\n", "mode": "0600"},
    ]
    first = run(*files)
    assert first["written"] == [str(run.root / "ftp.conf"), str(run.root / "ftp.d/users")]
    assert run.texts() == {"ftp.conf": "listen\n", "ftp.d/users": "é\n"}
    modes = [oct((run.root / path).stat().st_mode & 0o777) for path in ("ftp.conf", "ftp.d", "ftp.d/users")]
    assert modes == ["0o644", "0o755", "0o600"]
    again = run(*files)
    assert (again["changed"], again["written"], again["diff"]) == (False, [], [])


def test_check_mode_tells_the_same_and_writes_nothing(run: Module) -> None:
    (run.root / "old.d").mkdir()
    (run.root / "old.d" / "former").write_text("a")
    files = [{"path": "old.d/new", "content": "b", "validate": CHECK}]
    predicted = run(*files, purge=("old.d",), check_mode=True)
    assert run.texts() == {"old.d/former": "a"}
    done = run(*files, purge=("old.d",))
    keys = ("changed", "written", "removed", "diff")
    assert [predicted[key] for key in keys] == [done[key] for key in keys]
    assert run.texts() == {"old.d/new": "b"}


def test_one_file_that_is_not_good_leaves_all(run: Module) -> None:
    (run.root / "first").write_text("old")
    (run.root / "former").write_text("old")
    result = run(
        {"path": "first", "content": "new"},
        {"path": "second", "content": "REFUSE me", "validate": CHECK},
        purge=("",),
    )
    assert result["failed"]
    assert f"{run.root / 'second'} is not valid, and no file was changed: REFUSE me" in result["msg"]
    assert run.texts() == {"first": "old", "former": "old"}


def test_what_is_as_it_shall_be_is_not_checked_again(run: Module) -> None:
    run({"path": "file", "content": "REFUSE"})
    assert not run({"path": "file", "content": "REFUSE", "validate": CHECK})["changed"]


def test_a_mode_alone_is_a_change(run: Module) -> None:
    run({"path": "file", "content": "a"})
    assert run({"path": "file", "content": "a", "mode": "0600"}, check_mode=True)["changed"]
    assert (run.root / "file").stat().st_mode & 0o777 == 0o644
    assert run({"path": "file", "content": "a", "mode": "0600"})["written"] == [str(run.root / "file")]
    assert (run.root / "file").stat().st_mode & 0o777 == 0o600


def test_a_backup_keeps_what_was_there(run: Module) -> None:
    run({"path": "file", "content": "old"})
    run({"path": "file", "content": "new", "backup": True})
    assert sorted(run.texts().values()) == ["new", "old"]


def test_a_command_without_a_place_for_the_file_is_refused(run: Module) -> None:
    result = run({"path": "file", "content": "a", "validate": "true"})
    assert result["failed"] and "expected a command with %s" in result["msg"]
    assert run.texts() == {}


def test_a_secret_is_written_and_shown_to_nobody(run: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(AnsibleModule, "log", lambda _module, message, log_args=None: logged.append(message))
    secret = "one:$6$hash\ntwo:$6$hash\n"
    result = run({"path": "passwd", "mode": "0600"}, secrets={"passwd": secret})
    assert run.texts() == {"passwd": secret}
    assert "hash" not in json.dumps(result) and result["diff"][0]["prepared"].startswith(str(run.root / "passwd"))
    assert [message for message in logged if "Invoked" in message]
    assert not [message for message in logged if "hash" in message]
    assert not run({"path": "passwd", "mode": "0600"}, secrets={"passwd": secret})["changed"]


def test_a_secret_may_be_empty_which_ansible_calls_none(run: Module) -> None:
    assert run({"path": "passwd"}, secrets={"passwd": None})["changed"]
    assert run.texts() == {"passwd": ""}


@pytest.mark.parametrize(
    ("file", "secrets", "words"),
    [
        ({"path": "file"}, {}, "expected its content in one of content, sources and secrets"),
        ({"path": "file", "content": "a"}, {"file": "secret"}, "expected its content in one of"),
        ({"path": "file", "content": "a", "sources": ["/dev/null"]}, {}, "expected its content in one of"),
        ({"path": "file", "sources": ["/nowhere"]}, {}, "/nowhere"),
        ({"path": "file", "content": "a"}, {"other": "secret"}, "other, which no item of files has as its path"),
    ],
)
def test_a_content_that_is_missing_or_stands_twice_is_refused(
    run: Module, file: dict[str, Any], secrets: dict[str, str], words: str
) -> None:
    result = run(file, secrets=secrets)
    assert result["failed"] and words in result["msg"]
    assert run.texts() == {}


def test_a_file_that_is_put_together_of_others_follows_them_unseen(run: Module) -> None:
    (run.root / "key").write_bytes(b"key\n\xff")
    (run.root / "certificate").write_text("certificate\n")
    file = {"path": "pair", "sources": [str(run.root / "key"), str(run.root / "certificate")], "mode": "0600"}
    result = run(file)
    assert (run.root / "pair").read_bytes() == b"key\n\xffcertificate\n"
    assert "certificate\n" not in json.dumps(result["diff"])
    assert not run(file)["changed"]
    (run.root / "certificate").write_text("renewed\n")
    assert run(file, check_mode=True)["changed"] and run(file)["written"] == [str(run.root / "pair")]
    assert (run.root / "pair").read_bytes().endswith(b"renewed\n")


def test_a_new_file_is_never_more_open_than_its_mode(run: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    move = AnsibleModule.atomic_move

    def look(module: AnsibleModule, source: str, target: str) -> None:
        move(module, source, target)
        modes.append(Path(target).stat().st_mode & 0o777)

    monkeypatch.setattr(AnsibleModule, "atomic_move", look)
    run({"path": "passwd", "content": "a", "mode": "0640"})
    assert modes == [0o600]
    assert (run.root / "passwd").stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_placed_leaves_those_before_it_with_their_modes(
    run: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = AnsibleModule.atomic_move

    def fail(module: AnsibleModule, source: str, target: str) -> None:
        if target.endswith("second"):
            raise OSError("no space left")
        move(module, source, target)

    monkeypatch.setattr(AnsibleModule, "atomic_move", fail)
    result = run({"path": "first", "content": "a", "mode": "0640"}, {"path": "second", "content": "b"})
    assert result["failed"] and "no space left" in result["msg"]
    assert (run.root / "first").stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_removed_is_a_failure(run: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    (run.root / "old.d").mkdir()
    (run.root / "old.d" / "former").symlink_to("/nowhere")

    def refuse(path: Path) -> None:
        raise OSError(f"{path} is immutable")

    monkeypatch.setattr(Path, "unlink", refuse)
    result = run({"path": "old.d/new", "content": "a"}, purge=("old.d",))
    assert result["failed"] and "old.d/former is immutable" in result["msg"]
    monkeypatch.undo()
    assert run({"path": "old.d/new", "content": "a"}, purge=("old.d",))["removed"] == [str(run.root / "old.d/former")]
    assert list(run.texts()) == ["old.d/new"]


@pytest.mark.parametrize(("there", "wanted"), [("a\r\n", "a\n"), ("a\n", "a\r\n")])
def test_line_ends_count(run: Module, there: str, wanted: str) -> None:
    (run.root / "file").write_bytes(there.encode())
    assert run({"path": "file", "content": wanted})["changed"]
    assert (run.root / "file").read_bytes() == wanted.encode()
    assert not run({"path": "file", "content": wanted})["changed"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_check_that_cannot_run_is_named(run: Module, check_mode: bool) -> None:
    result = run({"path": "file", "content": "a", "validate": "/nowhere/check %s"}, check_mode=check_mode)
    assert result["failed"] and "cannot be checked, no file was changed; correct validate:" in result["msg"]
    assert "/nowhere/check" in result["msg"]
    assert run.texts() == {}
