# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fenced block of the documentation parses and names what exists; and the check sees what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from docsite import names, samples
from docsite.markdown import Block

BROKEN = {
    "": ("x", "has no language"),
    "cobol": ("x", "unknown language"),
    "json": ("{", "no JSON"),
    "python": ("def", "no Python"),
    "yaml": ("a: [", "no YAML"),
    "sh": ("if", "no shell"),
}


@pytest.mark.parametrize("language", BROKEN)
def test_a_broken_block_is_found(language: str) -> None:
    text, problem = BROKEN[language]
    assert problem in "".join(samples.problems(Block(Path("a.md"), 1, language, text)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("make lab nothing", "make nothing: no such target"),
        ("ansible-playbook -i a mxlab.ftp.nothing", "no playbook mxlab.ftp.nothing"),
        ("ansible-playbook mxlab.ftp.probe -e ftp_probe_htm=a", "-e ftp_probe_htm: no such variable"),
        ("ansible-playbook mxlab.ftp.probe \\\n  -e ftp_probe_htm=a", "-e ftp_probe_htm: no such variable"),
        ("molecule test -s nothing", "molecule -s nothing: no such scenario"),
    ],
)
def test_a_name_in_a_command_that_does_not_exist_is_found(text: str, problem: str) -> None:
    assert list(samples.of_shell(text)) == [problem]
    assert problem in list(samples.of_console("\n".join(f"$ {line}" for line in text.replace("\\\n", "").splitlines())))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([{"mxlab.ftp.ftp_prob": {}}], "no module mxlab.ftp.ftp_prob"),
        ([{"mxlab.ftp.ftp_probe": {"host": "a", "user": "a", "password": "a", "mode": []}}], "has no option mode"),
        ([{"mxlab.ftp.ftp_probe": {"user": "a", "password": "a"}}], "needs the option host"),
        ([{"hosts": "a", "roles": [{"role": "mxlab.ftp.nothing"}]}], "no role mxlab.ftp.nothing"),
        ([{"ansible.builtin.import_playbook": "mxlab.ftp.nothing"}], "no playbook mxlab.ftp.nothing"),
        ({"ftp_servers": {"hosts": {"a": {"ftp_passive_port": "1-2"}}}}, "no variable ftp_passive_port"),
    ],
)
def test_a_name_in_yaml_that_does_not_exist_is_found(document: object, problem: str) -> None:
    assert problem in "".join(names.of_document(document))


def test_a_playbook_that_ansible_refuses_is_found() -> None:
    play = "- hosts: all\n  roles: [my_own]\n  tasks:\n    - {task}\n"
    blocks = [Block(samples.ROOT / "a.md", 1, "yaml", play.format(task="ansible.builtin.debug:"))]
    bad = Block(samples.ROOT / "docs/b.md", 7, "yaml", play.format(task="ansible.builtin.debug:\n      copy:"))
    (problem,) = samples.of_playbooks([*blocks, bad])
    assert "conflicting action statements" in problem
    assert "docs_b.md:7.yml" in problem


def test_the_samples_of_the_documentation_are_right() -> None:
    assert list(samples.of_files()) == []
