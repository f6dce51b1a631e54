# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each condition alone: the cell and the other vantages that it holds for, and one difference that ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.evidence import Cell
from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import JudgedCell
from ansible_collections.mxlab.ftp.plugins.module_utils._report import conditions
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import (
    INTERNET,
    LAN,
    NAT,
    OUTBOUND,
    Comparison,
    View,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import cell, judged

INSIDE = "192.168.128.13"
Condition = Callable[[JudgedCell, Comparison], bool]


def at(place: str, *cells: Cell) -> View:
    return View.parse(place, place, judged(*cells))


def holds(condition: Condition, here: View, *others: View, firmware: str | None = None) -> bool:
    return condition(here.cells[0], Comparison(here, others, firmware))


SILENT = cell("PASV", seen.CONTROL, seen.TIMEOUT)
SILENT_INSIDE = cell("PASV", seen.CONTROL, seen.TIMEOUT, control_address=INSIDE)
REFUSED = cell("PORT", seen.ANNOUNCE, seen.REJECTED, 500)
FOREIGN = cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address=INSIDE)
OUTSIDE = cell("PASV", seen.DATA, seen.FOREIGN, 227, data_address="203.0.113.99")
WORKS = {mode: at(INTERNET, cell(mode)) for mode in seen.MODES}


@pytest.mark.parametrize(
    ("condition", "found", "works", "others"),
    [
        (
            conditions.no_hairpin,
            SILENT,
            "PASV",
            [SILENT_INSIDE, FOREIGN],
        ),
        (conditions.active_over_hairpin, REFUSED, "PORT", [SILENT]),
        (conditions.lan_address_over_hairpin, FOREIGN, "PASV", [OUTSIDE, SILENT]),
        (conditions.announced_differently, OUTSIDE, "PASV", [SILENT, cell("PASV", seen.LOGIN, seen.REJECTED, 530)]),
        (conditions.blocked_at_client, SILENT, "PASV", [FOREIGN]),
        (conditions.active_behind_nat, REFUSED, "PORT", [cell("PORT", seen.CONTROL, seen.TIMEOUT)]),
    ],
)
def test_what_fails_here_and_works_from_the_internet(
    condition: Condition, found: Cell, works: str, others: list[Cell]
) -> None:
    assert holds(condition, at(LAN, found), WORKS[works])
    assert not holds(condition, at(LAN, found))
    assert not holds(condition, at(LAN, found), at(INTERNET, found))
    assert [other for other in others if holds(condition, at(LAN, other), WORKS[other.mode])] == []


def test_silence_outside_needs_a_server_that_works_inside() -> None:
    refused = cell("PASV", seen.CONTROL, seen.REFUSED)
    assert holds(conditions.stopped_outside, at(INTERNET, SILENT), at(LAN, cell("PASV")))
    assert not holds(conditions.stopped_outside, at(INTERNET, SILENT), at(NAT, cell("PASV")))
    assert not holds(conditions.stopped_outside, at(INTERNET, refused), at(LAN, cell("PASV")))


def test_tls_blinds_an_alg_that_works_in_clear() -> None:
    blind = cell("PORT", seen.ANNOUNCE, seen.REJECTED, 500, protection=seen.PRIVATE)
    assert holds(conditions.blind_to_tls, at(NAT, blind, cell("PORT")))
    assert not holds(conditions.blind_to_tls, at(NAT, blind, REFUSED))
    assert not holds(conditions.blind_to_tls, at(NAT, blind))
    assert not holds(conditions.blind_to_tls, at(NAT, blind, cell("PORT")), at(INTERNET, blind))


@pytest.mark.parametrize(("firmware", "alg"), [("MX 12.24", False), ("MX 18.211.2", True), (None, None), ("x", None)])
def test_active_mode_out_of_the_lan_by_firmware(firmware: str | None, alg: bool | None) -> None:
    here = at(OUTBOUND, REFUSED)
    found = [kind for kind in (False, True, None) if holds(conditions.active_outbound(kind), here, firmware=firmware)]
    assert found == [alg]
    assert not holds(conditions.active_outbound(alg), here, at(INTERNET, REFUSED), firmware=firmware)
