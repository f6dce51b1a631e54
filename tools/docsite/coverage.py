# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The coverage of the documentation: what is documented, and what of it has an example.

An option or a variable has an example if the EXAMPLES of its plugin or a sample of the documentation names it, or if
its documentation shows a value.  For a variable of a server's role, its ftp_* twin counts as well.  A return value has
an example if it or a value around it has a sample, or if its documentation shows a value.  A playbook and a make target
have a command, and a cause has a broken server or a set-up of the lab that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from gallery import set_ups

from docsite import markdown, names, targets
from docsite.places import ROOT

# What still lacks an example.  A test compares it with what is found, so that it can only shrink.
KNOWN = ROOT / "tools" / "docsite" / "without_example.txt"
_VALUE = re.compile(r"\b[VC]\(|such as|for example", re.IGNORECASE)


@dataclass(frozen=True)
class Thing:
    """Something that has to be documented, and whether it is, with an example."""

    kind: str
    name: str
    documented: bool
    example: bool


def things() -> Iterator[Thing]:
    """Yield all that has to be documented."""
    words = _words_of_samples()
    for kind in ("module", "filter", "test"):
        for name, plugin in names.documented()[kind].items():
            yield from _of_plugin(kind, name, plugin, words)
    for role, entries in names.roles().items():
        for option, spec in {name: spec for options in entries.values() for name, spec in _options(options)}.items():
            example = _named(option, words) or _named(_twin(role, option), words) or _shows(spec)
            yield Thing("role variable", f"{role}: {option}", _told(spec), example)
    for name, book in names.playbooks_known().items():
        yield Thing("playbook", name, bool(book.summary), bool(book.commands))
    for target in targets.read():
        yield Thing("make target", target.name, bool(target.meaning), True)
    yield from _causes()


def _of_plugin(kind: str, name: str, plugin: Mapping[str, Any], words: set[str]) -> Iterator[Thing]:
    examples = plugin["examples"] or ""
    yield Thing(kind, name, bool(plugin["doc"].get("short_description")), bool(examples.strip()))
    shown = words | set(re.findall(r"\w+", examples))
    for option, spec in _options(plugin["doc"].get("options", {})):
        # The input of a filter or test is what stands in front of it.
        example = option == "_input" and bool(examples) or _named(option, shown) or _shows(spec)
        yield Thing(f"{kind} option", f"{name}: {option}", _told(spec), example)
    for value, spec, sample in _values(plugin["return"] or {}, False):
        yield Thing(f"{kind} return value", f"{name}: {value}", _told(spec), sample or _shows(spec))


def _options(options: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, spec in options.items():
        yield before + name, spec
        yield from _options(spec.get("suboptions") or spec.get("options") or {}, f"{before}{name}.")


def _values(values: Mapping[str, Any], sample: bool, before: str = "") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    for name, spec in values.items():
        has = sample or "sample" in spec
        inner = spec.get("contains") or {}
        # One that only holds others has the samples of those.
        yield before + name, spec, has or bool(inner)
        yield from _values(inner, has, f"{before}{name}.")


def _told(spec: Mapping[str, Any]) -> bool:
    return bool(_text(spec).strip())


def _shows(spec: Mapping[str, Any]) -> bool:
    return "choices" in spec or bool(_VALUE.search(_text(spec)))


def _text(spec: Mapping[str, Any]) -> str:
    told = spec.get("description", "")
    return told if isinstance(told, str) else " ".join(told)


def _named(option: str, words: set[str]) -> bool:
    return option.rpartition(".")[2] in words


def _twin(role: str, variable: str) -> str:
    """Return the ftp_* variable from which a variable of a server's role takes its value."""
    return f"ftp_{variable.removeprefix(f'{role}_')}"


def _words_of_samples() -> set[str]:
    blocks = (block for path in markdown.files() for block in markdown.blocks(path))
    return {word for block in blocks if block.language in ("yaml", "sh") for word in re.findall(r"\w+", block.text)}


def _causes() -> Iterator[Thing]:
    files = (yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob("tests/faults/*/*.yml"))
    shown = {finding for file in files if isinstance(file, dict) for finding in file.get("findings", [])}
    shown |= set(set_ups.problems())
    for identity, cause in set_ups.KNOWN.items():
        yield Thing("cause", identity, bool(cause.explanation and cause.remedy), identity in shown)


def table(found: Iterable[Thing]) -> str:
    """Return the counts by kind, as a text."""
    rows = list(found)
    lines = [f"{'kind':<22}{'all':>6}{'documented':>12}{'example':>9}"]
    for kind in dict.fromkeys(thing.kind for thing in rows):
        own = [thing for thing in rows if thing.kind == kind]
        told, shown = sum(thing.documented for thing in own), sum(thing.example for thing in own)
        lines.append(f"{kind:<22}{len(own):>6}{told:>12}{shown:>9}")
    return "\n".join(lines)


def undocumented(found: Iterable[Thing]) -> list[str]:
    """Return what is not documented."""
    return [f"{thing.kind} {thing.name}" for thing in found if not thing.documented]


def without_example(found: Iterable[Thing]) -> list[str]:
    """Return what has no example."""
    return sorted(f"{thing.kind} {thing.name}" for thing in found if not thing.example)


def known() -> list[str]:
    """Return what is known to have no example."""
    lines = KNOWN.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
