# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The article's pictures: which cell of which situation each shows, and how it is drawn from what was recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.mxlab.ftp.plugins.module_utils._probe.result import parse_cells
from ansible_collections.mxlab.ftp.plugins.module_utils._timeline.flow import flow_svg
from lab.common import ROOT, LabError

FOLDER = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """One picture: a cell of a situation of the matrix, with one server."""

    name: str
    situation: str
    mode: str
    protection: str = "clear"
    server: str = "vsftpd"

    @property
    def drawing(self) -> Path:
        """Return the file of the picture."""
        return FOLDER / f"{self.name}.svg"

    @property
    def recording(self) -> Path:
        """Return the file of what the picture is drawn from."""
        return FOLDER / f"{self.name}.json"


PICTURES = (
    Picture("active", "no-data-port", "PORT"),
    Picture("passive", "one-to-one-nat", "PASV"),
    Picture("passive-without-range", "wrong-range", "PASV"),
    Picture("private-address", "no-masquerade", "PASV"),
    Picture("other-address", "one-to-many-nat", "PORT"),
    Picture("hairpin", "hairpin", "PASV"),
    Picture("outbound-active", "outbound-new-firmware", "PORT"),
    Picture("outbound-active-old-firmware", "outbound-old-firmware", "PORT"),
    Picture("outbound-active-tls", "outbound-new-firmware", "PORT", "P"),
    Picture("active-from-home", "home-nat", "PORT"),
)


def chosen(names: Sequence[str]) -> list[Picture]:
    """Return the pictures with these names, all if there are none; raise LabError for an unknown one."""
    known = {picture.name: picture for picture in PICTURES}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LabError(f"PICTURE={' '.join(names)}: {', '.join(unknown)} is none of {', '.join(known)}")
    return [known[name] for name in names or known]


def read(picture: Picture) -> dict[str, Any]:
    """Return what was recorded for a picture."""
    recording: dict[str, Any] = json.loads(picture.recording.read_text())
    return recording


def draw(recording: Mapping[str, Any]) -> str:
    """Return the picture of a recording in normal form."""
    (cell,) = parse_cells([recording["cell"]])
    captures = {place: "".join(f"{line}\n" for line in lines) for place, lines in recording["captures"].items()}
    return flow_svg(cell, captures, recording["control_port"])


def write(picture: Picture, recording: Mapping[str, Any]) -> bool:
    """Write both files of a picture; return whether it has changed.

    A recording that draws the same picture is not kept: what happens after the first transfer differs from run to run.
    """
    drawing = draw(recording)
    if picture.drawing.exists() and picture.drawing.read_text() == drawing:
        return False
    FOLDER.mkdir(exist_ok=True)
    picture.recording.write_text(json.dumps(recording, indent=1, ensure_ascii=False) + "\n")
    picture.drawing.write_text(drawing)
    return True
