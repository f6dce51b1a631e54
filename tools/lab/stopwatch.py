# Copyright (c) 2026, mxlab.ftp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time of a run goes, as the table that the run ends with."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator


class Stopwatch:
    """Times the parts of a run."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, float]] = []

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what is done inside under the name."""
        begin = time.monotonic()
        yield
        self.parts.append((name, time.monotonic() - begin))


def table(parts: list[tuple[str, float]]) -> list[str]:
    """Return a line for each part and one for their sum."""
    total = sum(seconds for name, seconds in parts)
    return [f"{seconds:7.1f} s  {name}" for name, seconds in [*parts, ("in all", total)]]


def inner(whole: float, parts: dict[str, float], rest: str) -> list[tuple[str, float]]:
    """Return the parts of something that took the whole time, and as the last one what none of them explains."""
    return [*parts.items(), (rest, max(0.0, whole - sum(parts.values())))]
