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

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Named, require
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import COMMAND
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.places import PLACES
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import Row, timeline

_SVG = "http://www.w3.org/2000/svg"
# Pixels: of a row, of a lane, and where lanes and texts begin.
_ROW, _LANE, _LANES, _WIDTH = 18, 90, 90, 1200
_FORMS = ("text", "svg")


def probe_timeline(
    result: Mapping[str, Any],
    captures: Mapping[str, str] | None = None,
    modes: Sequence[str] = (),
    control_port: int = 21,
    form: str = "text",
) -> str:
    """Return the dialogue and what the captures show, as text or SVG.

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
    rows = timeline(wanted, shown, _port(control_port))
    return _text(rows) if form == "text" else _picture(rows, [place for place in PLACES if place in shown])


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


def _picture(rows: Sequence[Row], places: Sequence[str]) -> str:
    """Return an SVG with a vertical line for each place, and packets as arrows between them."""
    height = (len(rows) + 3) * _ROW
    size = {"width": str(_WIDTH), "height": str(height), "viewBox": f"0 0 {_WIDTH} {height}"}
    svg = ET.Element("svg", {"xmlns": _SVG, "font-family": "monospace", "font-size": "12", **size})
    lanes = {place: _LANES + number * _LANE for number, place in enumerate(places)}
    for place, x in lanes.items():
        _write(svg, x - 20, _ROW, place)
        ET.SubElement(svg, "line", _line(x, _ROW + 6, x, height, "#bbb"))
    for number, row in enumerate(rows):
        _draw(svg, row, lanes, (number + 2.5) * _ROW, f"{row.at - rows[0].at:8.3f}")
    return ET.tostring(svg, encoding="unicode") + "\n"


def _draw(svg: ET.Element, row: Row, lanes: Mapping[str, int], y: float, at: str) -> None:
    _write(svg, 5, y, at)
    color = "#c00" if row.lost else "#06c" if row.seen else "#000"
    _write(svg, _LANES + len(lanes) * _LANE, y, _what(row), color)
    if not row.seen:
        return
    begin, end = lanes[row.seen[0]], lanes[row.seen[-1]]
    stop = (end + lanes[row.lost]) / 2 if row.lost else end
    ET.SubElement(svg, "line", _line(begin, y - 4, stop, y - 4, color))
    ET.SubElement(svg, "circle", {"cx": str(begin), "cy": str(y - 4), "r": "2.5", "fill": color})
    back = -1 if stop > begin else 1
    if row.lost:
        ET.SubElement(svg, "line", _line(stop - 4, y - 8, stop + 4, y, color))
        ET.SubElement(svg, "line", _line(stop - 4, y, stop + 4, y - 8, color))
    elif stop != begin:
        corners = f"{stop},{y - 4} {stop + back * 7},{y - 8} {stop + back * 7},{y}"
        ET.SubElement(svg, "polygon", {"points": corners, "fill": color})


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> dict[str, str]:
    return {"x1": str(x1), "y1": str(y1), "x2": str(x2), "y2": str(y2), "stroke": color}


def _write(svg: ET.Element, x: float, y: float, text: str, color: str = "#000") -> None:
    ET.SubElement(svg, "text", {"x": str(x), "y": str(y), "fill": color, "xml:space": "preserve"}).text = text
