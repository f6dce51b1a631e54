# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export as it is found in a file: its parts, or what is wrong with it, and the names that its network has.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import Document, parse

# How JSONPath (RFC 9535 section 1.3) writes the whole document.
ROOT = "$"
_EXPECTED = "expected the document that mxlab.ftp.export writes, or answers of the Dashboard API by their names"


@dataclass(frozen=True)
class Export:
    """One file of exports. `names` are those by which an endpoint may mean its network; `problems` has a line each."""

    file: str
    title: str
    names: frozenset[str]
    document: Document = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    id: str | None = None


def read(file: str, content: bytes) -> Export:
    """Return the export in a file; whatever is wrong with it is in its problems."""
    try:
        value = _object(content)
    except ValueError as error:
        return _unnamed(file, {}, (str(error),))
    problems: tuple[str, ...] = ()
    document: Document = {}
    try:
        document = parse(value, ROOT)
    except ValueError as error:
        problems = tuple(str(error).splitlines())
    network = document.get("network") or _network(value)
    known = [text for text in (network.get("id"), network.get("name")) if isinstance(text, str) and text]
    if not known:
        return _unnamed(file, document, problems)
    return Export(file, known[-1], frozenset(known), document, problems, _id(network))


def unreadable(file: str, problem: str) -> Export:
    """Return the export of a file that cannot be read."""
    return _unnamed(file, {}, (problem,))


def _object(content: bytes) -> Mapping[str, Any]:
    """Return the object in a JSON text (RFC 8259); raises ValueError for anything else."""
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError(f"{ROOT}: nested too deep; {_EXPECTED}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{ROOT}: not JSON ({error.msg}, {place}); {_EXPECTED}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{ROOT}: not UTF-8 (byte {error.start}); {_EXPECTED}") from None
    if not isinstance(value, dict):
        raise ValueError(f"{ROOT}: {type(value).__name__} instead of an object; {_EXPECTED}")
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"{ROOT}: {word} is not JSON; {_EXPECTED}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raises ValueError for a name that it has twice, of which readers take one or the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{ROOT}: an object has the name {twice!r} twice; give it once")
    return found


def _network(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part network of a document that has something wrong in it."""
    networks = value.get("networks")
    inner = networks[0] if isinstance(networks, list) and networks and isinstance(networks[0], dict) else {}
    found = value.get("network", inner.get("network"))
    return found if isinstance(found, dict) else {}


def _id(network: Mapping[str, Any]) -> str | None:
    return network["id"] if isinstance(network.get("id"), str) else None


def _unnamed(file: str, document: Document, problems: tuple[str, ...]) -> Export:
    """Return an export whose file has to tell the network."""
    names = tuple(_of_file(file))
    return Export(file, unquote(names[0]), frozenset(names), document, problems)


def _of_file(file: str) -> Iterator[str]:
    """Yield the name of a file, and the network's name and id as the playbook mxlab.ftp.export writes them."""
    stem = file.replace("\\", "/").rpartition("/")[2].removesuffix(".json")
    yield stem
    name, dash, number = stem.rpartition("-")
    if dash:
        yield from (unquote(name), number)
