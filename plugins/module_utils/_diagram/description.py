# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagram of flows shows, for every form of it: hosts and addresses, arrows between them, and what is wrong.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A flow in the result of mx_reach.
Flow = Mapping[str, Any]


@dataclass(frozen=True)
class Edge:
    """An arrow between two hosts or addresses, all in words; `verdict` is what becomes of the packets on it."""

    tail: str
    verdict: str
    label: str
    head: str


@dataclass(frozen=True)
class Lane:
    """The way of one flow's packets: to the MX, and behind it if they come there. `note` is why it fails, or ""."""

    edges: tuple[Edge, ...]
    note: str


@dataclass(frozen=True)
class Box:
    """The flows of one endpoint, or those of none."""

    title: str
    lanes: tuple[Lane, ...]


def boxes_of(flows: Sequence[Flow]) -> list[Box]:
    """Return a box for each endpoint, in the order of the flows."""
    endpoints = dict.fromkeys(flow["endpoint"] for flow in flows)
    return [
        Box(str(endpoint or "other flows"), tuple(_lane(flow) for flow in flows if flow["endpoint"] == endpoint))
        for endpoint in endpoints
    ]


def _lane(flow: Flow) -> Lane:
    return Lane(tuple(_edges(flow)), "" if flow["passed"] else flow["why"])


def _edges(flow: Flow) -> Iterator[Edge]:
    inbound, translated, verdict = flow["direction"] == "inbound", flow["translated"], flow["verdict"]
    place = _internet if inbound else str
    tail, head = place(flow["source"]), str(flow["destination"]) if inbound else _internet(flow["destination"])
    label = f"{flow['name']}: {_ports(flow)} {verdict}"
    rules = ", ".join(rule["title"] for step in flow["chain"] for rule in step["rules"]) or "no rule"
    if translated is None:
        yield Edge(tail, verdict, f"{label}: {rules}", head)
        return
    middle = head if inbound else translated["source"] or "the MX's own address"
    yield Edge(tail, verdict, label, middle)
    end = translated["destination"] or "a host in the LAN" if inbound else head
    changed = "" if translated["ports"] == flow["ports"] else f", to {translated['ports']}"
    yield Edge(middle, verdict, rules + changed, end)


def _internet(address: str) -> str:
    return "Internet" if address == "any" else f"Internet: {address}"


def _ports(flow: Flow) -> str:
    origin = "" if flow["source_ports"] == "any" else f"from {flow['source_ports']} "
    return f"{flow['protocol']} {origin}to {flow['ports']}"
