# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks as their header comments describe them, and a page for each.

A header is paragraphs.  Its indented lines are commands, or variables: names, then from column 26 their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from docsite.places import ROOT, in_repository

FOLDER = ROOT / "playbooks"
_INDENT = "  "
_MEANING = 26
_COMMAND = "ansible-playbook "
_NAMES = re.compile(r"[a-z_]+(, [a-z_]+)*")


@dataclass
class Variables:
    """Variables that are described together, their meaning, and where they are set."""

    names: list[str]
    meaning: list[str] = field(default_factory=list)
    where: str = ""


@dataclass
class Playbook:
    """What the header of a playbook says."""

    name: str
    summary: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    variables: list[Variables] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        """Return the names of all variables that the header describes."""
        return [name for row in self.variables for name in row.names]


def read() -> dict[str, Playbook]:
    """Return the playbooks by name."""
    return {path.stem: parsed(path.stem, path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yml"))}


def parsed(name: str, text: str) -> Playbook:
    """Return what the header of a playbook says; text: the playbook."""
    playbook, where = Playbook(name), ""
    for line in _header(text):
        if line.startswith(_INDENT):
            _indented(playbook, line[len(_INDENT) :], where)
        elif line.endswith(":"):
            where = line
        elif line:
            (playbook.notes if playbook.commands else playbook.summary).append(line)
    return playbook


def _header(text: str) -> Iterator[str]:
    comments = text.partition("\n- ")[0].splitlines()
    return (line.removeprefix("#").removeprefix(" ") for line in comments if line.startswith("#"))


def _indented(playbook: Playbook, line: str, where: str) -> None:
    names, meaning = line[:_MEANING].strip(), line[_MEANING:].strip()
    if line.startswith(_COMMAND):
        playbook.commands.append(line)
    elif names and line.startswith(" "):
        playbook.commands[-1] += f" \\\n{line}"
    elif names:
        playbook.variables.append(_variables(line, where))
    else:
        playbook.variables[-1].meaning.append(meaning)


def _variables(line: str, where: str) -> Variables:
    found = _NAMES.match(line)
    if not found:
        raise ValueError(f"not the name of a variable: {line}")
    # Names that leave no room for their meaning have it below.
    rest = line[found.end() :].strip()
    return Variables(found[0].split(", "), [rest] if rest else [], where)


def pages() -> dict[str, str]:
    """Return the pages of the playbooks and their index: path on the site -> text."""
    books = read()
    return {
        "reference/playbooks/index.md": "\n".join(_index(books.values())),
        **{f"reference/playbooks/{name}.md": "\n".join(_page(book)) for name, book in books.items()},
    }


def _index(books: Iterable[Playbook]) -> Iterator[str]:
    yield "# Playbooks\n"
    yield "Run a playbook of the collection by its name, from any folder.\n"
    yield "\n".join(f"- [mxlab.ftp.{book.name}]({book.name}.md): {_first_sentence(book)}" for book in books)
    yield "\n".join(["", "```{toctree}", ":hidden:", ":glob:", "", "*", "```", ""])


def _first_sentence(book: Playbook) -> str:
    return " ".join(book.summary).split(". ", maxsplit=1)[0].rstrip(".") + "."


def _page(book: Playbook) -> Iterator[str]:
    yield f"# Playbook mxlab.ftp.{book.name}\n"
    yield f"{' '.join(book.summary)}\n"
    yield "\n".join(["## Example\n", "```console", *book.commands, "```\n"])
    yield "## Variables\n"
    for where in dict.fromkeys(row.where for row in book.variables):
        yield f"{where}\n" * bool(where)
        yield "\n".join(_row(row) for row in book.variables if row.where == where) + "\n"
    if book.notes:
        yield "## What it does\n"
        yield f"{' '.join(book.notes)}\n"
    yield f"[Source of the playbook]({in_repository(f'playbooks/{book.name}.yml')})\n"


def _row(row: Variables) -> str:
    return f"- {', '.join(f'`{name}`' for name in row.names)}: {' '.join(row.meaning) or 'as the name says'}"
