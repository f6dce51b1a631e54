# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A timeline as text and as a picture.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Named, require
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import COMMAND
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.flow import SVG, flow
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import Row, timeline

_FORMS = ("text", "svg")


def probe_timeline(
    result: Mapping[str, Any],
    captures: Mapping[str, str] | None = None,
    modes: Sequence[str] = (),
    control_port: int = 21,
    form: str = "text",
) -> str:
    """Return the dialogue and what the captures show: as text in one order of time, or as SVG, a picture a cell.

    result: what ftp_probe returned.  captures, control_port: as timeline takes them.  modes: names of the cells to
    show, all if empty.  Raise ValueError for an unknown form, if no cell has such a name, and for a result or
    captures of another shape.
    """
    require(result, Fields(), "a result as ftp_probe returns it")
    if form not in _FORMS:
        raise ValueError(f"form is {form!r}; expected {', '.join(_FORMS)}")
    shown = captures or {}
    require(shown, Named(str), f"captures as places, each with the output of {COMMAND}")
    cells = {cell.label: cell for cell in parse_cells(result.get("cells", ()))}
    wanted = [cell for name, cell in cells.items() if not modes or name in modes]
    if not wanted:
        raise ValueError(f"modes is {list(modes)}; the cells are {list(cells)}")
    port = _port(control_port)
    return _text(timeline(wanted, shown, port)) if form == "text" else _picture(wanted, shown, port)


def _port(value: object) -> int:
    """Return a port that may be a text, as variables of the command line are."""
    text = str(value)
    if not text.isdecimal() or len(text) > len("65535"):
        raise ValueError(f"control_port is {text[:80]!r}; expected the number of a port")
    return int(text)


def _text(rows: Sequence[Row]) -> str:
    """Return a line for each row: seconds since the first one, the path of a packet, the packet, what stopped it."""
    lines = list(_lines(rows))
    width = max((len(way) for _at, way, _what in lines), default=0)
    return "".join(f"{at:9.3f}  {way:<{width}}  {what}".rstrip() + "\n" for at, way, what in lines)


def _lines(rows: Sequence[Row]) -> Iterator[tuple[float, str, str]]:
    for row in rows:
        way = " > ".join(row.seen) + (" x" if row.lost else "")
        yield row.at - rows[0].at, way, _what(row)


def _what(row: Row) -> str:
    text = flat(row.text)
    return f"{text}: not seen at {row.lost}, stopped by {row.stopped_by}" if row.lost else text


def _picture(cells: Sequence[Cell], captures: Mapping[str, str], control_port: int) -> str:
    """Return the pictures of the cells, one below the other."""
    pictures = [flow(cell, captures, control_port) for cell in cells]
    width, height = max(float(one.attrib["width"]) for one in pictures), 0.0
    svg = ET.Element("svg", {"xmlns": SVG})
    for picture in pictures:
        picture.set("y", f"{height:g}")
        height += float(picture.attrib["height"])
        svg.append(picture)
    svg.attrib.update(width=f"{width:g}", height=f"{height:g}", viewBox=f"0 0 {width:g} {height:g}")
    return ET.tostring(svg, encoding="unicode") + "\n"
