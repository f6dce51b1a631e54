# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What works at a glance, by itself and held against what is expected."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from ansible_collections.mxlab.ftp.plugins.module_utils._report.glance import (
    AS_EXPECTED,
    DIFFERS,
    FAILS,
    UNDETERMINED,
    WORKS,
    columns,
    counts,
    headline,
    occurrences,
    rows,
)
from ansible_collections.mxlab.ftp.plugins.module_utils._report.report import report
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report import results as given
from ansible_collections.mxlab.ftp.tests.unit.plugins.module_utils._report.results import (
    FAILED,
    NOT_PROBED,
    ONLY_EDGES,
    TWO_VANTAGES,
    WELL,
)

PRIVATE = "private-address-announced"
EXPECTED = {"PASV": "failed", **dict.fromkeys(seen.MODES[1:], "passed")}
NO_ANSWER = given.judged(given.cell("EPSV", seen.ANNOUNCE, seen.REJECTED, 500), given.cell("PASV"))


def kinds(result: dict[str, Any], **about: Any) -> dict[str, str]:
    """Return how the cells of a result are shown."""
    (row,) = rows({"a": result}, {"a": about})
    return {label: cell.kind for label, cell in row.cells.items()}


def passed(result: dict[str, Any], **about: Any) -> bool:
    return all(row.passed for row in rows({"a": result}, {"a": about}))


def test_without_an_expectation_a_cell_is_what_it_is() -> None:
    assert kinds(FAILED) == {"PASV": FAILS, **dict.fromkeys(seen.MODES[1:], WORKS)}
    assert kinds(NO_ANSWER)["EPSV"] == UNDETERMINED
    assert (passed(WELL), passed(FAILED), passed(NO_ANSWER), passed(NOT_PROBED)) == (True, False, False, False)


def test_a_failure_that_is_expected_is_right() -> None:
    assert kinds(FAILED, expected=EXPECTED) == {"PASV": AS_EXPECTED, **dict.fromkeys(seen.MODES[1:], WORKS)}
    assert passed(FAILED, expected=EXPECTED)
    assert passed(FAILED, expected=EXPECTED, expected_findings=[PRIVATE])


def test_what_differs_is_wrong_whichever_way() -> None:
    assert kinds(WELL, expected=EXPECTED)["PASV"] == DIFFERS
    assert kinds(FAILED, expected={"PASV": "passed"})["PASV"] == DIFFERS
    assert kinds(FAILED, expected={"PASV": "undetermined"})["PASV"] == DIFFERS
    assert not passed(WELL, expected=EXPECTED)


def test_a_cell_of_which_nothing_is_expected_stands_for_itself() -> None:
    assert kinds(FAILED, expected={"EPSV": "passed"})["PASV"] == FAILS
    assert not passed(FAILED, expected={"EPSV": "passed"})


def test_a_cell_that_was_expected_and_not_probed_is_wrong() -> None:
    assert kinds(WELL, expected={"PASV P": "failed"})["PASV P"] == DIFFERS
    (row,) = rows({"a": NOT_PROBED}, {"a": {"expected": {"PASV": "failed"}}})
    assert row.cells["PASV"].words == "not probed, expected to fail"
    assert not row.passed


def test_findings_have_to_be_the_expected_ones_and_no_others() -> None:
    (row,) = rows({"a": FAILED}, {"a": {"expected": EXPECTED, "expected_findings": ["no-epsv"]}})
    assert row.problem == f"finding expected and missing: no-epsv; finding not expected: {PRIVATE}"
    assert not row.passed
    assert not passed(FAILED, expected=EXPECTED, expected_findings=[])
    assert passed(WELL, expected_findings=[])


def test_a_finding_beside_the_cells_is_wrong_unless_expected() -> None:
    (row,) = rows({"a": ONLY_EDGES})
    assert [finding["id"] for finding in row.beside] and not row.passed
    assert "with findings" in headline([row])


def test_a_result_that_says_it_has_not_passed_has_not() -> None:
    (row,) = rows({"a": {**WELL, "passed": False}})
    assert row.problem == "the result says that it has not passed"
    assert headline([row]) == "FTP is not proven everywhere: all 5 cells work. 1 probe has another problem."


@pytest.mark.parametrize(
    ("results", "context", "said"),
    [
        ({}, {}, "Nothing was probed."),
        ({"a": NOT_PROBED}, {}, "Nothing was probed."),
        ({"a": WELL}, {}, "FTP works: all 5 cells work."),
        ({"a": WELL, "b": NOT_PROBED}, {}, "FTP is not proven everywhere: all 5 cells work. 1 probe did not run."),
        ({"a": ONLY_EDGES}, {}, "FTP works, with findings: all 5 cells work."),
        ({"a": FAILED}, {}, "FTP does not work everywhere: 4 of 5 cells work, 1 fails."),
        ({"a": NO_ANSWER}, {}, "FTP does not work everywhere: 1 of 2 cells work, 0 fail, 1 undetermined."),
        ({"a": TWO_VANTAGES}, {}, "FTP does not work everywhere: 4 of 5 cells work, 1 fails. 1 probe did not run."),
        ({"a": FAILED}, {"a": {"expected": EXPECTED}}, "Everything is as expected: 4 cells work, 1 fails."),
        ({"a": WELL}, {"a": {"expected": EXPECTED}}, "1 of 5 cells is not as expected."),
        (
            {"a": FAILED},
            {"a": {"expected": EXPECTED, "expected_findings": []}},
            "All cells are as expected: 4 cells work, 1 fails. 1 probe has another problem.",
        ),
    ],
)
def test_the_first_sentence(results: dict[str, Any], context: dict[str, Any], said: str) -> None:
    assert headline(rows(results, context)) == said


def test_columns_are_in_the_order_of_modes_and_protections() -> None:
    cells = [given.cell(mode, protection=each) for mode in ("EPRT", "PASV") for each in ("P", "C", "clear")]
    ipv6 = given.cell("EPRT", control_address="2001:db8::1")
    shown = rows({"a": given.judged(*cells, ipv6)})
    assert columns(shown) == ["PASV", "PASV C", "PASV P", "EPRT", "EPRT C", "EPRT P", "EPRT6"]
    assert counts(shown)[WORKS] == 7


def test_a_finding_is_shown_once_with_all_places() -> None:
    two = report({"vps": FAILED, "desk": FAILED})
    found = occurrences(rows({"a": two, "b": FAILED}, {"b": {"expected_findings": [PRIVATE]}}))
    assert [each.finding["id"] for each in found] == [PRIVATE]
    assert [row.title for row, _finding in found[0].where] == ["a from vps", "a from desk", "b"]
    assert not found[0].expected


def test_an_expected_finding_comes_last() -> None:
    found = occurrences(rows({"a": FAILED, "b": ONLY_EDGES}, {"a": {"expected_findings": [PRIVATE]}}))
    assert [each.expected for each in found] == [False, True]
