# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make article``: record and draw the article's pictures in the lab of the matrix, or only draw them anew.

``python -m article [--draw] [PICTURE ...]``
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from lab import description, occupied
from lab.common import LabError
from lab.stopwatch import Stopwatch
from matrix import ground, servers_ready, situation, switch

from article import pictures
from article.record import Recorder


def main() -> None:
    """Write the pictures that the arguments name, or all."""
    parser = argparse.ArgumentParser(prog="article")
    parser.add_argument("--draw", action="store_true", help="from what is recorded already, without the lab")
    parser.add_argument("pictures", nargs="*", metavar="PICTURE")
    arguments = parser.parse_args()
    wanted = pictures.chosen(arguments.pictures)
    if arguments.draw:
        for picture in wanted:
            write(picture, pictures.read(picture))
    else:
        with occupied.by("make article"):
            record(wanted)


def record(wanted: list[pictures.Picture]) -> None:
    """Record and draw pictures in the lab."""
    servers_ready.ensure(Stopwatch())
    lab = description.read()
    mx = switch.Switch(lab["api"]["url"], lab["api"]["key"])
    recorder = Recorder(situation.load(), ground.servers(), lab["ftp"], mx)
    try:
        for picture in wanted:
            write(picture, recorder.record(picture))
    finally:
        mx.restore(switch.state([], {}))


def write(picture: pictures.Picture, recording: dict[str, Any]) -> None:
    """Write a picture, and say whether it has changed."""
    change = "drawn" if pictures.write(picture, recording) else "as before"
    print(f"  {picture.drawing.name}: {change}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except LabError as error:
        sys.exit(f"article: {error}")
    except KeyboardInterrupt:
        sys.exit("article: interrupted")
