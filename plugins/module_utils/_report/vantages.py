# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vantages: where a probe ran, what it saw there, and how that compares with others of the same service.

Private to the mxlab.ftp collection: its interface may change without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._addresses import is_lan
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import ACTIVE_MODES, PASSIVE_MODES
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell, parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.shape import Fields, Items, Shape, moment, require
from ansible_collections.mxlab.ftp.plugins.module_utils._texts import fit_texts, one_line

# The place of a vantage: on the Internet; behind a NAT router of its own; in the LAN of the MX that the server is
# behind; in the LAN of an MX, while the server is on the Internet.
INTERNET = "internet"
NAT = "nat"
LAN = "lan"
OUTBOUND = "outbound"
PLACES = (INTERNET, NAT, LAN, OUTBOUND)

# The outcomes of a connection that gets no answer, or an answer from a device on the path.
_UNANSWERED = (
    seen.TIMEOUT,
    seen.REFUSED,
    seen.UNREACHABLE,
    seen.NO_NEIGHBOUR,
    seen.NO_ROUTE,
    seen.CLOSED,
)

# In characters: a reason may quote all that a host has said.
_LONGEST_REASON = 1000
# What Ansible says of a task that did not run to its end, and why there is no verdict then.
_ENDED = {"unreachable": "the vantage is unreachable", "skipped": "the probe was skipped"}

VERDICTS = ("passed", "failed", "undetermined")
_FINDING_TEXTS = ("id", "layer", "message", "explanation", "remedy", "next_step")
CHANGE = Fields({"scope": str, "option": str, "value": object})
FINDING = Fields(
    {
        **dict.fromkeys(_FINDING_TEXTS, str),
        **dict.fromkeys(("modes", "evidence"), Items(str)),
        "changes": Items(CHANGE),
    },
    {"sources": Items(str), "url": str},
)
_CERTIFICATE = Fields(optional={"not_after": moment})
# What each vantage keeps for itself, as far as reports read it.
KEPT: Mapping[str, Shape] = {"table": Items(str), "tls": Fields(optional={"certificate": _CERTIFICATE})}
CELL = Fields({"verdict": VERDICTS.__contains__})
RESULT = Fields({"passed": bool, "cells": Items(CELL), "findings": Items(FINDING)}, KEPT)


@dataclass(frozen=True)
class View:
    """What ftp_probe returned at a vantage: its cells, and the whole result.

    error says why the vantage was not probed; then there are neither cells nor a result.  It is "" if it was.
    """

    name: str
    place: str
    cells: tuple[JudgedCell, ...]
    result: Mapping[str, Any]
    error: str = ""

    @classmethod
    def parse(cls, name: str, place: str, result: Mapping[str, Any]) -> View:
        """Return the view that a result gives.  Raise ValueError if it has cells, but is none of ftp_probe."""
        said = fit_texts(dict(result))
        missing = _missing(said)
        if missing:
            reason = one_line(str(said.get("msg") or "")[:_LONGEST_REASON])
            return cls(name, place, (), {}, reason if reason.strip("\N{REPLACEMENT CHARACTER}") else missing)
        cells = parse_cells(said["cells"])
        require(said, RESULT, "a result as ftp_probe returns it")
        return cls(name, place, cells, said)

    @property
    def passed(self) -> bool:
        """Return whether the result says so, and each of its cells."""
        verdicts = {cell.verdict for cell in self.cells}
        return verdicts == {"passed"} and self.result["passed"] is True

    def cell(self, name: str) -> JudgedCell | None:
        """Return the cell with that label, None if there is none."""
        return next((cell for cell in self.cells if cell.label == name), None)


def _missing(result: Mapping[str, Any]) -> str:
    """Return why a result holds no verdict, "" if it holds one.

    A task that failed only because the user's failed_when says so still has its cells, and has not passed.
    """
    judged = bool(result.get("cells")) and result.get("passed") is False
    if result.get("failed") and not judged:
        return "the probe failed and gave no reason"
    ended = (why for flag, why in _ENDED.items() if result.get(flag))
    return next(ended, "" if result.get("cells") else "no result")


@dataclass(frozen=True)
class Comparison:
    """A vantage, the others of the same service, and the firmware of the MX in front of an OUTBOUND vantage."""

    view: View
    others: Sequence[View]
    firmware: str | None

    def works_from(self, cell: JudgedCell, *places: str) -> bool:
        """Return whether the same cell passed at a vantage in one of the places."""
        return any(found.verdict == "passed" for found in self._same(cell, places))

    def fails_from(self, cell: JudgedCell, *places: str) -> bool:
        """Return whether the same cell failed at a vantage in one of the places."""
        return any(found.verdict == "failed" for found in self._same(cell, places))

    def _same(self, cell: JudgedCell, places: Sequence[str]) -> list[JudgedCell]:
        found = (view.cell(cell.label) for view in self.others if view.place in places)
        return [other for other in found if other is not None]


def is_active(cell: JudgedCell) -> bool:
    """Return whether the server opens the data connection and the control connection was established."""
    return cell.mode in ACTIVE_MODES and cell.stage != seen.CONTROL


def is_unanswered(cell: JudgedCell) -> bool:
    """Return whether a connection that the client opens, for commands or for data, fails."""
    made = cell.stage == seen.CONTROL or (cell.stage == seen.DATA and cell.mode in PASSIVE_MODES)
    return made and cell.outcome in _UNANSWERED


def called_in_public(cell: JudgedCell) -> bool:
    """Return whether the server was called at an address outside LANs."""
    return not is_lan(cell.control_address)


def has_outbound_alg(firmware: str | None) -> bool | None:
    """Return whether an MX with that firmware ("MX 18.211.2") supports active mode out; None if unknown.

    "Outbound active FTP is supported in MX firmware 12.25+ and 13.6+" (Meraki: Active and Passive FTP Overview and
    Configuration).
    """
    found = re.search(r"(\d+)[.-](\d+)", firmware or "")
    if found is None:
        return None
    major, minor = int(found.group(1)), int(found.group(2))
    return major > 13 or (major == 13 and minor >= 6) or (major == 12 and minor >= 25)
