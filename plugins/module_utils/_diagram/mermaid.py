# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A diagram of flows as a Mermaid flowchart.

Syntax: "Flowcharts - Basic Syntax" of Mermaid's documentation.
Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.description import Box
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit

_ARROWS = {"admitted": "-->", "stopped": "--x", "undetermined": "-.->"}


def mermaid(boxes: Sequence[Box]) -> str:
    """Return a flowchart with a subgraph for each box."""
    lines = ["flowchart LR"]
    for number, box in enumerate(boxes):
        lines += [f"  subgraph e{number}[{_quoted(box.title)}]", *_inside(f"e{number}", box), "  end"]
    return "\n".join(lines) + "\n"


def _inside(name: str, box: Box) -> Iterator[str]:
    """Yield the lines inside a box: each node once, then the edges, and a note where a lane ends."""
    edges = [edge for lane in box.lanes for edge in lane.edges]
    notes = [(lane.edges[-1].head, lane.note) for lane in box.lanes if lane.note]
    texts = dict.fromkeys([text for edge in edges for text in (edge.tail, edge.head)] + [note for _end, note in notes])
    nodes = {text: f"{name}n{index}" for index, text in enumerate(texts)}
    yield from (f"    {node}[{_quoted(text)}]" for text, node in nodes.items())
    for edge in edges:
        yield f"    {nodes[edge.tail]} {_ARROWS[edge.verdict]}|{_quoted(edge.label)}| {nodes[edge.head]}"
    yield from dict.fromkeys(f"    {nodes[end]} -.- {nodes[note]}" for end, note in notes)


def _quoted(text: str) -> str:
    """Quote a text so that nothing in it means anything to Mermaid ("Entity codes to escape characters").

    The percent sign begins directives, in texts too ("Directives").
    """
    codes = {ord(char): f"#{ord(char)};" for char in '"#<>&`%\n\\'}
    return f'"{fit(text).translate(codes)}"'
