# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vantages: their cells, and what the same cell shows elsewhere."""

from __future__ import annotations

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._report.vantages import (
    INTERNET,
    LAN,
    NAT,
    Comparison,
    View,
    called_in_public,
    has_outbound_alg,
    is_active,
    is_unanswered,
)
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import NOT_PROBED, WELL, cell, judged


def view(place: str, *cells: seen.Cell) -> View:
    """Return what a vantage in that place saw."""
    return View.parse(place, place, judged(*cells))


@pytest.mark.parametrize(
    ("firmware", "has"),
    [("MX 12.24", False), ("MX 12.25", True), ("MX 13.5", False), ("wired-13-6", True), ("MX 26.1", True), ("", None)],
)
def test_firmware(firmware: str, has: bool | None) -> None:
    assert has_outbound_alg(firmware) is has


@pytest.mark.parametrize(
    ("result", "error"), [(WELL, ""), (NOT_PROBED, "no | way"), ({"msg": "a\n  b"}, "a b"), ({}, "no result")]
)
def test_a_vantage_without_cells_says_why(result: dict[str, object], error: str) -> None:
    assert View.parse("vps", INTERNET, result).error == error


def test_a_cell_is_found_by_its_label() -> None:
    here = view(LAN, cell("PASV"), cell("PASV", protection=seen.PRIVATE))
    found = here.cell("PASV P")
    assert found is not None and found.protection == seen.PRIVATE
    assert here.cell("EPSV") is None


def test_the_same_cell_is_compared_in_the_places_asked_for() -> None:
    here = view(NAT, cell("PASV", seen.DATA, seen.TIMEOUT))
    there = view(INTERNET, cell("PASV"), cell("EPSV", seen.DATA, seen.TIMEOUT))
    comparison = Comparison(here, [there], None)
    assert comparison.works_from(here.cells[0], INTERNET) and not comparison.fails_from(here.cells[0], INTERNET)
    assert not comparison.works_from(here.cells[0], LAN)
    assert comparison.fails_from(there.cells[1], INTERNET) and not comparison.works_from(there.cells[1], INTERNET)


@pytest.mark.parametrize(
    ("given", "active", "unanswered"),
    [
        (cell("PORT", seen.DATA, seen.TIMEOUT), True, False),
        (cell("PORT", seen.CONTROL, seen.TIMEOUT), False, True),
        (cell("EPSV", seen.DATA, seen.REFUSED), False, True),
        (cell("EPSV", seen.DATA, seen.FOREIGN), False, False),
        (cell("EPSV"), False, False),
    ],
)
def test_how_a_connection_failed(given: seen.Cell, active: bool, unanswered: bool) -> None:
    (parsed,) = view(LAN, given).cells
    assert (is_active(parsed), is_unanswered(parsed)) == (active, unanswered)


@pytest.mark.parametrize(
    ("address", "public"), [("203.0.113.13", True), ("192.168.128.13", False), ("169.254.1.1", False)]
)
def test_the_address_that_was_called(address: str, public: bool) -> None:
    (parsed,) = view(LAN, cell("PASV", control_address=address)).cells
    assert called_in_public(parsed) is public
