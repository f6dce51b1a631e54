# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The situations are files that fit together, and one that cannot be is refused with its name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.mxlab.ftp.plugins.module_utils._causes.table import CHAPTERS
from ansible_collections.mxlab.ftp.plugins.module_utils._report.causes import VANTAGE_CAUSES
from lab import inventory
from lab.common import LabError
from matrix import ground, situation
from matrix.situation import Expected

SITUATIONS = situation.load()
CAUSES = {cause.id for chapter in CHAPTERS.values() for cause in chapter} | {row.cause.id for row in VANTAGE_CAUSES}
SMALLEST = {"title": "t", "teaches": "t", "servers": "own", "from": "client"}


def test_what_the_situations_expect_are_findings_that_there_are() -> None:
    shown = set(situation.causes(list(SITUATIONS.values())))
    assert len(shown) > 10
    assert shown <= CAUSES


def test_each_situation_is_about_servers_and_machines_that_there_are() -> None:
    kinds = {server.kind for server in ground.servers()}
    machines = {machine.name for machine in inventory.machines(ground.PART)}
    assert {each.servers for each in SITUATIONS.values()} == kinds
    for each in SITUATIONS.values():
        commands = [*each.path, *each.mx.get("commands", [])]
        assert {each.client, *(command["at"] for command in commands)} <= machines
        assert all(set(command) == {"at", "do", "undo"} for command in commands)
        assert set(each.exceptions) <= {server.software for server in ground.servers()}


def test_a_situation_is_compared_with_one_of_the_same_servers() -> None:
    compared = {each.name: SITUATIONS[each.beside] for each in SITUATIONS.values() if each.beside}
    assert len(compared) > 2
    for name, other in compared.items():
        assert (other.servers, other.mx) == (SITUATIONS[name].servers, SITUATIONS[name].mx)
        assert other.client != SITUATIONS[name].client


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": None}, "a.yml: title is missing or unknown"),
        ({"serves": "own"}, "a.yml: serves is missing or unknown"),
        ({"beside": "b"}, "a.yml: beside is 'b'; expected the name of a situation"),
        ({"expected": {"fails": ["PASVE"]}}, "a.yml: 'PASVE' is no cell"),
        ({"expected": {"fails": ["PASV X"]}}, "a.yml: 'PASV X' is no cell"),
        ({"expected": {"hangs": ["both"]}}, "a.yml: 'both' is no cell"),
        ({"exceptions": {"vsftpd": {"passes": ["all"]}}}, "a.yml: expected has passes"),
    ],
)
def test_a_situation_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    content = {key: value for key, value in (SMALLEST | change).items() if value is not None}
    (tmp_path / "a.yml").write_text(yaml.safe_dump(content))
    with pytest.raises(LabError, match=message):
        situation.load(tmp_path)


@pytest.mark.parametrize(
    ("word", "cells"),
    [
        ("all", {"PASV clear", "PORT C", "EPRT P"}),
        ("active", {"PORT C", "EPRT P"}),
        ("PASV", {"PASV clear"}),
        ("PORT C", {"PORT C"}),
        ("active P", {"EPRT P"}),
        ("passive C", set()),
    ],
)
def test_a_word_means_cells(word: str, cells: set[str]) -> None:
    expected = Expected(fails=(word,))
    tried = ("PASV clear", "PORT C", "EPRT P")
    assert {cell for cell in tried if expected.verdicts(*cell.split()) == ("failed",)} == cells


def test_what_hangs_may_end_in_two_ways() -> None:
    assert Expected(hangs=("PASV",)).verdicts("PASV", "P") == ("failed", "undetermined")


def test_those_that_are_compared_come_along() -> None:
    assert [each.name for each in situation.chosen(SITUATIONS, "home-nat")] == ["home-nat", "one-to-one-nat"]
    assert len(situation.chosen(SITUATIONS, "")) == len(SITUATIONS)
    with pytest.raises(LabError, match="SITUATION=home: home is none of carrier-nat"):
        situation.chosen(SITUATIONS, "home")
