# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One export document: read from the project's own form, or from raw answers of the API that somebody has collected.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.shapes import fault
from ansible_collections.mxlab.ftp.plugins.module_utils._dashboard.texts import shown
from ansible_collections.mxlab.ftp.plugins.module_utils._export.own import own_parts
from ansible_collections.mxlab.ftp.plugins.module_utils._export.parts import PARTS

# The parts of one network under the API's names; a part that is not there is unknown.
Document = dict[str, Any]

FORMAT, VERSION = "mxlab.ftp/export", 1
# What our own form has besides the parts.
HEAD = ("format", "version", "exportedAt", "apiVersion")
_NAMES: Mapping[str, str] = {given: name for name, part in PARTS.items() for given in (name, *part.aliases)}
# So alike are "vlan" and "vlans"; inboundCellularFirewallRules is no misspelling of inboundFirewallRules.
_ALIKE = 0.88


def parse(value: Mapping[str, Any], path: str) -> Document:
    """Return the parts of an export; null is as if a part were left out, and so are items of other networks.

    Our own form has no other parts. In raw answers, other parts are ignored unless they look like a misspelt one. What
    mxlab.ftp.anonymise writes has the export beside the endpoints that it was judged for.
    Raises ValueError with one line for each name and each part that is wrong: its path, and what is expected there.
    """
    if isinstance(value.get("export"), Mapping):
        return parse(value["export"], f"{path}.export")
    whole = _of_one_network(value, path)
    problems = [*_head_problems(whole, path)]
    named: Document = {}
    for given, part in whole.items():
        try:
            name = _name(given, path, strict="format" in whole)
            if name is not None and part is not None:
                _add(named, name, given, part, path)
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ValueError("\n".join(problems))
    return own_parts(named, path)


def _add(named: Document, name: str, given: str, part: Any, path: str) -> None:
    if name in named:
        raise ValueError(f"{path}: {_once_more(given, name)}")
    named[name] = part
    _check_part(f"{path}.{given}", part, PARTS[name].shape)


def _once_more(given: str, name: str) -> str:
    return f"{given!r} is the part {name!r} once more; give it once"


def _of_one_network(value: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return a document with the organization's parts beside a list of one network as one level.

    Raises ValueError if there is not one network, or if it has parts that are beside it, too.
    """
    if "networks" not in value:
        return value
    networks = value["networks"]
    if not isinstance(networks, list) or len(networks) != 1 or not isinstance(networks[0], Mapping):
        raise ValueError(f"{path}.networks: expected a list of exactly one network, got {shown(networks)}")
    # The head is no part: there, null is wrong.
    beside = {name: part for name, part in value.items() if part is not None or name in HEAD}
    inner = {name: part for name, part in networks[0].items() if part is not None}
    twice = [name for name in inner if name in _NAMES and name in beside]
    if twice:
        raise ValueError("\n".join(f"{path}.networks[0]: {_once_more(name, _NAMES[name])}" for name in twice))
    return {**{name: part for name, part in beside.items() if name != "networks"}, **inner}


def _head_problems(value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, expected in (("format", FORMAT), ("version", VERSION)):
        if "format" in value and value.get(name) != expected:
            yield f"{path}.{name}: expected {expected!r}, got {shown(value.get(name))}"


def _name(given: str, path: str, strict: bool) -> str | None:
    """Return the part that a name stands for; None for what is no part of an export."""
    if given in _NAMES or given in HEAD:
        return _NAMES.get(given)
    near = get_close_matches(given.lower(), {name.lower(): name for name in _NAMES}, 1, _ALIKE)
    if near:
        meant = next(name for name in _NAMES if name.lower() == near[0])
        raise ValueError(f"{path}: {given!r} is unknown; did you mean {meant!r}?")
    if strict:
        raise ValueError(f"{path}: {given!r} is unknown; there are {', '.join(PARTS)}")
    return None


def _check_part(path: str, part: Any, shape: Any) -> None:
    found = fault(part, shape)
    if found is not None:
        place = found.path if found.path.startswith("[") or not found.path else f".{found.path}"
        raise ValueError(f"{path}{place}: expected {found.expected}, got {shown(found.got)}")
