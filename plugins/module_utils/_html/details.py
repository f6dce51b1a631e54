# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page shows of a row and of its cells when it is asked: the dialogue, the packets, the clients.

It is kept compressed in the page, and opened by its script.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import base64
import json
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._html.element import Anchors, cut
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import Row, Shown
from ansible_collections.mxlab.ftp.plugins.module_utils._report.oracle import label
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import flat
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.flow import flow
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import Row as Moment
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.timeline import timeline

# In characters: a line of the dialogue, and the MX's rules.
_LONGEST_LINE, _LONGEST_RULES = 2000, 20_000


def packed(row: Row, names: Sequence[str], anchors: Anchors) -> str:
    """Return the details of a row as base64 of a zlib stream of JSON; names: those of the columns."""
    text = json.dumps(_row(row, names, anchors), ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _row(row: Row, names: Sequence[str], anchors: Anchors) -> dict[str, Any]:
    about, captures = row.about, row.about.captures.get(row.vantage, {})
    return {
        "title": row.title,
        "about": [about.title or about.situation, about.teaches],
        "place": str(row.own.get("place", "")),
        "problem": cut(row.problem),
        "evidence": about.evidence,
        "addresses": about.addresses,
        "rules": cut(json.dumps(about.rules, indent=2), _LONGEST_RULES) if about.rules is not None else "",
        "clients": [
            [label(each), *(str(each.get(name, "")) for name in ("verdict", "mode", "reason"))]
            for each in row.own["clients"]
        ],
        "beside": [anchors[row.title, finding["id"]] for finding in row.beside],
        "cells": {
            str(column): _cell(row, row.cells[name], captures, anchors)
            for column, name in enumerate(names)
            if name in row.cells
        },
    }


def _cell(row: Row, shown: Shown, captures: Mapping[str, str], anchors: Anchors) -> dict[str, Any]:
    cell = shown.cell
    if cell is None:
        return {"words": shown.words}
    port = row.about.control_port
    moments = [moment for moment in timeline([cell], captures, port) if not _of_any_cell(moment, cell, port)]
    begin = moments[0].at if moments else 0
    return {
        "words": shown.words,
        "seen": cut(cell.description, _LONGEST_LINE),
        "mode": cell.mode,
        "flow": _picture(cell, captures, port),
        "findings": [anchors[row.title, finding["id"]] for finding in shown.findings],
        "moments": [_moment(moment, begin) for moment in moments],
    }


def _of_any_cell(moment: Moment, cell: JudgedCell, control_port: int) -> bool:
    """Return whether a packet is of a control connection that works, and so may be that of another cell.

    The cells run side by side, and their control connections differ only in the client's port, which no line tells.
    """
    packet = moment.packet
    return bool(cell.transcript) and packet is not None and control_port in packet.ports and not moment.lost


def _picture(cell: JudgedCell, captures: Mapping[str, str], control_port: int) -> str:
    """Return the picture of a cell without its style, which the page has once and for all pictures."""
    drawn = flow(cell, captures, control_port)
    drawn[:] = [part for part in drawn if part.tag != "style"]
    return ET.tostring(drawn, encoding="unicode")


def _moment(moment: Moment, begin: float) -> list[Any]:
    """Return seconds since the first one, who speaks or what a packet passed, the text, and what stopped it."""
    at = round(moment.at - begin, 3)
    if moment.line:
        return [at, moment.line.sender, cut(flat(moment.line.text), _LONGEST_LINE)]
    stopped = f"not seen at {moment.lost}, stopped by {moment.stopped_by}" if moment.lost else ""
    return [at, " > ".join(moment.seen), cut(flat(moment.text), _LONGEST_LINE), stopped]
