# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner of the tutorials, on small pages; the scenario tutorials runs the real ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from lab.common import ROOT
from tutorials.compare import lacks, problems
from tutorials.page import Command, File, steps
from tutorials.replay import replay


def page(*lines: str) -> str:
    """Return a page with one block console."""
    return "\n".join(["# A page", "", "```console", *lines, "```", ""])


def run(markdown: str, folder: Path) -> list[str]:
    """Return what is wrong on a page."""
    found = steps(markdown)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return problems(found, replay(found, folder, environment))


def test_a_page_is_commands_with_their_output_and_files() -> None:
    text = page("$ one \\", "> two", "shown", "> also shown", "$ three") + "\n```yaml\n# some.yml\n---\n```\n"

    assert steps(text) == [
        Command(4, "one \\\ntwo", ("shown", "> also shown")),
        Command(8, "three", ()),
        File(12, "some.yml", "# some.yml\n---\n"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "```text\nsomething\n```\n",
        "```console\n$ true\n",
        "```console\nno prompt\n```\n",
        "- a list\n  ```console\n  $ true\n  ```\n",
    ],
    ids=["neither command nor file", "not ended", "output only", "indented"],
)
def test_a_block_that_would_not_be_run_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="block"):
        steps(text)


def test_commands_share_one_shell_folder_and_files(tmp_path: Path) -> None:
    text = "```yaml\n# some.yml\nkey: $HOME\n```\n" + page(
        "$ export GREETING=hello; cd ~",
        "$ echo $GREETING; cat some.yml; pwd",
        "hello",
        "# some.yml",
        "key: $HOME",
        "/home/you",
        "$ printf 'no newline'",
        "no newline",
        "$ cat",
        "$ echo error >&2",
        "error",
    )
    assert run(text, tmp_path) == []


def test_a_command_may_fail_only_if_the_page_shows_its_status(tmp_path: Path) -> None:
    assert run(page("$ (exit 3)", "$ echo $?", "3"), tmp_path) == []

    failed, missing = run(page("$ (exit 3)", "$ echo next", "next"), tmp_path)
    assert "line 4: (exit 3)\nended with status 3" in failed
    assert missing == "line 5: not run: echo next"

    (other,) = run(page("$ (exit 3)", "$ echo $?", "2"), tmp_path)
    assert "the page shows there:\n2\n" in other


@pytest.mark.parametrize("command", ["exit 4", "echo 'not ended", "kill $$"])
def test_a_command_that_ends_the_shell_is_a_problem(command: str, tmp_path: Path) -> None:
    assert run(page(f"$ {command}", "$ true"), tmp_path)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ([], []),
        (["a", "b"], ["a", "b  "]),
        (["[...]"], ["a"]),
        (["[...]"], []),
        (["a", "[...]", "d"], ["a", "b", "c", "d"]),
        (["[...]", "b", "[...]", "b", "[...]"], ["a", "b", "b"]),
        (["Q-20261130T145457Z.json"], ["Q-20270101T000000Z.json"]),
        (["data connection to 203.0.113.20:61090"], ["data connection to 203.0.113.20:61001"]),
        (["'mxlab.ftp:1.0.0'"], ["'mxlab.ftp:2.10.3'"]),
    ],
)
def test_what_a_page_may_show_of_an_output(shown: Sequence[str], said: Sequence[str]) -> None:
    assert lacks(shown, said) is None


@pytest.mark.parametrize(
    ("shown", "said", "lacking"),
    [
        ([], ["a"], []),
        (["a"], [], ["a"]),
        (["a"], ["a", "b"], ["a"]),
        (["b", "[...]"], ["a", "b"], ["b"]),
        (["[...]", "a"], ["a", "b"], ["a"]),
        (["[...]", "a", "c", "[...]"], ["a", "b", "c"], ["a", "c"]),
        (["[...]", "b", "[...]", "a", "[...]"], ["a", "b"], ["a"]),
        (["a", "[...]", "a"], ["a"], ["a"]),
        (["data connection from 203.0.113.20:20"], ["data connection from 203.0.113.20:21"], None),
    ],
)
def test_what_a_page_must_not_show_of_an_output(
    shown: Sequence[str], said: Sequence[str], lacking: list[str] | None
) -> None:
    assert lacks(shown, said) == (list(shown) if lacking is None else lacking)


def test_every_tutorial_is_steps() -> None:
    pages = list((ROOT / "docs" / "tutorials").glob("*.md"))

    assert pages
    for path in pages:
        assert any(isinstance(step, Command) for step in steps(path.read_text())), path
