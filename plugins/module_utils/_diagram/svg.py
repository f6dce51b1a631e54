# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A diagram of flows as SVG: a lane for each flow, with the sender, the MX's address, and the host behind it.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from textwrap import wrap

from ansible_collections.mxlab.ftp.plugins.module_utils._diagram.description import Box, Edge, Lane
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line

_SVG = "http://www.w3.org/2000/svg"
_COLORS = {"admitted": "#080", "stopped": "#c00", "undetermined": "#b60"}
_DASHES = {"undetermined": "6 4"}
# Pixels: of a line of text, and where the columns of hosts begin; how wide a host is, and the whole picture.
_LINE, _COLUMNS, _HOST, _WIDTH = 16, (20, 460, 900), 200, 1120
# Letters that fit into a host, between two hosts, and across the picture; lines of a host.
_IN_HOST, _BETWEEN, _ACROSS, _MOST = 26, 31, 145, 4


def svg(boxes: Sequence[Box]) -> str:
    """Return the picture."""
    root = ET.Element("svg", {"xmlns": _SVG, "font-family": "monospace", "font-size": "12", "width": str(_WIDTH)})
    ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#fff"})
    y = 0
    for box in boxes:
        y += 2 * _LINE
        _write(root, _COLUMNS[0], y, [one_line(box.title)], "#000", "bold")
        for lane in box.lanes:
            y = _draw(root, lane, y + _LINE)
    height = y + _LINE
    root.set("height", str(height))
    root.set("viewBox", f"0 0 {_WIDTH} {height}")
    return ET.tostring(root, encoding="unicode") + "\n"


def _draw(root: ET.Element, lane: Lane, top: int) -> int:
    """Draw a lane from `top` on, and return where it ends."""
    hosts = [_few_lines(text) for text in (lane.edges[0].tail, *(edge.head for edge in lane.edges))]
    labels = [_lines(edge.label, _BETWEEN) for edge in lane.edges]
    above = max(len(label) for label in labels) * _LINE
    half = max(len(host) for host in hosts) * _LINE // 2 + 4
    middle = top + max(above + 6, half)
    for x, host in zip(_COLUMNS, hosts):
        _host(root, x, middle, host)
    for x, edge, label in zip(_COLUMNS, lane.edges, labels):
        _write(root, x + _HOST + 10, middle - 6 - (len(label) - 1) * _LINE, label, _COLORS[edge.verdict])
        _arrow(root, x + _HOST, middle, edge)
    note = _lines(lane.note, _ACROSS) if lane.note else []
    _write(root, _COLUMNS[0], middle + half + _LINE, note, "#c00")
    return middle + half + len(note) * _LINE


def _host(root: ET.Element, x: int, middle: int, lines: Sequence[str]) -> None:
    half = len(lines) * _LINE // 2 + 4
    box = {"x": str(x), "y": str(middle - half), "width": str(_HOST), "height": str(2 * half), "rx": "4"}
    ET.SubElement(root, "rect", {**box, "fill": "#eef", "stroke": "#88a"})
    _write(root, x + 6, middle - half + _LINE, lines, "#000")


def _arrow(root: ET.Element, x: int, y: int, edge: Edge) -> None:
    """Draw an arrow to the next column; it ends in a cross if the packets are stopped."""
    end, color = x + _COLUMNS[1] - _COLUMNS[0] - _HOST, _COLORS[edge.verdict]
    dashes = {"stroke-dasharray": _DASHES[edge.verdict]} if edge.verdict in _DASHES else {}
    line = {"x1": str(x), "y1": str(y), "x2": str(end), "y2": str(y), "stroke": color, **dashes}
    ET.SubElement(root, "line", line)
    if edge.verdict == "stopped":
        cross = f"M{end - 14},{y - 6} l12,12 m0,-12 l-12,12"
        ET.SubElement(root, "path", {"d": cross, "stroke": color, "stroke-width": "2"})
    else:
        ET.SubElement(root, "polygon", {"points": f"{end},{y} {end - 8},{y - 4} {end - 8},{y + 4}", "fill": color})


def _write(root: ET.Element, x: int, y: int, lines: Sequence[str], color: str, weight: str = "normal") -> None:
    for number, line in enumerate(lines):
        place = {"x": str(x), "y": str(y + number * _LINE), "fill": color, "font-weight": weight}
        ET.SubElement(root, "text", place).text = line


def _few_lines(text: str) -> list[str]:
    """Return a text in the lines of a host; one that is too long ends in dots."""
    lines = _lines(text, _IN_HOST)
    return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], "..."]


def _lines(text: str, width: int) -> list[str]:
    return wrap(one_line(text), width) or [""]
