# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell as a picture: the hosts on the path, what they said, and the packets before and behind each translation.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell, describe
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import one_line
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.capture import Packet
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.places import Moved
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.steps import Said, Sent, Step, steps

SVG = "http://www.w3.org/2000/svg"
# Pixels: from one host to the next, at least from the first to the last one, beside these, of a line, and of a letter.
_GAP, _LEAST, _SIDE, _LINE, _LETTER = 190, 380, 80, 15, 6.7
# Letters that fit from one host to the next, and those of the description; lines of a text.
_BETWEEN, _DESCRIBED, _MOST = 24, 900, 3
# A page that holds the picture may give its own colors to the variables, in a rule for what is more than ".flow".
# k: caption.  c, d: control and data connection.  h: hidden by TLS.  u: not captured.  n: translated.  x: failed.
STYLE = (
    ".flow{--ink:#1f2328;--paper:#fff;--quiet:#59636e;--control:#0550ae;--data:#8a4600;--bad:#b3261e}"
    "@media(prefers-color-scheme:dark){"
    ".flow{--ink:#e6edf3;--paper:#0d1117;--quiet:#9ba4ae;--control:#79b8ff;--data:#ffb86b;--bad:#ff8a80}}"
    ".flow rect{fill:var(--paper)}.flow path{fill:none;stroke:var(--quiet)}"
    ".flow text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:var(--ink);"
    "paint-order:stroke;stroke:var(--paper);stroke-width:3px}"
    ".flow .k{font-family:system-ui,sans-serif;fill:var(--quiet)}.flow .b,.flow .n{font-weight:700}"
    ".flow .m{text-anchor:middle}.flow .e{text-anchor:end}"
    ".flow path.c{stroke:var(--control)}.flow path.d{stroke:var(--data);stroke-width:2.5}"
    ".flow path.h{stroke-dasharray:8 3}.flow path.u{stroke-dasharray:1 4}"
    ".flow text.c{fill:var(--control)}.flow text.n{fill:var(--data)}.flow text.x{fill:var(--bad)}"
    ".flow path.x{stroke:var(--bad);stroke-width:3}"
)
# Hosts that follow each other, and the places that show what passes between them, the most telling one first.
_SEEN_AT = {
    ("client", "server"): ("client", "wan", "lan", "server"),
    ("client", "MX"): ("client", "wan"),
    ("client", "NAT"): ("client",),
    ("NAT", "MX"): ("wan",),
    ("MX", "server"): ("server", "lan"),
}
_HOST_OF = {"client": "client", "wan": "MX", "lan": "MX", "server": "server"}
# The places on either side of the MX, the most telling one first.
_NEAR, _FAR = ("client", "wan"), ("server", "lan")


@dataclass(frozen=True)
class _Way:
    """The way of a packet from one host to the next; form: the packet as a capture shows it there."""

    begin: float
    end: float
    form: Packet | None
    captured: bool


@dataclass(frozen=True)
class _Map:
    """The hosts on the path: name -> address ("" if nothing tells it); captured: the places with a capture."""

    hosts: Mapping[str, str]
    captured: frozenset[str]

    def x(self, host: str) -> float:
        """Return where the line of a host is."""
        return _SIDE + max(_GAP, _LEAST / (len(self.hosts) - 1)) * list(self.hosts).index(host)

    def ways(self, sent: Sent) -> list[_Way]:
        """Return the ways from host to host that a packet takes, in its direction."""
        by_place = sent.row.packet.by_place if sent.row and sent.row.packet else {}
        names = list(self.hosts)
        found = []
        for near, far in zip(names, names[1:]):
            places = _SEEN_AT[near, far]
            form = next((by_place[place] for place in places if place in by_place), None)
            ends = (self.x(near), self.x(far)) if sent.to_server else (self.x(far), self.x(near))
            found.append(_Way(*ends, form, bool(self.captured.intersection(places))))
        return found if sent.to_server else found[::-1]

    def stop(self, sent: Sent) -> float:
        """Return where a packet ends: if nothing tells where it was lost, on its first way."""
        ways = self.ways(sent)
        if not sent.failed:
            return ways[-1].end
        if sent.row is None:
            return (ways[0].begin + ways[0].end) / 2
        last = _HOST_OF[sent.row.seen[-1]]
        return (self.x(last) + self.x(_HOST_OF.get(sent.row.lost, last))) / 2


def flow_svg(cell: Cell, captures: Mapping[str, str], control_port: int = 21) -> str:
    """Return a cell as a picture in SVG.

    captures: place, one of PLACES, -> output of `tcpdump -nn -tt -S` there; without any, the picture has client and
    server only.  Raise ValueError as timeline does.
    """
    return ET.tostring(flow(cell, captures, control_port), encoding="unicode") + "\n"


def flow(cell: Cell, captures: Mapping[str, str], control_port: int = 21) -> ET.Element:
    """Return the picture as an element, for a larger one that holds several."""
    found = steps(cell, captures, control_port)
    hosts = _Map(_hosts(cell, found, frozenset(captures)), frozenset(captures))
    head, told = one_line(f"{cell.label}: {_verdict(cell)}"), _told(cell)
    svg = ET.Element("svg", {"xmlns": SVG, "class": "flow", "role": "img"})
    ET.SubElement(svg, "title").text = head
    ET.SubElement(svg, "desc").text = _short(f"{told}. {_in_words(hosts, found)}")
    ET.SubElement(svg, "style").text = STYLE
    ET.SubElement(svg, "rect", {"width": "100%", "height": "100%"})
    y = _write(svg, 8, 2, [head], "b")
    width = hosts.x("server") + _SIDE
    y = _write(svg, 8, y, _lines(told, width), "k" if cell.passed else "k x")
    y = _lanes(svg, hosts, found, y + 6)
    size = {"width": f"{width:g}", "height": f"{y:g}"}
    svg.attrib.update(size, viewBox=f"0 0 {size['width']} {size['height']}")
    return svg


def _verdict(cell: Cell) -> str:
    judged = cell.verdict if isinstance(cell, JudgedCell) else ""
    return judged or ("passed" if cell.passed else "failed")


def _told(cell: Cell) -> str:
    """Return how the cell went, of one that passed without its last port: the picture shows the first transfer."""
    told = (cell.description if isinstance(cell, JudgedCell) else "") or describe(cell)
    return told.partition(";")[0] if cell.passed else told


def _in_words(hosts: _Map, found: Sequence[Step]) -> str:
    """Return the hosts and the steps for those who cannot see the picture."""
    path = ", ".join(f"{host} {address}".strip() for host, address in hosts.hosts.items())
    said = (f"{step.line.sender}: {step.line.text}" if isinstance(step, Said) else step.note for step in found)
    return f"{path}. {'. '.join(said)}."


def _hosts(cell: Cell, found: Sequence[Step], captured: frozenset[str]) -> dict[str, str]:
    """Return the hosts that the captures show, each with the address by which the others know it."""
    known: dict[str, str] = {}
    for step in found:
        if isinstance(step, Sent) and step.row and step.row.packet:
            known = {**dict(_addresses(step.row.packet)), **known}
    between = ["MX"] if {"wan", "lan"} & captured or {"client", "server"} <= captured else []
    nat = ["NAT"] if between and "NAT" in known else []
    known.setdefault("server" if not between else "MX", cell.control_address)
    return {name: known.get(name, "") for name in ("client", *nat, *between, "server")}


def _addresses(packet: Moved) -> Iterator[tuple[str, str]]:
    """Yield hosts with the addresses that the places show; the MX has the one that it puts in or takes out."""
    ends = {
        place: (one.source, one.destination) if packet.to_server else (one.destination, one.source)
        for place, one in packet.by_place.items()
    }
    near = next((ends[place] for place in _NEAR if place in ends), None)
    far = next((ends[place] for place in _FAR if place in ends), None)
    if near:
        yield "client", near[0]
        beyond = ends.get("wan", near)
        if beyond[0] != near[0]:
            yield "NAT", beyond[0]
        yield "MX", far[0] if far and far[1] == near[1] and far[0] != beyond[0] else near[1]
    if far:
        yield "server", far[1]


def _lanes(svg: ET.Element, hosts: _Map, found: Sequence[Step], top: float) -> float:
    """Draw the hosts side by side, and below them the steps; return where they end."""
    lines = ET.SubElement(svg, "path")
    for host, address in hosts.hosts.items():
        _write(svg, hosts.x(host), top, [host, _narrow(address)], "b m")
    y = begin = top + 2 * _LINE + 6
    for step in found:
        if isinstance(step, Said):
            y = _say(svg, hosts, step, y)
        elif isinstance(step, Sent):
            y = _send(svg, hosts, step, y)
        else:
            y = _caption(svg, hosts, step.note, y, True, "k x") + 4
    lines.set("d", "".join(f"M{hosts.x(host):g} {begin:g}V{y:g}" for host in hosts.hosts))
    return y + 6


def _say(svg: ET.Element, hosts: _Map, said: Said, top: float) -> float:
    """Draw a line of the dialogue as an arrow from one side to the other; return where it ends."""
    by_client = said.line.sender == "client"
    y = _caption(svg, hosts, said.line.text, top, by_client, "c x" if said.refused else "c")
    ends = (hosts.x("client"), hosts.x("server"))
    _arrow(svg, *(ends if by_client else ends[::-1]), y + 5, "c h" if said.hidden else "c")
    return (_caption(svg, hosts, said.note, y + 8, by_client, "k") if said.note else y + 8) + 3


def _send(svg: ET.Element, hosts: _Map, sent: Sent, top: float) -> float:
    """Draw a packet from host to host, each time with its source above and its target below; return where it ends."""
    y = _caption(svg, hosts, sent.note, top, sent.to_server, "k x" if sent.failed else "k")
    y += _LINE if sent.row else 0
    stop, before = hosts.stop(sent), None
    for way in hosts.ways(sent):
        end = min(way.end, stop) if sent.to_server else max(way.end, stop)
        known = way.form or not way.captured or not sent.row
        if known and (end - way.begin) * (way.end - way.begin) > 0:
            kind = "d" if sent.data else "c"
            _arrow(svg, way.begin, end, y + 5, kind if way.form or not sent.row else f"{kind} u")
            _ends(svg, sent, way, before, y)
            before = way.form or before
    if sent.failed:
        ET.SubElement(svg, "path", {"class": "x", "d": f"M{stop - 6:g} {y - 1:g}l12 12m0-12l-12 12"})
    return y + (_LINE if sent.row else 0) + 13


def _ends(svg: ET.Element, sent: Sent, way: _Way, before: Packet | None, y: float) -> None:
    """Write the two ends of a packet on its way, in bold where a router has changed them."""
    if way.form is None:
        return
    middle = (way.begin + way.end) / 2
    for place, end, old in zip((y - _LINE, y + 8), _pair(way.form, sent), _pair(before or way.form, sent)):
        _write(svg, middle, place, [_narrow(end)], "m" if end == old else "m n")


def _pair(packet: Packet, sent: Sent) -> tuple[str, str]:
    """Return source and target; of a control connection without the client's port, which may be another cell's."""
    source, target = _end(packet.source, packet.source_port), _end(packet.destination, packet.destination_port)
    if sent.data:
        return source, target
    return (packet.source, target) if sent.to_server else (source, packet.destination)


def _end(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _caption(svg: ET.Element, hosts: _Map, text: str, y: float, by_client: bool, kind: str) -> float:
    """Write lines beside the host that they are of; return where they end."""
    x = hosts.x("client") + 6 if by_client else hosts.x("server") - 6
    lines = _lines(text, hosts.x("server") - hosts.x("client"))
    return _write(svg, x, y, lines, kind if by_client else f"{kind} e")


def _arrow(svg: ET.Element, begin: float, end: float, y: float, kind: str) -> None:
    back = -6 if end > begin else 6
    ET.SubElement(svg, "path", {"class": kind, "d": f"M{begin:g} {y:g}H{end:g}m{back}-4l{-back} 4l{back} 4"})


def _write(svg: ET.Element, x: float, y: float, lines: Sequence[str], kind: str) -> float:
    """Write lines of text below y; return where they end."""
    for number, line in enumerate(lines):
        place = {"x": f"{x:g}", "y": f"{y + number * _LINE + 11:g}", "class": kind}
        ET.SubElement(svg, "text", place).text = line
    return y + len(lines) * _LINE


def _lines(text: str, width: float) -> list[str]:
    """Return a text in lines that fit; one that is too long ends in an ellipsis."""
    lines = wrap(one_line(text), int(width / _LETTER)) or [""]
    return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], f"{lines[_MOST - 1][:-1]}…"]


def _narrow(text: str) -> str:
    """Return an address, with or without a port, that fits from one host to the next: both of its ends count."""
    half = _BETWEEN // 2
    return one_line(text if len(text) <= _BETWEEN else f"{text[: half - 1]}…{text[-half:]}")


def _short(text: str) -> str:
    """Return a description in one line; one that is too long ends in an ellipsis."""
    flat = one_line(text)
    return flat if len(flat) <= _DESCRIBED else f"{flat[: _DESCRIBED - 1]}…"
