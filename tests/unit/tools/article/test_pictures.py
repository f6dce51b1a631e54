# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/pictures is what make article would draw now, of cells that the matrix has, and shows what the article says."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline import capture
from article import pictures
from article.normal import normal
from article.pictures import PICTURES, Picture
from lab.common import LabError
from matrix import situation

SITUATIONS = situation.load()
ALL = pytest.mark.parametrize("picture", PICTURES, ids=[picture.name for picture in PICTURES])


@ALL
def test_no_picture_is_stale(picture: Picture) -> None:
    """After a change of the drawing: python -m article --draw."""
    recording = pictures.read(picture)
    assert picture.drawing.read_text() == pictures.draw(recording)
    assert normal(recording) == recording


@ALL
def test_a_picture_shows_the_cell_that_it_names_with_the_verdict_that_the_matrix_expects(picture: Picture) -> None:
    recording = pictures.read(picture)
    cell = recording["cell"]
    assert (recording["situation"], recording["server"]) == (picture.situation, picture.server)
    assert (cell["mode"], cell["protection"]) == (picture.mode, picture.protection)
    expected = SITUATIONS[picture.situation].expects(picture.server)
    assert cell["verdict"] in expected.verdicts(picture.mode, picture.protection)


def test_an_unknown_picture_is_named_with_those_that_are() -> None:
    assert pictures.chosen([]) == list(PICTURES)
    assert [picture.name for picture in pictures.chosen(["hairpin"])] == ["hairpin"]
    with pytest.raises(LabError, match="PICTURE=hairpin nat: nat is none of active, passive, "):
        pictures.chosen(["hairpin", "nat"])


def test_a_recording_that_draws_the_same_picture_changes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = pictures.read(PICTURES[0])
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    assert pictures.write(PICTURES[0], recording)
    *lines, last = recording["captures"]["client"]
    assert "Flags [F.]" in last
    recording["captures"]["client"] = lines
    assert not pictures.write(PICTURES[0], recording)
    assert last in pictures.read(PICTURES[0])["captures"]["client"]
    recording["captures"]["client"] = []
    assert pictures.write(PICTURES[0], recording)


def test_there_is_no_other_file() -> None:
    assert sorted(pictures.FOLDER.iterdir()) == sorted(
        path for picture in PICTURES for path in (picture.drawing, picture.recording)
    )


@ALL
def test_a_picture_is_small(picture: Picture) -> None:
    assert picture.drawing.stat().st_size < 4400


def test_no_packet_opens_a_connection_to_port_20() -> None:
    """The article says so of all captures."""
    opened = [
        packet
        for picture in PICTURES
        for lines in pictures.read(picture)["captures"].values()
        for packet in capture.packets("\n".join(lines))
        if packet.kind == capture.OPENS
    ]
    assert [packet for packet in opened if packet.source_port == 20]
    assert not [packet for packet in opened if packet.destination_port == 20]
