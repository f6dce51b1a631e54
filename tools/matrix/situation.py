# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Situations as data: what is between a client and its server, and what is to be expected there.

Each is a file of molecule/matrix/situations, whose README says what its fields are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from lab.common import ROOT, LabError

FOLDER = ROOT / "molecule" / "matrix" / "situations"
# That of the emulator, where a situation names none (roles/mx_emulator/files/mx_emulator/config.py).
FIRMWARE = "wired-18-107-10"
PASSED, FAILED, UNDETERMINED = "passed", "failed", "undetermined"
_GROUPS: dict[str, Sequence[str]] = {**seen.MODE_GROUPS, "all": seen.MODES}


@dataclass(frozen=True)
class Expected:
    """What a probe has to report: the cells that do not pass, and the findings, in any order.

    A cell is named by its mode or a group of modes, and its protection: "PASV P", "active clear", "all".  Without a
    protection, all are meant.  hangs: cells that end in either of the two ways, as it happens; perhaps: findings that
    come with one of them.
    """

    fails: tuple[str, ...] = ()
    undetermined: tuple[str, ...] = ()
    hangs: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()

    def verdicts(self, mode: str, protection: str) -> tuple[str, ...]:
        """Return the verdicts that a cell may have."""
        for words, verdicts in (
            (self.fails, (FAILED,)),
            (self.undetermined, (UNDETERMINED,)),
            (self.hangs, (FAILED, UNDETERMINED)),
        ):
            if any(_means(word, mode, protection) for word in words):
                return verdicts
        return (PASSED,)


@dataclass(frozen=True, eq=False)
class Situation:
    """One situation; docs of the fields: molecule/matrix/situations/README.md."""

    name: str
    title: str
    teaches: str
    servers: str
    client: str
    to: str = "{public_address}"
    place: str = "internet"
    beside: str = ""
    mx: Mapping[str, Any] = field(default_factory=dict)
    path: Sequence[Mapping[str, str]] = ()
    probe: Mapping[str, Any] = field(default_factory=dict)
    expected: Expected = Expected()
    exceptions: Mapping[str, Expected] = field(default_factory=dict)

    @property
    def firmware(self) -> str:
        """Return the firmware of the MX in words, as mx_info tells it."""
        known: str = self.mx.get("emulator", {}).get("firmware", FIRMWARE)
        return f"MX {known.removeprefix('wired-').replace('-', '.')}"

    @property
    def called_outside(self) -> bool:
        """Return whether the client calls the server at an address that it has on the Internet itself."""
        return "{wan_address}" in self.to

    def expects(self, software: str) -> Expected:
        """Return what a probe of this server has to report."""
        return self.exceptions.get(software, self.expected)


def load(folder: Path = FOLDER) -> dict[str, Situation]:
    """Return all situations by their names; raise LabError, naming file and field, for one that cannot be."""
    found = {path.stem: _parse(path.stem, yaml.safe_load(path.read_text())) for path in sorted(folder.glob("*.yml"))}
    for situation in found.values():
        if situation.beside and situation.beside not in found:
            raise LabError(f"{situation.name}.yml: beside is {situation.beside!r}; expected the name of a situation")
    return found


def chosen(situations: Mapping[str, Situation], wanted: str) -> list[Situation]:
    """Return the situations that the comma-separated names name, and those that they are compared with; "" means all.

    Raise LabError for an unknown name.
    """
    names = [name for name in wanted.split(",") if name] or list(situations)
    unknown = [name for name in names if name not in situations]
    if unknown:
        raise LabError(f"SITUATION={wanted}: {', '.join(unknown)} is none of {', '.join(situations)}")
    names += [situations[name].beside for name in names if situations[name].beside]
    return [situations[name] for name in dict.fromkeys(names)]


def _parse(name: str, content: Mapping[str, Any]) -> Situation:
    given = {"client" if key == "from" else key: value for key, value in content.items()}
    fields = {each.name for each in dataclasses.fields(Situation)} - {"name"}
    missing = {"title", "teaches", "servers", "client"} - set(given)
    if missing or not fields >= set(given):
        wrong = sorted((set(given) - fields) | missing)
        raise LabError(f"{name}.yml: {', '.join(wrong)} is missing or unknown; a situation has {', '.join(fields)}")
    expected = _expected(name, given.pop("expected", {}))
    exceptions = {software: _expected(name, value) for software, value in given.pop("exceptions", {}).items()}
    return Situation(name=name, expected=expected, exceptions=exceptions, **given)


def _expected(name: str, content: Mapping[str, Any]) -> Expected:
    try:
        expected = Expected(**{key: tuple(value) for key, value in content.items()})
    except TypeError as error:
        raise LabError(f"{name}.yml: expected has {', '.join(content)}: {error}") from error
    for word in (*expected.fails, *expected.undetermined, *expected.hangs):
        mode, _space, protection = word.partition(" ")
        if mode not in (*_GROUPS, *seen.MODES) or protection not in ("", *seen.PROTECTIONS):
            raise LabError(f"{name}.yml: {word!r} is no cell; write it like PASV, active, all, PORT P or PASV clear")
    return expected


def _means(word: str, mode: str, protection: str) -> bool:
    meant, _space, under = word.partition(" ")
    return mode in _GROUPS.get(meant, (meant,)) and under in ("", protection)


def causes(situations: Sequence[Situation]) -> Iterator[str]:
    """Yield the findings that the situations show."""
    for situation in situations:
        for expected in (situation.expected, *situation.exceptions.values()):
            yield from (*expected.findings, *expected.perhaps)
