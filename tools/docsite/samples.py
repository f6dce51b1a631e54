# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of samples: every fenced block of the documentation parses, and names only what exists.

Ansible itself reads the playbooks among them, all in one process.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from docsite import markdown, names
from docsite.markdown import Block
from docsite.places import ROOT
from docsite.reference import COLLECTIONS

# Blocks without anything to check: output and pictures made of signs, diagrams, other shells.
_UNCHECKED = {"text", "diff", "mermaid", "powershell", "ini", "xml", "promql", "systemd"}
# What a list of plays has, and a list of tasks has not.
_OF_A_PLAY = {"hosts", "import_playbook", "ansible.builtin.import_playbook"}
_TARGET = re.compile(r"(?:^|[;&|]\s*)make ((?:[a-z][a-z-]*(?: |$))*)", re.MULTILINE)
_PLAYBOOK = re.compile(r"\bmxlab\.ftp\.([a-z_]+)\b")
_EXTRA = re.compile(r"-e '?\"?([a-zA-Z_]\w*)=")
_SCENARIO = re.compile(r"\bmolecule\b[^\n#]*? (?:-s|--scenario-name) ([a-zA-Z_]\w*)")


def problems(block: Block) -> list[str]:
    """Return what is wrong with a block."""
    if not block.language:
        return ["has no language; text marks output"]
    if block.language in _UNCHECKED:
        return []
    check = _CHECKS.get(block.language)
    return list(check(block.text)) if check else [f"unknown language {block.language}"]


def of_files() -> Iterator[str]:
    """Yield what is wrong with the blocks of all Markdown files."""
    blocks = [block for path in markdown.files() for block in markdown.blocks(path)]
    for block in blocks:
        yield from (f"{block.at()}: {problem}" for problem in problems(block))
    yield from of_playbooks(blocks)


def of_playbooks(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield why Ansible refuses the first playbook among blocks that it refuses, with the block in the text."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = [_written(folder, block, plays) for block in blocks if (plays := _plays(block))]
        if not files:
            return
        environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
        command = ["ansible-playbook", "--syntax-check", "--inventory", "localhost,", *map(str, files)]
        checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if checked.returncode:
        yield f"no playbook: {checked.stderr.strip()}"


def _plays(block: Block) -> list[dict[str, Any]]:
    """Return the plays of a block; none if it is no playbook, or no YAML, which another check tells."""
    try:
        document = yaml.safe_load(block.text) if block.language == "yaml" else None
    except yaml.YAMLError:
        return []
    plays = document if isinstance(document, list) else []
    return plays if any(isinstance(play, dict) and _OF_A_PLAY & play.keys() for play in plays) else []


def _written(folder: Path, block: Block, plays: list[dict[str, Any]]) -> Path:
    """Write a block to a file that is named after its place, and give it the roles that are the reader's own."""
    for role in (role for play in plays for role in play.get("roles", [])):
        name = str(role.get("role", role.get("name")) if isinstance(role, dict) else role)
        if "." not in name:
            (folder / "roles" / name / "tasks").mkdir(parents=True, exist_ok=True)
    path = folder / f"{block.at().replace('/', '_')}.yml"
    path.write_text(block.text, "utf-8")
    return path


def of_json(text: str) -> Iterator[str]:
    """Yield why a text is not JSON."""
    try:
        json.loads(text)
    except ValueError as error:
        yield f"no JSON: {error}"


def of_python(text: str) -> Iterator[str]:
    """Yield why a text is not Python."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        yield f"no Python: {error}"


def of_yaml(text: str) -> Iterator[str]:
    """Yield what is wrong with YAML, and with the tasks, plays and variables of this collection in it."""
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        yield f"no YAML: {error}"
        return
    for document in documents:
        yield from names.of_document(document)


def of_shell(text: str) -> Iterator[str]:
    """Yield what is wrong with the commands of a shell."""
    checked = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    if checked.returncode:
        yield f"no shell: {checked.stderr.strip()}"
    yield from of_commands(text)


def of_console(text: str) -> Iterator[str]:
    """Yield what is wrong with the commands of a session; what does not begin with a prompt is output."""
    commands = [line[2:] for line in text.splitlines() if line.startswith(("$ ", "# "))]
    yield from of_shell("\n".join(commands))


def of_commands(text: str) -> Iterator[str]:
    """Yield which names in commands do not exist: targets, playbooks, variables, scenarios."""
    commands = "\n".join(line.partition(" #")[0].rstrip() for line in text.replace("\\\n", " ").splitlines())
    for found in _TARGET.findall(commands):
        yield from (f"make {name}: no such target" for name in found.split() if name not in names.targets_known())
    for line in commands.splitlines():
        if "ansible-playbook" in line:
            yield from _of_playbook(line)
    known = {path.parent.name for path in ROOT.glob("molecule/*/molecule.yml")}
    for line in commands.splitlines():
        # With -c, the scenario is one of another project.
        found = [] if " -c " in line else _SCENARIO.findall(line)
        yield from (f"molecule -s {name}: no such scenario" for name in found if name not in known)


def _of_playbook(line: str) -> Iterator[str]:
    books, variables = names.playbooks_known(), names.variables()
    yield from (f"no playbook mxlab.ftp.{name}" for name in _PLAYBOOK.findall(line) if name not in books)
    yield from (f"-e {name}: no such variable" for name in _EXTRA.findall(line) if name not in variables)


_CHECKS: dict[str, Callable[[str], Iterator[str]]] = {
    "json": of_json,
    "python": of_python,
    "yaml": of_yaml,
    "sh": of_shell,
    "bash": of_shell,
    "console": of_console,
}
