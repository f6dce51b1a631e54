# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mx_reach says of packets, read from its result as users get it: of all packets at once, by an export alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from ipaddress import IPv4Network
from itertools import product
from typing import Any, NamedTuple, Union

from ansible_collections.mxlab.ftp.plugins.modules import mx_reach

from .lab import OWN
from .wire import Packet


class Undecided(NamedTuple):
    """The fate of packets that the export does not tell; if they arrive, then as one of these, where that is told."""

    arrivals: frozenset[Packet] = frozenset()


Fate = Union[Packet, Undecided, None]  # what arrives; None: nothing

FIELDS = {"source": "source", "source_port": "source_ports", "destination": "destination", "destination_port": "ports"}
ALL = {"source": "any", "source_ports": "any", "destination": "any", "ports": "any"}
Rows = Sequence[Mapping[str, Any]]


def fates(document: Mapping[str, Any], options: Mapping[str, Any], packets: Sequence[Packet]) -> list[Fate]:
    """Return what mx_reach says of each packet, with other options besides the export."""
    given = {**options, "export": document, "flows": [*_flows()]}
    result = mx_reach.judged({**_defaults(mx_reach.ARGUMENT_SPEC), **given})
    rows = {name: [row for row in result["flows"] if row["name"] == name] for name in map(_name, _ways())}
    found = {name: _Lookup(these) for name, these in rows.items()}
    return [found[_name(packet[:3])].fate(packet) for packet in packets]


def _defaults(spec: Mapping[str, Any]) -> dict[str, Any]:
    return {name: words.get("default") for name, words in spec.items()}


def _ways() -> Iterator[tuple[str, ...]]:
    return product(("inbound", "outbound"), OWN, ("tcp", "udp"))


def _name(way: Sequence[Any]) -> str:
    return " ".join(way)


def _flows() -> Iterator[dict[str, Any]]:
    for direction, uplink, protocol in _ways():
        name = _name((direction, uplink, protocol))
        way = {"name": name, "direction": direction, "uplink": uplink, "protocol": protocol}
        yield {**_defaults(mx_reach.FLOW_SPEC), **ALL, **way}


class _Lookup:
    """The rows of one flow, and of each value of a field the rows that it is in, as a bit set."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._ranges = {field: [_ranges(row[key]) for row in rows] for field, key in FIELDS.items()}
        self._known: dict[tuple[str, int], int] = {}

    def fate(self, packet: Packet) -> Fate:
        """Return what the one row that the packet is in says of it."""
        candidates = -1
        for field in FIELDS:
            candidates &= self._rows_with(field, getattr(packet, field))
        assert candidates.bit_count() == 1, f"{packet} is in {candidates.bit_count()} rows, expected one"
        return _fate(self._rows[candidates.bit_length() - 1], packet)

    def _rows_with(self, field: str, value: int) -> int:
        key = (field, value)
        if key not in self._known:
            inside = (any(low <= value <= high for low, high in ranges) for ranges in self._ranges[field])
            self._known[key] = sum(1 << number for number, each in enumerate(inside) if each)
        return self._known[key]


def _fate(row: Mapping[str, Any], packet: Packet) -> Fate:
    if row["verdict"] == "stopped":
        return None
    if row["translated"] is None:
        return Undecided()
    after = packet._replace(**{field: _changed(row, key, getattr(packet, field)) for field, key in FIELDS.items()})
    return after if row["verdict"] == "admitted" else Undecided(frozenset([after]))


def _changed(row: Mapping[str, Any], key: str, value: int) -> int:
    """Return a value after translation: the same place in the range that the row's range becomes."""
    before, after = row[key], row["translated"][key]
    if before == after:
        return value
    [(first, _last), *_others], [(moved, end)] = _ranges(before), _ranges(after)
    return moved if moved == end else moved + value - first


def _ranges(text: str) -> list[tuple[int, int]]:
    return [(0, 2**32 - 1)] if text == "any" else [_range(each) for each in text.split(", ")]


@cache
def _range(text: str) -> tuple[int, int]:
    if "." in text:
        network = IPv4Network(text)
        return int(network.network_address), int(network.broadcast_address)
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", text)
    assert found, f"{text!r} is no port or range"
    return int(found[1]), int(found[2] or found[1])
