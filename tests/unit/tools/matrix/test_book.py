# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results are compared with what is expected, and those of an interrupted run are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._probe import evidence as seen
from matrix import book, ground, run, situation
from matrix.book import Book, told
from matrix.judge import judge
from matrix.run import Job

SITUATIONS = situation.load()
(SERVER,) = [server for server in ground.servers() if server.host == "own-vsftpd"]


def result(findings: list[str] | None = None, **verdicts: str) -> dict[str, Any]:
    """Return a result in which all cells pass but those that are named, such as PASV_C."""
    cells = [
        {
            "mode": mode,
            "protection": protection,
            "verdict": verdicts.get(f"{mode}_{protection}".replace("-", "_"), "passed"),
            "evidence": "seen",
            "stage": "data",
            "outcome": "timeout",
            "code": 0,
        }
        for protection in seen.PROTECTIONS
        for mode in seen.MODES
    ]
    named = [finding(name) for name in findings or []]
    return {"passed": not named, "cells": cells, "findings": named}


def finding(name: str) -> dict[str, Any]:
    texts = dict.fromkeys(("message", "explanation", "remedy", "next_step"), "text")
    return {"id": name, "layer": "MX", "modes": [], "evidence": [], "changes": [], "sources": [], **texts}


def wrong(name: str, **verdicts: str) -> list[str]:
    findings: Any = verdicts.pop("findings", [])
    situation_ = SITUATIONS[name]
    return list(judge(situation_, SERVER, {situation_.client: result(findings, **verdicts)}).wrong)


def test_cells_and_findings_as_expected_are_not_wrong() -> None:
    assert wrong("one-to-one-nat") == []


@pytest.mark.parametrize("verdict", ["failed", "undetermined"])
def test_a_cell_that_should_pass_is_named(verdict: str) -> None:
    assert wrong("one-to-one-nat", PASV_C=verdict) == [f"PASV C {verdict}, expected passed: seen"]


def test_a_cell_that_should_not_pass_is_named() -> None:
    assert "PORT passed, expected failed: seen" in wrong("one-to-many-nat")


def test_findings_are_compared_too() -> None:
    assert wrong("one-to-one-nat", findings=["no-greeting"]) == ["findings no-greeting; expected none"]  # type: ignore[arg-type]


def test_a_probe_that_did_not_run_is_wrong() -> None:
    outcome = judge(SITUATIONS["one-to-one-nat"], SERVER, {"client": {"failed": True, "msg": "no"}})
    assert outcome.wrong == ("no",)
    assert "DIFFERS: no" in told(outcome)


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    monkeypatch.setattr(book, "FOLDER", tmp_path / "matrix")
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(book, "_RUN", tmp_path / "matrix" / "run")
    return list(run.jobs(situation.chosen(SITUATIONS, "home-nat"), [SERVER]))


def test_an_interrupted_run_goes_on(jobs: list[Job]) -> None:
    first = Book(jobs)
    assert len(first.missing()) == 2
    first.add(jobs[0], result(), (0, 1))
    second = Book(jobs)
    assert second.missing() == [jobs[1]]
    second.add(jobs[1], result(), (0, 1))
    assert len(second.outcomes) == 2


def test_a_finished_run_does_not_go_on(jobs: list[Job]) -> None:
    first = Book(jobs)
    first.add(jobs[0], result(), (0, 1))
    first.finish()
    assert len(Book(jobs).missing()) == 2


def test_a_run_of_other_jobs_does_not_go_on(jobs: list[Job]) -> None:
    Book(jobs).add(jobs[1], result(), (0, 1))
    assert len(Book(jobs[1:]).missing()) == 1


def test_a_comparison_waits_for_the_other_result(jobs: list[Job], capsys: pytest.CaptureFixture[str]) -> None:
    kept = Book(jobs)
    kept.add(jobs[0], result(), (0, 1))
    assert capsys.readouterr().out == ""
    kept.add(jobs[1], result(), (0, 1))
    assert capsys.readouterr().out.count("vsftpd") == 2
    assert not kept.passed
    assert "home-nat                           9/15!" in "\n".join(kept.lines())
    assert (
        kept.summary()
        == "30 cells in 2 probes; cells not as expected: 6; probes with a difference: 1; probes tried again: 0"
    )


def test_what_is_tried_again_counts(jobs: list[Job]) -> None:
    kept = Book(jobs[1:])
    kept.add(jobs[1], result(PASV_C="failed"), (0, 1))
    assert kept.differing() == [jobs[1]]
    kept.begin_again(kept.differing())
    kept.add(jobs[1], result(), (2, 3))
    assert kept.passed
    assert kept.summary().endswith("probes with a difference: 0; probes tried again: 1")
