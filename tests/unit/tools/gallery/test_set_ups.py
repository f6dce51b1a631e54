# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The set-ups are complete, each in a file of its own name, and found by problem and by name."""

from __future__ import annotations

import pytest
import yaml
from gallery import set_ups
from lab.common import LabError

NEEDED = {"title", "teaches", "server", "findings"}
OPTIONAL = {
    *("seconds", "mx", "ftp_server", "from", "firmware", "role", "endpoint", "no_rule", "probe", "run", "alone", "red"),
    *("by_hand", "by_hand_probe", "stays", "hidden_from_default_curl"),
}


def test_each_file_holds_the_set_up_of_its_name() -> None:
    held = {path.stem: list(yaml.safe_load(path.read_text())) for path in set_ups.FOLDER.iterdir()}
    assert held == {name: [name] for name in set_ups.read()}


@pytest.mark.parametrize("name", set_ups.read())
def test_a_set_up_says_what_the_scenario_and_the_gallery_need(name: str) -> None:
    set_up = set_ups.read()[name]
    assert set_up.keys() >= NEEDED
    assert set_up.keys() <= NEEDED | OPTIONAL
    assert set_up["teaches"].endswith(".")
    assert set(set_up["findings"]) <= set(set_ups.KNOWN)
    assert all({"do", "undo"} <= step.keys() for step in set_up.get("run", ()) if isinstance(step, dict))
    # What the gallery shows, it lists with a time.
    assert ("seconds" in set_up) == bool(set_up["findings"])


def test_a_remedy_that_only_hands_can_apply_says_why() -> None:
    reasons = [set_up["by_hand"] for set_up in set_ups.read().values() if "by_hand" in set_up]
    assert reasons
    assert all(reasons)


def test_each_title_is_there_once() -> None:
    titles = [set_up["title"] for set_up in set_ups.read().values()]
    assert len(set(titles)) == len(titles)


def test_a_problem_counts_before_a_set_up_of_the_same_name() -> None:
    assert {problem: set_ups.chosen(problem) for problem in set_ups.problems()} == set_ups.problems()


def test_the_lab_shows_at_least_61_problems_and_mends_12_set_ups_by_their_findings() -> None:
    """The scenario "faults" proves what the files say; this counts it."""
    assert len(set_ups.problems()) >= 61
    assert sum("by_hand" not in set_up for set_up in set_ups.read().values()) >= 12


def test_the_problems_are_in_the_order_of_the_page() -> None:
    assert list(set_ups.problems()) == [problem for problem in set_ups.KNOWN if problem in set_ups.problems()]


def test_the_plainest_set_up_shows_a_problem() -> None:
    assert set_ups.showing("private-address-announced") == ["masquerade-missing", "proftpd-masquerade-missing"]
    # No step beside the settings of the MX, and a remedy.
    assert set_ups.problems()["passive-range-not-forwarded"] == "mx-range-shifted"


@pytest.mark.parametrize("word", ["private-address-announced", "masquerade-missing"])
def test_a_problem_and_a_set_up_are_both_found(word: str) -> None:
    assert set_ups.chosen(word) == "masquerade-missing"


@pytest.mark.parametrize(
    "word, near",
    [
        ("private-adress-announced", "private-address-announced"),
        ("hairpin", "hairpin-missing"),
        ("masquerade", "masquerade-missing"),
    ],
)
def test_an_unknown_problem_says_what_is_near_and_how_to_list_all(word: str, near: str) -> None:
    with pytest.raises(LabError) as error:
        set_ups.chosen(word)
    assert near in str(error.value)
    assert "make explain lists" in str(error.value)


def test_a_word_that_nothing_is_near_still_says_how_to_list_all() -> None:
    with pytest.raises(LabError, match="^PROBLEM=zzz is unknown. make explain lists all problems$"):
        set_ups.chosen("zzz")


def test_a_cause_without_set_up_names_the_page() -> None:
    with pytest.raises(LabError, match="TROUBLESHOOTING.md#vsftpd-sandbox explains it"):
        set_ups.chosen("vsftpd-sandbox")


def test_a_healthy_set_up_is_no_problem() -> None:
    with pytest.raises(LabError, match="unknown"):
        set_ups.chosen("healthy-tls")
