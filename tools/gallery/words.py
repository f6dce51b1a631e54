# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the gallery: a problem as headed sections, and the list of problems.

Whatever a server or a client has said is made fit for a terminal here.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat

from gallery.set_ups import KNOWN, SetUp, server_of

WIDTH = 100
BOLD, PLAIN = "\033[1m", "\033[0m"
# To the begin of the line, and no more text in it.
CLEAR = "\r\033[K"
_TASK = re.compile(r"^TASK \[(?:[\w.]+ : )?(.*)\] \*+$", re.MULTILINE)

Lines = Iterator[str]
Seen = Mapping[str, Any]


def heading(title: str, colour: bool) -> str:
    """Return the heading of a section."""
    return f"\n{BOLD}{title}{PLAIN}" if colour else f"\n{title}"


def step(log: str) -> str:
    """Return the last task that a log of ansible-playbook names, in one line."""
    return flat(f"    {['', *_TASK.findall(log)][-1]} ...")[:WIDTH]


def broken(set_up: SetUp) -> Lines:
    """Yield what the set-up is, what it teaches, and each setting that it breaks."""
    yield from _text(f"{_capital(set_up['title'])}. {set_up['teaches']}")
    for where, settings in _settings(set_up).items():
        yield from _item(f"{where}: {_pairs(settings)}")
    if set_up.get("no_rule"):
        yield from _item(f"MX: no rule for {set_up['server']}")
    for step in set_up.get("run", ()):
        yield from _item(f"{step.get('at', set_up['server'])}: {step['do']}")


def client(said: Seen) -> Lines:
    """Yield what a client was told to do, and what it says."""
    yield from _item(f"{said['vantage']}$ {said['command']}", "")
    yield from (f"    {flat(line)[: WIDTH - 4]}" for line in said["lines"])
    if said["works"]:
        yield from _text("curl sent a file, got it back and deleted it.")


def probe(report: Seen) -> Lines:
    """Yield the table of each vantage, and each finding with its evidence."""
    for vantage, own in report["vantages"].items():
        yield from _text(f"From {vantage}:")
        yield from (f"    {flat(line)[: WIDTH - 4]}" for line in own.get("table", ()))
    for finding in report["findings"]:
        yield from _text(f"{finding['id']} ({finding['layer']}): {finding['message']}")
        for line in finding["evidence"]:
            yield from _item(line)
    if not report["findings"]:
        yield from _text("No finding.")


def why(report: Seen) -> Lines:
    """Yield the explanation of each finding, and the measurement that decides where the evidence does not."""
    for finding in report["findings"]:
        yield from _text(finding["explanation"])
        if finding["next_step"]:
            yield from _text(f"Next measurement: {finding['next_step']}")


def change(set_up: SetUp, report: Seen) -> Lines:
    """Yield the remedy, and the changes that the finding names, or why a person has to make them."""
    for finding in report["findings"]:
        yield from _text(finding["remedy"])
    if "by_hand" in set_up:
        yield from _text(f"This is a manual fix: {set_up['by_hand']}. {_by_hand(set_up)}")
        return
    for one in (one for finding in report["findings"] for one in finding["changes"]):
        verb = "add" if one["add"] else "set"
        yield from _item(f"{_place(set_up, one['scope'])}: {verb} {one['option']}: {_value(one['value'])}")


def back(parts: int, machines: int, tables: Mapping[str, Seen]) -> Lines:
    """Yield what was compared with the time before, and what the probe says of the servers now."""
    yield from _text(
        f"{parts} parts are the same as before, byte by byte: the rule lists of the MX, and files, packet filters,"
        f" addresses, mounts and services of {machines} machines."
    )
    for server, result in tables.items():
        works = sum(cell["verdict"] == "passed" for cell in result["cells"])
        yield from _text(f"{server}: {works} of {len(result['cells'])} cells work.")


def listing(problems: Mapping[str, str], set_ups: Mapping[str, SetUp]) -> Lines:
    """Yield a line for each problem: its id, about how long it takes on 2 cores, and its message."""
    width = max(map(len, problems))
    for problem, name in problems.items():
        yield f"{problem:<{width}}  {set_ups[name]['seconds']:>3} s  {KNOWN[problem].message}"


def _settings(set_up: SetUp) -> dict[str, Mapping[str, Any]]:
    """Return who is set up otherwise than in a healthy lab -> its settings."""
    places = {"role": "role", "endpoint": "endpoint", "probe": "probe"}
    found = {_place(set_up, scope): set_up[name] for scope, name in places.items() if set_up.get(name)}
    return ({"MX": set_up["mx"]} if set_up.get("mx") else {}) | found


def _place(set_up: SetUp, scope: str) -> str:
    places = {
        "role": f"{server_of(set_up)} on {set_up['server']}",
        "endpoint": f"MX, rules for {set_up['server']}",
        "probe": "client",
    }
    return places[scope]


def _by_hand(set_up: SetUp) -> str:
    options = set_up.get("by_hand_probe")
    faulty = any(name in set_up for name in ("role", "endpoint", "no_rule", "run"))
    sentences = ["Here, the lab takes the fault away."] if faulty else []
    return " ".join(sentences + ([f"The client now calls with {_pairs(options)}."] if options else []))


def _pairs(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {_value(value)}" for name, value in settings.items())


def _value(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(text: str) -> list[str]:
    return _wrapped(text, "  ", "  ")


def _item(text: str, mark: str = "- ") -> list[str]:
    return _wrapped(text, f"  {mark}", "    ")


def _wrapped(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        flat(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
