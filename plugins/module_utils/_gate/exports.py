# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export as it is found in a file: its parts, or what is wrong with it, and the names that its network has.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ansible_collections.mxlab.ftp.plugins.module_utils._export.document import Document, parse
from ansible_collections.mxlab.ftp.plugins.module_utils._export.text import ROOT, object_in

# The name that the playbook mxlab.ftp.export gives a file, with an id as the Dashboard API has them.
_NAMED = re.compile(r"(?P<name>.+)-(?P<id>[NL]_[0-9]+)")
_NAMELESS = (
    f"{ROOT}: the part network is missing, and the file is not named like Lab%20HQ-N_100001.json, as mxlab.ftp.export"
    " does; add the part network, or name the file so"
)


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
        value = object_in(content)
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


def _network(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part network of a document that has something wrong in it."""
    networks = value.get("networks")
    inner = networks[0] if isinstance(networks, list) and networks and isinstance(networks[0], dict) else {}
    found = value.get("network", inner.get("network"))
    return found if isinstance(found, dict) else {}


def _id(network: Mapping[str, Any]) -> str | None:
    return network["id"] if isinstance(network.get("id"), str) else None


def _unnamed(file: str, document: Document, problems: tuple[str, ...]) -> Export:
    """Return an export whose file has to tell the network; a file of another name is of no network that is known."""
    stem = file.replace("\\", "/").rpartition("/")[2].removesuffix(".json")
    found = _NAMED.fullmatch(stem)
    if found is None:
        return Export(file, unquote(stem), frozenset(), document, problems or (_NAMELESS,))
    return Export(file, unquote(stem), frozenset((unquote(found["name"]), found["id"])), document, problems)
