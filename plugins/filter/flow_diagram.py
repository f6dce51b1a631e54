# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter flow_diagram; its documentation is in flow_diagram.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit

Flow = Mapping[str, Any]

_ARROWS = {"admitted": "-->", "stopped": "--x", "undetermined": "-.->"}


@dataclass(frozen=True)
class _Edge:
    """An arrow between two hosts or addresses, all in words."""

    tail: str
    arrow: str
    label: str
    head: str


def flow_diagram(flows: Sequence[Flow]) -> str:
    """Return a Mermaid flowchart of the `flows` in mx_reach's result, with one box for each endpoint.

    Syntax: "Flowcharts - Basic Syntax" of Mermaid's documentation.
    """
    lines = ["flowchart LR"]
    for number, endpoint in enumerate(dict.fromkeys(flow["endpoint"] for flow in flows)):
        edges = [edge for flow in flows if flow["endpoint"] == endpoint for edge in _edges(flow)]
        lines += [f"  subgraph e{number}[{_quoted(endpoint or 'other flows')}]", *_box(f"e{number}", edges), "  end"]
    return "\n".join(lines) + "\n"


def _box(box: str, edges: Sequence[_Edge]) -> Iterator[str]:
    """Return the lines inside a box: each node once, then the edges."""
    texts = dict.fromkeys(text for edge in edges for text in (edge.tail, edge.head))
    nodes = {text: f"{box}n{index}" for index, text in enumerate(texts)}
    yield from (f"    {node}[{_quoted(text)}]" for text, node in nodes.items())
    for edge in edges:
        yield f"    {nodes[edge.tail]} {edge.arrow}|{_quoted(edge.label)}| {nodes[edge.head]}"


def _edges(flow: Flow) -> Iterator[_Edge]:
    """Return the way of a flow's packets: to the MX, and behind it if they are admitted."""
    inbound, translated, arrow = flow["direction"] == "inbound", flow["translated"], _ARROWS[flow["verdict"]]
    place = _internet if inbound else str
    tail, head = place(flow["source"]), str(flow["destination"]) if inbound else _internet(flow["destination"])
    label = f"{flow['name']}: {_ports(flow)} {flow['verdict']}"
    rules = ", ".join(map(_rule, flow["rules"])) or "no rule"
    if translated is None:
        yield _Edge(tail, arrow, f"{label}: {rules}", head)
        return
    middle = head if inbound else translated["source"] or "the MX's own address"
    yield _Edge(tail, arrow, label, middle)
    end = translated["destination"] or "a host in the LAN" if inbound else head
    changed = "" if translated["ports"] == flow["ports"] else f", to {translated['ports']}"
    yield _Edge(middle, arrow, rules + changed, end)


def _internet(address: str) -> str:
    return "Internet" if address == "any" else f"Internet: {address}"


def _ports(flow: Flow) -> str:
    origin = "" if flow["source_ports"] == "any" else f"from {flow['source_ports']} "
    return f"{flow['protocol']} {origin}to {flow['ports']}"


def _rule(ref: Mapping[str, Any]) -> str:
    name = ref["rule"].get("name") or ref["rule"].get("comment")
    return f"{ref['kind']}[{ref['index']}]" + (f" {name}" if name else "")


def _quoted(text: object) -> str:
    """Quote a text so that nothing in it means anything to Mermaid ("Entity codes to escape characters").

    The percent sign begins directives, in texts too ("Directives").
    """
    codes = {ord(char): f"#{ord(char)};" for char in '"#<>&`%\n\\'}
    return f'"{fit(str(text)).translate(codes)}"'


class FilterModule:
    """What Ansible looks for in a file of filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of this file by name."""
        return {"flow_diagram": flow_diagram}
